"""Whether it is worth to wait for a language model before something else is said."""

from __future__ import annotations

from parley.thinking_time import ThinkingTime


def test_nothing_is_known_of_a_model_that_never_answered() -> None:
    assert ThinkingTime().worth_waiting(0.0, 0.1)


def test_a_slow_model_is_not_waited_for_and_a_fast_one_is() -> None:
    slow, fast = ThinkingTime(), ThinkingTime()
    for seconds in (0.9, 0.8, 0.05):
        slow.took(seconds)
        fast.took(seconds / 10)
    assert not slow.worth_waiting(0.0, 0.1)
    assert slow.worth_waiting(0.75, 0.1), "it was begun in the pause, and is nearly there"
    assert fast.worth_waiting(0.0, 0.1)


def test_a_model_that_has_become_fast_is_waited_for_again() -> None:
    model = ThinkingTime()
    for seconds in [2.0] * 5 + [0.05] * 9:
        model.took(seconds)
    assert model.worth_waiting(0.0, 0.1)
