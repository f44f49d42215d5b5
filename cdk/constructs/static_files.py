"""Static files: a private bucket, filled by a function of the web client's own at each deployment.

Nothing is ever removed: a page that was loaded before a deployment still finds its files after it.
The bucket outlives its stack, because one that holds files cannot be deleted.
"""

from aws_cdk import CustomResource, Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.service_function import ServiceFunction
from web.assets import assets

PATIENCE = Duration.minutes(2)
"""After which CloudFormation takes silence for failure; by itself it waits for an hour."""


class StaticFiles(Construct):
    """The bucket, and that the function has put this version's files in it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            removal_policy=RemovalPolicy.RETAIN,
        )
        acknowledge(self.bucket, "S1", "Public files, read through CloudFront and by nobody else")

    def fill(self, uploader: ServiceFunction) -> CustomResource:
        """Let the function upload its files, again whenever one of them is another."""
        uploader.allow_within(
            self.bucket,
            "/static/*",
            "s3:PutObject",
            why="Files are named by their content; their folder holds nothing else",
        )
        filled = CustomResource(
            self,
            "Files",
            resource_type="Custom::StaticFiles",
            service_token=uploader.function.function_arn,
            service_timeout=PATIENCE,
            properties={"Bucket": self.bucket.bucket_name, "Files": sorted(assets().served)},
        )
        filled.node.add_dependency(uploader.role)
        return filled
