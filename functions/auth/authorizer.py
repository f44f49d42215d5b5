"""The authorizer: says who is calling, or that it is nobody, and lets every request through.

An HTTP API would turn a refusal into a bare 403: the services answer 401 in the API's own shape.
"""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from auth import sessions
from ticketing import aws
from ticketing.telemetry import logger


def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer an HTTP API's authorizer request (payload format 2.0, simple response).

    Only the identity source counts, because the gateway keeps the answer by it. It may keep it for
    longer than the session lives: `expiresAt` (seconds since 1970) lets the services notice.
    """
    logger.set_correlation_id(event["requestContext"]["requestId"])
    session = sessions.verify(sessions.presented(event["identitySource"][0], {}))
    logger.info("caller", known=session is not None)
    if session is None:
        return {"isAuthorized": True, "context": {}}
    context = {"userId": session.user_id, "expiresAt": session.expires_at}
    return {"isAuthorized": True, "context": context}


aws.init(partial(aws.client, "secretsmanager"))
