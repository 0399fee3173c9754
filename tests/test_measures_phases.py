from alsvoice.measures.phases import phase_timings
from strategies import phase, scene


def test_planned_against_actual_and_who_spoke() -> None:
    spoken = scene(
        turns=[("Ann", 0, 8), ("Ben", 8, 14)],
        phases=[phase("presenting", 0, 10, planned=12), phase("exploring", 10, 99)],
        duration=15,
    )
    presenting, exploring = phase_timings(spoken)
    assert (presenting.actual_ms, presenting.over_run_ms) == (10_000, -2_000)
    assert presenting.talk_ms == {"Ann": 8_000, "Ben": 2_000}
    assert (exploring.actual_ms, exploring.over_run_ms) == (5_000, None)
    assert (exploring.end_ms, exploring.talk_ms) == (15_000, {"Ben": 4_000})


def test_a_phase_after_the_end_takes_no_time() -> None:
    (late,) = phase_timings(scene(phases=[phase("review", 20, 30, planned=5)], duration=10))
    assert (late.actual_ms, late.end_ms, late.over_run_ms) == (0, 20_000, -5_000)
