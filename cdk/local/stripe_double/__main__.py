"""`python -m cdk.local.stripe_double`: the double as a process of its own."""

import argparse
import sys

from cdk.local.children import listen
from cdk.local.stripe_double.server import create_app, create_server
from cdk.local.stripe_double.signing import Endpoint


def main() -> int:
    """Serve until SIGINT or SIGTERM; exit status 1 if the port is in use."""
    options = _options()
    endpoints = [
        Endpoint(url, secret)
        for url, secret in zip(options.webhook_url, options.webhook_secret, strict=True)
    ]
    try:
        listener = listen(options.port)
    except OSError as error:
        print(f"The Stripe double cannot listen on port {options.port}: {error}", file=sys.stderr)
        return 1
    print(f"The Stripe double is ready: http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    create_server(create_app(options.api_key, endpoints)).run(sockets=[listener])
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="stripe_double", description="A local double of Stripe.")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--api-key", default="sk_test_local", help="the account's secret key")
    parser.add_argument(
        "--webhook-url", action="append", default=[], help="where events are sent; repeatable"
    )
    parser.add_argument(
        "--webhook-secret", action="append", default=[], help="one for each --webhook-url"
    )
    options = parser.parse_args()
    if len(options.webhook_url) != len(options.webhook_secret):
        parser.error("give one --webhook-secret for each --webhook-url")
    return options


if __name__ == "__main__":
    sys.exit(main())
