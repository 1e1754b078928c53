"""Which component names AWS will accept once Pulumi has added its own characters to them."""

import re

from .arguments import Arguments

# Auto-naming adds a hyphen and seven hexadecimal digits: fakeaws-lb becomes fakeaws-lb-1a2b3c4.
AUTO_NAME = 8
PATTERN = re.compile(r"[a-z](?:-?[a-z0-9])*")
# A security group may not be called sg-…, a balancer may not be called internal-….
RESERVED = ("sg-", "internal-")


def check_name(arguments: Arguments, name: str, longest_child: str, limit: int) -> None:
    """Adds a problem where the physical name of a child would break AWS's rules.

    `longest_child` is the ending of the child whose name is limited to `limit` characters. The rule is the
    strictest of those that apply: lower-case letters, digits and single hyphens, beginning with a letter.
    """
    longest = limit - AUTO_NAME - len(longest_child)
    if len(name) > longest:
        arguments.problem(f"its name must have at most {longest} characters; '{name}' has {len(name)}")
    if not PATTERN.fullmatch(name) or name.startswith(RESERVED):
        arguments.problem(
            "its name must be lower-case letters, digits and single hyphens, begin with a letter and not "
            f"with {' or '.join(RESERVED)}; got '{name}'"
        )
