"""Measures that several others are made of: worked out once for one and the same session."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

__all__ = ["once"]

Value = TypeVar("Value")
Answer = TypeVar("Answer")


def once(measure: Callable[[Value], Answer]) -> Callable[[Value], Answer]:
    """Keep the answer for the last value it was asked of.

    The very same value is meant, not an equal one: comparing a session takes longer than measuring
    it. Values are frozen, so what was true of one stays so; answers are shared, never changed.
    """
    last: list[tuple[Value, Answer]] = []

    @wraps(measure)
    def asked(value: Value) -> Answer:
        for kept, answer in last[-1:]:
            if kept is value:
                return answer
        answer = measure(value)
        last[:] = [(value, answer)]
        return answer

    return asked
