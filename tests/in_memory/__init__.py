"""The whole service in this process: every function as it is deployed, AWS and Stripe in memory.

A request is answered as over HTTP, with the real authorizer; what it causes has happened by then.
"""

from tests.in_memory.edge import serving
from tests.in_memory.service import Service

__all__ = ["Service", "serving"]
