"""`quantize`: what its values, its integers and its network say, on the book's networks and on models as others write them."""

import pytest
import torch

from squeezelab.compression.integer_program import check_program
from squeezelab.compression.integer_run import run_program
from squeezelab.data import Examples, digits
from squeezelab.hardware import simulate
from squeezelab.networks import build
from squeezelab.quantize import Integers, load_program, quantize, save_program
from squeezelab.training import REFERENCES, evaluate, reference
from tests.support.small_models import MODELS, images_for, small_model

TRAIN, TEST = digits()
WIDTHS = (8, 5, 3, 2, 1)


def own(name, count=64):
    """(model, Examples) of a small model."""
    images = images_for(name, TRAIN, count)
    return small_model(name, TRAIN), Examples(images, torch.zeros(len(images)), ["none"])


def from_same_codes(result, images):
    """[(step, codes of the integers, codes that the float scale gives for what the integers wrote before)]."""
    program, made = result.program, result.integers.codes(images, keep=True)
    held = {-1: (result.integers.table[torch.round(images * 255).long()], program["input"])}
    held |= {place: (codes, program["steps"][place]) for place, codes in enumerate(made)}
    found = []
    for place, step in enumerate(result.fake.steps):
        inputs = [(codes - entry["zero"]).double() * entry["scale"] for codes, entry in (held[at] for at in step.sources)]
        with torch.no_grad():
            values = result.fake.double().run(place, step, inputs)
        entry = program["steps"][place]
        codes = torch.round(values / entry["scale"]) + entry["zero"]
        found.append((step, made[place], codes.clamp(entry["low"], entry["high"]).reshape(made[place].shape)))
    result.fake.float()
    return found


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("bits", WIDTHS)
def test_integers_are_the_float_scale_path_to_a_code_layer_by_layer(name, bits):
    model, data = own(name)
    for step, codes, wanted in from_same_codes(quantize(model, data, bits), data.images):
        assert (codes - wanted).abs().max() <= 1, step.name


@pytest.mark.parametrize("name", MODELS)
def test_integers_and_quantised_values_give_the_same_outputs(name):
    model, data = own(name)
    result = quantize(model, data, 6)
    with torch.no_grad():
        values, integers = result.fake(data.images), result.integers(data.images)
    assert (values - integers).abs().max() <= 0.02 * values.abs().max()


@pytest.mark.parametrize("name", MODELS)
def test_the_older_rounding_is_a_code_off_at_most_too(name):
    model, data = own(name)
    for step, codes, wanted in from_same_codes(quantize(model, data, 8, rounding="double"), data.images):
        assert (codes - wanted).abs().max() <= 1, step.name


@pytest.mark.parametrize("name", [*MODELS, "mini_vgg", "mini_resnet"])
def test_plain_python_runs_the_program_to_the_same_codes(name):
    model, data = own(name) if name in MODELS else (reference(name), TRAIN)
    result = quantize(model, data, 4, images=32)
    program = check_program(result.program)
    image = data.images[:1]
    codes = result.integers.codes(image, keep=True)
    pixels = torch.round(image * 255).long().flatten().tolist()
    for step, mine, plain in zip(program["steps"], codes, run_program(program, pixels)):
        assert mine.flatten().tolist() == plain, step["name"]


@pytest.mark.parametrize("name", MODELS)
def test_folding_changes_the_float_outputs_by_a_hundred_thousandth_at_most(name):
    model, data = own(name)
    with torch.no_grad():
        wanted, found = model(data.images), quantize(model, data).float(data.images)
    assert (wanted - found).abs().max() <= 1e-5 * max(wanted.abs().max().item(), 1)


@pytest.mark.parametrize("name", REFERENCES)
def test_eight_bits_cost_half_a_point_at_most_in_values_and_in_integers(name):
    test, model = TEST.take(1000), reference(name)
    result = quantize(model, TRAIN)
    exact = evaluate(model, test).accuracy
    assert evaluate(result.fake, test).accuracy >= exact - 0.005
    assert evaluate(result.integers, test).accuracy >= exact - 0.005


def test_a_model_stays_as_it_is():
    model = reference("mini_vgg")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    quantize(model, TRAIN, 2, images=32, weight_rounding="adaptive", bias_correction=True)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


