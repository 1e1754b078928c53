"""One resource of every type that is made in moto: its inputs, as a program gives them, and how it is read back.

In the order of their dependencies; `world` holds the id and outputs of what was made before, by name.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]
import pulumi

from local_cloud.aws import Aws
from local_cloud.provision import Provisioner
from local_cloud.recording import Resource

World = Mapping[str, Any]
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::a/*"]}],
    }
)


@dataclass(frozen=True)
class Case:
    """`call` with `ask` reads the resource back; `path` (JMESPath) of the answer must be `meant`."""

    type: str
    name: str
    inputs: Callable[[World], dict[str, Any]]
    call: str
    ask: Callable[[World], dict[str, Any]]
    path: str
    meant: Callable[[World], Any]


def case(type_: str, name: str, inputs: Any, call: str, ask: Any, path: str, meant: Any) -> Case:
    """A case whose parts may be plain values or functions of the world."""

    def of_world(part: Any) -> Callable[[World], Any]:
        return part if callable(part) else lambda world: part  # noqa: ARG005

    return Case(type_, name, of_world(inputs), call, of_world(ask), path, of_world(meant))


def make_all(aws: Aws, cases: list[Case]) -> dict[str, Any]:
    """Makes every case in order; id and outputs by name."""
    provisioner, world = Provisioner(aws), {}
    for one in cases:
        resource = Resource(
            *(one.type, one.name, f"urn:{one.name}", ""), one.inputs(world), True, False, False, False, False
        )
        id_, outputs = provisioner.provision(resource)
        world[one.name] = {"id": id_, **outputs}
    return world


def read_back(aws: Aws, one: Case, world: World) -> Any:
    """What moto says about it."""
    return jmespath.search(one.path, aws.call(one.call, **one.ask(world)))


def cases(folder: Path) -> list[Case]:
    """Every case; `folder` is a build context."""
    (folder / "Dockerfile").write_text("FROM scratch\n")
    context = {"location": str(folder)}
    bucket = {"Bucket": "b-1"}

    def of_bucket(kind: str, inputs: dict[str, Any], call: str, path: str, meant: Any) -> Case:
        type_ = f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}"
        return case(type_, kind, {"bucket": "b-1", **inputs}, f"s3.{call}", bucket, path, meant)

    return [
        case(
            "aws:s3/bucket:Bucket",
            "bucket",
            {"bucket": "b-1", "tags": {"team": "a"}, "forceDestroy": True},
            *("s3.get_bucket_tagging", bucket, "TagSet", [{"Key": "team", "Value": "a"}]),
        ),
        of_bucket(
            "BucketVersioning",
            {"versioningConfiguration": {"status": "Enabled"}},
            *("get_bucket_versioning", "Status", "Enabled"),
        ),
        of_bucket(
            "BucketServerSideEncryptionConfiguration",
            {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
            "get_bucket_encryption",
            "ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm",
            "AES256",
        ),
        of_bucket(
            "BucketPublicAccessBlock",
            {"blockPublicAcls": True, "blockPublicPolicy": True, "restrictPublicBuckets": False},
            "get_public_access_block",
            "PublicAccessBlockConfiguration.[BlockPublicAcls, BlockPublicPolicy, RestrictPublicBuckets]",
            [True, True, False],
        ),
        of_bucket(
            "BucketOwnershipControls",
            {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
            *("get_bucket_ownership_controls", "OwnershipControls.Rules[0].ObjectOwnership"),
            "BucketOwnerEnforced",
        ),
        of_bucket(
            "BucketLifecycleConfiguration",
            {
                "rules": [
                    {
                        "id": "r",
                        "status": "Enabled",
                        "filter": {"prefix": ""},
                        "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7.0},
                    }
                ]
            },
            "get_bucket_lifecycle_configuration",
            "Rules[0].AbortIncompleteMultipartUpload.DaysAfterInitiation",
            7,
        ),
        of_bucket("BucketPolicy", {"policy": POLICY}, "get_bucket_policy", "Policy", POLICY),
        case(
            "aws:s3/bucketObjectv2:BucketObjectv2",
            "object",
            {
                "bucket": "b-1",
                "key": "k",
                "source": pulumi.FileAsset(str(folder / "Dockerfile")),
                "sourceHash": "h",
                "contentType": "text/plain",
                "tags": {"team": "a"},
            },
            "s3.head_object",
            {**bucket, "Key": "k"},
            "[ContentLength, ContentType, VersionId]",
            lambda world: [13, "text/plain", world["object"]["versionId"]],
        ),
        case(
            "aws:s3/bucketObject:BucketObject",
            "older-object",
            {"bucket": "b-1", "key": "old", "content": "ä"},
            *("s3.head_object", {**bucket, "Key": "old"}, "ContentLength", 2),
        ),
        case(
            "aws:secretsmanager/secret:Secret",
            "secret",
            {"description": "d", "recoveryWindowInDays": 0, "tags": {"team": "a"}},
            "secretsmanager.describe_secret",
            lambda world: {"SecretId": world["secret"]["arn"]},
            "[Description, Tags[0].Value, starts_with(Name, 'secret-')]",
            ["d", "a", True],
        ),
        case(
            "aws:secretsmanager/secretVersion:SecretVersion",
            "version",
            lambda world: {"secretId": world["secret"]["arn"], "secretString": "s"},
            "secretsmanager.get_secret_value",
            lambda world: {"SecretId": world["secret"]["arn"]},
            "[SecretString, VersionId]",
            lambda world: ["s", world["version"]["versionId"]],
        ),
        case(
            "aws:secretsmanager/secretPolicy:SecretPolicy",
            "secret-policy",
            lambda world: {"secretArn": world["secret"]["arn"], "policy": POLICY},
            "secretsmanager.get_resource_policy",
            lambda world: {"SecretId": world["secret"]["arn"]},
            "ResourcePolicy",
            POLICY,
        ),
        *_iam(),
        *_network(),
        *_observation(),
        *_containers(context),
        *_functions(),
    ]


def _iam() -> list[Case]:
    return [
        case(
            "aws:iam/policy:Policy",
            "policy",
            {"policy": POLICY, "description": "d"},
            "iam.get_policy",
            lambda world: {"PolicyArn": world["policy"]["arn"]},
            "Policy.Description",
            "d",
        ),
        case(
            "aws:iam/role:Role",
            "role",
            lambda world: {
                "assumeRolePolicy": TRUST,
                "tags": {"team": "a"},
                "managedPolicyArns": [world["policy"]["arn"]],
            },
            "iam.get_role",
            lambda world: {"RoleName": world["role"]["name"]},
            "Role.[Arn, Tags[0].Value]",
            lambda world: [world["role"]["arn"], "a"],
        ),
        case(
            "aws:iam/rolePolicy:RolePolicy",
            "role-policy",
            lambda world: {"role": world["role"]["id"], "policy": POLICY},
            "iam.get_role_policy",
            lambda world: {"RoleName": world["role"]["id"], "PolicyName": world["role-policy"]["name"]},
            "PolicyDocument.Statement[0].Action",
            ["s3:GetObject"],
        ),
        case(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "attachment",
            lambda world: {"role": world["role"]["id"], "policyArn": world["policy"]["arn"]},
            "iam.list_attached_role_policies",
            lambda world: {"RoleName": world["role"]["id"]},
            "AttachedPolicies[].PolicyArn",
            lambda world: [world["policy"]["arn"]],
        ),
    ]


def _network() -> list[Case]:
    def group(world: World) -> dict[str, Any]:
        return {"Filters": [{"Name": "group-id", "Values": [world["group"]["id"]]}]}

    return [
        case(
            "awsx:ec2:Vpc",
            "net",
            {
                "cidrBlock": "10.0.0.0/16",
                "numberOfAvailabilityZones": 2.0,
                "availabilityZoneCidrMask": 19.0,
                "natGateways": {"strategy": "Single"},
                "enableDnsHostnames": True,
                "subnetStrategy": "Auto",
                "tags": {"team": "a"},
            },
            "ec2.describe_subnets",
            lambda world: {"Filters": [{"Name": "vpc-id", "Values": [world["net"]["vpcId"]]}]},
            "sort(Subnets[].CidrBlock)",
            ["10.0.0.0/20", "10.0.16.0/21", "10.0.32.0/20", "10.0.48.0/21"],
        ),
        case(
            "aws:ec2/securityGroup:SecurityGroup",
            "group",
            lambda world: {"vpcId": world["net"]["vpcId"], "description": "d", "tags": {"team": "a"}},
            "ec2.describe_security_groups",
            lambda world: {"GroupIds": [world["group"]["id"]]},
            "SecurityGroups[0].[Description, VpcId, Tags[0].Value]",
            lambda world: ["d", world["net"]["vpcId"], "a"],
        ),
        case(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "ingress",
            lambda world: {
                "securityGroupId": world["group"]["id"],
                "ipProtocol": "tcp",
                "fromPort": 8080.0,
                "toPort": 8080.0,
                "referencedSecurityGroupId": world["group"]["id"],
                "description": "d",
            },
            "ec2.describe_security_group_rules",
            group,
            # moto drops the description of a rule that names a group.
            "SecurityGroupRules[?!IsEgress].[FromPort, ReferencedGroupInfo.GroupId]",
            lambda world: [[8080, world["group"]["id"]]],
        ),
        case(
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
            "egress",
            lambda world: {
                "securityGroupId": world["group"]["id"],
                "ipProtocol": "tcp",
                "fromPort": 443,
                "toPort": 443,
                "cidrIpv4": "0.0.0.0/0",
                "tags": {"team": "a"},
            },
            "ec2.describe_security_group_rules",
            group,
            # The only way out: EC2's own rule for everything is gone.
            "SecurityGroupRules[?IsEgress].[FromPort, CidrIpv4, SecurityGroupRuleId]",
            lambda world: [[443, "0.0.0.0/0", world["egress"]["id"]]],
        ),
        case(
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            "endpoint",
            lambda world: {
                "vpcId": world["net"]["vpcId"],
                "serviceName": "com.amazonaws.eu-central-1.s3",
                "vpcEndpointType": "Gateway",
                "routeTableIds": [child.id for child in world["net"]["routeTables"]],
                "tags": {"team": "a"},
            },
            "ec2.describe_vpc_endpoints",
            lambda world: {"VpcEndpointIds": [world["endpoint"]["id"]]},
            "VpcEndpoints[0].[ServiceName, length(RouteTableIds)]",
            ["com.amazonaws.eu-central-1.s3", 4],
        ),
        case(
            "aws:lb/loadBalancer:LoadBalancer",
            "lb",
            lambda world: {
                "loadBalancerType": "application",
                "internal": False,
                "subnets": world["net"]["publicSubnetIds"],
                "securityGroups": [world["group"]["id"]],
                "idleTimeout": 60.0,
                "dropInvalidHeaderFields": True,
                "accessLogs": {"bucket": "b-1", "enabled": False},
            },
            "elbv2.describe_load_balancer_attributes",
            lambda world: {"LoadBalancerArn": world["lb"]["arn"]},
            "Attributes[?Key=='idle_timeout.timeout_seconds' || contains(Key, 'drop_invalid')].Value",
            ["60", "true"],
        ),
        case(
            "aws:lb/targetGroup:TargetGroup",
            "tg",
            lambda world: {
                "port": 8080.0,
                "protocol": "HTTP",
                "targetType": "ip",
                "vpcId": world["net"]["vpcId"],
                "deregistrationDelay": 30.0,
                "healthCheck": {"path": "/readyz", "matcher": "200", "interval": 5.0, "timeout": 3.0},
            },
            "elbv2.describe_target_groups",
            lambda world: {"TargetGroupArns": [world["tg"]["arn"]]},
            "TargetGroups[0].[Port, HealthCheckPath, Matcher.HttpCode, HealthCheckIntervalSeconds]",
            [8080, "/readyz", "200", 5],
        ),
        case(
            "aws:lb/listener:Listener",
            "listener",
            lambda world: {
                "loadBalancerArn": world["lb"]["arn"],
                "port": 80.0,
                "protocol": "HTTP",
                "defaultActions": [
                    {
                        "type": "fixed-response",
                        "fixedResponse": {"contentType": "application/json", "statusCode": "404"},
                    }
                ],
            },
            "elbv2.describe_listeners",
            lambda world: {"ListenerArns": [world["listener"]["arn"]]},
            "Listeners[0].DefaultActions[0].FixedResponseConfig.StatusCode",
            "404",
        ),
        case(
            "aws:lb/listenerRule:ListenerRule",
            "rule",
            lambda world: {
                "listenerArn": world["listener"]["arn"],
                "priority": 100.0,
                "conditions": [{"pathPattern": {"values": ["/*"]}}, {"hostHeader": {"values": ["a.example"]}}],
                "actions": [
                    {
                        "type": "forward",
                        "forward": {"targetGroups": [{"arn": world["tg"]["arn"], "weight": 1.0}]},
                    }
                ],
            },
            "elbv2.describe_rules",
            lambda world: {"RuleArns": [world["rule"]["arn"]]},
            "Rules[0].[Priority, Conditions[].Field, Actions[0].ForwardConfig.TargetGroups[0].TargetGroupArn]",
            lambda world: ["100", ["path-pattern", "host-header"], world["tg"]["arn"]],
        ),
    ]


def _observation() -> list[Case]:
    return [
        case(
            "aws:cloudwatch/logGroup:LogGroup",
            "logs",
            {"name": "/a/logs", "retentionInDays": 7.0, "tags": {"team": "a"}},
            "logs.describe_log_groups",
            {"logGroupNamePrefix": "/a/logs"},
            "logGroups[0].[retentionInDays, logGroupArn]",
            lambda world: [7, world["logs"]["arn"]],
        ),
        case(
            "aws:cloudwatch/logMetricFilter:LogMetricFilter",
            "filter",
            {
                "logGroupName": "/a/logs",
                "pattern": "ERROR",
                "metricTransformation": {"name": "Errors", "namespace": "N", "value": "1"},
            },
            "logs.describe_metric_filters",
            {"logGroupName": "/a/logs"},
            "metricFilters[0].[filterPattern, metricTransformations[0].metricName]",
            ["ERROR", "Errors"],
        ),
        case(
            "aws:sns/topic:Topic",
            "topic",
            {"displayName": "d", "tags": {"team": "a"}},
            "sns.get_topic_attributes",
            lambda world: {"TopicArn": world["topic"]["arn"]},
            "Attributes.DisplayName",
            "d",
        ),
        case(
            "aws:sns/topicPolicy:TopicPolicy",
            "topic-policy",
            lambda world: {"arn": world["topic"]["arn"], "policy": POLICY},
            "sns.get_topic_attributes",
            lambda world: {"TopicArn": world["topic"]["arn"]},
            "contains(Attributes.Policy, 's3:GetObject')",
            True,
        ),
        case(
            "aws:sns/topicSubscription:TopicSubscription",
            "subscription",
            lambda world: {"topic": world["topic"]["arn"], "protocol": "email", "endpoint": "a@example.org"},
            "sns.list_subscriptions_by_topic",
            lambda world: {"TopicArn": world["topic"]["arn"]},
            "Subscriptions[].[Protocol, Endpoint]",
            [["email", "a@example.org"]],
        ),
        case(
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            "alarm",
            lambda world: {
                "name": "alarm",
                "comparisonOperator": "GreaterThanThreshold",
                "evaluationPeriods": 1.0,
                "threshold": 5.0,
                "alarmActions": [world["topic"]["arn"]],
                "okActions": [world["topic"]["arn"]],
                "treatMissingData": "notBreaching",
                "metricQueries": [
                    {
                        "id": "m",
                        "returnData": True,
                        "metric": {
                            "metricName": "Errors",
                            "namespace": "N",
                            "period": 60.0,
                            "stat": "Sum",
                            "dimensions": {"A": "b"},
                        },
                    }
                ],
            },
            "cloudwatch.describe_alarms",
            {"AlarmNames": ["alarm"]},
            "MetricAlarms[0].[AlarmArn, OKActions, Metrics[0].MetricStat.[Period, Metric.Dimensions[0].Value]]",
            lambda world: [world["alarm"]["arn"], [world["topic"]["arn"]], [60, "b"]],
        ),
        case(
            "aws:cloudwatch/dashboard:Dashboard",
            "dashboard",
            {"dashboardName": "board", "dashboardBody": '{"widgets": []}'},
            "cloudwatch.get_dashboard",
            {"DashboardName": "board"},
            "[DashboardArn, DashboardBody]",
            lambda world: [world["dashboard"]["dashboardArn"], '{"widgets": []}'],
        ),
    ]


def _containers(context: dict[str, str]) -> list[Case]:
    def repository(world: World) -> dict[str, Any]:
        return {"repositoryName": world["repository"]["id"]}

    def service(world: World) -> dict[str, Any]:
        return {"cluster": world["cluster"]["arn"], "services": [world["service"]["id"]]}

    def scaled(world: World) -> dict[str, Any]:
        return {
            "resourceId": f"service/{world['cluster']['name']}/{world['service']['name']}",
            "scalableDimension": "ecs:service:DesiredCount",
            "serviceNamespace": "ecs",
        }

    target = {"serviceNamespace": "ecs", "resourceIds": []}
    return [
        case(
            "aws:ecr/repository:Repository",
            "repository",
            {
                "imageTagMutability": "IMMUTABLE",
                "imageScanningConfiguration": {"scanOnPush": True},
                "encryptionConfigurations": [{"encryptionType": "AES256"}],
                "forceDelete": True,
            },
            "ecr.describe_repositories",
            lambda world: {"repositoryNames": [world["repository"]["id"]]},
            "repositories[0].[imageTagMutability, imageScanningConfiguration.scanOnPush, repositoryUri]",
            lambda world: ["IMMUTABLE", True, world["repository"]["repositoryUrl"]],
        ),
        case(
            "aws:ecr/lifecyclePolicy:LifecyclePolicy",
            "lifecycle",
            lambda world: {"repository": world["repository"]["id"], "policy": LIFECYCLE},
            *("ecr.get_lifecycle_policy", repository, "lifecyclePolicyText", LIFECYCLE),
        ),
        case(
            "aws:ecr/repositoryPolicy:RepositoryPolicy",
            "repository-policy",
            lambda world: {"repository": world["repository"]["id"], "policy": POLICY},
            *("ecr.get_repository_policy", repository, "policyText", POLICY),
        ),
        case(
            "docker-build:index:Image",
            "image",
            lambda world: {
                "context": context,
                "dockerfile": {"location": "Dockerfile"},
                "tags": [f"{world['repository']['repositoryUrl']}:one"],
                "platforms": ["linux/amd64"],
                "push": True,
            },
            "ecr.describe_images",
            repository,
            "imageDetails[].[imageDigest, imageTags]",
            lambda world: [[world["image"]["digest"], ["one"]]],
        ),
        case(
            "aws:ecs/cluster:Cluster",
            "cluster",
            {"settings": [{"name": "containerInsights", "value": "enabled"}], "tags": {"team": "a"}},
            "ecs.describe_clusters",
            lambda world: {"clusters": [world["cluster"]["arn"]], "include": ["SETTINGS"]},
            "clusters[0].settings[0].value",
            "enabled",
        ),
        case(
            "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
            "providers",
            lambda world: {
                "clusterName": world["cluster"]["name"],
                "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            },
            "ecs.describe_clusters",
            lambda world: {"clusters": [world["cluster"]["arn"]]},
            "clusters[0].capacityProviders",
            ["FARGATE", "FARGATE_SPOT"],
        ),
        case(
            "aws:ecs/taskDefinition:TaskDefinition",
            "task",
            lambda world: {
                "family": "task",
                "cpu": "256",
                "memory": "512",
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "executionRoleArn": world["role"]["arn"],
                "taskRoleArn": world["role"]["arn"],
                "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
                "volumes": [{"name": "tmp"}],
                "skipDestroy": True,
                "containerDefinitions": json.dumps(
                    [
                        {
                            "name": "app",
                            "image": "i",
                            "environment": [{"name": "A", "value": "b"}],
                            "portMappings": [{"containerPort": 8080}],
                        }
                    ]
                ),
            },
            "ecs.describe_task_definition",
            lambda world: {"taskDefinition": world["task"]["arn"]},
            "taskDefinition.[cpu, revision, containerDefinitions[0].environment, taskRoleArn]",
            lambda world: [
                *("256", world["task"]["revision"], [{"name": "A", "value": "b"}], world["role"]["arn"])
            ],
        ),
        case(
            "aws:ecs/service:Service",
            "service",
            lambda world: {
                "cluster": world["cluster"]["arn"],
                "taskDefinition": world["task"]["arn"],
                "desiredCount": 2.0,
                "capacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1.0}],
                "networkConfiguration": {
                    "subnets": world["net"]["privateSubnetIds"],
                    "securityGroups": [world["group"]["id"]],
                    "assignPublicIp": False,
                },
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                "deploymentMinimumHealthyPercent": 100.0,
                "loadBalancers": [
                    {"targetGroupArn": world["tg"]["arn"], "containerName": "app", "containerPort": 8080.0}
                ],
                "waitForSteadyState": True,
            },
            "ecs.describe_services",
            service,
            "services[0].[desiredCount, loadBalancers[0].containerPort, "
            "networkConfiguration.awsvpcConfiguration.assignPublicIp, serviceArn]",
            lambda world: [2, 8080, "DISABLED", world["service"]["arn"]],
        ),
        case(
            "aws:appautoscaling/target:Target",
            "target",
            lambda world: {**scaled(world), "minCapacity": 1.0, "maxCapacity": 2.0},
            "application-autoscaling.describe_scalable_targets",
            lambda world: {"ServiceNamespace": "ecs", "ResourceIds": [world["target"]["id"]]},
            "ScalableTargets[0].[MinCapacity, MaxCapacity]",
            [1, 2],
        ),
        case(
            "aws:appautoscaling/policy:Policy",
            "scaling",
            lambda world: {
                **scaled(world),
                "policyType": "TargetTrackingScaling",
                "targetTrackingScalingPolicyConfiguration": {
                    "targetValue": 70.0,
                    "predefinedMetricSpecification": {
                        "predefinedMetricType": "ECSServiceAverageCPUUtilization"
                    },
                },
            },
            "application-autoscaling.describe_scaling_policies",
            lambda world: {"ServiceNamespace": "ecs", "ResourceId": world["target"]["id"]},
            "ScalingPolicies[0].[PolicyARN, TargetTrackingScalingPolicyConfiguration.TargetValue]",
            lambda world: [world["scaling"]["arn"], 70.0],
        ),
    ]


def _functions() -> list[Case]:
    def api(world: World) -> dict[str, Any]:
        return {"ApiId": world["api"]["id"]}

    def function(world: World) -> dict[str, Any]:
        return {"FunctionName": world["function"]["name"]}

    return [
        case(
            "aws:lambda/function:Function",
            "function",
            lambda world: {
                "packageType": "Image",
                "imageUri": f"{world['repository']['repositoryUrl']}@{world['image']['digest']}",
                "role": world["role"]["arn"],
                "memorySize": 1024.0,
                "timeout": 28.0,
                "architectures": ["x86_64"],
                "environment": {"variables": {"A": "b"}},
                "loggingConfig": {"logFormat": "Text", "logGroup": "/a/logs"},
                "reservedConcurrentExecutions": 5.0,
                "publish": True,
            },
            "lambda.get_function",
            function,
            "[Configuration.[MemorySize, Timeout, Environment.Variables.A], "
            "Concurrency.ReservedConcurrentExecutions]",
            [[1024, 28, "b"], 5],
        ),
        case(
            "aws:lambda/alias:Alias",
            "alias",
            lambda world: {
                "name": "live",
                "functionName": world["function"]["name"],
                "functionVersion": world["function"]["version"],
            },
            "lambda.get_alias",
            lambda world: {**function(world), "Name": "live"},
            "[FunctionVersion, AliasArn]",
            lambda world: ["1", world["alias"]["arn"]],
        ),
        case(
            "aws:lambda/permission:Permission",
            "permission",
            lambda world: {
                "action": "lambda:InvokeFunction",
                "function": world["function"]["name"],
                "qualifier": "live",
                "principal": "apigateway.amazonaws.com",
                "sourceArn": "arn:aws:execute-api:eu-central-1:123456789012:x/*/*",
            },
            "lambda.get_policy",
            lambda world: {**function(world), "Qualifier": "live"},
            "contains(Policy, 'apigateway.amazonaws.com')",
            True,
        ),
        case(
            "aws:apigatewayv2/api:Api",
            "api",
            {"protocolType": "HTTP", "tags": {"team": "a"}},
            "apigatewayv2.get_api",
            api,
            "[ProtocolType, ApiEndpoint, Tags.team]",
            lambda world: ["HTTP", world["api"]["apiEndpoint"], "a"],
        ),
        case(
            "aws:apigatewayv2/integration:Integration",
            "integration",
            lambda world: {
                "apiId": world["api"]["id"],
                "integrationType": "AWS_PROXY",
                "integrationMethod": "POST",
                "integrationUri": world["alias"]["invokeArn"],
                "payloadFormatVersion": "2.0",
                "timeoutMilliseconds": 29000.0,
            },
            "apigatewayv2.get_integration",
            lambda world: {**api(world), "IntegrationId": world["integration"]["id"]},
            "[PayloadFormatVersion, TimeoutInMillis]",
            ["2.0", 29000],
        ),
        case(
            "aws:apigatewayv2/route:Route",
            "route",
            lambda world: {
                "apiId": world["api"]["id"],
                "routeKey": "$default",
                "target": f"integrations/{world['integration']['id']}",
            },
            "apigatewayv2.get_route",
            lambda world: {**api(world), "RouteId": world["route"]["id"]},
            "RouteKey",
            "$default",
        ),
        case(
            "aws:apigatewayv2/stage:Stage",
            "stage",
            lambda world: {
                "apiId": world["api"]["id"],
                "name": "$default",
                "autoDeploy": True,
                "defaultRouteSettings": {"throttlingRateLimit": 50.0, "throttlingBurstLimit": 100.0},
                "routeSettings": [{"routeKey": "POST /login", "throttlingRateLimit": 5.0}],
                "accessLogSettings": {"destinationArn": world["logs"]["arn"], "format": "{}"},
            },
            "apigatewayv2.get_stage",
            lambda world: {**api(world), "StageName": "$default"},
            '[DefaultRouteSettings.ThrottlingBurstLimit, RouteSettings."POST /login".ThrottlingRateLimit]',
            [100, 5.0],
        ),
        case(
            "aws:cloudwatch/eventRule:EventRule",
            "every-minute",
            {"scheduleExpression": "rate(1 minute)"},
            "events.describe_rule",
            lambda world: {"Name": world["every-minute"]["id"]},
            "[ScheduleExpression, Arn]",
            lambda world: ["rate(1 minute)", world["every-minute"]["arn"]],
        ),
        case(
            "aws:cloudwatch/eventTarget:EventTarget",
            "event-target",
            lambda world: {"rule": world["every-minute"]["id"], "arn": world["alias"]["arn"]},
            "events.list_targets_by_rule",
            lambda world: {"Rule": world["every-minute"]["id"]},
            "Targets[].Arn",
            lambda world: [world["alias"]["arn"]],
        ),
    ]


LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 14,
                },
                "action": {"type": "expire"},
            }
        ]
    }
)
