"""The policy: what each role is answered by each route to a good request.

Who buys has orders, who sells has tickets, and everybody has an account of their own.
"""

from tests.security.callers import BUYER, NOBODY, SELLER, STRANGER
from tests.security.scene import Person, Scene

ROLES = (NOBODY, STRANGER, BUYER, SELLER)

# fmt: off
STATUSES = {
    "signUp":          (201, 201, 201, 201),
    "signIn":          (200, 200, 200, 200),
    "refresh":         (200, 200, 200, 200),
    "signOut":         (200, 200, 200, 200),
    "changePassword":  (401, 200, 200, 200),
    "exportAccount":   (401, 200, 200, 200),
    "eraseAccount":    (401, 204, 204, 204),
    "showCurrentUser": (200, 200, 200, 200),
    "createTicket":    (401, 201, 201, 201),
    "listTickets":     (200, 200, 200, 200),
    "listOwnTickets":  (401, 200, 200, 200),
    "showTicket":      (200, 200, 200, 200),
    "editTicket":      (401, 403, 403, 200),
    "withdrawTicket":  (401, 403, 403, 204),
    "reserveTicket":   (401, 201, 201, 409),
    "listOrders":      (401, 200, 200, 200),
    "showOrder":       (401, 404, 200, 404),
    "cancelOrder":     (401, 404, 204, 404),
    "payOrder":        (401, 404, 201, 404),
    "showPayment":     (401, 404, 200, 404),
    "receiveEvent":    (200, 200, 200, 200),
    "showDescription": (200, 200, 200, 200),
}
# fmt: on
"""In the order of ROLES."""


def person(scene: Scene, role: str) -> Person:
    """Whose request it is: somebody's own; nobody wants what is the buyer's."""
    people: dict[str, Person] = {STRANGER: scene.stranger, SELLER: scene.seller}
    return people.get(role, scene.buyer)


def status_for(name: str, role: str) -> int:
    return STATUSES[name][ROLES.index(role)]


def entitled(name: str, scene: Scene) -> Person:
    """Somebody who gets what they ask of this route."""
    role = next(role for role in (BUYER, SELLER) if status_for(name, role) < 300)
    return person(scene, role)
