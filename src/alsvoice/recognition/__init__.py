"""Whose voice it is: passages to listen to, whether they are one voice, and whose profile fits."""

from alsvoice.recognition.matching import Heard, Known, matched, same_voice
from alsvoice.recognition.passages import clean_passages
from alsvoice.recognition.quality import Fault, Taken, one_voice

__all__ = [
    "Fault",
    "Heard",
    "Known",
    "Taken",
    "clean_passages",
    "matched",
    "one_voice",
    "same_voice",
]
