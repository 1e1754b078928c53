"""VPC, security groups and balancers."""

from typing import Any

from .case import Case, World, case


def network() -> list[Case]:
    """A network and the balancer in it."""

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
                "conditions": [
                    {"pathPattern": {"values": ["/*"]}},
                    {"hostHeader": {"values": ["a.example"]}},
                ],
                "actions": [
                    {
                        "type": "forward",
                        "forward": {"targetGroups": [{"arn": world["tg"]["arn"], "weight": 1.0}]},
                    }
                ],
            },
            "elbv2.describe_rules",
            lambda world: {"RuleArns": [world["rule"]["arn"]]},
            "Rules[0].[Priority, Conditions[].Field, "
            "Actions[0].ForwardConfig.TargetGroups[0].TargetGroupArn]",
            lambda world: ["100", ["path-pattern", "host-header"], world["tg"]["arn"]],
        ),
    ]
