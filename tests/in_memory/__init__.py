"""The whole service in this process: every function as it is deployed, AWS and Stripe in memory.

A request is answered as over HTTP, with the real authorizer; what it causes has happened by then.
"""

from tests.in_memory.client import Client
from tests.in_memory.edge import Edge, serving
from tests.in_memory.service import Service
from tests.in_memory.state import State

__all__ = ["Client", "Edge", "Service", "State", "serving"]
