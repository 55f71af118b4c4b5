"""What becomes of a masked channel: what the record says of it, gate by gate, and what each gate promises."""

import pytest
from support.figure_schema import tiles

from squeezelab.explorers import explore
from squeezelab.explorers.soft_gate import CHANNELS, MOMENTS, frozen_from, returned_by, track_of
from squeezelab.recorded import recorded

GATES = ("soft", "hard", "permanent")
RECORD = {row["gate"]: row["moments"] for row in recorded("gates")["rows"]}
LAST = len(MOMENTS) - 1
EVERY = [track_of(gate, channel) for gate in GATES for channel in range(1, CHANNELS + 1)]


def masked_stretches(track):
    """Pairs of moments that follow one another, both masked."""
    return [place for place in range(LAST) if not track.kept[place] and not track.kept[place + 1]]


@pytest.mark.parametrize("gate", GATES)
def test_the_moments_are_the_same_under_every_gate(gate):
    assert [moment["step"] for moment in RECORD[gate]] == MOMENTS
    counts = [sum(moment["counts"].values()) for moment in RECORD[gate]]
    assert counts == [sum(moment["counts"].values()) for moment in RECORD["soft"]] and counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("gate", GATES)
def test_the_readout_is_the_record(gate):
    for channel, step in ((1, MOMENTS[0]), (24, 61), (32, MOMENTS[-1])):
        shown = tiles(explore("soft_gate", {"gate": gate, "channel": channel, "step": step}))
        moment = RECORD[gate][MOMENTS.index(step)]
        assert shown["Norm of its weights"] == moment["norms"][channel - 1] / 100
        assert shown["Channels kept, whole network"] == sum(moment["counts"].values())
        kept = "".join(one["kept"][channel - 1] for one in RECORD[gate][: MOMENTS.index(step) + 1])
        assert (shown["Fell, times"], shown["Returned, times"]) == (("1" + kept).count("10"), kept.count("01"))


def test_a_channel_that_fell_for_good_is_zero_and_never_returns():
    assert returned_by("permanent", LAST) == 0
    for track in [each for each in EVERY if each.gate == "permanent" and each.falls]:
        after = range(track.falls[0] + 1, LAST + 1)
        assert [track.norms[place] for place in after] == [0] * len(after)


def test_under_the_hard_gate_a_masked_channel_waits_as_it_was_and_under_the_soft_one_it_learns():
    waits = [abs(t.norms[p + 1] / t.norms[p] - 1) for t in EVERY if t.gate == "hard" for p in masked_stretches(t)]
    learns = [abs(t.norms[p + 1] / t.norms[p] - 1) for t in EVERY if t.gate == "soft" for p in masked_stretches(t)]
    assert max(waits) < 0.01, "but for weight decay, and three digits"
    assert sum(learns) / len(learns) > 5 * sum(waits) / len(waits)


def test_channels_return_under_both_gates_that_let_them():
    assert returned_by("soft", LAST) > returned_by("hard", LAST) > 0


def test_nothing_falls_or_returns_once_masks_are_frozen():
    assert all(place <= frozen_from() for track in EVERY for place in track.falls + track.returns)


def test_the_start_state_shows_a_channel_at_its_return():
    track = track_of("soft", 24)
    assert MOMENTS[track.returns[0]] == 61 and "returned at step 61" in explore("soft_gate")["finding"]
    assert "waits behind its mask" in explore("soft_gate", {"gate": "hard"})["finding"]
