"""Objects from S3 and secrets from Secrets Manager, with time-outs that a start or an invocation can afford.

botocore's own time-outs are 60 s each and it tries again by itself: a black-holed endpoint would cost
minutes. Here one attempt takes at most connect + read; whoever calls decides about another one. The endpoint,
the region and the credentials come from the SDK's own environment (AWS_ENDPOINT_URL, AWS_REGION, the role).
"""

from __future__ import annotations

import os
import threading
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from ..errors import SourceError
from .hints import way_out

CONNECT_SECONDS = 2
READ_SECONDS = 5


class Aws:
    """Reads s3:// addresses and secret ARNs. Clients are made on first use; they are thread-safe."""

    def __init__(self, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS) -> None:
        self._lock = threading.Lock()
        self._s3: Any = None
        self._secrets: Any = None
        # Not boto3: its resources and transfers cost half of the import and are not used here.
        self._session = botocore.session.get_session()
        # botocore alone reads AWS_DEFAULT_REGION only; the task and Lambda set AWS_REGION.
        self._region = os.environ.get("AWS_REGION")
        self._config = Config(
            connect_timeout=connect_seconds,
            read_timeout=read_seconds,
            retries={"total_max_attempts": 1, "mode": "standard"},
        )

    def read_object(self, uri: str) -> bytes:
        """The bytes of the object at `uri` (s3://bucket/key)."""
        parts = urlsplit(uri)
        try:
            with self._lock:
                self._s3 = self._s3 or self._client("s3")
            response = self._s3.get_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"))
            return bytes(response["Body"].read())
        except (BotoCoreError, ClientError, HTTPClientError) as error:
            raise SourceError(f"{uri}: {_one_line(error, 's3:GetObject')}") from error

    def read_secret(self, address: str) -> bytes:
        """The current version of the secret whose ARN is `address`."""
        try:
            with self._lock:
                self._secrets = self._secrets or self._client("secretsmanager")
            response = self._secrets.get_secret_value(SecretId=address)
        except (BotoCoreError, ClientError, HTTPClientError) as error:
            line = _one_line(error, "secretsmanager:GetSecretValue")
            raise SourceError(f"{address}: {line}") from error
        if "SecretString" in response:
            return str(response["SecretString"]).encode()
        return bytes(response["SecretBinary"])

    def _client(self, service: str) -> Any:
        return self._session.create_client(service, region_name=self._region, config=self._config)


def _one_line(error: Exception, action: str) -> str:
    line = " ".join(str(error).split())
    hint = way_out(error, action)
    return f"{line} ({hint})" if hint else line
