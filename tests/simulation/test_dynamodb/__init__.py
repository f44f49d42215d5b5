"""The DynamoDB of the simulation: by itself, beside two others, and under the stores."""
