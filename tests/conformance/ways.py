"""What lies between a client and the application, and what of the contract does not get through it.

A gateway answers some requests by itself. These are not asked there, or are recognised as its own answers,
and are listed by name with the reason; nothing is left out in silence.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit

from .asking import Reply


class Feature(Enum):
    """What a request needs from its way that not every way gives."""

    GET_BODY = "a GET with a body"
    ODD_METHOD = "a method that no RFC knows"
    ODD_PATH = "a path that hops may rewrite"
    ODD_HEADER = "a header that is not ASCII"
    LARGE_BODY = "a body over 1 MB"
    LARGEST_BODY = "a body over 4 MiB"
    EQUAL_PARAMETERS = "two query parameters of one name"
    ONE_PROCESS = "a count that each process keeps for itself"


@dataclass(frozen=True)
class Way:
    """One kind of way; `refuses` gives the reason for each feature that is not asked there."""

    name: str
    refuses: Mapping[Feature, str] = field(default_factory=dict)


_COUNTED = "each process counts failed logins for itself, and the address would be locked out for a minute"
DIRECT = Way("direct")
SERVER = Way("a server", {Feature.ONE_PROCESS: _COUNTED})
BALANCER_EVENTS = Way(
    "a load balancer's events",
    {Feature.EQUAL_PARAMETERS: "of two equal parameters a load balancer hands the last one to a function"},
)
BALANCER = Way("a load balancer", {Feature.ONE_PROCESS: _COUNTED})
# docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html and api-gateway-known-issues.html
API_GATEWAY = Way(
    "API Gateway",
    {
        Feature.ONE_PROCESS: _COUNTED,
        Feature.GET_BODY: "API Gateway may drop or refuse the body of a GET",
        Feature.ODD_METHOD: "API Gateway answers unknown methods itself",
        Feature.ODD_PATH: "API Gateway decodes and normalises paths before it routes",
        Feature.ODD_HEADER: "API Gateway need not pass headers that are not ASCII",
        Feature.LARGEST_BODY: "Lambda takes 6 MB of event, in base64 about 4.5 MB of body",
    },
)
WAYS = {"direct": SERVER, "balancer": BALANCER, "api-gateway": API_GATEWAY}

_OF_API_GATEWAY = ("apigw-requestid", "x-amz-apigw-id")


def way_of(url: str, reply: Reply) -> Way:
    """The way to `url`, judged by an answer that came from there: API Gateway signs its answers, a balancer
    does not, an address of numbers is a server's own."""
    host = urlsplit(url).hostname or ""
    if ".execute-api." in host or any(name in reply.headers for name in _OF_API_GATEWAY):
        return API_GATEWAY
    if host == "localhost" or _is_address(host):
        return SERVER
    return BALANCER


def answered_by_a_hop(reply: Reply) -> bool:
    """Whether something on the way answered: every answer of the application carries X-Request-Id."""
    return "x-request-id" not in reply.headers


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
