"""Errors of `squeezelab.decompose` teach: each names what is wrong and what would be right."""

import itertools

import numpy
import pytest

from squeezelab.networks import Network

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from squeezelab import decompose as lab  # noqa: E402
from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.decompose.start import slice_start  # noqa: E402

torch.set_num_threads(1)

RANKS = {"svd": 3, "separable": 3, "tucker2": (4, 3), "cp": 5, "cp3": 5}
SHAPE = (8, 6, 3, 3)


def seeded(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def small_network():
    net = Network("small", (1, 12, 12))
    x = net.conv(net.input, 8, 3, padding=1, name="stem")
    x = net.conv(x, 16, 3, stride=2, name="wide")
    net.linear(net.global_avg_pool(x), 10, name="fc")
    return net


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return to_torch(small_network()).eval()


@pytest.mark.parametrize("mode, name", list(enumerate(["output channels", "input channels", "rows", "columns"])))
@pytest.mark.parametrize("value, words", [(float("nan"), "holds NaN"), (float("inf"), "infinite"), (0.0, "column 2 .* is zero")])
def test_a_column_that_is_no_direction_is_named(mode, name, value, words):
    start = [seeded(side, 4, seed=side) for side in SHAPE]
    start[mode][:, 2] = value
    with pytest.raises(ValueError, match=words) as caught:
        lab.cp(seeded(*SHAPE), 4, init=start)
    assert name in str(caught.value)


@pytest.mark.parametrize("start", [None, 5, {}, torch.rand(4, 4), [[1, 2]] * 4, [None] * 4, ["a"] * 4, [seeded(8, 4)] * 3])
def test_what_is_no_start_is_refused(start):
    with pytest.raises(ValueError, match="start"):
        lab.cp(seeded(*SHAPE), 4, init=start)


NO_NUMBERS = [True, numpy.True_, torch.tensor(True), float("nan"), float("inf"), -1, "a", None, 1j, [0.1], numpy.array([0.1])]


@pytest.mark.parametrize("name, value", list(itertools.product(["ridge", "tolerance"], NO_NUMBERS)))
def test_what_only_looks_like_a_number_is_none(name, value):
    with pytest.raises(ValueError, match=f"the {name} must be a number of at least 0, not "):
        lab.cp(seeded(*SHAPE), 4, **{name: value})


@pytest.mark.parametrize(
    "options, words",
    [
        ({"seed": "a"}, "the seed must be a whole number"),
        ({"seed": None}, "the seed"),
        ({"seed": 1.5}, "the seed"),
        ({"seed": True}, "the seed"),
        ({"sweeps": "many"}, "sweeps must be a whole number"),
        ({"sweeps": -1}, "sweeps must be a whole number of at least 0, not -1"),
        ({"accelerate": "no"}, "accelerate is True or False, not 'no'"),
        ({"joint": "no"}, "joint is True or False"),
    ],
)
def test_other_options_of_cp_are_checked(options, words):
    with pytest.raises(ValueError, match=words):
        lab.cp(seeded(*SHAPE), 4, **options)


@pytest.mark.parametrize(
    "method, options, words",
    [
        ("svd", {"sweeps": 5}, "'svd' takes no option 'sweeps': it has none, since it is computed in one step"),
        ("separable", {"ridge": 0.1}, "'separable' takes no option 'ridge'"),
        ("tucker2", {"ridge": 0.1}, "'tucker2' takes no option 'ridge': its options are sweeps"),
        ("cp", {"sweep": 5}, "'cp' takes no option 'sweep': its options are sweeps, init, ridge, accelerate, seed, tolerance"),
        ("cp", {"joint": True}, "with 'joint' it is the method 'cp3'"),
    ],
)
def test_an_option_of_another_method_is_named(method, options, words):
    model = torch.nn.Sequential(torch.nn.Conv2d(6, 8, 3))
    runs = [
        lambda: lab.factorise(seeded(*SHAPE), method, RANKS[method], **options),
        lambda: lab.decompose(model, "0", method, RANKS[method], **options),
        lambda: lab.plan_ranks(model, (6, 9, 9), method, 0.9, **options),
    ]
    for run in runs:
        with pytest.raises(ValueError, match=words):
            run()


NO_KERNELS = [
    (torch.full(SHAPE, float("nan")), "the kernel holds NaN or infinite values; was its training loss finite to the end"),
    (torch.full(SHAPE, float("-inf")), "the kernel holds NaN or infinite values"),
    (torch.zeros(0, 6, 3, 3), r"of shape \(0, 6, 3, 3\) is empty"),
    (torch.zeros(8, 6, 0, 3), "is empty"),
    (seeded(*SHAPE) + 1j, "is complex"),
    (seeded(*SHAPE).to_sparse(), "is sparse: take its to_dense"),
    (torch.empty(*SHAPE, device="meta"), "on the meta device and has no values"),
    (seeded(*SHAPE) * 1e308, "NaN or infinite|fits into no double"),
    ("conv.pt", "not str"),
    (None, "not NoneType"),
    ([[1, 2], [3]], "not list"),
    (torch.zeros(*SHAPE), "zero everywhere"),
    (torch.full(SHAPE, 1e-330, dtype=torch.float64), "zero everywhere"),  # which no double holds
]


@pytest.mark.parametrize("method", lab.METHODS)
@pytest.mark.parametrize("kernel, words", NO_KERNELS)
def test_what_is_no_kernel_is_described_truly(method, kernel, words):
    for run in (lab.factorise, lambda kernel, method, rank: lab.given_up(kernel, method)):
        with pytest.raises(ValueError, match=words):
            run(kernel, method, RANKS[method])


@pytest.mark.parametrize(
    "matrix, words",
    [
        (torch.full((4, 5), float("nan")), "the matrix holds NaN"),
        (seeded(*SHAPE), r"two axes, not at a tensor of shape \(8, 6, 3, 3\); the ranks of a kernel are tucker2_ranks"),
        (seeded(4), "two axes"),
        (seeded(0, 4), "is empty"),
        (seeded(4, 4) + 1j, "is complex"),
        ("a", "not str"),
    ],
)
def test_evbmf_says_what_is_no_matrix(matrix, words):
    with pytest.raises(ValueError, match=words):
        lab.evbmf_rank(matrix)


def test_a_rank_beyond_its_mode_names_the_mode():
    with pytest.raises(ValueError, match="r_out of 'tucker2' is 7, which exceeds 6, the number of output channels"):
        lab.tucker2(seeded(6, 5, 3, 3), (7, 5))
    with pytest.raises(ValueError, match="r_in of 'tucker2' is 6, which exceeds 5, the number of input channels"):
        lab.tucker2(seeded(6, 5, 3, 3), 6)
    with pytest.raises(ValueError, match="exceeds 45"):
        lab.cp(seeded(6, 5, 3, 3), 46)


@pytest.mark.parametrize("shape", [(6,), (6, 5), (6, 5, 3), (6, 5, 3, 3, 3)])
def test_other_shapes_are_no_kernels(shape):
    with pytest.raises(ValueError, match="a kernel has the shape"):
        lab.cp(seeded(*shape), 2)


def test_starts_that_there_are_not():
    kernel = seeded(6, 5, 3, 3)
    with pytest.raises(ValueError, match="unknown start 'svd'; there are slices, hosvd, random"):
        lab.cp(kernel, 2, init="svd")
    with pytest.raises(ValueError, match=r"not \[\(6, 2\), \(5, 2\)"):
        lab.cp(kernel, 2, init=slice_start(kernel, 3))


@pytest.mark.parametrize("budget", [0, -0.5, float("nan"), float("inf"), True, "half", None])
def test_a_budget_is_a_share(model, budget):
    with pytest.raises(ValueError, match="the budget is a share of the dense network's params, as 0.5"):
        lab.plan_ranks(model, (1, 12, 12), "cp", budget)


def test_an_absolute_budget_is_answered_with_its_share(model):
    total = small_network().params
    with pytest.raises(ValueError, match=f"5000 of {total} is {5000 / total:.3g}"):
        lab.plan_ranks(model, (1, 12, 12), "cp", 5000)


def test_unknown_choices_list_the_choices(model):
    for words, arguments in {
        "unknown method 'pca'; there are svd": ("pca", 0.5),
        "unknown measure 'time'; there are params, macs, cycles, energy": ("cp", 0.5, "time"),
        "the cycles of which machine": ("cp", 0.5, "cycles"),
        "unknown accelerator 'gpu'; there are": ("cp", 0.5, "energy", "gpu"),
        "no layer 'conv9' to keep in .*; there are stem, wide, fc": ("cp", 0.5, "params", None, ["conv9"]),
    }.items():
        with pytest.raises(ValueError, match=words):
            lab.plan_ranks(model, (1, 12, 12), *arguments)


def test_a_network_of_another_model_is_refused(model):
    other = Network("other", (1, 12, 12))
    other.conv(other.input, 8, 5, name="stem")
    with pytest.raises(ValueError, match="'stem' has weights .* in the model, but .* in the network"):
        lab.plan_ranks(model, other, "cp", 0.5)
    strange = Network("strange", (1, 12, 12))
    strange.conv(strange.input, 8, 5, name="conv9")
    with pytest.raises(KeyError, match="no layer 'conv9' in this model"):
        lab.plan_ranks(model, strange, "cp", 0.5)


@pytest.mark.parametrize("value, words", [(float("nan"), "NaN"), (0.0, "zero everywhere")])
def test_a_kernel_without_numbers_is_named(value, words):
    broken = nn.Sequential(nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 3))
    broken[1].weight.data.fill_(value)
    with pytest.raises(ValueError, match=f"'1': .*{words}"):
        lab.plan_ranks(broken, (4, 9, 9), "cp", 0.5)
    assert lab.plan_ranks(broken, (4, 9, 9), "cp", 0.9, keep="1")["1"].note == "kept as it is"


