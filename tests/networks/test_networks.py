"""The zoo equals the released definitions, to the integer and layer by layer."""

import pytest
from support import golden as golden_data

from squeezelab.networks import (
    Network,
    alexnet,
    fire_module,
    mobilenet,
    mobilenet_v2,
    resnet,
    resnet_basic_block,
    resnet_bottleneck_block,
    squeezenet,
    squeezenext,
    squeezenext_block,
    vgg,
)

TOTALS = {row["network"]: row for row in golden_data.rows("networks.csv")}
LAYERS = golden_data.by_network("network_layers.csv")
OTHERS = golden_data.by_network("pools_and_sums.csv")


def test_every_golden_network_is_built():
    assert set(golden_data.BUILDERS) == set(TOTALS) == set(LAYERS) == set(OTHERS)


@pytest.mark.parametrize("name", TOTALS)
def test_totals_equal_the_golden_table(name):
    net, row = golden_data.BUILDERS[name](), TOTALS[name]
    assert net.params == row["params"]
    assert net.macs == row["macs"]
    assert sum(layer.params for layer in net.mac_layers) == row["params_layers"]
    assert sum(layer.params for layer in net.layers if layer.op == "norm") == row["params_norm"]
    assert net.input_shape == (3, row["side"], row["side"])


def facts(layer):
    """A layer as the golden table writes it."""
    fc = layer.op == "linear"
    c_in, h_in, w_in = (layer.in_shape + (1, 1))[:3]
    c_out, h_out, w_out = (layer.shape + (1, 1))[:3]
    return {
        "name": layer.name,
        "kind": layer.kind,
        "c_in": c_in,
        "c_out": c_out,
        "kernel_h": 1 if fc else layer.kernel[0],
        "kernel_w": 1 if fc else layer.kernel[1],
        "stride": 1 if fc else layer.stride[0],
        "pad_h": 0 if fc else layer.padding[0],
        "pad_w": 0 if fc else layer.padding[1],
        "groups": 1 if fc else layer.groups,
        "h_in": h_in,
        "w_in": w_in,
        "h_out": h_out,
        "w_out": w_out,
        "params": layer.params,
        "macs": layer.macs,
    }


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_equals_the_golden_table(name):
    ours = [{"network": name} | facts(layer) for layer in golden_data.BUILDERS[name]().mac_layers]
    assert ours == LAYERS[name]


@pytest.mark.parametrize("name", OTHERS)
def test_poolings_and_sums_equal_the_golden_table(name):
    net = golden_data.BUILDERS[name]()
    pools = [layer for layer in net.layers if "pool" in layer.op]
    golden = [row for row in OTHERS[name] if row["op"] != "add"]
    for ours, row in zip(pools, golden, strict=True):
        assert ours.op == row["op"] + "_pool"
        assert (*ours.in_shape, (ours.shape + (1, 1))[1]) == (row["channels"], row["h_in"], row["h_in"], row["h_out"])
        if ours.op == "max_pool":
            assert (ours.kernel[0], ours.stride[0], ours.padding[0], ours.ceil) == (
                row["kernel"],
                row["stride"],
                row["pad"],
                bool(row["ceil"]),
            )
    sums = [(layer.name, layer.shape) for layer in net.layers if layer.op == "add"]
    assert sums == [(r["name"], (r["channels"], r["h_in"], r["h_in"])) for r in OTHERS[name] if r["op"] == "add"]


@pytest.mark.parametrize(
    "net, params, macs",
    [
        (alexnet(groups=1, resolution=227), 62_378_344, None),
        (squeezenet("1.0", resolution=224), 1_248_424, 818_924_576),
        (resnet(34), 21_797_672, 3_663_761_408),
        (vgg(16), 138_357_544, 15_470_264_320),
        (vgg(19), 143_667_240, 19_632_062_464),
        (mobilenet_v2(), 3_504_872, 300_774_272),
        (mobilenet_v2(0.5), 1_968_680, 97_131_840),
        (squeezenext(version=5, projection="parallel"), 909_024, 224_113_664),
    ],
    ids=lambda value: value.name if isinstance(value, Network) else "",
)
def test_networks_beyond_the_layer_tables(net, params, macs):
    assert net.params == params
    assert macs is None or net.macs == macs


