"""The closed forms of the systolic array equal SCALE-Sim's output and an array stepped cycle by cycle."""

import random

import pytest
from support import golden as golden_data
from support import wavefront

from squeezelab.hardware import accelerator, loop_nest, simulate, systolic_cost
from squeezelab.networks import Network, alexnet, mobilenet, resnet, squeezenet, squeezenext

GOLDEN = golden_data.rows("scalesim_golden.csv")
EXTRA = golden_data.rows("scalesim_extra.csv")


def cost_of(row):
    """Our cost of a SCALE-Sim row."""
    sizes = [row[name] for name in ("gemm_m", "gemm_n", "gemm_k", "array_rows", "array_cols")]
    return systolic_cost(*sizes, row["dataflow"])


def words_as_scalesim_counts(row):
    """Our words of a row, with SCALE-Sim's surplus of R + C output writes per fold under output stationary."""
    ours = cost_of(row)
    surplus = (row["array_rows"] + row["array_cols"]) * ours.folds if row["dataflow"] == "os" else 0
    return ours.ifmap_reads, ours.filter_reads, ours.ofmap_writes + surplus


def test_189_golden_rows_and_271_more_are_read():
    assert (len(GOLDEN), len(EXTRA)) == (189, 271)


def test_cycles_are_one_more_than_scalesim_prints():
    assert [cost_of(row).cycles for row in GOLDEN] == [row["scalesim_total_cycles"] + 1 for row in GOLDEN]
    assert [cost_of(row).cycles for row in EXTRA] == [row["cycles_inclusive"] for row in EXTRA]


@pytest.mark.parametrize("rows", [GOLDEN, EXTRA], ids=["golden", "extra"])
def test_words_equal_scalesim(rows):
    for row in rows:
        golden = row["sram_ifmap_reads"], row["sram_filter_reads"], row["sram_ofmap_writes"]
        assert words_as_scalesim_counts(row) == golden, row


def conv_of(row):
    """The convolution of a row as our layer; SCALE-Sim's sizes include the padding."""
    h, w = row.get("ifmap_h_padded", row.get("ifmap_h")), row.get("ifmap_w_padded", row.get("ifmap_w"))
    net = Network("row", (row.get("channels_per_group", row.get("channels")), h, w))
    filters = row.get("filters_per_group", row.get("filters"))
    return net.conv(net.input, filters, (row["kernel_h"], row["kernel_w"]), stride=row["stride"])


def test_convolutions_become_the_same_matrix_product_but_for_scalesims_rounding():
    convs = [row for row in GOLDEN if row["kind"] == "conv"] + EXTRA
    rounded_up = 0
    for row in convs:
        nest = loop_nest(conv_of(row))
        assert (nest.n, nest.k) == (row["gemm_n"], row["gemm_k"]), row
        if nest.m != row["gemm_m"]:
            assert row["layer"] == "odd_s3" and (nest.m, row["gemm_m"]) == (70, 88)  # it rounds output sizes up
            rounded_up += 1
    assert rounded_up == 2


FLOWS = {
    "ws": wavefront.weight_stationary,
    "is": wavefront.input_stationary,
    "os": wavefront.output_stationary,
}


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("seed", range(25))
def test_closed_forms_equal_the_stepped_array(flow, seed):
    dice = random.Random(seed)
    m, n, k = (dice.randint(1, 9) for _ in range(3))
    rows, cols = dice.randint(1, 5), dice.randint(1, 5)
    a = [[dice.randint(-9, 9) for _ in range(k)] for _ in range(m)]
    b = [[dice.randint(-9, 9) for _ in range(n)] for _ in range(k)]
    product, counts = FLOWS[flow](a, b, rows, cols)
    assert product == [[sum(a[i][t] * b[t][j] for t in range(k)) for j in range(n)] for i in range(m)]
    ours = systolic_cost(m, n, k, rows, cols, flow)
    assert (ours.cycles, ours.folds, ours.ofmap_writes) == (counts.cycles, counts.folds, counts.writes)
    words = (counts.held_reads, counts.moving_reads) if flow == "is" else (counts.moving_reads, counts.held_reads)
    assert (ours.ifmap_reads, ours.filter_reads) == words


TOTALS = [  # (network, {flow and side: cycles}); MobileNet ws 16 at SCALE-Sim's rounding would be 5,101,868
    (alexnet(), (13_794_278, 6_426_166, 7_195_092, 6_321_428, 2_591_349, 3_023_408)),
    (squeezenet("1.0"), (3_539_950, 3_817_744, 4_721_740, 987_174, 1_134_642, 1_595_610)),
    (squeezenet("1.1"), (1_755_824, 1_898_546, 2_249_388, 528_202, 604_852, 797_928)),
    (mobilenet(), (5_071_336, 7_595_586, 8_655_248, 3_322_986, 5_357_928, 6_918_176)),
    (resnet(18), (9_226_448, 8_005_554, 10_478_848, 2_855_052, 2_133_336, 3_400_176)),
    (squeezenext(), (1_271_554, 1_623_498, 2_457_144, 423_645, 663_798, 1_072_846)),
    (squeezenext(version=5), (1_065_400, 1_306_586, 1_782_740, 348_308, 486_340, 759_326)),
]


