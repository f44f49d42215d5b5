"""The Lambda function of the web client: all its pages."""

import gc
import os
from collections.abc import Mapping

from web import accounts, browsing, buying, finding, selling
from web.assets import assets
from web.rendering import prepare
from web.site import Site

site = Site(
    [
        *browsing.routes.all,
        *buying.routes.all,
        *selling.routes.all,
        *accounts.routes.all,
        *finding.routes.all,
    ]
)


def start(environment: Mapping[str, str]) -> None:
    """In Lambda, do what the first page would wait for, out of later garbage collections."""
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in environment:
        assets()
        prepare()
        gc.freeze()
        gc.enable()


start(os.environ)
lambda_handler = site.handle