def test_macs_plus_one_operation_per_output_are_the_papers_figures():
    def with_bias(net):
        return net.macs + sum(layer.output_words for layer in net.mac_layers if layer.op == "conv")

    expected = {1: 281_990_768, 2: 228_983_872, 3: 228_707_904, 4: 228_431_936, 5: 228_017_984}
    assert {version: with_bias(squeezenext(version=version)) for version in expected} == expected
    assert with_bias(squeezenext(2.0)) == 749_257_568
    assert with_bias(squeezenext(2.0, version=5)) == 707_985_920
    assert with_bias(squeezenext(groups=2)) == 228_182_512


# SqueezeNext's structure


def stage_macs(net):
    stages = {}
    for layer in net.mac_layers:
        stage = layer.name.split(".")[0]
        stages[stage] = stages.get(stage, 0) + layer.macs
    return list(stages.values())


def test_stage_macs_of_v1_and_v5():
    v1 = [115_915_968, 49_561_600, 44_154_880, 58_605_568, 8_028_160, 1_605_632, 128_000]
    v5 = [60_211_200, 20_873_216, 30_507_008, 102_760_448, 8_830_976, 1_605_632, 128_000]
    assert stage_macs(squeezenext()) == v1
    assert stage_macs(squeezenext(version=5)) == v5


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_a_squeezenext_has_21_blocks_111_convolutions_and_132_relus(version):
    ops = [layer.op for layer in squeezenext(version=version).layers]
    counts = {op: ops.count(op) for op in ("conv", "norm", "relu", "add", "max_pool", "global_avg_pool", "linear")}
    assert list(counts.values()) == [111, 111, 132, 21, 1, 1, 1]


def test_moving_blocks_between_stages_leaves_the_macs_unchanged():
    assert {squeezenext(version=version).macs for version in (2, 3, 4, 5)} == {224_916_480}
    assert {squeezenext(version=v, projection="parallel").macs for v in (2, 3, 4, 5)} == {224_113_664}


def test_a_plain_block_costs_the_same_in_every_stage():
    net = squeezenext(version=5)
    for block in ("s1.b2", "s2.b4", "s3.b14"):
        assert sum(layer.macs for layer in net.layers if layer.name.startswith(block + ".")) == 7_225_344


def test_3x1_and_1x3_alternate_through_the_whole_network():
    names = [layer.name for layer in squeezenext(version=5).mac_layers if ".sep" in layer.name]
    firsts = [name.split(".")[-1] for name in names[::2]]
    assert firsts == ["sep3x1" if block % 2 == 0 else "sep1x3" for block in range(21)]


def test_the_map_after_the_first_pooling():
    assert squeezenext()["pool1"].shape == (64, 55, 55)
    assert squeezenext(version=5)["pool1"].shape == (64, 56, 56)


def test_groups_sit_in_squeeze1_and_the_separable_pair_only():
    grouped = {layer.name.split(".")[-1] for layer in squeezenext(groups=2).mac_layers if getattr(layer, "groups", 1) == 2}
    assert grouped == {"squeeze1", "sep3x1", "sep1x3"}


def test_width_scales_the_stages_but_neither_stem_nor_head():
    for width in (0.25, 0.5, 1.25, 3):
        net = squeezenext(width, version=5)
        assert net["conv1"].shape[0] == 64 and net["conv_head"].shape[0] == 128
        assert [net[f"s{stage}.b1.expand"].shape[0] for stage in (1, 2, 3, 4)] == [
            int(channels * width) for channels in (32, 64, 128, 256)
        ]


