"""What answering needs, put together by a host; nothing in it does I/O while answering."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..auth.key_ring import KeyRing
from ..auth.throttle import HashingSlot, LoginThrottle
from ..auth.tokens import Tokens
from ..auth.users import UserStore
from ..models.loaded_model import LoadedModel
from ..models.store import ModelStore
from .files import StaticFile


class Documents(Protocol):
    """The documents that describe the service; `web/` writes them."""

    def openapi(self, models: Sequence[LoadedModel] | None, default: str | None) -> Any:
        """The OpenAPI document; generic when `models` is None. `default` names the model of /predict."""
        ...

    def index(self) -> Any:
        """The JSON index of the service."""
        ...

    def page_file(self, name: str) -> StaticFile | None:
        """A file of the page or of /docs, None where there is none of that name."""
        ...

    def viewer_file(self, name: str) -> StaticFile | None:
        """A file of the viewer that /docs uses."""
        ...


class HostState(Protocol):
    """What the host knows beyond this process."""

    @property
    def draining(self) -> bool:
        """Whether the host was told to stop."""
        ...

    @property
    def others_ready(self) -> bool:
        """Whether the host's other processes are ready."""
        ...


@dataclass(slots=True)
class Alone:
    """The state of a host that has one process: it is never told to stop."""

    draining: bool = False
    others_ready: bool = True


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that `answer` looks at. `default_model` is asked each time: a list in S3 may decide it
    later."""

    models: ModelStore
    default_model: Callable[[], str | None]
    keys: KeyRing
    users: UserStore
    tokens: Tokens
    throttle: LoginThrottle
    documents: Documents
    hashing: HashingSlot = field(default_factory=HashingSlot)
    host: HostState = field(default_factory=Alone)

    @property
    def loaded(self) -> bool:
        """Whether this process has all it needs: every model, the keys and the users."""
        return self.models.complete and self.keys.current() is not None and self.users.current() is not None

    @property
    def ready(self) -> bool:
        """Whether the host should be sent requests."""
        return self.loaded and self.host.others_ready and not self.host.draining
