"""What can be taken back and what can be brought back, without limit, from the lines alone.

As in any editor: the last thing that was done is undone first, the last that was undone is redone
first, and whatever is done anew ends redoing. An undo is a line that names an edit, a redo a line
that names an undo, so nothing is ever taken out of the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alsvoice.edits.edit import Edit, Op, counting

__all__ = ["History", "history"]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Groups of edits made in one go: ``done`` and ``undone``, the next to be taken last.

    ``redo`` are the lines that a redo of the last one has to name.
    """

    done: tuple[tuple[Edit, ...], ...]
    undone: tuple[tuple[Edit, ...], ...]
    redo: tuple[str, ...]

    @property
    def undo(self) -> tuple[str, ...]:
        """The edits that an undo has to name."""
        return tuple(edit.id for edit in self.done[-1]) if self.done else ()


def history(edits: Sequence[Edit]) -> History:
    """Return what can be undone and redone after these lines."""
    groups: dict[str, list[Edit]] = {}
    group_of: dict[str, str] = {}
    changed: dict[str, int] = {}  # group → the line that last did or undid it
    newest = -1
    for line, edit in enumerate(edits):
        if edit.op is Op.UNDO:
            key = group_of.get(edit.target, "")
        else:
            key, newest = edit.together or edit.id, line
            groups.setdefault(key, []).append(edit)
        group_of[edit.id] = key
        changed[key] = line
    counts = counting(edits)
    stands = {key: [e for e in group if e.id in counts] for key, group in groups.items()}
    order = sorted(groups, key=lambda key: changed[key])
    undone = [key for key in order if not stands[key] and changed[key] > newest]
    last = {edit.id for edit in groups[undone[-1]]} if undone else set()
    return History(
        done=tuple(tuple(stands[key]) for key in order if stands[key]),
        undone=tuple(tuple(groups[key]) for key in undone),
        redo=tuple(e.id for e in edits if e.op is Op.UNDO and e.id in counts and e.target in last),
    )
