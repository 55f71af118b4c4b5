"""MGIC blocks: the recursion and the table of the released code, and params that grow in proportion to the width."""

import pytest
from support.single_block import made

from squeezelab.networks import mgic_block, mgic_resnet, resnet_basic_block

WIDTHS = (64, 128, 256, 512, 1024, 2048)
MGIC = {
    16: (35_904, 75_584, 154_944, 313_664, 631_104, 1_265_984),
    8: (19_264, 39_488, 79_936, 160_832, 322_624, 646_208),
    32: (63_616, 142_208, 299_392, 613_760, 1_242_496, 2_499_968),
}
BASIC = (73_984, 295_424, 1_180_672, 4_720_640, 18_878_464, 75_505_664)


def mgic_params(c, group_size, coarsest_size):
    return made(mgic_block, c, c, group_size=group_size, coarsest_size=coarsest_size, side=2).params


def recursion(c, group_size, coarsest_size):
    """P(c) as the reference states it: norms included, K = 3."""
    g, half = max(c // group_size, 1), c // 2
    inner = 18 * half**2 + 4 * half if half < coarsest_size else recursion(half, group_size, coarsest_size)
    return (c // g) * half + inner + half // g * c + 18 * (c // g) * c + 6 * c


@pytest.mark.parametrize("s", MGIC)
def test_mgic_blocks_equal_the_table(s):
    assert tuple(mgic_params(c, s, s) for c in WIDTHS) == MGIC[s]


def test_basic_blocks_equal_the_table():
    assert tuple(made(resnet_basic_block, c, c, side=2).params for c in WIDTHS) == BASIC


@pytest.mark.parametrize("group_size, coarsest_size", [(4, 4), (16, 16), (8, 32), (32, 8), (64, 64), (16, 2), (1024, 16)])
@pytest.mark.parametrize("c", [32, 64, 256, 1024])
def test_an_mgic_block_follows_its_recursion(c, group_size, coarsest_size):
    assert mgic_params(c, group_size, coarsest_size) == recursion(c, group_size, coarsest_size)


@pytest.mark.parametrize("s", [4, 8, 16, 32, 64])
def test_an_mgic_block_is_affine_in_its_width(s):
    for c in (s << doubling for doubling in range(7)):
        assert 2 * mgic_params(c, s, s) == 2 * (38 * s + 12) * c - 29 * s * s - 8 * s


def test_mgic_at_group_size_16_is_620c_minus_3776():
    assert [mgic_params(c, 16, 16) for c in WIDTHS] == [620 * c - 3776 for c in WIDTHS]


@pytest.mark.parametrize("s", [4, 8, 16, 32, 64])
def test_mgic_is_larger_than_the_basic_block_on_s_channels_and_smaller_from_2s_on(s):
    def basic(c):
        return 18 * c * c + 4 * c

    assert mgic_params(s, s, s) > basic(s)
    assert all(mgic_params(s << doubling, s, s) < basic(s << doubling) for doubling in range(1, 7))
    assert mgic_params(64, 64, 64) == 96_768


def test_an_mgic_network_grows_in_proportion_to_its_width():
    params = [mgic_resnet(width=width).params for width in (2, 4, 8, 16)]  # at 1 the first stage needs no transition
    steps = [after - before for before, after in zip(params, params[1:])]
    assert (steps[1], steps[2]) == (2 * steps[0], 4 * steps[0])


def test_a_change_of_shape_goes_first_through_a_depthwise_convolution():
    net = made(mgic_block, 64, 128, 2)
    assert (net["transition"].kind, net["transition"].shape) == ("depthwise", (128, 8, 8))
    assert net.params == 75_584 + 9 * 128 + 2 * 128


def test_what_goes_up_is_the_change_that_the_coarse_level_made():
    net = made(mgic_block, 32, 32, group_size=16, coarsest_size=32)
    assert net["c32.change"].inputs == ("c16.relu", "c32.restrict")
    assert net["c32.correct"].inputs == ("input", "c32.prolong_norm")
