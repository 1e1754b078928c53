"""How long is waited, and when: full jitter between tries, and what is due on the way down."""

from __future__ import annotations

import pytest

from inference_app.hosts.board import Board
from inference_app.hosts.drain import FINISH_SECONDS, Drain
from inference_app.hosts.retrying import BASE_SECONDS, CAP_SECONDS, wait_seconds


@pytest.mark.parametrize(
    ("attempt", "longest"), [(0, BASE_SECONDS), (1, 0.5), (3, 2.0), (10, CAP_SECONDS), (10_000, CAP_SECONDS)]
)
def test_a_wait_is_anything_up_to_a_limit_that_doubles(attempt: int, longest: float) -> None:
    asked: list[tuple[float, float]] = []

    def dice(low: float, high: float) -> float:
        asked.append((low, high))
        return high / 2

    assert wait_seconds(attempt, dice) == longest / 2
    assert asked == [(0.0, longest)]


def test_a_drain_serves_on_then_closes_the_door_then_loses_patience() -> None:
    now = [100.0]
    drain = Drain(15, lambda: now[0])
    before = (drain.started, drain.door_should_close, drain.patience_is_over)
    drain.start()
    now[0] += 14.5
    drain.start()  # a second signal changes nothing
    serving_on = (drain.started, drain.door_should_close, drain.patience_is_over)
    now[0] += 0.5
    closing = (drain.started, drain.door_should_close, drain.patience_is_over)
    now[0] += FINISH_SECONDS
    over = (drain.started, drain.door_should_close, drain.patience_is_over)
    assert before == (False, False, False)
    assert serving_on == (True, False, False)
    assert closing == (True, True, False)
    assert over == (True, True, True)


def test_the_board_is_ready_when_every_other_worker_is() -> None:
    board = Board(3)
    board.mine = 1
    board.set_ready(0, True)
    first = (board.others_ready, board.ready_workers, board.draining)
    board.set_ready(2, True)
    second = (board.others_ready, board.ready_workers, board.draining)
    board.set_ready(0, False)
    board.start_draining()
    third = (board.others_ready, board.ready_workers, board.draining)
    assert (first, second, third) == ((False, 1, False), (True, 2, False), (False, 1, True))
