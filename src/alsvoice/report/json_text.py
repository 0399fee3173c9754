"""The report as JSON: the document itself, indented so that a person can read it."""

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["render_json"]


def render_json(document: Mapping[str, Any]) -> str:
    """Return the document, keys in their own order; NaN is refused."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    # Half of a surrogate pair cannot be written as UTF-8; recognisers do make them.
    return text.encode("utf-8", "backslashreplace").decode() + "\n"
