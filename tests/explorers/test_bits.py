"""Codes of a few bits: errors are those of the values, clips the rules', costs the simulator's, digits the record's."""

import math

import pytest
from support.figure_schema import tiles

torch = pytest.importorskip("torch")

from squeezelab.compression import clip_of  # noqa: E402
from squeezelab.compression.code_bytes import parameter_bytes  # noqa: E402
from squeezelab.explorers import explore  # noqa: E402
from squeezelab.explorers.bits_model import LAYERS, RULES, Coded, clip_at, cost_of, seen_in  # noqa: E402
from squeezelab.hardware import simulate  # noqa: E402
from squeezelab.networks import mini_vgg  # noqa: E402
from squeezelab.quantize.reading import float_steps  # noqa: E402
from squeezelab.quantize.weight_scales import codes_of_weights, weight_scales  # noqa: E402
from squeezelab.recorded import recorded  # noqa: E402
from squeezelab.training import reference  # noqa: E402

BITS = tuple(range(1, 9))


@pytest.fixture(scope="module")
def weights():
    """{layer: weights with the norm folded in}."""
    plain = float_steps(reference("mini_vgg"), torch.zeros(1, 1, 28, 28), None)
    return {step.layer: plain.weights[str(place)].detach() for place, step in enumerate(plain.steps) if step.has_weights}


def direct_db(weight, scales, bits):
    rounded = codes_of_weights(weight, scales, bits) * scales.view(-1, *[1] * (weight.ndim - 1))
    return 10 * math.log10(weight.square().sum() / (weight - rounded).square().sum())


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("granularity", ["channel", "tensor"])
@pytest.mark.parametrize("layer", LAYERS)
def test_the_noise_on_the_histogram_is_that_on_the_weights_themselves(weights, layer, granularity, bits):
    """Where each channel has a clip of its own, as in the measured networks, a few tenths of a dB are better yet."""
    one_clip = bits > 1 or granularity == "tensor"
    for rule in ("minmax", "mse"):
        values = f"{layer} weights"
        found = -10 * math.log10(Coded(values, granularity, bits, clip_at(values, granularity, bits, rule)).error)
        direct = direct_db(weights[layer], weight_scales(weights[layer], bits, granularity, rule), bits)
        own_clips = granularity == "channel" and rule == "mse" or not one_clip
        few = 0.55 if layer == "conv1" else 0  # 144 weights fill no bin evenly
        assert direct - (0.7 if own_clips else 0.25) - few < found < direct + 0.25 + few


@pytest.mark.parametrize("granularity", ["channel", "tensor"])
@pytest.mark.parametrize("layer", LAYERS)
def test_the_least_error_is_as_good_as_that_of_the_whole_grid(layer, granularity):
    for values in (f"{layer} weights", f"{layer} outputs"):
        seen = seen_in(values, granularity)
        for bits in (1, 2, 3, 4, 5, 8):
            best = clip_of(seen.lost, bits, "mse", seen.symmetric)[1] / seen.lost.high
            found = Coded(values, granularity, bits, clip_at(values, granularity, bits, "mse"))
            assert found.error <= 1.15 * Coded(values, granularity, bits, best).error, (values, bits)
            assert bits == 8 or found.clip == pytest.approx(best, abs=1e-9), (values, bits)


def test_bytes_cycles_and_energy_are_those_of_the_network_with_these_words():
    for bits in (8, 4, 1):
        cost, maps = cost_of(bits, "tensor"), 8 if bits == 1 else bits
        assert cost.bytes == parameter_bytes(mini_vgg(), bits, "tensor")
        for place, machine in enumerate(("squeezelerator-16", "tpu-like")):
            run = simulate(mini_vgg(), machine, weight_bits=bits, activation_bits=maps, sum_bits=32)
            assert (cost.cycles[place], cost.energy[place]) == (run.cycles, run.energy)


def test_few_bits_save_no_cycles_where_macs_bound_and_half_of_them_where_dram_does():
    eight, four = cost_of(8, "channel"), cost_of(4, "channel")
    assert four.cycles[0] == eight.cycles[0] and four.cycles[1] < 0.6 * eight.cycles[1]
    assert all(few < many for few, many in zip(four.energy, eight.energy))


def test_digits_are_those_of_the_record_and_a_clip_by_hand_has_none():
    for row in recorded("bits_on_digits")["rows"][::5]:
        shown = tiles(explore("bits", {key: row[key] for key in ("bits", "granularity", "calibration")}))
        assert shown["Digits read, all in these bits"] == row["accuracy"]
    by_hand = explore("bits", {"calibration": "hand", "clip": 0.3})
    assert tiles(by_hand)["Digits read, all in these bits"] is None and "was not measured" in by_hand["finding"]
    assert not by_hand["disabled"] and "clip" in explore("bits")["disabled"]


def test_what_was_measured_over_seeds_is_shown_and_what_was_not_is_not():
    for row in recorded("bits")["rows"][::4]:
        shown = tiles(explore("bits", {key: row[key] for key in ("bits", "granularity", "calibration")}))
        assert shown["5 networks, cluttered digits"] == row["accuracy"]
    for state in ({"bits": 7}, {"calibration": "hand"}, {"granularity": "tensor", "calibration": "percentile"}):
        assert tiles(explore("bits", state))["5 networks, cluttered digits"] is None


def test_at_two_bits_min_max_turns_most_weights_to_0_and_the_best_clip_does_not():
    shares = {rule: Coded("conv4 weights", "tensor", 2, clip_at("conv4 weights", "tensor", 2, rule)).zero for rule, _ in RULES}
    assert shares["minmax"] > 0.9 and shares["mse"] < 0.6


def test_the_shares_of_codes_and_clipped_values_are_those_of_the_histogram():
    now = Coded("conv2 weights", "tensor", 3, 0.4)
    seen = now.seen.counts
    middles = [seen.low + (place + 0.5) * seen.width for place in range(len(seen.counts))]
    inside = sum(count for middle, count in zip(middles, seen.counts) if abs(middle) < now.affine.scale / 2)
    assert now.zero == pytest.approx(inside / seen.total, abs=0.02)


def test_every_value_was_counted(weights):
    for layer, weight in weights.items():
        rows = {row["of"]: row for row in recorded("histograms")["rows"] if row["layer"] == layer}
        assert sum(rows["weights"]["counts"]) == sum(rows["weights"]["parts"]) == weight.numel()
        assert rows["weights"]["most"] == pytest.approx(weight.abs().max().item(), abs=1e-6)
        places = math.prod(mini_vgg()[layer].shape) * recorded("histograms")["settings"]["images"]
        assert sum(rows["outputs"]["counts"]) + rows["outputs"]["zeros"] == places
