"""A whole capsule network in whole numbers: torch and plain Python agree, float numbers stay a code away, errors have names."""

import pytest
import torch
from torch import nn

from squeezelab.bridge import to_torch
from squeezelab.bridge.routing import PrimaryCapsules, Routing
from squeezelab.capsules import vote_free, with_xnor
from squeezelab.compression.integer_program import check_program
from squeezelab.compression.integer_run import run_program
from squeezelab.data import Examples, digits
from squeezelab.networks import Network, capsnet, dynamic_routing
from squeezelab.quantize import Integers, load_program, quantize, save_program
from tests.quantize.test_quantize import from_same_codes

TRAIN, TEST = digits()
POWER_OPS = ("capsules", "squash", "votes", "capsule_sum", "agreement", "softmax", "mask")


def small_capsnet(seed=0, **options):
    """A small CapsNet whose capsules are as long as those of a trained one."""
    torch.manual_seed(seed)
    model = to_torch(capsnet("tiny", **{"types": 2, "dim": 4, "classes": 5} | options)).eval()
    with torch.no_grad():
        model.primary.weight.mul_(20)
        model.digits.votes.weight.mul_(20)
    return model


def codes_of_both(program, image):
    """[(step, its codes in torch, its codes in plain Python)]."""
    made = Integers(program).codes(image, keep=True)
    plain = run_program(check_program(program), torch.round(image * 255).long().flatten().tolist())
    return [(step, mine.flatten().tolist(), codes) for step, mine, codes in zip(program["steps"], made, plain)]


@pytest.mark.parametrize("options", [{}, {"decoder": (12,)}, {"shared": True}, {"iterations": 1}, {"primary_dim": 4, "dim": 6}])
@pytest.mark.parametrize("bits", [8, 6, 4])
def test_plain_python_runs_a_capsnet_to_the_same_codes(options, bits):
    program = quantize(small_capsnet(**options), TRAIN, bits, calibration="minmax", images=32).program
    for step, mine, plain in codes_of_both(program, TEST.images[:1]):
        assert mine == plain, step["name"]


@pytest.mark.parametrize("bits", [8, 5])
def test_integers_are_the_float_scale_path_to_a_code_step_by_step(bits):
    result = quantize(small_capsnet(), TRAIN, bits, calibration="minmax", images=64)
    for step, codes, wanted in from_same_codes(result, TEST.images[:32]):
        near = 1 if step.op != "lengths" else 3  # a float length has 1e-8 under its root
        assert (codes - wanted).abs().max() <= near, step.name


def test_every_iteration_has_a_power_of_two_of_its_own():
    steps = quantize(small_capsnet(), TRAIN, calibration="minmax", images=64).program["steps"]
    for step in steps:
        if step["op"] in POWER_OPS or step["op"] == "add":
            assert step["zero"] == 0 and torch.tensor(step["scale"]).log2().frac() == 0, step["name"]
    named = {step["name"]: step["scale"] for step in steps}
    assert named["digits.couplings2"] == named["digits.couplings3"] == 1 / 128
    assert named["digits.agreement1"] != named["digits.logits3"]


def test_with_powers_of_two_everywhere_every_factor_is_a_shift_but_that_of_a_mean():
    result = quantize(small_capsnet(), TRAIN, calibration="minmax", images=64, power_of_two=True, granularity="tensor")
    for step in result.program["steps"]:
        if step["name"] != "digits.sum1":  # its couplings are a fifth
            assert set(step.get("multiplier", [2**30])) == {2**30}, step["name"]


def test_the_network_and_its_rows_know_the_bits_of_capsules():
    result = quantize(small_capsnet(), TRAIN, 4, images=64, weight_bits={"digits.votes": 8})
    assert result.network.weight_bits == {"conv1": 4, "primary": 4, "digits.votes": 8}
    assert result.network.activation_bits["digits.votes"] == 4 and result.network.activation_bits["lengths"] == 16
    assert result.network.macs == capsnet("tiny", types=2, dim=4, classes=5).macs
    assert [row["layer"] for row in result.rows() if "weight_bits" in row] == list(result.weight_bits)


def test_the_report_simulates_a_capsnet_with_its_bits():
    few = TEST.take(100)
    kept = few.labels < 5
    result = quantize(small_capsnet(), TRAIN, 8, calibration="minmax", images=32)
    report = result.report(Examples(few.images[kept], few.labels[kept], few.classes))
    assert report["cycles"] <= report["dense_cycles"] and report["energy"] < report["dense_energy"]
    assert report["macs"] == result.network.macs and report["bytes"] == result.bytes


