"""Capsule layers and CapsNet: shapes and counts against loops and against the papers, and errors that say what would be right."""

import itertools

import pytest
from support.micropython import printed

from squeezelab.networks import Network, build, capsnet, capsnet_baseline, dynamic_routing, routing_cost
from squeezelab.networks.stored import peak_words

SHAPES = [(5, 3, 2, 4), (1, 1, 1, 1), (7, 2, 3, 2)]  # input capsules, output capsules, values of each


def routed(count, capsules, dim_in, dim, **options):
    """A network of nothing but routing over `count` capsules of `dim_in` values."""
    net = Network("routing", (dim_in, count, 1))
    dynamic_routing(net, net.capsules(net.input, dim_in), capsules, dim, **options)
    return net


@pytest.mark.parametrize(("count", "capsules", "dim_in", "dim"), SHAPES)
@pytest.mark.parametrize("shared", [False, True])
def test_votes_count_what_loops_visit(count, capsules, dim_in, dim, shared):
    votes = routed(count, capsules, dim_in, dim, shared=shared)["digits.votes"]
    visited = list(itertools.product(range(count), range(capsules), range(dim_in), range(dim)))
    assert votes.macs == len(visited)
    assert votes.params == len({(j, k, d) if shared else (i, j, k, d) for i, j, k, d in visited})
    assert votes.shape == (capsules, count, dim) and votes.words == count * dim_in + votes.params + count * capsules * dim


@pytest.mark.parametrize(("count", "capsules", "dim_in", "dim"), SHAPES)
@pytest.mark.parametrize("iterations", [1, 2, 3, 5])
def test_each_step_of_routing_visits_every_value_of_a_vote(count, capsules, dim_in, dim, iterations):
    net = routed(count, capsules, dim_in, dim, iterations=iterations)
    steps = [layer for layer in net.mac_layers if layer.op in ("capsule_sum", "agreement")]
    values = len(list(itertools.product(range(capsules), range(count), range(dim))))
    assert [layer.macs for layer in steps] == [values] * (2 * iterations - 1)
    assert net.macs == routing_cost(count, capsules, dim_in, dim, iterations).macs
    assert net.params == net["digits.votes"].params and not any(layer.weight_words for layer in steps)


def test_the_layers_of_routing_have_their_names_whatever_the_iterations():
    names = [layer.name[len("digits.") :] for layer in routed(4, 2, 3, 5, iterations=3).layers[1:]]
    expected = "votes sum1 squash1 agreement1 couplings2 sum2 squash2 agreement2 logits3 couplings3 sum3 squash3"
    assert names == expected.split()
    biased = [layer.name for layer in routed(4, 2, 3, 5, iterations=2, bias=True).layers]
    assert "digits.bias" in biased and [name for name in biased if "biased" in name] == ["digits.biased1", "digits.biased2"]


@pytest.mark.parametrize(
    ("options", "params"),
    [
        ({"size": "paper"}, 8_215_568),  # Sabour et al. 2017: 8.2M
        ({"size": "paper", "decoder": False}, 6_804_224),  # 6.8M
        ({"size": "paper", "routing_bias": True}, 8_215_728),  # the released code
        ({"size": "paper", "decoder": False, "routing_bias": True}, 6_804_384),
        ({"size": "paper", "input_shape": (1, 36, 36)}, 11_361_808),  # MultiMNIST
        ({"size": "mcu"}, 296_800),
        ({"size": "tiny"}, 216_704),
        ({"size": "tiny", "types": 4}, 109_152),
        ({"size": "tiny", "input_shape": (1, 36, 36)}, 421_504),
        ({"size": "tiny", "shared": True}, 1_600 + 51_264 + 1_280),
    ],
)
def test_a_capsnet_has_the_params_of_its_paper(options, params):
    assert capsnet(**options).params == build("capsnet", **options).params == params


def test_the_paper_multiplies_in_its_convolution_and_moves_its_votes():
    net = capsnet("paper", decoder=False)
    assert net.macs == 201_793_536 and net["conv1"].macs == 8_294_400 and net["primary"].macs == 191_102_976
    assert 0.946 < net["primary"].macs / net.macs < 0.948
    votes = net["digits.votes"]
    assert votes.macs == 1_474_560 and 4 * votes.output_words == 737_280
    assert capsnet("mcu").macs == 379_456 + 3_211_264 + 245_760 + 5 * 61_440
    assert capsnet().macs == 189_728 + 819_200 + 163_840 + 5 * 20_480


def test_the_networks_beside_them():
    assert (capsnet_baseline().params, capsnet_baseline("multimnist").params) == (35_445_522, 24_563_978)


