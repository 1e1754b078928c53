"""The clients of the embedded AWS: made once each, from any thread, and blind to a real account."""

import threading
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"  # moto's
ACCESS_KEY, SECRET_KEY = "local", "local"


class Aws:
    """One region of the embedded AWS at `endpoint` (an http address)."""

    def __init__(self, endpoint: str, region: str) -> None:
        self.endpoint, self.region, self.account = endpoint, region, ACCOUNT
        self._session: Any = boto3.Session(
            aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY, region_name=region
        )
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        """The boto3 client of a service; no proxy stands before it, and nothing is tried twice."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session.client(
                    service,
                    endpoint_url=self.endpoint,
                    config=Config(
                        proxies={},
                        max_pool_connections=32,
                        retries={"total_max_attempts": 1, "mode": "standard"},
                    ),
                )
            return self._clients[service]

    def call(self, call: str, **parameters: Any) -> dict[str, Any]:
        """Calls e.g. "ecs.create_cluster" and returns its answer; errors are botocore's."""
        service, operation = call.split(".")
        answer: dict[str, Any] = getattr(self.client(service), operation)(**parameters)
        return answer

    def input_shape(self, call: str) -> Any:
        """What the API says that the call takes."""
        service, operation = call.split(".")
        meta = self.client(service).meta
        return meta.service_model.operation_model(meta.method_to_api_mapping[operation]).input_shape

    def environment(self) -> dict[str, str]:
        """The variables that turn a process to this AWS: endpoint, region, credentials, and nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }
