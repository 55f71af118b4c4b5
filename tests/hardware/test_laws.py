"""The closed forms against what they stand for, written out: folds, slices and loops, one by one."""

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from squeezelab.hardware import LoopNest, accelerator, dram_words, layer_cost, loop_nest, systolic_cost
from squeezelab.hardware.systolic import SYSTOLIC_FLOWS
from squeezelab.networks import Network

few = settings(max_examples=60, deadline=None, derandomize=True)
small = st.integers(1, 9)
side = st.integers(1, 5)
flows = st.sampled_from(SYSTOLIC_FLOWS)


def tiles(count, step):
    """Ranges that cover `count` in steps."""
    return [range(start, min(start + step, count)) for start in range(0, count, step)]


def folded(m, n, k, rows, cols, flow):
    """A product fold by fold → (folds, cycles, inputs, weights, sums written, sums read back), each word counted as it moves.

    A wavefront of T vectors takes T + R + C - 2 cycles; the operand that stays is loaded first, in R.
    """
    down, across, stream = {"ws": (k, n, m), "os": (m, n, k), "is": (k, m, n)}[flow]
    totals = dict.fromkeys(("folds", "cycles", "inputs", "weights", "written", "back"), 0)
    unfinished = set()
    for top, left in itertools.product(tiles(down, rows), tiles(across, cols)):
        totals["folds"] += 1
        totals["cycles"] += (0 if flow == "os" else rows) + stream + rows + cols - 2
        lanes, columns = len(top), len(left)
        if flow == "os":
            totals["inputs"] += lanes * stream
            totals["weights"] += columns * stream
            totals["written"] += lanes * columns
            continue
        held, moving = ("weights", "inputs") if flow == "ws" else ("inputs", "weights")
        totals[held] += lanes * columns
        totals[moving] += lanes * stream
        for sum_at in itertools.product(left, range(stream)):
            totals["written"] += 1
            totals["back"] += sum_at in unfinished
            unfinished.add(sum_at)
    return tuple(totals.values())


@few
@given(m=small, n=small, k=small, rows=side, cols=side, flow=flows)
def test_systolic_cost_is_the_sum_of_its_folds(m, n, k, rows, cols, flow):
    ours = systolic_cost(m, n, k, rows, cols, flow)
    counted = ours.folds, ours.cycles, ours.ifmap_reads, ours.filter_reads, ours.ofmap_writes, ours.partial_sum_reads
    assert counted == folded(m, n, k, rows, cols, flow)
    assert ours.useful_cycles + ours.fill_cycles == ours.cycles
    assert ours.useful_cycles == ours.folds * {"ws": m, "os": k, "is": n}[flow]


@few
@given(m=st.integers(1, 400), n=st.integers(1, 400), k=st.integers(1, 400), rows=st.integers(1, 40), cols=st.integers(1, 40))
def test_exchanging_inputs_and_filters_exchanges_ws_and_is(m, n, k, rows, cols):
    ws, other = systolic_cost(m, n, k, rows, cols, "ws"), systolic_cost(n, m, k, rows, cols, "is")
    assert (ws.cycles, ws.ofmap_writes, ws.partial_sum_reads) == (other.cycles, other.ofmap_writes, other.partial_sum_reads)
    assert (ws.ifmap_reads, ws.filter_reads) == (other.filter_reads, other.ifmap_reads)


# DRAM

words = st.integers(1, 3000)


def scheduled(weights, inputs, outputs, half):
    """The better of two schedules, word by word: a slice of one operand stays while the whole of the other passes."""

    def passing(staying, other):
        moved = 0
        for piece in tiles(staying, max(math.floor(half), 1)) if half >= 1 else [range(1)] * math.ceil(staying / half):
            moved += len(piece) if half >= 1 else 0
            moved += other
        return moved + (staying if half < 1 else 0)

    return min(passing(weights, inputs), passing(inputs, weights)) + outputs


@few
@given(weights=words, inputs=words, outputs=words, half=st.integers(1, 4000))
def test_dram_words_are_those_of_the_better_schedule(weights, inputs, outputs, half):
    assert dram_words(weights, inputs, outputs, 2 * half) == scheduled(weights, inputs, outputs, half)


@few
@given(weights=words, inputs=words, outputs=words, buffer=st.integers(2, 8000))
def test_dram_words_are_compulsory_when_an_operand_fits_and_never_less(weights, inputs, outputs, buffer):
    moved = dram_words(weights, inputs, outputs, buffer)
    assert moved >= weights + inputs + outputs
    assert (moved == weights + inputs + outputs) == (min(weights, inputs) <= buffer / 2)
    assert dram_words(weights, inputs, outputs, buffer + 1) <= moved
    assert dram_words(inputs, weights, outputs, buffer) == moved