def test_the_112x_claim_is_about_the_grouped_network():
    assert alexnet().params / squeezenext(groups=2).params == pytest.approx(112.3, abs=0.05)


def test_alexnet_macs_by_layer():
    macs = [layer.macs for layer in alexnet().mac_layers]
    assert macs[:5] == [105_415_200, 223_948_800, 149_520_384, 112_140_288, 74_760_192]
    assert macs[5:] == [37_748_736, 16_777_216, 4_096_000]


# Blocks on their own: weights by the closed forms


def block_weights(make, channels, *arguments, side=8, **options):
    net = Network("block", (channels, side, side))
    make(net, net.input, *arguments, **options)
    return sum(layer.weight_words for layer in net.mac_layers)


@pytest.mark.parametrize("c", [4, 8, 32, 64, 100, 256])
def test_block_weights_follow_their_formulas(c):
    assert block_weights(resnet_basic_block, c, c) == 18 * c * c
    assert block_weights(resnet_bottleneck_block, c, c) == 17 * (c // 4) ** 2
    assert block_weights(squeezenext_block, c, c) == 9 * c * c // 4
    assert block_weights(fire_module, c, 5, 7, 11) == c * 5 + 5 * 7 + 9 * 5 * 11


def test_blocks_side_by_side_at_128_channels():
    assert block_weights(resnet_basic_block, 128, 128) == 294_912
    assert block_weights(squeezenext_block, 128, 128) == 36_864
    assert block_weights(fire_module, 128, 32, 64, 64) == 24_576
    assert block_weights(resnet_bottleneck_block, 128, 128) == 17_408


def test_first_blocks_of_squeezenext():
    for c_in, c in ((64, 32), (32, 64), (100, 40)):
        parallel = block_weights(squeezenext_block, c_in, c, first=True, projection="parallel")
        serial = block_weights(squeezenext_block, c_in, c, first=True, projection="serial")
        assert (parallel, serial) == ((6 * c_in * c + 7 * c * c) / 4, c_in * c + 9 * c * c / 4)
    assert block_weights(squeezenext_block, 64, 32, first=True, projection="parallel") == 4864
    assert block_weights(squeezenext_block, 64, 32, first=True, projection="serial") == 4352


def test_norms_of_a_plain_block_learn_5_5_values_a_channel():
    net = Network("block", (128, 8, 8))
    squeezenext_block(net, net.input, 128)
    assert sum(layer.params for layer in net.layers if layer.op == "norm") == 5.5 * 128


@pytest.mark.parametrize("width", [0.25, 0.5, 0.75, 1.0])
def test_mobilenet_weights_follow_9s_plus_st(width):
    channels = [int(c * width) for c in (32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)]
    units = sum(9 * s + s * t for s, t in zip(channels, channels[1:]))
    net = mobilenet(width)
    assert sum(layer.weight_words for layer in net.mac_layers) == 27 * channels[0] + units + 1000 * channels[-1]


@pytest.mark.parametrize("resolution", [64, 96, 128, 193, 224, 256])
def test_params_do_not_depend_on_the_resolution_of_convolutional_networks(resolution):
    for make in (squeezenext, squeezenet, mobilenet, mobilenet_v2, resnet):
        assert make(resolution=resolution).params == make().params


def test_bypass_adds_sums_and_the_complex_one_convolutions():
    simple, complex_ = squeezenet(bypass="simple"), squeezenet(bypass="complex")
    assert [layer.name for layer in simple.layers if layer.op == "add"] == [f"fire{i}.add" for i in (3, 5, 7, 9)]
    assert simple.params == squeezenet().params
    assert len([layer for layer in complex_.layers if layer.op == "add"]) == 8
    assert [layer.name for layer in complex_.mac_layers if "bypass" in layer.name] == [f"fire{i}.bypass" for i in (2, 4, 6, 8)]
