"""What people hand in: phases as JSON, rows to be coded a line each."""

import io
import json
from typing import Any

import pytest

from alsvoice.errors import FormatError
from alsvoice.formats import phase_list, rows
from alsvoice.labels import Coding, Flag, Label, UtteranceText
from alsvoice.session import (
    Phase,
)

# Phases as they are given.


def phases_of(*rows_: dict[str, Any]) -> tuple[Phase, ...]:
    return phase_list.parse(json.dumps(rows_).encode(), where="phases.json")


def test_a_phase_lasts_until_the_next_and_the_last_until_the_end() -> None:
    found = phases_of(
        {"name": "exploring", "start_s": 90.5, "round": 2, "presenter": "Ben", "planned_s": 60},
        {"name": " check\tin ", "start_s": 0, "end_s": 60, "presenter": " "},
        {"name": "presenting", "start_s": 60},
    )
    assert found[:2] == (
        Phase(name="check in", start_ms=0, end_ms=60_000),
        Phase(name="presenting", start_ms=60_000, end_ms=90_500),
    )
    assert found[2] == Phase(
        name="exploring",
        start_ms=90_500,
        end_ms=found[2].end_ms,
        planned_ms=60_000,
        round=2,
        presenter="Ben",
    )
    assert found[2].end_ms >= 100 * 3600_000, "as far as any recording reaches"
    assert phases_of() == ()


@pytest.mark.parametrize("number", [0, 999])
def test_rounds_are_numbered_from_nought_to_nine_hundred_and_ninety_nine(number: int) -> None:
    assert phases_of({"name": "a", "start_s": 0, "round": number})[0].round == number


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"name": "a", "start_s": -1}, "between 0 and"),
        ({"name": "a", "start_s": 1e9}, "between 0 and"),
        ({"name": "a", "start_s": 2, "end_s": 1}, "end_s lies before start_s"),
        ({"name": "a", "start_s": 0, "planned_s": -5}, "between 0 and"),
        ({"name": "a", "start_s": 0, "planned_s": 1e300}, "between 0 and"),
        ({"name": "a", "start_s": 0, "round": -1}, "round"),
        ({"name": "a", "start_s": 0, "round": 1000}, "round"),
        ({"name": "a", "start_s": 0, "round": 10**30}, "round"),
        ({"name": "\n", "start_s": 0}, "needs a name"),
        ({"name": "a"}, "start_s"),
        ({"start_s": 0}, "name"),
        ({"name": "a", "start_s": "0:30"}, "start_s"),
        ({"name": "a", "start_s": 0, "end_s": 31}, "'a' is still on when 'last' starts"),
    ],
)
def test_a_phase_that_cannot_be_is_named_by_its_place(row: dict[str, Any], what: str) -> None:
    with pytest.raises(FormatError, match=what) as caught:
        phases_of({"name": "first", "start_s": 0, "end_s": 0}, row, {"name": "last", "start_s": 30})
    assert str(caught.value).startswith("phases.json: ")
    assert "[1]" in str(caught.value)


# Rows to be coded.


def parsed(data: bytes) -> list[UtteranceText]:
    return list(rows.parse(io.BytesIO(data), where="in.jsonl"))


def test_rows_are_read_line_by_line() -> None:
    data = b'{"id": 7, "text": "Why?", "prev_text": "", "more": 1}\n\n{"id":"b","text":""}'
    assert parsed(data) == [
        UtteranceText(id="7", text="Why?"),
        UtteranceText(id="b", text=""),
    ]
    full = b'{"id":"c","text":"x","prev_text":"y","speaker_role":"member"}\r\n'
    assert parsed(full) == [UtteranceText(id="c", text="x", prev_text="y", speaker_role="member")]


def test_a_row_is_given_before_the_next_is_read() -> None:
    class Stream(io.BytesIO):
        reads = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            return super().readline(size if size is not None else -1)

    stream = Stream(b'{"id":1,"text":"a"}\n' * 5)
    next(rows.parse(stream, where="in"))
    assert stream.reads == 1


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"Why?", "line 2"),
        (b'{"id": 1}', "line 2: .*text"),
        (b'{"id": null, "text": "a"}', "line 2: .*id"),
        (b'{"id": 1, "text": "' + b"a" * (1 << 20) + b'"}', "line 2: is longer than a megabyte"),
    ],
)
def test_a_broken_row_is_named_by_its_line(line: bytes, what: str) -> None:
    with pytest.raises(FormatError, match=f"in.jsonl, {what}"):
        parsed(b'{"id":1,"text":"a"}\n' + line)


def test_codings_are_written_a_line_each() -> None:
    made = Coding(
        utterance_id="ü1",
        label=Label.ADVICE,
        probabilities=(0.1, 0.2, 0.60004, 0.09996),
        flags=(Flag.LEADING,),
    )
    [line] = rows.serialize([made])
    assert line.endswith("\n")
    assert json.loads(line) == {
        "id": "ü1",
        "label": "advice",
        "probabilities": {
            "open_question": 0.1,
            "closed_question": 0.2,
            "advice": 0.6,
            "other": 0.1,
        },
        "flags": ["leading"],
        "unsure": True,
    }
