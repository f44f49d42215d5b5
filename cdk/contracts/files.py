"""Which files the contracts are, and what each one says."""

import json
from pathlib import Path
from typing import Any

from cdk.contracts.catalogue import catalogue
from cdk.contracts.history import HISTORY, history
from cdk.contracts.openapi import openapi
from cdk.contracts.samples import SAMPLES
from cdk.contracts.schemas import event_schema, file_name
from ticketing.events import CATALOG

ROOT = Path(__file__).resolve().parents[2]
EVENTS = Path("events")


def documents() -> dict[str, str]:
    """The text of every generated file, by its path in the repository."""
    files = {
        str(EVENTS / "README.md"): catalogue(),
        "functions/reference/openapi.json": as_json(openapi()),
    }
    for event in CATALOG.values():
        folder, name = EVENTS / event.producer, file_name(event)
        sample = as_json(SAMPLES[event.detail_type])
        files[str(folder / f"{name}.schema.json")] = as_json(event_schema(event))
        files[str(folder / f"{name}.sample.json")] = sample
        for number, text in enumerate(history(ROOT / folder, name, sample), start=1):
            files[str(folder / HISTORY / f"{name}.{number}.json")] = text
    return files


def is_ours(file: Path) -> bool:
    """Whether the generator may remove this file; the past is never removed."""
    return file.parent.name != HISTORY


def as_json(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
