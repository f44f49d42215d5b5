"""The shared layer: what every service may rely on."""
