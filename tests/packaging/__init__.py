"""What is deployed: layers and code assets, and what a function loads from them."""
