"""What auth does once an account is erased: nothing of it is left, and no backup brings it back."""

from datetime import timedelta

from auth.store import store
from ticketing import aws
from ticketing.events import UserErased
from ticketing.outbox import Cause
from ticketing.subscriber import Deferred, Subscriber, portion

SETTLING = timedelta(minutes=2)
"""How long after the last token's end a session that began meanwhile is surely in the index."""

subscriber = Subscriber()


@subscriber.on(UserErased)
def forget(event: UserErased, cause: Cause) -> None:
    """Delete the sessions, and the account should it be there again.

    A sign-in that was under way may have begun another session, and the index lags: so the event is
    looked at again once both are behind us.
    """
    user_id, settled_at = event.data.id, event.data.tokens_expire_at + SETTLING
    store().forget(user_id)
    for session in portion(store().sessions.of_user(user_id), cause.time):
        store().sessions.forget(session.id)
    if cause.time < settled_at:
        raise Deferred(settled_at)


aws.init(store)
lambda_handler = subscriber.lambda_handler
