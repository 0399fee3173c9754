"""What a stage was given and would be given now: it is computed anew where these differ."""

from collections.abc import Mapping
from typing import Any

from alsvoice.pipeline.stages import Stage
from alsvoice.session import Manifest, StageRecord
from alsvoice.store.folder import SessionFolder

__all__ = ["inputs_of", "is_other", "is_stale", "made", "params_before"]


def params_before(stage: Stage, manifest: Manifest) -> Mapping[str, Any]:
    """Return the parameters a stage ran with; none where it never did."""
    record = manifest.stages.get(stage.name)
    return record.params if record else {}


def inputs_of(stage: Stage, session: SessionFolder, manifest: Manifest) -> dict[str, str]:
    """Return the hashes of what a stage would be given."""
    found = made(manifest)
    return {name: found.get(name, "") for name in stage.inputs} | stage.extra(session, manifest)


def made(manifest: Manifest) -> dict[str, str]:
    """Return file → hash of all that stages wrote."""
    return {
        name: digest
        for record in manifest.stages.values()
        for name, digest in record.outputs.items()
    }


def is_stale(
    stage: Stage, session: SessionFolder, manifest: Manifest, params: Mapping[str, Any]
) -> bool:
    """Whether a stage never ran, or would be given something else, or what it made is not there."""
    record = manifest.stages.get(stage.name)
    return (
        record is None
        or is_other(stage, session, record, params)
        or dict(record.inputs) != _inputs_now(record, stage, session, manifest)
    )


def _inputs_now(
    record: StageRecord, stage: Stage, session: SessionFolder, manifest: Manifest
) -> dict[str, str]:
    """Return the hashes of what a record names: one of an older version may name other inputs."""
    if stage.formerly and record.inputs.keys() >= set(stage.formerly):
        found = made(manifest)
        return {name: found.get(name, "") for name in record.inputs}
    return inputs_of(stage, session, manifest)


def is_other(
    stage: Stage, session: SessionFolder, record: StageRecord, params: Mapping[str, Any]
) -> bool:
    """Whether a stage ran with other parameters, or what it made is not there."""
    there = all(session.exists(name) for name in (stage.output, *record.outputs))
    return not there or dict(record.params) != dict(params)
