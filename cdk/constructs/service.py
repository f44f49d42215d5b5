"""What every part of a service's stack needs to know of its service."""

from dataclasses import dataclass

from cdk.artifacts import Artifacts
from cdk.constructs.layers import Layers
from cdk.settings import Settings


@dataclass(frozen=True, slots=True)
class Service:
    """A service in one stage: its name, and what its functions are made of."""

    name: str
    settings: Settings
    artifacts: Artifacts
    layers: Layers
