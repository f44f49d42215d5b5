"""EventBridge's patterns: the examples of its documentation, as far as they are built.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from typing import Any

import pytest

from tests.simulation.patterns import matches

TERMINATED: dict[str, Any] = {
    "version": "0",
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "account": "111122223333",
    "resources": [
        "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/A",
        "arn:aws:ec2:us-east-1:123456789012:instance/i-b188560f",
    ],
    "detail": {"instance-id": "i-1234567890abcdef0", "state": "terminated"},
}
LAUNCHED: dict[str, Any] = {
    "source": "aws.autoscaling",
    "resources": [],
    "detail": {"eventVersion": "", "responseElements": None},
}


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.ec2"]},
        {"source": ["aws.fargate", "aws.ec2"]},
        {
            "source": ["aws.ec2"],
            "detail-type": ["EC2 Instance State-change Notification"],
            "detail": {"state": ["terminated"]},
        },
        {"resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-b188560f", "another"]},
        {"detail": {"state": [{"exists": True}]}},
        {"detail": {"c-count": [{"exists": False}]}},
        {"no-detail": {"c-count": [{"exists": False}]}},
        {"detail": {"c-count": [5, {"exists": False}]}},
        {},
    ],
)
def test_a_pattern_matches(pattern: dict[str, Any]) -> None:
    assert matches(pattern, TERMINATED)


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws"]},
        {"source": ["AWS.EC2"]},
        {"source": ["aws.ec2"], "detail": {"state": ["running"]}},
        {"state": ["terminated"]},
        {"resources": ["arn:aws:ec2:us-east-1:111122223333:instance/i-b188560f"]},
        {"detail": {"state": [{"exists": False}]}},
        {"detail": {"c-count": [{"exists": True}]}},
        {"detail": {"c-count": [None]}},
        {"detail": {"state": {"name": ["terminated"]}}},
        {"account": [111122223333]},
    ],
)
def test_a_pattern_does_not_match(pattern: dict[str, Any]) -> None:
    assert not matches(pattern, TERMINATED)


def test_null_and_an_empty_text_are_not_the_same() -> None:
    assert matches({"detail": {"eventVersion": [""]}}, LAUNCHED)
    assert not matches({"detail": {"eventVersion": [None]}}, LAUNCHED)
    assert matches({"detail": {"responseElements": [None]}}, LAUNCHED)
    assert not matches({"detail": {"responseElements": [""]}}, LAUNCHED)
    assert matches({"detail": {"responseElements": [{"exists": True}]}}, LAUNCHED)


def test_only_what_has_no_fields_of_its_own_exists() -> None:
    """The documentation: exists works on leaf nodes, and not on intermediate ones."""
    assert not matches({"detail": [{"exists": True}]}, TERMINATED)


def test_a_pattern_that_is_not_built_is_noticed() -> None:
    with pytest.raises(AssertionError, match="prefix is not built"):
        matches({"source": [{"prefix": "aws."}]}, TERMINATED)
