"""Synthesizes the app and deploys it into the emulator, stack by stack: a process of its own.

So its memory is given back before the service is ready. `python -m cdk.local.deploy` takes an
`Order` as its argument and writes a `Deployment` into the file that the order names, both as JSON.
"""

import json
import sys
import time
from graphlib import TopologicalSorter
from pathlib import Path

from cdk.local import assembly
from cdk.local.account import Account, DeploymentFailedError, Resource
from cdk.local.deployment import Deployment, Order
from cdk.local.emulator import READY, answers


def deploy(order: Order) -> Deployment:
    """Raises DeploymentFailedError."""
    outdir = Path(order.outdir)
    assembly.synthesize(outdir, order.settings)
    print("synthesized", flush=True)
    while not answers(order.emulator + READY):
        time.sleep(0.05)
    account = Account(order.emulator)
    account.bootstrap(outdir)
    resources = create_all(account, assembly.stacks(outdir), order.invoke_url)
    print(f"deployed {len(resources)} resources", flush=True)
    for secret in of_type(resources, "AWS::SecretsManager::Secret"):
        if secret.service == "payments":
            account.put_secret(secret.id, order.stripe)
    functions = [
        account.function(resource.id, enforce_iam=order.enforce_iam)
        for resource in of_type(resources, assembly.FUNCTION)
    ]
    [distribution] = of_type(resources, "AWS::CloudFront::Distribution")
    return Deployment.of(resources, functions, account.origin_headers(distribution.id))


def create_all(
    account: Account, stacks: dict[str, assembly.Stack], invoke_url: str
) -> list[Resource]:
    """Make every stack after those that it depends on, and side by side where none does."""
    resources: list[Resource] = []
    order = TopologicalSorter({id_: stack.dependencies for id_, stack in stacks.items()})
    order.prepare()
    while order.is_active():
        ready = order.get_ready()
        for id_ in ready:
            account.create(stacks[id_], invoke_url)
        for id_ in ready:
            resources += account.finish(stacks[id_])
        order.done(*ready)
    return resources


def of_type(resources: list[Resource], kind: str) -> list[Resource]:
    return [resource for resource in resources if resource.type == kind]


def main() -> int:
    """Exit status 1, and a line of why, if it cannot be deployed."""
    order = Order(**json.loads(sys.argv[1]))
    try:
        deployment = deploy(order)
    except DeploymentFailedError as error:
        print(error, file=sys.stderr)
        return 1
    Path(order.result).write_text(deployment.dump())
    return 0


if __name__ == "__main__":
    sys.exit(main())
