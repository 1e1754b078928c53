"""What to do about an error of AWS, in a few words: the line in the log names the way out."""

from __future__ import annotations

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # the base of every connection that failed or timed out
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
)

_NO_ANSWER = (
    "nothing answered: the subnet needs a way there (a NAT gateway or an endpoint), "
    "the security group an outgoing rule for port 443"
)
_NOT_ALLOWED = (
    "the role of this task or function may not read it: allow {action} on it "
    "(and kms:Decrypt, where a key of yours encrypts it)"
)
_CREDENTIALS = "the credentials are not valid here: renew them, or give the task or function a role"
_BY_CODE = {
    "NoSuchBucket": "there is no such bucket: `pulumi up` makes it, or correct MODELS",
    "NoSuchKey": "there is no such object: `pulumi up` uploads it, or correct MODELS",
    "ResourceNotFoundException": "there is no such secret: `pulumi up` makes it, or correct its ARN",
    "InvalidRequestException": "the secret is marked for deletion: restore it, or `pulumi up` with a new one",
    "AccessDenied": _NOT_ALLOWED,
    "AccessDeniedException": _NOT_ALLOWED,
    "ExpiredToken": _CREDENTIALS,
    "ExpiredTokenException": _CREDENTIALS,
    "InvalidAccessKeyId": _CREDENTIALS,
    "InvalidClientTokenId": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "UnrecognizedClientException": _CREDENTIALS,
}


def way_out(error: Exception, action: str) -> str:
    """What helps against `error` of a call that needs `action` (an IAM action); "" where nobody knows."""
    if isinstance(error, ClientError):
        return _BY_CODE.get(error.response.get("Error", {}).get("Code", ""), "").format(action=action)
    if isinstance(error, NoCredentialsError):
        return "give the task or function a role; here, set AWS_PROFILE or AWS_ACCESS_KEY_ID"
    if isinstance(error, NoRegionError):
        return "set AWS_REGION"
    return _NO_ANSWER if isinstance(error, (ConnectionError, HTTPClientError)) else ""
