"""What holds for every explorer: complete controls, a figure in each state, the same one whatever was shown before, and a
state in which the design breaks and from which it can be mended."""

import pytest
from support import control_schema, figure_schema

from squeezelab.explorers import explore, module, names, start_values

MOST = 250  # states of one explorer; an explorer with more is looked at in even steps
LONGEST = 170  # letters of a headline in the start state, without what follows it


def states(name):
    every = list(control_schema.states(module(name).CONTROLS))
    return every[:: max(1, len(every) // MOST)]


@pytest.mark.parametrize("name", names())
def test_controls_are_complete(name):
    control_schema.check_controls(module(name).CONTROLS)
    assert module(name).TITLE


@pytest.mark.parametrize("name", names())
def test_every_state_is_a_complete_figure(name):
    for values in states(name):
        try:
            figure_schema.check_figure(explore(name, values))
        except AssertionError as error:
            raise AssertionError(f"{name} {values}: {error}") from None


@pytest.mark.parametrize("name", names())
def test_a_state_has_one_figure_whatever_was_shown_before(name):
    start = explore(name)
    for values in states(name)[:40]:
        explore(name, values)
    assert explore(name) == start == explore(name, start_values(name))


@pytest.mark.parametrize("name", names())
def test_the_start_state_works_and_its_headline_is_short(name):
    figure = explore(name)
    assert figure["problem"] is None and len(figure["finding"].split(". ")[0]) <= LONGEST


BROKEN = [  # an explorer, a state in which its design breaks, and words of what it says then
    ("layer_cost", {"size": 1, "kernel": 3}, "padding"),
    ("layer_cost", {"kind": "depthwise", "side": 32}, "PEs; the rest of this array can never be busy"),
    ("roofline", {"side": 32, "bandwidth": 2}, "too large for its memory"),
    ("dataflow", {"outputs": 1}, "too little work for loading and draining"),
    ("staircase", {"side": 32, "filters": 33}, "48.4"),
    ("staircase", {"dataflow": "is", "filters": 1}, "hardly ever full"),
    ("memory", {"buffer_kb": 8}, "too small for MobileNet"),
    ("sparse_hardware", {"mode": "gate"}, "its cycle passes all the same"),
    ("sparse_hardware", {"stored": "csr"}, "loses to storing every weight"),
    ("sparse_hardware", {"layer": "fc", "stored": "dense"}, "the layer waits for DRAM"),
    ("rank", {"share": 2}, "Beyond break-even: above rank 275"),
    ("rank", {"share": 1 / 4}, "of the MACs it takes 1.04× the cycles"),
    ("rank", {"share": 1 / 64, "channels": 16}, "most digits are mistaken"),
    ("degeneracy", {"sweeps": 3000}, "All that for"),
    ("kernel_slices", {"share": 1 / 32}, "most of the picture is in what is left over"),
    ("block_composer", {"channels": 130}, "Use a multiple of 4"),
    ("width_scaling", {"group": 64, "channels": 64}, "1.31× the parameters"),
    ("width_scaling", {"group": 64, "channels": 32}, "begins at 64 channels"),
    ("width_scaling", {"group": 8, "channels": 64, "size": 7}, "yet slower"),
    ("ghost", {"machine": "gpu-like"}, "lanes work"),
    ("ghost", {"channels": 16}, "cycles for DRAM"),
    ("ghost", {"channels": 16, "cheap": 7, "ratio": 8}, "the dear one"),
    ("squeezenext_cost", {"array": 32, "dataflow": "os", "width": 0.5}, "do a MAC in only"),
    ("squeezenext_cost", {"array": 32}, "more PEs cannot help them"),
    ("masks_and_surgery", {"how": "alone"}, "is given 32 channels and 16"),
    ("masks_and_surgery", {"removed": "0-31"}, "nothing would pass"),
    ("masks_and_surgery", {"group": "stem", "removed": "0"}, "the array takes 16 channels at a time"),
    ("slice_cost", {"kept": 56}, "a tile of 16 × 16 channels that is not full"),
    ("slice_cost", {"sparsity": 0.5}, "while weights stay, the array cannot skip"),
    ("network_cost", {"family": "mobilenet", "dataflow": "is"}, "cannot run input stationary"),
    ("layer_budgets", {"method": "sensitivity", "measure": "cycles", "share": 0.9}, "below the floor of sensitivity"),
    ("gamma_histogram", {"pull": "0"}, "only the floor leaves"),
    ("gamma_histogram", {"pull": "0", "share": 0.5}, "channels that were at work"),
    ("soft_gate", {"gate": "permanent"}, "with weights of 0 its score is 0"),
    ("soft_gate", {"step": 185}, "What it learned since then is lost"),
    ("knapsack", {"measure": "cycles"}, "below the floor: even 8 channels of each group"),
    ("knapsack", {"tables": 2}, "beyond the budget: the table was made for neighbours that are wider now"),
    ("pruning_families", {"axis": "cycles", "share": 0.1}, "does not come down to"),
    ("density_budget", {"sparsity": 0.95, "whole": "ends"}, "is less than the whole layers conv1, fc have"),
    ("density_budget", {"network": "mini_vgg", "kind": "uniform", "sparsity": 0.95}, "9 or more read nothing"),
    ("rigl_timeline", {"step": 79}, "points of accuracy: 1\u202f074 of fc1's weights fall"),
    ("rigl_timeline", {"method": "static"}, "nearly the same in all digits"),
    ("ticket_overlap", {"round": 18}, "The ticket is spoilt"),
    ("dynamic_routes", {"heads": "released"}, "hardly depends on the digit"),
    ("dynamic_routes", {"heads": "0.7", "second": 21}, "B is a 1, read as 4"),
    ("equilibrium", {"epsilon": 0.0001}, "Watching costs more than resting saves"),
    ("equilibrium", {"epoch": 3}, "What rests goes on changing"),
    ("draw_a_digit", {"bits": 2}, "With 2 bits the network reads a 4, with 8 bits a 3"),
    ("bits", {"bits": 2, "calibration": "minmax"}, "Most digits are misread"),
    ("bits", {"bits": 2, "calibration": "hand", "clip": 1}, "get the code of 0: the step"),
    ("bits", {"calibration": "hand", "clip": 0.1}, "little of these values is left"),
    ("mixed_precision", {"budget": 1.25}, "the best of a sum that does not hold here"),
    ("mixed_precision", {"network": "mini_resnet", "budget": 2, "way": "uniform"}, "Most digits are misread"),
    ("board", {"kind": "channels", "level": 0.5, "pinned": "nisp"}, "Its choice buys nothing here that this control has not"),
    ("board", {"cost": "ms"}, "were measured: drawn are the MACs"),
    ("fixed_point", {"x": 1.5}, "beyond 0.9922, the largest number of Q0.7"),
    ("fixed_point", {"op": "sum"}, "With 6 bits of the result behind the point it fits"),
    ("fixed_point", {"op": "wrong"}, "is shifted by 7 as if it had 14, and 1.4 becomes 0.0078"),
    ("fixed_point", {"n": 0, "x": 0.3}, "Nothing is left of 0.3"),
    ("squash", {"length": 0}, "squash is flat"),
    ("squash", {"length": 0, "epsilon": "0"}, "makes NaN of it"),
    ("squash", {"length": 5, "capsule": "other"}, "The vector is too long"),
    ("squash", {"law": "unit", "capsule": "other"}, "no capsule can say"),
    ("squash", {"law": "tanh", "length": 3}, "is no probability"),
    ("squash", {"law": "tanh", "length": 1, "angle": 15}, "its direction was the pose"),
    ("reversible_memory", {"gain": 2.5}, "blocks that stretch pass each error on"),
    ("reversible_memory", {"gain": 0.25, "momentum": 0.5, "depth": 32}, "Each block divides what was rounded away by 0.5"),
    ("capsule_budget", {"size": "paper"}, "its weights are"),
    ("capsule_budget", {"size": "mcu", "types": 32, "bits": 32, "dim": 16, "device": "gap-8"}, "of them votes, the RAM"),
    ("routing", {"over": "inputs"}, "no class takes anything from another"),
    ("routing", {"digit": "wrong"}, "iterations do not mend the mistake"),
    ("routing", {"digit": "sure", "gain": "100"}, "Couplings have become choices"),
    ("overlap", {"capsule": "2"}, "the decoder draws it all the same"),
    ("overlap", {"capsule": "0", "number": 4, "by": -0.3}, "no image makes such a capsule"),
    ("drawn_capsules", {"digit": "0" * 784}, "no capsule is longer than 0.24: none claims what is not there"),
    ("drawn_capsules", {"digit": "f" * 784}, "Two capsules are long, those of 0 and 8"),
    ("your_network", {"width": 0.25}, "more PEs cannot help them"),
]


@pytest.mark.parametrize(("name", "values", "words"), BROKEN)
def test_a_design_breaks_and_can_be_mended(name, values, words):
    start = explore(name)
    broken = explore(name, values)
    assert words in broken["problem"] and broken["charts"], "the broken design is still drawn"
    assert explore(name, start_values(name)) == start


def test_each_explorer_has_a_state_in_which_it_fails():
    assert {name for name, _, _ in BROKEN} == set(names())