@few
@given(weights=words, inputs=words, outputs=words, buffers=st.lists(st.integers(2, 8000), min_size=1, max_size=5))
def test_dram_words_of_arrays_are_those_of_their_numbers(weights, inputs, outputs, buffers):
    one_by_one = [dram_words(weights, inputs, outputs, buffer) for buffer in buffers]
    assert dram_words(weights, inputs, outputs, np.array(buffers, dtype=float)).tolist() == one_by_one


# Loops

layers = st.fixed_dictionaries(
    {
        "batch": st.integers(1, 3),
        "groups": st.integers(1, 3),
        "ci": st.integers(1, 3),
        "co": st.integers(1, 3),
        "kernel": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "stride": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "dilation": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "padding": st.tuples(st.integers(0, 2), st.integers(0, 2)),
        "map": st.tuples(st.integers(7, 9), st.integers(7, 9)),
    }
)


def layer_of(facts):
    net = Network("one", (facts["groups"] * facts["ci"], *facts["map"]))
    channels = facts["groups"] * facts["co"]
    places = [facts[name] for name in ("kernel", "stride", "padding", "dilation")]
    return net.conv(net.input, channels, *places, facts["groups"])


@few
@given(facts=layers)
def test_a_loop_nest_is_its_loops(facts):
    """Each MAC one by one: as many as the nest says, touching as many weights, and as many outputs as it makes."""
    layer = layer_of(facts)
    nest = loop_nest(layer, facts["batch"])
    _, ho, wo = layer.shape
    (kh, kw), groups = facts["kernel"], facts["groups"]
    outputs = list(itertools.product(range(facts["batch"]), range(groups), range(facts["co"]), range(ho), range(wo)))
    reduction = list(itertools.product(range(facts["ci"]), range(kh), range(kw)))
    weights = {(group, filter, *tap) for _, group, filter, _, _ in outputs for tap in reduction}
    assert (nest.macs, nest.weights, nest.outputs) == (len(outputs) * len(reduction), len(weights), len(outputs))
    assert nest.inputs == facts["batch"] * groups * facts["ci"] * math.prod(facts["map"])
    assert (nest.m * nest.groups * nest.n, nest.k, nest.taps) == (len(outputs), len(reduction), kh * kw)
    assert (nest.results, nest.merges, nest.c_in) == (len(outputs), 0, groups * facts["ci"])


@few
@given(facts=layers)
def test_a_window_reaches_from_its_first_tap_to_its_last(facts):
    nest = loop_nest(layer_of(facts))
    for reach, axis in ((nest.reach_h, 0), (nest.reach_w, 1)):
        taps = [tap * facts["dilation"][axis] for tap in range(facts["kernel"][axis])]
        assert reach == len(range(min(taps), max(taps) + 1))


@few
@given(facts=layers, scale=st.integers(2, 4))
def test_a_batch_repeats_the_work_and_not_the_weights(facts, scale):
    one, many = loop_nest(layer_of(facts), 1), loop_nest(layer_of(facts), scale)
    assert (many.macs, many.inputs, many.outputs) == (scale * one.macs, scale * one.inputs, scale * one.outputs)
    assert (many.weights, many.needed.weights) == (one.weights, one.needed.weights)
    assert (many.needed.inputs, many.needed.macs) == (scale * one.needed.inputs, scale * one.needed.macs)


@few
@given(ranks=st.lists(st.integers(1, 64), min_size=2, max_size=5), machine=st.sampled_from(["squeezelerator-16", "scalesim-16"]))
def test_a_nest_of_arrays_costs_what_its_nests_cost(ranks, machine):
    """All fields of the cost, flows included: a 3x3 layer of so many channels, priced at once and one by one."""
    sizes = {"ci": 48, "kh": 3, "kw": 3, "h": 14, "w": 14, "ho": 14, "wo": 14}
    asked = (accelerator(machine), "hybrid", 0.5, "nm", "csr")
    together = layer_cost(LoopNest(co=np.array(ranks), **sizes), *asked, weight_bits=4)
    alone = [layer_cost(LoopNest(co=rank, **sizes), *asked, weight_bits=4) for rank in ranks]
    for field in type(together)._fields:
        one_by_one = [getattr(cost, field) for cost in alone]
        assert np.broadcast_to(getattr(together, field), len(ranks)).tolist() == one_by_one, field