@pytest.mark.parametrize("size", ["tiny", "mcu"])
def test_a_quarter_of_the_bytes_is_left(size):
    torch.manual_seed(0)
    result = quantize(to_torch(capsnet(size)), TRAIN, images=32)
    assert 0.25 <= result.bytes / (4 * result.folded.params) < 0.252


def test_a_plain_module_goes_on_with_the_quantised_matrices():
    result = quantize(small_capsnet(), TRAIN, 5, images=32)
    matrices = result.plain().digits.votes.weight
    assert torch.equal(matrices, result.fake.rounded_weight(4).transpose(0, 1))


def test_a_program_with_capsules_goes_through_a_file(tmp_path):
    result = quantize(small_capsnet(), TRAIN, 3, images=32)
    save_program(result.program, tmp_path / "net.json")
    again = Integers(load_program(tmp_path / "net.json"))
    assert torch.equal(again.scores(TEST.images[:8]), result.integers.scores(TEST.take(8)))


class Own(nn.Module):
    """A capsule network as somebody else writes it: a routing in one module, lengths by hand left out."""

    def __init__(self):
        super().__init__()
        self.conv, self.primary = nn.Conv2d(1, 8, 7, 2), PrimaryCapsules(8, 2, 4, 5, 2)
        self.routing = Routing(32, 3, 4, 5, iterations=2, form="vote_free")

    def forward(self, x):
        return self.routing(self.primary(self.conv(x).relu()))


def test_a_routing_in_one_module_becomes_the_same_steps():
    torch.manual_seed(0)
    model = Own()
    with torch.no_grad():
        model.primary.conv.weight.mul_(10)
        model.routing.weight.mul_(20)
    result = quantize(model, TRAIN, calibration="minmax", images=32)
    for step, mine, plain in codes_of_both(result.program, TEST.images[:1]):
        assert mine == plain, step["name"]
    images = TEST.images[:16]
    with torch.no_grad():
        wanted = model(images).flatten(1)
    assert (result.integers(images).reshape(wanted.shape) - wanted).norm() <= 0.1 * wanted.norm()


def test_a_vote_free_twin_becomes_the_same_integers():
    model = small_capsnet()
    one, other = (quantize(each, TRAIN, calibration="minmax", images=32) for each in (model, vote_free(model)))
    assert [step["op"] for step in one.program["steps"]] == [step["op"] for step in other.program["steps"]]
    assert torch.equal(one.integers.scores(TEST.images[:16]), other.integers.scores(TEST.images[:16]))


@pytest.mark.parametrize("twin", [lambda model: model, vote_free], ids=["votes", "vote_free"])
@pytest.mark.parametrize(("form", "kind"), [("xnodr", "Xnodr"), ("xnidr", "Xnidr")])
def test_signs_are_refused_by_name_however_little_they_change(twin, form, kind):
    """Of fresh weights all couplings are nearly 1 / J, whatever agrees."""
    with pytest.raises(ValueError, match=f"is of a {kind}.* has no integer form"):
        quantize(with_xnor(twin(to_torch(capsnet("tiny", types=1))), form), TRAIN, images=8, calibration="minmax")


def test_a_network_may_begin_with_capsules():
    torch.manual_seed(0)
    net = Network("direct", (4, 5, 3))
    x = net.squash(net.capsules(net.input, 4, name="capsules"), name="squash")
    net.lengths(dynamic_routing(net, x, 3, 5), name="lengths")
    model = to_torch(net).eval()
    with torch.no_grad():
        model.digits.votes.weight.mul_(20)
    images = torch.round(torch.rand(9, 4, 5, 3) * 255) / 255
    result = quantize(model, Examples(images, torch.zeros(9).long(), ["one"], "train"), calibration="minmax")
    for step, mine, plain in codes_of_both(result.program, images[:1]):
        assert mine == plain, step["name"]
    assert (result.integers(images) - model(images)).abs().max() < 0.02


def test_couplings_that_are_the_same_everywhere_are_no_hindrance():
    model = small_capsnet(classes=1)
    result = quantize(model, TRAIN, calibration="minmax", images=32)
    assert (result.integers(TEST.images[:8]) - model(TEST.images[:8])).abs().max() < 0.05


def test_what_a_mask_was_told_is_no_part_of_the_integers():
    model = small_capsnet(decoder=(12,))
    wanted = quantize(model, TRAIN, calibration="minmax", images=32).program
    model.decoder.mask.classes = torch.tensor([3, 0])
    assert quantize(model, TRAIN, calibration="minmax", images=32).program == wanted
    assert model.decoder.mask.classes.tolist() == [3, 0]


