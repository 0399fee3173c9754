"""Hashes are tagged and canonical: utterance ids and stale stages rest on them."""

import io
import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.digest import canonical_json, digest_bytes, digest_file, digest_value, short_id

EMPTY = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def shuffled(value: Any, order: random.Random) -> Any:
    """Return an equal value whose mappings were filled in another order."""
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(each, order) for each in value] if isinstance(value, list) else value


def test_canonical_json_is_a_contract() -> None:
    value = {"b": [1, 2.5, None, True], "a": "Ännchen “ja”"}
    assert canonical_json(value) == '{"a":"Ännchen “ja”","b":[1,2.5,null,true]}'.encode()


@given(values, st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_change_a_digest(value: Any, order: random.Random) -> None:
    assert digest_value(value) == digest_value(shuffled(value, order))


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json({"share": math.nan})


def test_digests_are_tagged_with_their_algorithm() -> None:
    assert digest_bytes(b"") == EMPTY
    assert digest_file(io.BytesIO()) == EMPTY


def test_a_file_is_digested_from_where_it_stands_over_many_blocks() -> None:
    data = bytes(range(256)) * 9000  # over two blocks of a mebibyte
    file = io.BytesIO(b"head" + data)
    file.seek(4)
    assert digest_file(file) == digest_bytes(data)


def test_short_ids_tell_kind_and_parts_apart() -> None:
    one = short_id("utterance", ["sha256:00", 12, 3])
    assert one == short_id("utterance", ["sha256:00", 12, 3])
    assert one[0] == "u"
    assert len(one) == 13
    others = {
        short_id("utterance", ["sha256:00", 1, 23]),  # the same digits, cut elsewhere
        short_id("utterance", ["sha256:01", 12, 3]),
        short_id("unit", ["sha256:00", 12, 3]),
        short_id("person", ["sha256:00", 12, 3]),
    }
    assert one not in others
    assert len(others) == 4


def test_utterance_ids_never_change_between_versions() -> None:
    """Corrections on disk hold on to them."""
    assert short_id("utterance", ["sha256:00", 1200, 3400]) == "u9cddfa1508c5"
