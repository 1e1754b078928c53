"""Puts the application together from the settings, the same for every host, and keeps what it read fresh.

Who calls `load` and `refresh`, and when, is the host's matter: a task does it in a background thread, a
function at init and at the start of an invocation.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..auth.key_ring import KeyRing
from ..auth.remembered import RememberedTokens
from ..auth.throttle import LoginThrottle
from ..auth.tokens import Tokens
from ..auth.users import UserStore
from ..errors import RefusedError, SourceError
from ..models.loader import ModelLoader
from ..models.store import ModelStore
from ..serving.exchange import Exchange
from ..serving.services import Alone, HostState, Services
from ..settings import Settings
from ..sources.addresses import Addresses
from ..telemetry.logs import log_request
from ..telemetry.notebook import Notebook
from ..web.openapi import ServiceDocuments

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("inference.hosts")

REFRESH_SECONDS = 120.0  # how old keys and users may get; a rotation keeps the old key for longer than this


@dataclass(slots=True)
class Application:
    """The application of one process: what answers, and what reads."""

    settings: Settings
    exchange: Exchange
    services: Services
    loader: ModelLoader
    clock: Callable[[], float]
    _refreshed_at: float = field(default=float("-inf"))
    _flask: WSGIApplication | None = None
    _making: threading.Lock = field(default_factory=threading.Lock)

    @property
    def app(self) -> WSGIApplication:
        """The WSGI application; with FAST_PATH predictions and health are answered before Flask."""
        if not self.settings.fast_path:
            return self.flask
        from .fast_path import before_flask

        def flask(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            return self.flask(environ, start_response)

        return before_flask(flask, self.exchange, self.settings.trusted_proxy_hops)

    @property
    def flask(self) -> WSGIApplication:
        """Flask's application, made when it is first asked for: its imports are two fifths of a start."""
        with self._making:
            if self._flask is None:
                from ..web.app import create_app

                self._flask = create_app(self.exchange, self.settings.trusted_proxy_hops)
        return self._flask

    def load(self) -> bool:
        """Tries, once, whatever is missing. True when nothing is; failures are lines in the log."""
        if self.services.keys.current() is None or self.services.users.current() is None:
            self.refresh()
        return self.loader.load_missing() and self.services.loaded

    def refresh(self) -> None:
        """Reads keys and users again. A failure is a line in the log; what was read before stays."""
        self._refreshed_at = self.clock()
        for what, store in (("signing keys", self.services.keys), ("users", self.services.users)):
            try:
                store.refresh()
            except SourceError as error:
                log.warning("the %s cannot be read now: %s", what, error)
            except RefusedError as error:
                log.error("the %s are refused: %s", what, error)
            except Exception:  # whatever it is, what was read before still serves
                log.exception("reading the %s failed", what)

    def missing(self) -> list[str]:
        """What is not there yet, in words."""
        services = self.services
        secrets = (("the signing keys", services.keys.current()), ("the users", services.users.current()))
        return [*services.models.missing(), *(what for what, store in secrets if store is None)]

    @property
    def stale(self) -> bool:
        """Whether keys and users are older than REFRESH_SECONDS."""
        return self.clock() - self._refreshed_at >= REFRESH_SECONDS


def assemble(
    settings: Settings,
    host: HostState | None = None,
    wall: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    notebook: Notebook | None = None,
) -> Application:
    """The application for `settings`; nothing is read yet. `wall` is for tokens, `clock` for intervals; its
    requests are noted in `notebook`, or logged at once where there is none."""
    sources = Addresses()
    store = ModelStore()
    metrics = None if notebook is None else notebook.metrics
    loader = ModelLoader(
        settings.models,
        settings.default_model,
        sources,
        store,
        metrics,
        settings.prepared,
        settings.batching,
    )
    keys = KeyRing(settings.signing_keys, sources, clock)
    services = Services(
        models=store,
        default_model=lambda: loader.default_model,
        keys=keys,
        users=UserStore(settings.users, sources),
        tokens=Tokens(
            keys,
            settings.token_issuer,
            settings.token_audience,
            settings.token_seconds,
            wall,
            RememberedTokens() if settings.token_cache else None,
        ),
        throttle=LoginThrottle(clock),
        documents=ServiceDocuments(),
        host=host or Alone(),
    )

    def reload_keys() -> None:
        try:
            keys.refresh()
        except Exception as error:  # a client's token led here: nothing that happens now may become its 5xx
            log.warning("the signing keys cannot be read now: %s", error)

    exchange = Exchange(services, reload_keys, log_request if notebook is None else notebook.note)
    return Application(settings, exchange, services, loader, clock)
