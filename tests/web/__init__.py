"""The web client: what its pages show and do, in front of an API that answers as it is told."""
