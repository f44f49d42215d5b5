"""Start-up: garbage collection rests while Lambda imports, and nowhere else."""

import gc
import importlib

import pytest

import ticketing


@pytest.mark.parametrize("in_lambda", [True, False])
def test_garbage_collection_rests_only_while_lambda_starts(
    monkeypatch: pytest.MonkeyPatch, *, in_lambda: bool
) -> None:
    monkeypatch.delenv("AWS_LAMBDA_INITIALIZATION_TYPE", raising=False)
    if in_lambda:
        monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    try:
        importlib.reload(ticketing)
        assert gc.isenabled() is not in_lambda
    finally:
        gc.enable()
