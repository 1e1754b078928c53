"""Requests that wait for the same estimator at once become one call.

A request that comes alone is answered at once, by its own thread, with nothing to wait for. Those that come
while an estimator works queue up; when it is free, the first of them asks for all. scikit-learn's cost is
mostly a call's, not a row's, so four requests at once cost little more than one.

Gain: a forest of 100 trees without its prepared form, answers a second on one core, asked by 1, 4, 16 and 32
threads: 42, 38, 44, 48 without and 35, 93, 261, 637 with batching (`python -m
tests.app.support.prepared_cost`, on a busy machine: the ratios count). BATCHING=0 switches it off.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[Any]
Answers = tuple[NDArray[Any], NDArray[Any] | None]  # values, probabilities
Answer = Callable[[Rows], Answers]

MOST_ROWS = 2048  # of one call made of several requests; one request may have more


class _Ticket:
    """One waiting request."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.turn = threading.Event()
        self.answers: Answers | None = None
        self.error: BaseException | None = None


class Batching:
    """`answer`, joined across the threads that call it. An error meets only the request that causes it."""

    def __init__(self, answer: Answer, most_rows: int = MOST_ROWS) -> None:
        self._answer = answer
        self._most_rows = most_rows
        self._lock = threading.Lock()
        self._working = False
        self._waiting: deque[_Ticket] = deque()

    def __call__(self, rows: Rows) -> Answers:
        """What `answer` says to `rows`. Raises what it raises."""
        with self._lock:
            alone = not self._working
            self._working = True
            if not alone:
                ticket = _Ticket(rows)
                self._waiting.append(ticket)
        if alone:
            try:
                return self._answer(rows)
            finally:
                self._pass_on()
        ticket.turn.wait()
        if ticket.answers is None and ticket.error is None:  # our turn has come to ask for all
            try:
                self._ask(ticket, self._take())
            finally:
                self._pass_on()
        if ticket.error is not None:
            raise ticket.error
        assert ticket.answers is not None
        return ticket.answers

    def _pass_on(self) -> None:
        """The estimator is free: the first who waits takes over."""
        with self._lock:
            if self._waiting:
                self._waiting[0].turn.set()
            else:
                self._working = False

    def _take(self) -> list[_Ticket]:
        """Those who wait, in order, as many as fit one call."""
        with self._lock:
            taken = [self._waiting.popleft()]
            room = self._most_rows - len(taken[0].rows)
            while self._waiting and len(self._waiting[0].rows) <= room:
                taken.append(self._waiting.popleft())
                room -= len(taken[-1].rows)
            return taken

    def _ask(self, own: _Ticket, tickets: list[_Ticket]) -> None:
        """Answers every ticket, whatever happens, and wakes those that are not `own`."""
        try:
            if not self._ask_at_once(tickets):
                for ticket in tickets:
                    try:
                        ticket.answers = self._answer(ticket.rows)
                    except Exception as error:
                        ticket.error = error
        except BaseException as error:  # this thread is being ended; the others must not wait for ever
            for ticket in tickets:
                ticket.error = ticket.error or error
        for ticket in tickets:
            if ticket is not own:
                ticket.turn.set()

    def _ask_at_once(self, tickets: list[_Ticket]) -> bool:
        if len(tickets) == 1:
            return False
        try:
            values, odds = self._answer(np.concatenate([ticket.rows for ticket in tickets]))
        except Exception:  # some request's rows are at fault: each is asked by itself
            return False
        start = 0
        for ticket in tickets:
            end = start + len(ticket.rows)
            ticket.answers = values[start:end], None if odds is None else odds[start:end]
            start = end
        return True
