"""Settings: what is read from the environment, and what cannot be started with."""

import pytest

from cdk.local.settings import InvalidSettingError, Settings


def test_everything_has_a_default() -> None:
    settings = Settings.read({})
    assert (settings.port, settings.reservation_seconds) == (8000, 900)
    assert (settings.demo, settings.enforce_iam, settings.stripe_key) == (True, False, None)
    assert settings.endpoints.parts[-2:] == (".local", "endpoints.json")


def test_an_empty_variable_counts_as_absent() -> None:
    assert Settings.read({"PORT": "", "DEMO": "", "STRIPE_SECRET_KEY": ""}) == Settings.read({})


def test_each_setting_is_read() -> None:
    settings = Settings.read(
        {
            "PORT": "9000",
            "RESERVATION_SECONDS": "10",
            "DEMO": "0",
            "IAM": "1",
            "STATE_DIR": "/tmp/x",  # noqa: S108 - never written
            "STRIPE_SECRET_KEY": "sk_test_1",
            "STRIPE_WEBHOOK_SECRET": "whsec_1",
        }
    )
    assert (settings.port, settings.reservation_seconds) == (9000, 10)
    assert (settings.demo, settings.enforce_iam) == (False, True)
    assert (settings.stripe_key, settings.stripe_webhook_secret) == ("sk_test_1", "whsec_1")
    assert settings.logs.parts[-2:] == ("x", "logs")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("RESERVATION_SECONDS", "0"),
        ("RESERVATION_SECONDS", "1.5"),
        ("DEMO", "maybe"),
        ("IAM", "2"),
        ("STRIPE_SECRET_KEY", "sk_live_1"),
    ],
)
def test_a_value_nothing_can_be_started_with_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidSettingError, match=name):
        Settings.read({name: value})
