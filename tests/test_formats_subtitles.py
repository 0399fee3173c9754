"""SRT, WebVTT and plain text: for people and players, so nothing a person says may break them."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from alsvoice.formats import srt, txt, vtt
from alsvoice.formats.fields import one_line
from alsvoice.formats.segments import SpokenSegment

awkward = st.sampled_from("\n\r\t \u2028\x00\x0b\x85\u202e\u200f<>&{}-;")
texts = st.text(st.characters() | awkward, max_size=40)


def at(start_ms: int, end_ms: int, speaker: str, text: str) -> SpokenSegment:
    return SpokenSegment(speaker=speaker, start_ms=start_ms, end_ms=end_ms, text=text)


SAID = [
    at(3_723_004, 3_725_000, "Ben", "Well, it is & it isn't."),
    at(2_720, 5_571, "Ann Lee", "How\nare <you>?"),
    at(6_000, 6_000, "Ann Lee", "--> {\\an8} now"),
    at(7_000, 8_000, "Ben", " \u202e "),
]


def test_srt_as_written() -> None:
    assert srt.serialize(SAID) == (
        "1\n00:00:02,720 --> 00:00:05,571\nAnn Lee: How are ‹you›?\n\n"
        "2\n00:00:06,000 --> 00:00:06,001\nAnn Lee: --› (\\an8) now\n\n"
        "3\n01:02:03,004 --> 01:02:05,000\nBen: Well, it is & it isn't.\n"
    )


def test_vtt_as_written() -> None:
    assert vtt.serialize(SAID) == (
        "WEBVTT\n\n00:00:02.720 --> 00:00:05.571\n<v Ann Lee>How are &lt;you&gt;?\n\n"
        "00:00:06.000 --> 00:00:06.001\n<v Ann Lee>--&gt; {\\an8} now\n\n"
        "01:02:03.004 --> 01:02:05.000\n<v Ben>Well, it is &amp; it isn't.\n"
    )


def test_txt_as_written() -> None:
    assert txt.serialize(SAID, title="A\nhuddle") == (
        "A huddle\n========\n\n[0:02] Ann Lee\nHow are <you>? --> {\\an8} now\n\n"
        "[1:02:03] Ben\nWell, it is & it isn't.\n"
    )


def test_nothing_said() -> None:
    silent = [at(0, 1, "Ann", "")]
    assert srt.serialize(silent) == ""
    assert vtt.serialize(silent) == "WEBVTT\n"
    assert txt.serialize(silent) == "No speech was found.\n"


def test_long_utterances_are_whole() -> None:
    said = " ".join(f"word{n}" for n in range(500))
    segment = at(0, 200_000, "Ann", said)
    assert said in srt.serialize([segment])
    assert said in vtt.serialize([segment])
    lines = txt.serialize([segment]).splitlines()[1:]
    assert " ".join(lines) == said
    assert max(map(len, lines)) <= 80


@given(st.lists(st.tuples(st.integers(0, 10**7), texts.filter(bool), texts), max_size=6))
def test_nothing_said_breaks_a_subtitle(said: list[tuple[int, str, str]]) -> None:
    spoken = [at(start, start + 500, name, text) for start, name, text in said]
    heard = sorted((s.start_ms, one_line(s.text)) for s in spoken if one_line(s.text))
    for written in (srt.serialize(spoken), vtt.serialize(spoken), txt.serialize(spoken)):
        written.encode()
        assert len(written.splitlines()) == written.count("\n")
    assert srt.serialize(spoken).count(" --> ") == len(heard)
    cues = vtt.serialize(spoken).split("\n\n")[1:]
    bodies = [cue.strip("\n").split("\n") for cue in cues]
    assert all(len(lines) == 2 for lines in bodies)
    shown = [re.sub(r"^<v [^<>]+>", "", lines[1]) for lines in bodies]
    assert all("<" not in line and ">" not in line for line in shown)
    assert sorted(html.unescape(line) for line in shown) == sorted(text for _, text in heard)
