"""The broadcast array's equations against literal loops."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from squeezelab.hardware import LoopNest, accelerator
from squeezelab.hardware.broadcast import broadcast_os, broadcast_ws

SQUEEZELERATOR = accelerator("squeezelerator-16")
few = settings(max_examples=60, deadline=None, derandomize=True)
side = st.integers(1, 4)
upto3 = st.integers(1, 3)


def nest_of(batch, groups, ci, co, kernel, stride, made, dilation):
    """A small convolution's loops, on a map without padding."""
    h, w = [(made[i] - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1 for i in (0, 1)]
    return LoopNest(batch, groups, ci, co, *kernel, *stride, h, w, *made, dilation)


nests = st.builds(
    nest_of,
    batch=st.integers(1, 2),
    groups=upto3,
    ci=st.integers(1, 5),
    co=st.integers(1, 5),
    kernel=st.tuples(upto3, upto3),
    stride=st.tuples(upto3, upto3),
    made=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    dilation=st.tuples(upto3, upto3),
)


def tiles(count, side):
    """Ranges that cover `count` in steps of `side`."""
    return [range(start, min(start + side, count)) for start in range(0, count, side)]


def looped_ws(nest, rows, cols):
    """Weight stationary as loops → (cycles that stream, cycles that load, words of the buffer, MACs)."""
    streaming = loading = words = macs = 0
    written = set()
    taps = range(nest.taps)
    for group, _, inputs, outputs in itertools.product(range(nest.groups), taps, tiles(nest.ci, rows), tiles(nest.co, cols)):
        loading += rows
        words += len(inputs) * len(outputs)  # weights
        for pixel in range(nest.m):
            streaming += 1
            words += len(inputs)
            for output in outputs:
                words += 1 + ((group, output, pixel) in written)  # write the sum, and read it back unless it is new
                written.add((group, output, pixel))
                macs += len(inputs)
    return streaming, loading, words, macs


def span(outputs, window):
    """Rows from the first to the last that the windows of so many outputs read, one window after another."""
    _, _, kernel, stride, _, dilation = window
    read = [step * stride + tap * dilation for step in range(outputs) for tap in range(kernel)]
    return max(read) - min(read) + 1


def looped_os(nest, rows, cols, registers):
    """Output stationary as loops, all weights worked on → (cycles that work, other cycles, words of the buffer).

    A pass is charged for as many filters as fit, also the last one of a layer, and an input plane for its whole window.
    """
    filters = min(registers, nest.co)
    load = span(rows, nest.windows[0])
    window = load * span(cols, nest.windows[1])
    working = other = words = 0
    places = list(itertools.product(range(nest.batch), tiles(nest.ho, rows), tiles(nest.wo, cols)))
    for _, _, passed in itertools.product(range(nest.groups), places, tiles(nest.co, filters)):
        other += load + filters * rows  # the first plane comes in, the sums go out
        for _ in range(nest.ci):
            work = sum(1 for _ in itertools.product(range(filters), range(nest.taps)))
            working += work
            other += max(load - work, 0)
            words += window + len(passed) * nest.taps
    return working, other, words + nest.outputs


def words_of(cost):
    """Words between the buffer and the array."""
    return cost.input_words + cost.weight_words + cost.sum_words


@few
@given(nest=nests, rows=side, cols=side)
def test_weight_stationary_equals_its_loops(nest, rows, cols):
    cost = broadcast_ws(nest, SQUEEZELERATOR.with_(rows=rows, cols=cols), 1)
    counted = cost.compute_cycles, cost.fill_cycles, words_of(cost), cost.issued_macs
    assert counted == looped_ws(nest, rows, cols)


@few
@given(nest=nests, rows=side, cols=side, registers=side)
def test_output_stationary_equals_its_loops(nest, rows, cols, registers):
    cost = broadcast_os(nest, SQUEEZELERATOR.with_(rows=rows, cols=cols, registers=registers), 1)
    counted = cost.compute_cycles, cost.fill_cycles, words_of(cost)
    assert counted == looped_os(nest, rows, cols, registers)


@few
@given(nest=nests, rows=side, density=st.sampled_from([0.25, 0.5, 1]))
def test_skipped_weights_shorten_the_work_and_what_hid_behind_it_is_waited_for(nest, rows, density):
    machine = SQUEEZELERATOR.with_(rows=rows)
    dense, sparse = broadcast_os(nest, machine, 1), broadcast_os(nest, machine, density)
    assert (sparse.compute_cycles, sparse.issued_macs) == (density * dense.compute_cycles, density * dense.issued_macs)
    assert sparse.fill_cycles >= dense.fill_cycles and words_of(sparse) == words_of(dense)
    assert broadcast_ws(nest, machine, density).compute_cycles == density * broadcast_ws(nest, machine, 1).compute_cycles
