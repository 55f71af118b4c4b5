"""Masks and surgery: what falls is what `sliced` leaves out, a mask saves nothing, half a surgery does not fit."""

import pytest
from support.figure_schema import check_figure, tiles

from squeezelab.compression import channel_groups, peak_words, sliced
from squeezelab.explorers import explore
from squeezelab.explorers.kit.controls import places_text
from squeezelab.explorers.kit.zoo import square_machine
from squeezelab.explorers.surgery_model import kept_cycles
from squeezelab.hardware import simulate
from squeezelab.networks import mini_resnet

NET = mini_resnet()
GROUPS = channel_groups(NET)
NAMES = [group.name for group in GROUPS]


def first(count):
    """The first so many places, as the control has them."""
    return places_text(range(count))


def small(group, removed):
    return sliced(NET, {group.name: range(group.size - removed)})


@pytest.mark.parametrize("group", GROUPS, ids=NAMES)
@pytest.mark.parametrize("array", [8, 16])
def test_a_slice_costs_what_the_sliced_network_costs(group, array):
    for removed in (1, group.size // 2, group.size - 1):
        figure = check_figure(explore("masks_and_surgery", {"group": group.name, "removed": first(removed), "array": array}))
        shown, net = tiles(figure), small(group, removed)
        assert (shown["Params"], shown["MACs"]) == (net.params, net.macs)
        assert shown["Cycles"] == simulate(net, square_machine(array)).cycles
        assert shown["Live maps at their peak"] == 4 * peak_words(net)


@pytest.mark.parametrize("group", GROUPS, ids=NAMES)
def test_the_layers_that_shrink_are_those_of_the_sliced_network(group):
    for removed in (3, group.size - 2):
        rows = explore("masks_and_surgery", {"group": group.name, "removed": first(removed)})["table"]["rows"]
        net = small(group, removed)
        fallen = {layer.name: layer.params - net[layer.name].params for layer in NET.layers if layer.params}
        assert {row[0]: row[4] + row[5] for row in rows} == {name: count for name, count in fallen.items() if count}


@pytest.mark.parametrize("group", GROUPS, ids=NAMES)
@pytest.mark.parametrize("side", [4, 32])
def test_the_curve_of_cycles_is_that_of_the_sliced_networks(group, side):
    curve = kept_cycles(group.name, side)
    for kept in (1, group.size // 2, group.size):
        assert curve[kept - 1] == pytest.approx(simulate(small(group, group.size - kept), square_machine(side)).cycles, abs=1)


def test_a_mask_saves_nothing_and_costs_bytes():
    dense = tiles(explore("masks_and_surgery", {"removed": first(0)}))
    masked = tiles(explore("masks_and_surgery", {"how": "mask"}))
    for what in ("Cycles", "MACs", "Params", "Live maps at their peak"):
        assert masked[what] == dense[what]
    # the shortcut's 512 weights, the convolution's 9216, and two norms of 32 channels have a mask beside them
    assert masked["Stored"] - dense["Stored"] == 4 * (512 + 9216 + 2 * 64)
    assert masked["of them zero"] == (512 + 9216 + 2 * 64) // 2


@pytest.mark.parametrize("group", GROUPS, ids=NAMES)
def test_one_layer_alone_can_be_sliced_where_nothing_is_tied_to_it(group):
    values = {"group": group.name, "removed": first(5)}
    alone, whole = [explore("masks_and_surgery", values | {"how": how}) for how in ("alone", "group")]
    if len(group.makers) == 1:
        assert tiles(alone) == tiles(whole) and alone["table"] == whole["table"]
    else:
        sides = f"{group.size} channels and {group.size - 5}", f"{group.size - 5} channels and {group.size}"
        assert any(side in alone["problem"] for side in sides) and "Nothing was sliced" in alone["problem"]
        assert tiles(alone) == tiles(explore("masks_and_surgery", {"group": group.name, "removed": first(0)}))


def test_one_channel_always_stays():
    all_but_one = explore("masks_and_surgery", {"removed": first(31)})
    assert tiles(explore("masks_and_surgery", {"removed": first(32)})) == tiles(all_but_one)
    assert all_but_one["problem"] is None


def test_any_channels_can_go_and_cost_what_as_many_others_do():
    some, others = explore("masks_and_surgery", {"removed": "1,5-7,30"}), explore("masks_and_surgery", {"removed": "0-4"})
    assert tiles(some) == tiles(others) and some["table"] == others["table"]
    assert some["formula"].startswith("channels 1,5-7,30 of s2.b1.shortcut and of s2.b1.conv2\n")


def test_a_smaller_group_has_those_of_the_channels_that_it_has():
    stem = next(group for group in GROUPS if group.size == 16)
    values = {"group": stem.name, "removed": "3,15-20,40"}
    assert tiles(explore("masks_and_surgery", values)) == tiles(explore("masks_and_surgery", values | {"removed": "3,15"}))


@pytest.mark.parametrize("text", ["64", "3-1", "a", "1,,2", "-1", "0-99999999999", "1 2", 3, None, "½"])
def test_what_is_no_list_of_places_is_refused(text):
    with pytest.raises(ValueError, match="removed is a list of places, as 0-2,7"):
        explore("masks_and_surgery", {"removed": text})