def test_training_goes_on_with_quantised_values():
    model = to_torch(capsnet("tiny", types=1, dim=4))
    with torch.no_grad():
        model.primary.weight.mul_(20)
        model.digits.votes.weight.mul_(20)
    result = quantize(model, TRAIN.take(256), 4, calibration="minmax", images=32, qat="ste", epochs=1, quiet=True)
    assert len(result.history) == 1
    for step, codes, wanted in from_same_codes(result, TEST.images[:8]):
        assert (codes - wanted).abs().max() <= (1 if step.op != "lengths" else 3), step.name


class Ended(nn.Module):
    """Something behind a CapsNet's lengths."""

    def __init__(self):
        super().__init__()
        self.net, self.fc = small_capsnet(), nn.Linear(5, 5)

    def forward(self, x):
        return self.fc(self.net(x))


@pytest.mark.parametrize(
    ("make", "options", "words"),
    [
        (lambda: small_capsnet(routing_bias=True), {}, "'digits.bias' (learnt) has no integer form here"),
        (Ended, {}, "(lengths) gives scores of 16 bits: it must be the last layer"),
        (small_capsnet, {"qat": "lsq", "epochs": 1}, "qat='lsq' learns scales"),
        (small_capsnet, {"bits": 1, "activation_bits": 1}, "a code in Qm.n has a bit for its sign"),
    ],
)
def test_what_has_no_integers_is_refused_by_name(make, options, words):
    with pytest.raises(ValueError) as caught:
        quantize(make(), TRAIN, images=16, **options)
    assert words in caught.value.args[0]


def test_no_images_to_calibrate_on_and_images_of_another_size_are_refused():
    with pytest.raises(ValueError, match="there are no images"):
        quantize(small_capsnet(), Examples(TRAIN.images[:0], TRAIN.labels[:0], TRAIN.classes))
    with pytest.raises(ValueError, match="the number of calibration images"):
        quantize(small_capsnet(), TRAIN, images=0)
    integers = quantize(small_capsnet(), TRAIN, calibration="minmax", images=16).integers
    with pytest.raises(ValueError, match=r"the program reads images \(n, 1, 28, 28\), not \(2, 1, 36, 36\)"):
        integers.scores(torch.zeros(2, 1, 36, 36))


def test_a_form_that_torch_does_not_know_is_not_run_as_if_it_were_exact():
    program = changed_program("digits.couplings2", form="leaky")
    with pytest.raises(ValueError, match="step 'digits.couplings2': softmax has no form 'leaky' here"):
        Integers(program)


def changed_program(name, **fields):
    program = quantize(small_capsnet(), TRAIN, calibration="minmax", images=16).program
    steps = [step | fields if step["name"] == name else step for step in program["steps"]]
    return program | {"steps": steps}


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("digits.votes", {"shift": [25] * 5}, "shifted left by 25, and 32 bits hold less than 2^31"),
        ("digits.votes", {"shape": [5, 31, 4]}, "votes of (32, 8) is not (5, 31, 4)"),
        ("digits.votes", {"weights": [1]}, "5120 weights belong to its shapes, not 1"),
        ("digits.sum2", {"multiplier": []}, "1 multipliers and shifts belong to it, not 0"),
        ("digits.sum2", {"from": [4]}, None),  # without couplings: another network, and a right one
        ("digits.agreement1", {"from": [4]}, "agreement reads 2, not 1 steps"),
        ("digits.couplings2", {"table": [1]}, "the table of a softmax has 256 values"),
        ("digits.couplings2", {"form": "leaky"}, "softmax has no form 'leaky' here; there is exact, arm13, arm14, raw_e"),
        ("digits.sum2", {"zero": 3}, "capsule_sum reads and writes codes whose zero is 0"),
        ("relu1", {"form": "winograd"}, "conv has no form 'winograd' here"),
        ("primary_squash", {"root_bits": 8}, "the squares of 8 codes with 8 root bits pass 32 bits"),
        ("primary_squash", {"fraction_in": -1}, "a squash reads and writes codes with fraction bits, not -1"),
        ("primary_squash", {"fraction_in": 24}, "24 fraction bits are too many to squash in 53 bits"),
        ("digits.logits3", {"form": "product"}, "add of the form 'product' lacks code_shift"),
        ("lengths", {"op": "length"}, "there is no op 'length' in whole numbers"),
    ],
)
def test_a_program_that_cannot_run_is_refused_by_its_step(name, fields, words):
    program = changed_program(name, **fields)
    if words is None:
        assert check_program(program)
        return
    with pytest.raises(ValueError) as caught:
        check_program(program)
    assert words in caught.value.args[0] and repr(name) in caught.value.args[0]
