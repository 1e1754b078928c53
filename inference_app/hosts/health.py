"""The container's own check: exit 0 when /healthz on this machine answers 200, without curl."""

from __future__ import annotations

import http.client
import os
import sys


def main() -> int:
    """0 when the server lives, else 1."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8080")), timeout=2)
    try:
        connection.request("GET", "/healthz")
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
