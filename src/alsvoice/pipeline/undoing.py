"""Taking back and bringing back, as wishes: new lines, since none is ever taken out."""

from alsvoice.edits import Edit, Op, history
from alsvoice.errors import NotFoundError, UsageError
from alsvoice.pipeline.sight import Sight
from alsvoice.pipeline.wish import Stamp, Wish

__all__ = ["redo", "take_back", "undo"]


def undo(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
    """Take back what was done last, all that was done in one go."""
    found = history(sight.edits)
    if not found.undo:
        raise UsageError(
            "There is nothing to take back.", try_next=f"alsvoice edits {sight.manifest.id}"
        )
    return tuple(stamp.edit(Op.UNDO, each) for each in found.undo)


def redo(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
    """Bring back what was taken back last, unless something was done since."""
    found = history(sight.edits)
    if not found.redo:
        raise UsageError(
            "There is nothing to bring back.", try_next=f"alsvoice edits {sight.manifest.id}"
        )
    return tuple(stamp.edit(Op.UNDO, each) for each in found.redo)


def take_back(edit_id: str) -> Wish:
    """Take back one certain edit, and what was made in one go with it."""

    def wish(sight: Sight, stamp: Stamp) -> tuple[Edit, ...]:
        group = next(
            (g for g in history(sight.edits).done if any(e.id == edit_id for e in g)),
            (),
        )
        if not group:
            raise NotFoundError(
                "This correction does not count any more.",
                try_next=f"alsvoice edits {sight.manifest.id}",
            )
        return tuple(stamp.edit(Op.UNDO, each.id) for each in group)

    return wish
