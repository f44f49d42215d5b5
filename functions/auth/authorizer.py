"""The authorizer: stops what came past the edge, and says who is calling or that it is nobody.

An HTTP API turns a refusal into a bare 403, which is all that a request past the edge gets. Nobody
is let through: the services answer 401 in the API's own shape.
"""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from auth import access_tokens, edge
from ticketing import aws
from ticketing.telemetry import logger


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an HTTP API's authorizer request (payload format 2.0, simple response).

    Only the identity sources count, because the gateway keeps the answer by them: the credential
    and the edge's proof. It may keep it for longer than the token lives: `expiresAt` (seconds
    since 1970) lets the services notice.
    """
    logger.set_correlation_id(event["requestContext"]["requestId"])
    with aws.in_time_for(context):
        return answer(*event["identitySource"])


def answer(credential: str, proof: str) -> dict[str, Any]:
    """Whether to let a request through, and as whose."""
    if not edge.was_passed(proof):
        logger.warning("past the edge")
        return {"isAuthorized": False}
    caller = access_tokens.verify(access_tokens.presented(credential))
    logger.info("caller", known=caller is not None)
    if caller is None:
        return {"isAuthorized": True, "context": {}}
    context = {"userId": caller.identity.user_id, "expiresAt": caller.expires_at}
    return {"isAuthorized": True, "context": context}


aws.init(partial(aws.client, "secretsmanager"))
