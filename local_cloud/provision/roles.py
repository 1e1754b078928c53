"""IAM: roles with their policies."""

from .rules import Kind, Made, Step


def _attach(made: Made) -> None:
    for arn in made.inputs["managedPolicyArns"]:
        made.aws.call("iam.attach_role_policy", RoleName=made.inputs["name"], PolicyArn=arn)


KINDS = {
    "aws:iam/role:Role": Kind(
        Step("iam.create_role", {"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"}),
        found="Role",
        id="RoleName",
        outputs={"arn": "Arn", "uniqueId": "RoleId"},
        then=[Step(names={"managedPolicyArns": ""}, run=_attach)],
        unused={"forceDetachPolicies": "nothing is destroyed here"},
        named="name",
        longest=64,
    ),
    "aws:iam/rolePolicy:RolePolicy": Kind(
        Step("iam.put_role_policy", {"role": "RoleName", "name": "PolicyName", "policy": "PolicyDocument"}),
        id=lambda made: f"{made.inputs['role']}:{made.inputs['name']}",
        named="name",
        longest=128,
    ),
    "aws:iam/policy:Policy": Kind(
        Step("iam.create_policy", {"name": "PolicyName", "policy": "PolicyDocument"}),
        found="Policy",
        id="Arn",
        outputs={"arn": "Arn", "policyId": "PolicyId"},
        named="name",
        longest=128,
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Kind(
        Step("iam.attach_role_policy", {"role": "RoleName"}),
        id=lambda made: f"{made.inputs['role']}-{made.inputs['policyArn']}",
    ),
}
