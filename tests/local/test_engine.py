"""An unmodified program runs against moto and is told moto's ids; what was refused is one message."""

from pathlib import Path
from textwrap import dedent

import pytest

from local_cloud.aws import Aws
from local_cloud.configuration import Configuration
from local_cloud.engine import ProgramError, run_program
from local_cloud.recording import Graph, Resource

pytestmark = pytest.mark.usefixtures("_here")


def run(folder: Path, aws: Aws, program: str, made: list[Resource] | None = None) -> Graph:
    (folder / "__main__.py").write_text(dedent(program))
    configuration = Configuration("shop", "dev", {"shop:count": "3", "aws:region": aws.region})
    return run_program(folder, configuration, aws, (made if made is not None else []).append)


def test_a_bucket_with_an_object_stands_in_moto_under_the_name_that_the_program_was_told(
    tmp_path: Path, aws: Aws
) -> None:
    (tmp_path / "page.html").write_text("<p>")
    made: list[Resource] = []
    graph = run(
        tmp_path,
        aws,
        """
        import pulumi, pulumi_aws as aws
        bucket = aws.s3.Bucket("site")
        count = pulumi.Config().require_int("count")
        page = aws.s3.BucketObjectv2("page", bucket=bucket.bucket, key=f"{count}.html",
                                     source=pulumi.FileAsset("page.html"))
        pulumi.export("where", pulumi.Output.format("{0}/{1}", bucket.bucket, page.key))
        pulumi.export("region", aws.get_region_output().region)
        pulumi.export("main", __name__ == "__main__")
        """,
        made,
    )
    bucket, _, key = graph.exports["where"].partition("/")
    assert bucket.startswith("site-")
    assert key == "3.html"
    assert aws.call("s3.get_object", Bucket=bucket, Key=key)["Body"].read() == b"<p>"
    assert (graph.exports["region"], graph.exports["main"]) == (aws.region, True)
    assert [resource.name for resource in made] == ["site", "page"]


def test_the_children_of_a_remote_network_are_known_to_the_program(tmp_path: Path, aws: Aws) -> None:
    graph = run(
        tmp_path,
        aws,
        """
        import pulumi, pulumi_awsx as awsx
        vpc = awsx.ec2.Vpc("net", number_of_availability_zones=2, nat_gateways={"strategy": "None"},
                           subnet_strategy="Auto", availability_zone_cidr_mask=19)
        pulumi.export("vpc", vpc.vpc_id)
        ids = vpc.route_tables.apply(lambda tables: pulumi.Output.all(*[table.id for table in tables]))
        pulumi.export("tables", ids)
        """,
    )
    tables = aws.call("ec2.describe_route_tables", RouteTableIds=graph.exports["tables"])["RouteTables"]
    assert len(tables) == 4
    assert {table["VpcId"] for table in tables} == {graph.exports["vpc"]}
    assert len(graph.of_type("aws:ec2/routeTable:RouteTable")) == 4


def test_outputs_that_are_secret_are_known_as_such(tmp_path: Path, aws: Aws) -> None:
    graph = run(
        tmp_path,
        aws,
        """
        import pulumi, pulumi_random as random
        password = random.RandomPassword("p", length=16)
        pulumi.export("password", password.result.apply(lambda value: value + "!"))
        pulumi.export("length", password.length)
        """,
    )
    assert graph.secret_exports == {"password"}


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("import pulumi; raise pulumi.RunError('cpu must be 256; got 3')", r"^cpu must be 256; got 3$"),
        (
            "import pulumi_aws as aws; aws.sqs.Queue('q')",
            r"aws:sqs/queue:Queue 'q': the local cloud does not know this type",
        ),
        (
            "import pulumi_aws as aws; aws.ec2.get_ami_output()",
            r"the look-up aws:ec2/getAmi:getAmi has no answer",
        ),
        (
            "import pulumi_aws as aws; aws.s3.BucketPolicy('p', bucket='none', policy='{}')",
            r"BucketPolicy 'p': .*NoSuchBucket",
        ),
    ],
)
def test_what_was_refused_is_one_message(tmp_path: Path, aws: Aws, program: str, message: str) -> None:
    with pytest.raises(ProgramError, match=message):
        run(tmp_path, aws, program)


def test_a_mistake_in_the_program_is_raised_as_it_is(tmp_path: Path, aws: Aws) -> None:
    with pytest.raises(ZeroDivisionError):
        run(tmp_path, aws, "1 / 0")
