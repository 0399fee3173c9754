"""Learning to hear the difference: what is asked, what was answered, how it is scored. Pure."""

from alsvoice.practice.choosing import balanced
from alsvoice.practice.reasons import reason
from alsvoice.practice.rounds import Answer, Exercise, Item, Round
from alsvoice.practice.scoring import Comparison, Score, Slip, compare, score

__all__ = [
    "Answer",
    "Comparison",
    "Exercise",
    "Item",
    "Round",
    "Score",
    "Slip",
    "balanced",
    "compare",
    "reason",
    "score",
]
