"""A service's table: on demand, recoverable to any second, protected where the stage says so."""

from typing import cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from cdk.settings import Settings
from cdk.tables import KEY, Index, TableSpec


class ServiceTable(Construct):
    """The table that one service owns and no other may touch."""

    def __init__(
        self, scope: Construct, construct_id: str, spec: TableSpec, settings: Settings
    ) -> None:
        super().__init__(scope, construct_id)
        self.table = dynamodb.TableV2(
            self,
            "Table",
            partition_key=_text(KEY),
            billing=dynamodb.Billing.on_demand(),
            encryption=dynamodb.TableEncryptionV2.dynamo_owned_key(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=settings.protect_data,
            # One that is protected could not be deleted when its first deployment fails.
            removal_policy=RemovalPolicy.RETAIN if settings.protect_data else RemovalPolicy.DESTROY,
            dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            time_to_live_attribute=spec.ttl,
            global_secondary_indexes=[_index(index) for index in spec.indexes],
        )

    @property
    def name(self) -> str:
        """The table's generated name."""
        return self.table.table_name

    @property
    def arn(self) -> str:
        """What an item action is allowed on."""
        return self.table.table_arn

    @property
    def stream_arn(self) -> str:
        """The stream that its publisher reads."""
        return cast("str", self.table.table_stream_arn)

    def index_arn(self, name: str) -> str:
        """What a query of an index is allowed on."""
        return f"{self.arn}/index/{name}"


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _index(index: Index) -> dynamodb.GlobalSecondaryIndexPropsV2:
    return dynamodb.GlobalSecondaryIndexPropsV2(
        index_name=index.name,
        partition_key=_text(index.partition),
        sort_key=_text(index.sort),
        projection_type=dynamodb.ProjectionType.ALL,
    )