def test_routing_in_two_orders():
    assert routing_cost(1152, 10, 8, 16) == (2_396_160, 184_320)
    assert routing_cost(1152, 10, 8, 16, form="vote_free") == (7_741_440, 92_160)
    assert routing_cost(128, 10, 8, 16, 1, "vote_free") == (163_840, 1_024)  # all couplings equal: nothing as wide as votes
    assert routing_cost(128, 10, 8, 16, 1).macs == 163_840 + 20_480


def test_a_decoder_draws_what_came_in_and_the_lengths_are_the_output():
    net = capsnet(decoder=(16, 8), input_shape=(3, 20, 20), classes=4)
    assert net.output.name == "lengths" and net.output.shape == (4,)
    assert net["decoder.mask"].shape == (64,) and net["decoder.sigmoid"].shape == (1200,)
    assert capsnet("paper", decoder=()).params == capsnet("paper", decoder=False).params


def test_what_is_learnt_lies_with_the_weights_and_is_no_map():
    plain, biased = capsnet(), capsnet(routing_bias=True)
    assert biased["digits.bias"].params == 160 and biased["digits.bias"].words == 0
    assert peak_words(biased) == peak_words(plain)
    assert "digits.bias" in repr(biased)


BAD = [
    (lambda net: net.capsules(net.input, 3), "capsules 'capsules1': the 8 channels of 'input' do not divide into capsules of 3"),
    (lambda net: net.capsules(net.flatten(net.input), 4), r"it needs a map \(channels, height, width\), but 'flatten1'"),
    (lambda net: net.capsules(net.input, 0), "the values of a capsule must be a whole number of at least 1, not 0"),
    (lambda net: net.squash(net.input), r"it needs capsules \(count, values\), but 'input' has the shape 8×2×2"),
    (lambda net: net.lengths(net.input), r"lengths 'lengths1': it needs capsules"),
    (lambda net: net.mask(net.input), r"mask 'mask1': it needs capsules"),
    (
        lambda net: net.votes(net.capsules(net.input, 4), 0, 4),
        "the number of output capsules must be a whole number of at least 1",
    ),
    (lambda net: net.votes(net.input, 10, 4), "votes 'votes1': it needs capsules"),
    (lambda net: net.capsule_sum(net.capsules(net.input, 4)), r"it needs votes \(outputs, inputs, values\), but 'capsules1'"),
    (lambda net: net.capsule_sum(voted(net), net.capsules(net.input, 4)), "couplings of 3×8 belong, but 'capsules2' is 8×4"),
    (lambda net: net.agreement(voted(net), net.capsules(net.input, 4)), "output capsules of 3×5 belong, but 'capsules2' is 8×4"),
    (lambda net: net.learnt(()), r"the shape of learnt values is \(count, values\), as \(10, 16\), not \(\)"),
    (lambda net: net.learnt((3, 5), "0.1"), "the start of the learnt values must be a number, not '0.1'"),
    (lambda net: dynamic_routing(net, net.capsules(net.input, 4), 3, 5, 0), "the number of routing iterations must be .*, not 0"),
    (lambda net: capsnet(decoder=True), r"a decoder is given by its hidden sizes, as \(512, 1024\), or is False, not True"),
    (lambda net: capsnet(decoder=(0,)), "a hidden size of the decoder must be a whole number of at least 1, not 0"),
    (lambda net: capsnet(types=1.5), "the types of primary capsules must be a whole number of at least 1, not 1.5"),
    (lambda net: capsnet(iterations=True), "the number of routing iterations must be a whole number of at least 1, not True"),
    (
        lambda net: capsnet(input_shape=(1, 8, 8)),
        "conv 'primary': the kernel reaches over 5 rows, but its padded input has only 1",
    ),
    (lambda net: routing_cost(0, 1, 1, 1), "the number of input capsules must be a whole number of at least 1, not 0"),
]


def voted(net):
    return net.votes(net.capsules(net.input, 4), 3, 5)


@pytest.mark.parametrize(("make", "message"), BAD)
def test_shapes_that_do_not_chain_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make(Network("bad", (8, 2, 2)))


PROGRAM = """
from squeezelab.networks import capsnet, capsnet_baseline, routing_cost
from squeezelab.hardware import capsule_latency, simulate
for net in (capsnet("paper"), capsnet("mcu", iterations=1), capsnet(routing_bias=True, shared=True, decoder=(8,))):
    print(net)
    print(simulate(net, "squeezelerator-16"))
print(capsnet_baseline("multimnist").params, routing_cost(1152, 10, 8, 16, form="vote_free").macs)
print([round(1000 * end) for end in capsule_latency(capsnet("mcu"), "gap-8").routing])
try:
    capsnet("huge")
except ValueError as error:
    print(error)
"""


def test_capsnet_is_the_same_in_a_page(capsys):
    exec(PROGRAM, {})
    ours = capsys.readouterr().out
    assert printed(PROGRAM).rstrip() == ours.rstrip() and len(ours.splitlines()) > 60
