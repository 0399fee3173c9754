"""Scores as lines for people."""

from collections.abc import Mapping
from typing import Any

__all__ = ["table"]

_WIDTH = 15


def table(scores: dict[str, Any]) -> str:
    """Return scores as lines for people, the protocol last in each."""
    lines: list[str] = []
    for name, part in scores.items():
        lines.append(name)
        lines += _labels(part) if name == "labels" else _plain(part)
    return "\n".join(lines)


def _plain(part: Mapping[str, Any]) -> list[str]:
    return [f"  {key}: {_shown(value)}" for key, value in part.items()]


def _shown(value: Any) -> Any:
    return ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value


def _labels(part: Mapping[str, Any]) -> list[str]:
    around = part["intervals"]
    alone = (
        "utterances",
        "groups",
        "single_utterances",
        "only_in_reference",
        "only_coded",
    )
    return [
        *(f"  {key}: {_figure(part[key], around.get(key))}"
          for key in ("macro_f1", "accuracy", "kappa")),
        *(f"  {key}: {part[key]}" for key in alone if key in part),
        _row("each label", "support", "precision", "recall", "kappa", "f1"),
        *(
            _row(
                f"  {name}",
                part["support"][name],
                *(_number(part[key][name]) for key in ("precision", "recall")),
                _number(part["kappa_by_label"][name]),
                _figure(f1, around.get(f"f1.{name}")),
            )
            for name, f1 in part["f1"].items()
        ),
        _row("confusion (across: coded)", *part["confusion"]),
        *(_row(f"  {name}", *row.values()) for name, row in part["confusion"].items()),
        *_calibration(part["calibration"], around.get("calibration_error")),
        *_flags(part["flags"], part["flags_told"]),
        f"  protocol: {part['protocol']}",
    ]  # fmt: skip


def _calibration(part: Mapping[str, Any], around: list[float] | None) -> list[str]:
    if not part["utterances"]:
        return []
    unsure, sure = part["unsure"], part["sure"]
    return [
        f"  calibration error: {_figure(part['error'], around)}",
        _row("  probability from", "utterances", "said", "right"),
        *(
            _row(
                f"    {each['from']:.1f}",
                each["utterances"],
                _number(each["confidence"]),
                _number(each["right"]),
            )
            for each in part["bins"]
        ),
        f"  unsure: {unsure['utterances']}, right {_number(unsure['right'])}",
        f"  sure: {sure['utterances']}, right {_number(sure['right'])}",
    ]


def _flags(part: Mapping[str, Any], told: int) -> list[str]:
    if not part:
        return []
    return [
        _row(f"flags, told in {told}", "support", "precision", "recall", "f1"),
        *(
            _row(
                f"  {name}",
                each["support"],
                *(_number(each[key]) for key in ("precision", "recall", "f1")),
            )
            for name, each in part.items()
        ),
    ]


def _row(first: str, *cells: object) -> str:
    return f"  {first:<26}" + "".join(f"  {cell!s:<{_WIDTH}}" for cell in cells).rstrip()


def _figure(value: float | None, around: list[float] | None) -> str:
    plain = _number(value)
    return plain if around is None else f"{plain} ({around[0]:.3f} to {around[1]:.3f})"


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:.3f}"
