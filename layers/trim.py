"""What no function reads is left out; what botocore parses at each cold start is made short."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

SERVICES = ("dynamodb", "events", "secretsmanager", "sqs")
"""The AWS services that functions call: botocore can make a client of no other."""

UNUSED = (
    ".lock",
    "bin",
    "*.dist-info",
    "**/*.pyi",
    "**/py.typed",
    # Its _cffi_backend is what argon2 runs on; the rest compiles C declarations.
    "cffi",
    "dateutil/zoneinfo/*.tar.gz",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.min.*",
    # Typed dictionaries that only a type checker imports.
    "stripe/params",
)


def trim(tree: Path) -> None:
    """Remove from a layer's `python` folder what nothing reads at run time."""
    for pattern in UNUSED:
        for path in list(tree.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if (tree / "botocore").is_dir():
        trim_service_models(tree / "botocore" / "data")


def trim_service_models(data: Path) -> None:
    """Keep the newest model of each service in use, as plain JSON without its documentation.

    endpoints.json keeps every partition and region, for these services only.
    """
    for folder in [path for path in data.iterdir() if path.is_dir()]:
        versions = sorted(folder.iterdir())
        for unused in versions[:-1] if folder.name in SERVICES else [folder]:
            shutil.rmtree(unused)
    for examples in list(data.rglob("examples-*")):
        examples.unlink()
    for model in list(data.rglob("*.json.gz")):
        write_json(model.with_suffix(""), without_documentation(read_json(model)))
        model.unlink()
    endpoints = read_json(data / "endpoints.json")
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in SERVICES if name in services}
    write_json(data / "endpoints.json", endpoints)


def without_documentation(model: Any) -> Any:
    """The model without its prose; a member that happens to be called "documentation" stays."""
    if isinstance(model, dict):
        return {
            name: without_documentation(value)
            for name, value in model.items()
            if not (name == "documentation" and isinstance(value, str))
        }
    if isinstance(model, list):
        return [without_documentation(value) for value in model]
    return model


def read_json(path: Path) -> Any:
    raw = path.read_bytes()
    return json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)


def write_json(path: Path, value: Any) -> None:
    """Compact, in the order read: the same input gives the same bytes."""
    path.unlink(missing_ok=True)
    path.write_text(json.dumps(value, separators=(",", ":")), encoding="utf-8")
