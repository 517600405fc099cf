"""Full rate around changes, five frames a second otherwise; the clock is an argument."""

from __future__ import annotations

from builder.helper.screen.policy import FramePolicy


def run(policy: FramePolicy, *, start: float, seconds: float, changes: set[int] = frozenset()) -> list[float]:
    """Tick every millisecond; returns the moments of sending."""
    sent = []
    for tick in range(int(seconds * 1000)):
        now = start + tick / 1000
        due = now >= policy.next_due(now) or tick in changes
        if due and policy.decide(now, changed=tick in changes):
            sent.append(now)
    return sent


def test_an_idle_screen_goes_at_five_a_second():
    assert 49 <= len(run(FramePolicy(), start=100.0, seconds=10)) <= 52


def test_the_first_frame_goes_at_once():
    assert run(FramePolicy(), start=5.0, seconds=0.1)[0] == 5.0


def test_a_change_after_rest_goes_at_once_and_then_at_full_rate_for_a_while():
    policy = FramePolicy(fps=30)
    run(policy, start=0.0, seconds=1.0)
    sent = run(policy, start=1.1, seconds=2.0, changes={150})
    assert any(abs(t - 1.25) < 0.0005 for t in sent)
    busy = [t for t in sent if 1.25 < t <= 1.65]
    idle = [t for t in sent if 1.7 < t <= 2.7]
    assert 11 <= len(busy) <= 13
    assert 4 <= len(idle) <= 6


def test_changes_never_exceed_the_full_rate():
    sent = run(FramePolicy(fps=30), start=0.0, seconds=2.0, changes=set(range(2000)))
    assert 55 <= len(sent) <= 66


def test_an_urgent_frame_does_not_wait():
    policy = FramePolicy()
    assert policy.decide(1.0, changed=False)
    assert not policy.decide(1.001, changed=False)
    assert policy.decide(1.001, changed=False, urgent=True)
