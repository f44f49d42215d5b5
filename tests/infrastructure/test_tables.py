"""Tables: recoverable everywhere, protected in production, and the same in tests as deployed."""

from cdk.settings import DEV, PROD
from cdk.tables import TABLES
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.templates import Resource, Templates


def tables(templates: Templates) -> dict[str, Resource]:
    return {one.stack.lower(): one for one in templates.resources("AWS::DynamoDB::GlobalTable")}


def test_each_service_that_stores_has_one_table(prod: Templates) -> None:
    assert set(tables(prod)) == set(TABLES)
    assert len(prod.resources("AWS::DynamoDB::GlobalTable")) == len(TABLES)
    assert not prod.resources("AWS::DynamoDB::Table")


def test_every_table_can_be_restored_to_any_second(synthesize: Synthesize) -> None:
    for settings in (PROD, DEV):
        for table in tables(synthesize(settings)).values():
            for replica in table.properties["Replicas"]:
                recovery = replica["PointInTimeRecoverySpecification"]
                assert recovery["PointInTimeRecoveryEnabled"] is True


def test_production_data_survives_its_stack(prod: Templates) -> None:
    for table in tables(prod).values():
        assert table.document["DeletionPolicy"] == "Retain"
        assert table.document["UpdateReplacePolicy"] == "Retain"
        assert [one["DeletionProtectionEnabled"] for one in table.properties["Replicas"]] == [True]
    kept = prod.resources("AWS::SecretsManager::Secret", "AWS::S3::Bucket", "AWS::Logs::LogGroup")
    for one in kept:
        assert one.document["DeletionPolicy"].startswith("Retain"), one


def test_a_first_deployment_that_fails_leaves_nothing_in_the_way_of_the_next(
    prod: Templates,
) -> None:
    """Only what cannot be deleted stays: protected tables, and a bucket that may hold files."""
    for one in prod.resources():
        if one.document.get("DeletionPolicy") == "Retain":
            fills_up = one.stack == "Web" and one.type.startswith("AWS::S3::Bucket")
            assert fills_up or one.type == "AWS::DynamoDB::GlobalTable", one


def test_the_archive_and_the_bus_that_its_rule_is_on_stay_or_go_together(
    synthesize: Synthesize,
) -> None:
    """A bus cannot be deleted as long as it has a rule."""
    for settings, policy in ((PROD, "RetainExceptOnCreate"), (DEV, "Delete")):
        found = synthesize(settings).resources("AWS::Events::EventBus", "AWS::Events::Archive")
        assert [one.document["DeletionPolicy"] for one in found] == [policy, policy]


def test_a_development_stage_can_be_thrown_away(synthesize: Synthesize) -> None:
    """All but the buckets, which cannot be deleted when they hold something."""
    for table in tables(synthesize(DEV)).values():
        assert not table.properties["Replicas"][0].get("DeletionProtectionEnabled")
    for one in synthesize(DEV).resources():
        if "DeletionPolicy" in one.document:
            stays = one.type.startswith("AWS::S3::Bucket")
            assert one.document["DeletionPolicy"].startswith("Retain") is stays, one


def test_the_deployed_table_is_the_one_that_tests_create(prod: Templates) -> None:
    for service, table in tables(prod).items():
        wanted = TABLES[service].definition("any")
        found = table.properties
        assert found["KeySchema"] == wanted["KeySchema"]
        assert found["BillingMode"] == wanted["BillingMode"]
        assert found.get("GlobalSecondaryIndexes") == wanted.get("GlobalSecondaryIndexes")
        assert by_name(found["AttributeDefinitions"]) == by_name(wanted["AttributeDefinitions"])
        stream = wanted["StreamSpecification"]["StreamViewType"]
        assert found["StreamSpecification"]["StreamViewType"] == stream


def by_name(attributes: list[dict[str, str]]) -> dict[str, str]:
    return {one["AttributeName"]: one["AttributeType"] for one in attributes}


def test_only_items_of_auth_vanish_by_themselves(prod: Templates) -> None:
    expiring = {
        service: table.properties["TimeToLiveSpecification"]
        for service, table in tables(prod).items()
        if "TimeToLiveSpecification" in table.properties
    }
    assert expiring == {"auth": {"AttributeName": "ttl", "Enabled": True}}