@pytest.mark.parametrize("net, expected", TOTALS, ids=[net.name for net, _ in TOTALS])
def test_totals_of_whole_networks(net, expected):
    machine = accelerator("scalesim-16")
    cycles = [
        simulate(net, machine.with_(rows=side, cols=side), dataflow=flow).cycles
        for side in (16, 32)
        for flow in ("ws", "os", "is")
    ]
    assert tuple(cycles) == expected


def test_utilisation_is_macs_per_slot():
    report = simulate(squeezenext(version=5), "scalesim-16", dataflow="ws")
    assert report.utilisation == report.macs / (report.cycles * 256)
    assert round(100 * report.utilisation, 1) == 82.5


def test_the_staircase_64_and_57_filters_cost_the_same():
    cycles = {n: systolic_cost(14 * 14, n, 64 * 9, 8, 8, "ws").cycles for n in (64, 57, 56)}
    assert cycles == {64: 125_568, 57: 125_568, 56: 109_872}


def test_hybrid_takes_the_fastest_flow_of_each_layer():
    net, machine = mobilenet(), accelerator("scalesim-16")
    flows = [simulate(net, machine, dataflow=flow) for flow in ("ws", "os", "is")]
    for row, *single in zip(simulate(net, machine).layers, *[flow.layers for flow in flows]):
        assert row.cycles == min(one.cycles for one in single)


def test_groups_run_one_after_another():
    def one(groups, channels):
        net = Network("grouped", (channels, 9, 7))
        net.conv(net.input, channels, (3, 1), stride=(2, 1), groups=groups)
        return simulate(net, "scalesim-16", dataflow="ws")

    together, alone = one(5, 35), one(1, 7)
    assert together.cycles == 5 * alone.cycles
    assert together.buffer_words == 5 * alone.buffer_words


def test_a_single_processing_element_does_one_mac_a_cycle_and_loads():
    assert systolic_cost(5, 3, 4, 1, 1, "os").cycles == 5 * 3 * 4
    assert systolic_cost(5, 3, 4, 1, 1, "ws").cycles == 3 * 4 * (5 + 1)


def test_a_cost_prints_its_counts():
    text = repr(systolic_cost(42, 20, 51, 8, 8, "ws"))
    assert text == "SystolicCost(cycles=1344, folds=21, ifmap_reads=6426, filter_reads=1020, ofmap_writes=5880)"


# By hand: 4 → 36 channels, 3 x 2 over 6 x 6, so that M = 4·5 = 20, N = 36, K = 24 and 17,280 MACs, on 16 x 16.
#   ws: folds ⌈24/16⌉ = 2 down, ⌈36/16⌉ = 3 across; inputs 20·24·3 = 1,440, weights 24·36 = 864,
#       sums written 20·36·2 = 1,440 and read back 20·36·1 = 720: 4,464 words
#   os: folds ⌈20/16⌉ = 2 down, 3 across; inputs 1,440, weights 864·2 = 1,728, outputs 720: 3,888 words
#   is: folds 2 down, ⌈20/16⌉ = 2 across; inputs 480, weights 864·2 = 1,728, sums 1,440 and 720: 4,368 words
# Cycles that stream, and that load and drain: ws 6·20 and 6·(2·16 + 16 - 2), os 6·24 and 6·(16 + 16 - 2), is 4·36 and 4·46.
# Two operands of a MAC hop on, 34,560 hops. DRAM: 864 + 4·36 + 720 = 1,728 words, since all fits. In units of a MAC
# (Eyeriss): registers 3·17,280, hops 2 each, buffer 6 a word, DRAM 200 a word.
BY_HAND = [("ws", 120, 276, 4_464, 26_784), ("os", 144, 180, 3_888, 23_328), ("is", 144, 184, 4_368, 26_208)]


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("flow, streaming, filling, words, buffer", BY_HAND)
def test_cycles_words_and_energies_of_one_convolution_worked_by_hand(flow, streaming, filling, words, buffer, groups):
    net = Network("hand", (4 * groups, 6, 6))
    net.conv(net.input, 36 * groups, (3, 2), groups=groups, name="c")
    row = simulate(net, "scalesim-16", dataflow=flow)["c"]
    assert (row.macs, row.buffer_words, row.dram_words) == (17_280 * groups, words * groups, 1_728 * groups)
    assert (row.compute_cycles, row.fill_cycles) == (streaming * groups, filling * groups)
    energies = {"mac": 17_280, "rf": 51_840, "noc": 69_120, "buffer": buffer, "dram": 345_600}
    assert row.energy_by_level == {level: energy * groups for level, energy in energies.items()}
