"""A library of several meetings, each a copy of one that was processed, changed at will."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from alsvoice.formats import stage_files
from alsvoice.session import Manifest
from alsvoice.store import SessionFolder
from cli_runner import Outcome, alsvoice
from planted import stamp
from scripted_demo import Scene

__all__ = ["Shelf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A library to which copies of one session are added."""

    library: Path
    first: Scene

    def run(self, *arguments: str | Path) -> Outcome:
        """Run a command on the library."""
        return alsvoice("--library", self.library, *arguments)

    def add(
        self,
        day: str,
        *,
        of_set: str | None = "Tuesdays",
        change: Callable[[Manifest], Manifest] = lambda manifest: manifest,
    ) -> Scene:
        """Add the meeting of a day; return it."""
        id_ = f"{day}_0930_abcd"
        place = self.library / "sessions" / id_
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.first.folder, place)
        folder = SessionFolder(place)
        made = replace(folder.manifest(), id=id_, created=f"{day}T09:30:00+00:00", set=of_set)
        folder.write_manifest(change(made))
        return Scene(library=self.library, session=id_, script=self.first.script)


def called(old: str, new: str) -> Callable[[Manifest], Manifest]:
    """Return a change of a participant's name."""

    def change(manifest: Manifest) -> Manifest:
        people = (replace(p, name=new) if p.name == old else p for p in manifest.participants)
        return replace(manifest, participants=tuple(people))

    return change


def coded_by(scene: Scene, name: str) -> None:
    """Let another classifier have coded a meeting, so that only its name tells."""
    path = scene.folder / "labels.json"
    labels = stage_files.parse_labels(path.read_bytes())
    card = replace(labels.card, name=name)
    path.write_bytes(stage_files.serialize_labels(replace(labels, card=card)))
    folder = SessionFolder(scene.folder)
    made = folder.manifest()
    record = replace(made.stages["classify"], tool=name)
    folder.write_manifest(made.with_stage("classify", record))
    stamp(scene)