@pytest.mark.parametrize("granularity", ["channel", "tensor"])
def test_weights_are_symmetric_codes_of_their_width(granularity):
    for bits, most in ((8, 127), (4, 7), (2, 1)):
        result = quantize(reference("mini_vgg"), TRAIN, bits, granularity=granularity, calibration="minmax", images=32)
        for step in result.program["steps"]:
            if "weights" in step:
                assert max(map(abs, step["weights"])) == most
                assert len(set(step["weight_scale"])) <= (1 if granularity == "tensor" else len(step["bias"]))


def test_binary_weights_are_one_or_minus_one_times_their_mean_size():
    result = quantize(reference("lenet300"), TRAIN, 1, images=32)
    step, weight = result.program["steps"][1], reference("lenet300").fc1.weight.detach()
    assert set(step["weights"]) == {-1, 1}
    assert torch.allclose(torch.tensor(step["weight_scale"]), weight.abs().mean(1))
    assert result.network.weight_bits["fc1"] == 1 and result.network.activation_bits["input"] == 8


def test_powers_of_two_make_every_factor_a_shift():
    result = quantize(reference("mini_vgg"), TRAIN, 8, power_of_two=True, images=32)
    for step in result.program["steps"][:-1]:
        assert step["zero"] == 0
        assert all(multiplier == 2**30 for multiplier in step.get("multiplier", [2**30]))


def test_padding_inserts_the_zero_point():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 1), torch.nn.Conv2d(4, 2, 3, padding=1), torch.nn.Flatten())
    step = quantize(model, TRAIN, calibration="minmax", images=32).program["steps"][1]
    assert step["zero_in"] not in (0, -128, 127)  # so that another code than that of 0 would be seen in the sums at the rim
    result = quantize(model, TRAIN, calibration="minmax", images=32)
    for _, codes, wanted in from_same_codes(result, TRAIN.images[:8]):
        assert (codes - wanted).abs().max() <= 1


def test_layers_get_the_bits_that_are_asked_for():
    result = quantize(reference("mini_vgg"), TRAIN, 4, weight_bits={"conv2": 2}, activation_bits={"input": 8}, images=32)
    assert result.network.weight_bits == {"conv1": 4, "conv2": 2, "conv3": 4, "conv4": 4, "fc": 4}
    assert result.network.activation_bits["input"] == 8 and result.network.activation_bits["conv1"] == 4


def test_ends_are_the_first_and_last_layer_and_what_they_read():
    result = quantize(reference("mini_vgg"), TRAIN, 2, ends=8, images=32)
    assert result.network.weight_bits == {"conv1": 8, "conv2": 2, "conv3": 2, "conv4": 2, "fc": 8}
    bits = result.network.activation_bits
    assert [bits[name] for name in ("input", "conv1", "conv3", "conv4", "flatten")] == [8, 2, 2, 8, 8]


def test_the_network_costs_what_the_simulator_says_of_its_bits():
    result = quantize(reference("mini_vgg"), TRAIN, 4, images=32)
    net = result.network
    assert net.macs == build("mini_vgg").macs
    given = {"weight_bits": net.weight_bits, "activation_bits": net.activation_bits, "sum_bits": 32}
    assert simulate(net, "scalesim-16").energy == simulate(result.folded, "scalesim-16", **given).energy
    assert simulate(net, "scalesim-16").energy < simulate(result.folded, "scalesim-16").energy
    report = result.report(TEST.take(200), "scalesim-16")
    assert report["cycles"] == simulate(net, "scalesim-16").cycles
    assert report["bytes"] == 34392 and report["dense_bytes"] == 4 * result.folded.params


def test_signal_over_noise_falls_with_the_bits():
    noise = [quantize(reference("mini_vgg"), TRAIN, bits, images=64).sqnr()["fc"] for bits in (8, 6, 4, 2)]
    assert noise == sorted(noise, reverse=True)


def test_the_same_call_gives_the_same_program():
    one, other = (quantize(reference("mini_vgg"), digits()[0], 4, images=64).program for _ in range(2))
    assert one == other


def test_a_program_goes_through_a_file(tmp_path):
    result = quantize(reference("mini_resnet"), TRAIN, 3, images=32)
    save_program(result.program, tmp_path / "net.json")
    again = Integers(load_program(tmp_path / "net.json"))
    assert torch.equal(again.scores(TEST.images[:20]), result.integers.scores(TEST.take(20)))


def test_the_plain_module_has_the_quantised_values():
    result = quantize(reference("mini_vgg"), TRAIN, 3, activation_bits=8, images=32)
    plain, test = result.plain(), TEST.take(500)
    assert plain.conv2.weight[0].unique().numel() <= 7
    assert abs(evaluate(plain, test).accuracy - evaluate(result.fake, test).accuracy) <= 0.01
