"""The second half of ``measure_voices.py``: from the sound of one meeting to names in others."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from alsvoice.config import Config
from alsvoice.formats import rttm, stage_files
from alsvoice.intervals import overlap_ms
from alsvoice.pipeline import sets
from alsvoice.pipeline.arranging import Arrangement
from alsvoice.pipeline.corrections import name_voices
from alsvoice.pipeline.enrolling import enrol
from alsvoice.pipeline.importing import Details, import_audio
from alsvoice.pipeline.run import process
from alsvoice.pipeline.sight import see
from alsvoice.pipeline.stages import Choices
from alsvoice.session import Consent
from alsvoice.sets import LearningSet
from alsvoice.store import Library, SessionFolder
from alsvoice.transcript import Transcript, Turn

__all__ = ["meetings"]

SET = "set"
ORDERS = (("s4_3min", "s6_6min", "s6_60min"), ("s6_6min", "s4_3min", "s6_60min"))
PEOPLE = {"s4_3min": 4, "s6_6min": 6, "s6_60min": 6}


def meetings(data: Path) -> None:
    """Enrol the people of one recording and print who is named in the others, and how."""
    for enrolled, *later in ORDERS:
        with tempfile.TemporaryDirectory() as place:
            library, config = Library(Path(place)), Config.resolve()
            sets.save(library, LearningSet(name=SET))
            words = Path(place) / "words.json"
            words.write_bytes(stage_files.serialize_words(Transcript(words=())))
            choices = Choices(asr=f"scripted:{words}", classifier="rules", threads=1)
            session = _processed(library, config, data, enrolled, choices)
            who = _true_names(session, _reference(data, enrolled))
            now = datetime.now(UTC)
            name_voices(session, config, who, now=now)
            done = enrol(library, session, config, set_name=SET, consent=Consent.WRITTEN, now=now)
            kept = {each.name for each in done if each.profile}
            print(f"\nenrolled from {enrolled}: {', '.join(sorted(kept))}")
            for name in later:
                session = _processed(library, config, data, name, choices)
                print(f"  {name}: {_told(session, _reference(data, name), kept)}")


def _processed(
    library: Library, config: Config, data: Path, name: str, choices: Choices
) -> SessionFolder:
    folder = data / "speech" / "composed"
    audio = next(folder.glob(f"{name}.[fo]*"))
    details = Details(speakers=PEOPLE[name], set=SET)
    given = Arrangement(files=(audio,))
    session = import_audio(library, config, given, details, now=datetime.now(UTC))
    process(session, config, choices)
    return session


def _reference(data: Path, name: str) -> tuple[Turn, ...]:
    return rttm.parse((data / "speech" / "composed" / f"{name}.rttm").read_text())


def _true_names(session: SessionFolder, reference: Sequence[Turn]) -> dict[str, str]:
    """Return voice → who speaks most of it; a person's second voice keeps its label."""
    names: dict[str, str] = {}
    for voice in see(session).heard.speakers:
        share: Counter[str] = Counter()
        for turn in see(session).heard.exclusive:
            if turn.speaker == voice:
                for true in reference:
                    share[true.speaker] += overlap_ms(turn.span, true.span)
        name = share.most_common(1)[0][0]
        if name not in names.values():
            names[voice] = name
    return names


def _told(session: SessionFolder, reference: Sequence[Turn], kept: set[str]) -> str:
    truth = _true_names(session, reference)
    recognition = session.manifest().recognition
    found = {each.speaker: each for each in (recognition.found if recognition else ())}
    right = [v for v, each in found.items() if truth.get(v) == each.name]
    missed = [v for v, name in truth.items() if name in kept and v not in found]
    strangers = [v for v, name in truth.items() if name not in kept]
    left = [v for v in strangers if v not in found]
    alike = ", ".join(f"{found[v].name} {found[v].likeness:.2f}" for v in right)
    return (
        f"right {len(right)} ({alike}), wrong {len(found) - len(right)}, missed {len(missed)}, "
        f"strangers left strangers {len(left)} of {len(strangers)}"
    )
