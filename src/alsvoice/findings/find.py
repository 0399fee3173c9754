"""All findings of a session, in the order in which a supervisor would tell them."""

from alsvoice.findings.advice import advice
from alsvoice.findings.asking import asking
from alsvoice.findings.doubt import doubts, not_coded
from alsvoice.findings.finding import Finding, Severity
from alsvoice.findings.growth import growth
from alsvoice.findings.scene import Scene
from alsvoice.findings.time import over_runs, time
from alsvoice.findings.voices import shares, voices
from alsvoice.findings.welcome import Welcome
from alsvoice.measures.measured import Measured
from alsvoice.sets import School

__all__ = ["find"]

_ORDER = list(Severity)


def find(
    found: Measured,
    *,
    school: School = School.REVANS,
    welcome: Welcome,
    named: bool = True,
    coded: bool = True,
) -> tuple[Finding, ...]:
    """Return the findings: what went well, what to talk about, what to try, what is not known.

    ``welcome`` says what is welcome in which phase. Without ``named`` nobody is called by name and
    nobody gets a growth point, so that the findings can be shared. Where it was not ``coded`` in a
    language that the classifier knows, only what needs no labels is said.
    """
    scene = Scene(found=found, school=school, welcome=welcome, named=named)
    some = _all(scene) if coded else _without_labels(scene)
    if not named:
        some = [each for each in some if each.person is None]
    return tuple(sorted(some, key=lambda each: _ORDER.index(each.severity)))


def _all(scene: Scene) -> list[Finding]:
    some = [*asking(scene), *advice(scene), *voices(scene), *time(scene), *doubts(scene)]
    return [*some, *growth(scene)] if scene.named else some


def _without_labels(scene: Scene) -> list[Finding]:
    """Return findings on who talked and how long: neither praise nor blame rests on a guess."""
    return [*shares(scene), *over_runs(scene), *not_coded(scene)]
