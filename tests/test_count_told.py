"""How many people there are, and how sure that is, is told to whoever did not say it."""

from pathlib import Path

import pytest

from scripted_demo import Scene, imported


def told(scene: Scene, confidence: str) -> str:
    path = scene.script.folder / "diarization.json"
    path.write_text(
        path.read_text().replace('"count_confidence":0.9', f'"count_confidence":{confidence}')
    )
    warnings = scene.process(*scene.script.options)["warnings"]
    [found] = [warning for warning in warnings if "number of people" in warning]
    return str(found)


@pytest.mark.parametrize(
    ("confidence", "says"), [("0.9", ", clearly."), ("0.2", ", which is not sure.")]
)
def test_how_sure_the_number_is(tmp_path: Path, confidence: str, says: str) -> None:
    scene = imported(tmp_path, "--title", "No names")
    found = told(scene, confidence)
    assert f"5 voices were told apart{says} If that is wrong: " in found
    assert f"`alsvoice process {scene.session} --speakers N`" in found