def test_parts_of_a_border_rank_tensor():
    for make in (lab.orthonormal_parts, lab.gaussian_parts):
        with pytest.raises(ValueError, match=r"the parts belong to three modes, as \(16, 16, 3\), not to \(4, 5\)"):
            make((4, 5))
        with pytest.raises(ValueError, match="a side of the tensor must be a whole number of at least 2, not 1"):
            make((4, 5, 1))
    for t in (0, -0.1, "small", None):
        with pytest.raises(ValueError, match="t must be a number above 0, not "):
            lab.border_rank_pair(lab.orthonormal_parts(), t)


def test_kernels_of_no_size_and_terms_of_no_length():
    with pytest.raises(ValueError, match="the number of output channels must be a whole number of at least 1, not 0"):
        lab.trained_like_kernel(0, 4)
    with pytest.raises(ValueError, match="the seed must be a whole number of at least 0, not 'x'"):
        lab.trained_like_kernel(4, 4, seed="x")
    with pytest.raises(ValueError, match="all terms are zero, so that none can cancel another: sweeps give them a length"):
        lab.Gauge([torch.eye(3)], torch.zeros(3))
    with pytest.raises(ValueError, match=r"a kernel \(2, 2\) is compared with one of its own shape, not \(2, 3\)"):
        lab.relative_error(torch.ones(2, 2), torch.ones(2, 3))


def test_a_factorisation_of_another_layer(model):
    term = lab.svd(seeded(6, 5, 3, 3), 2)
    words = r"the factorisation is of a kernel \(6, 5, 3, 3\), but the layer's is \(8, 1, 3, 3\)"
    with pytest.raises(ValueError, match=words):
        lab.as_layers(model.stem, term)
    with pytest.raises(ValueError, match=words):
        lab.replaced(model, "stem", term)
    with pytest.raises(KeyError, match="no layer 'conv9' in this model; what can be factorised is stem, wide, fc"):
        lab.replaced(model, "conv9", term)
    with pytest.raises(KeyError, match="no layer 'conv9' in this plan; it has stem, wide, fc"):
        lab.plan_ranks(model, small_network(), "svd", 0.9)["conv9"]
