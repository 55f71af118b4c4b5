"""Any network on any array: the numbers are simulate's, and what cannot be is said."""

import itertools

import pytest
from support.figure_schema import check_figure, tiles
from support.whole_networks import check_layers, control, simulated

from squeezelab.explorers import explore, network_cost, network_model
from squeezelab.explorers.kit.memo import Memo
from squeezelab.explorers.network_model import FAMILIES, FAMILY
from squeezelab.hardware import accelerator
from squeezelab.networks import NETWORKS, build

IN_THE_EXPLORER = sorted(set(NETWORKS) - {"capsnet"})  # capsules have explorers of their own


def test_the_families_are_those_of_the_zoo():
    assert sorted(family.value for family in FAMILIES) == IN_THE_EXPLORER
    for family in FAMILIES:
        usual = build(family.value)
        assert (family.build(*family.usual).params, family.build(*family.usual).macs) == (usual.params, usual.macs)


@pytest.mark.parametrize("family", IN_THE_EXPLORER)
@pytest.mark.parametrize(
    ("machine", "dataflow", "kind", "share"),
    [("squeezelerator-16", "hybrid", "random", 0.4), ("scalesim-16", "is", "nm", 0.5), ("gpu-like", "os", "channels", 0.3)],
)
def test_network_cost_is_what_simulate_says(family, machine, dataflow, kind, share):
    values = {"family": family, "accelerator": machine, "dataflow": dataflow, "zeros": kind, "sparsity": share}
    figure = check_figure(explore("network_cost", values))
    check_layers(figure, simulated(build(family), accelerator(machine), dataflow, kind, share))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.value)
def test_every_setting_that_a_family_offers_can_be_built(family):
    widths, depths = ([None] if isinstance(offered, str) else offered for offered in (family.widths, family.depths))
    for width, depth in itertools.product(widths, depths):
        family.build(width, depth, family.resolution)
    for resolution, width in itertools.product(family.resolutions, (widths[0], widths[-1])):
        assert family.build(width, depths[-1], resolution).input_shape[1] == resolution


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.value)
def test_what_a_family_lacks_is_disabled_with_the_reason_and_changes_nothing(family):
    figure = explore("network_cost", {"family": family.value})
    lacking = {name for name, offered in (("width", family.widths), ("depth", family.depths)) if isinstance(offered, str)}
    assert set(figure.get("disabled", {})) == lacking
    for name in lacking:
        assert family.label in figure["disabled"][name]
        other = control(network_cost, name)["values"][-1]
        assert explore("network_cost", {"family": family.value, name: other}) == figure


def test_a_family_starts_as_it_was_published():
    for family in FAMILIES:
        figure = explore("network_cost", {"family": family.value})
        assert tiles(figure)["Parameters"] == build(family.value).params and "the usual" not in figure["finding"]


IMPOSSIBLE = [
    ({"family": "resnet", "depth": 44}, "unknown ResNet depth 44; there are 18, 34, 50"),
    ({"family": "vgg", "resolution": 24}, "cannot be built"),
    ({"family": "shufflenet", "width": 0.375}, "cannot be built"),
    ({"family": "mobilenet", "dataflow": "is"}, "cannot run input stationary"),
]


@pytest.mark.parametrize(("values", "words"), IMPOSSIBLE)
def test_what_cannot_be_is_said_and_the_nearest_is_shown(values, words):
    figure = check_figure(explore("network_cost", values))
    assert words in figure["problem"]
    usual = explore("network_cost", {"family": values["family"]})
    assert tiles(figure)["Cycles"] == tiles(usual)["Cycles"]


def test_channels_that_cannot_be_told_apart_disable_the_share(monkeypatch):
    """ShuffleNetV2 is not among the families; as if it were."""
    monkeypatch.setattr(FAMILY["shufflenet"], "build", lambda width, depth, resolution: build("shufflenet", version=2))
    monkeypatch.setattr(network_cost, "work_of", Memo(network_model.work_without, most=8))
    figure = check_figure(explore("network_cost", {"family": "shufflenet", "zeros": "channels", "sparsity": 0.5}))
    assert "'s2.b1.shuffle'" in figure["disabled"]["sparsity"]
    assert tiles(figure)["Parameters"] == build("shufflenet", version=2).params
