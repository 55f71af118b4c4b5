"""The command line answers with a table or JSON, and refuses nonsense in one line with status 2."""

import json
import subprocess
import sys

import pytest

from squeezelab.cli import main
from squeezelab.cli.device_table import band, two_digits
from squeezelab.hardware import PRESETS, accelerator, device_cost, simulate
from squeezelab.networks import NETWORKS, capsnet, mgic_resnet, mini_vgg, resnet, squeezenet, squeezenext

V5 = ["cost", "squeezenext", "--width", "1", "--version", "5", "--accelerator", "squeezelerator-16", "--sparsity", "0.4"]


def answer(capsys, *words):
    """(status, stdout, stderr) of a command."""
    try:
        status = main([str(word) for word in words])
    except SystemExit as leaving:
        status = leaving.code
    return (status, *capsys.readouterr())


def as_json(capsys, *words):
    status, out, err = answer(capsys, "cost", *words, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def test_the_table_has_totals_and_every_layer(capsys):
    status, out, err = answer(capsys, *V5)
    assert (status, err) == (0, "")
    assert out.startswith("1.0-SqNxt-23v5 on squeezelerator-16 (16x16, hybrid): 1,169,173 cycles")
    for layer in squeezenext(version=5).mac_layers:
        assert f"\n{layer.name} " in out


def test_json_equals_the_report(capsys):
    status, out, _ = answer(capsys, *V5, "--json")
    report = simulate(squeezenext(version=5), "squeezelerator-16", sparsity=0.4)
    assert status == 0 and json.loads(out) == json.loads(json.dumps(report.to_dict()))
    assert {"params", "macs", "cycles", "energy", "dram_words", "intensity", "layers"} <= set(json.loads(out))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("machine", PRESETS)
def test_every_network_runs_on_every_accelerator(capsys, name, machine):
    assert as_json(capsys, name, "--accelerator", machine)["cycles"] > 0


def test_options_reach_the_network(capsys):
    assert as_json(capsys, "squeezenet", "--version", "1.1")["params"] == squeezenet("1.1").params
    assert as_json(capsys, "squeezenet", "--bypass", "simple")["network"] == "SqueezeNet-1.0 simple bypass"
    assert as_json(capsys, "resnet", "--depth", 50, "--resolution", 96)["macs"] == resnet(50, resolution=96).macs
    asked = as_json(capsys, "squeezenext", "--width", 2, "--version", 5, "--depths", "1,2,3,1", "--projection", "parallel")
    assert asked["params"] == squeezenext(2, 5, depths=(1, 2, 3, 1), projection="parallel").params
    assert as_json(capsys, "squeezenext", "--groups", 2)["params"] == 543_072
    assert as_json(capsys, "ghostnet", "--width", 1.3)["macs"] == 227_003_256
    assert as_json(capsys, "mobilenet_v3", "--size", "small")["params"] == 2_542_856
    assert as_json(capsys, "g_ghost_regnet", "--size", "16GF")["params"] == 32_381_704
    assert as_json(capsys, "shufflenet", "--version", 2)["params"] == 2_278_604
    asked = as_json(capsys, "mgic_resnet", "--group-size", 32, "--coarsest-size", 32)
    assert asked["params"] == mgic_resnet(group_size=32, coarsest_size=32).params


def test_each_step_of_routing_has_its_line(capsys):
    _, out, _ = answer(capsys, "cost", "capsnet", "--size", "paper", "--iterations", 3)
    macs = {line.split()[0]: line.split()[2] for line in out.splitlines() if line.startswith("digits.")}
    steps = ["sum1", "agreement1", "sum2", "agreement2", "sum3"]
    assert macs == {"digits.votes": "1,474,560"} | {f"digits.{step}": "184,320" for step in steps}


def test_options_reach_a_capsnet(capsys):
    asked = "--types 4 --primary-dim 6 --dim 12 --decoder 32,16 --routing-bias --shared --input 1,32,32".split()
    net = capsnet("tiny", (32, 16), 2, True, (1, 32, 32), 4, 6, 12, shared=True)
    made = as_json(capsys, "capsnet", "--iterations", 2, *asked)
    assert (made["params"], made["macs"]) == (net.params, net.macs)
    assert as_json(capsys, "capsnet", "--size", "paper", "--decoder", "none")["params"] == 6_804_224


def test_options_reach_the_accelerator_and_the_simulation(capsys):
    machine = accelerator("squeezelerator-16").with_(rows=8, cols=8, buffer_bytes=32 * 1024, dram_gb_per_s=4)
    settings = {"dataflow": "ws", "sparsity_mode": "nm", "weight_format": "csr", "batch": 3, "other_layers": "separate"}
    settings |= {"weight_bits": 4, "activation_bits": 8, "sum_bits": 24}
    words = ["--rows", 8, "--buffer-kb", 32, "--dram-gb-per-s", 4]
    for name, value in settings.items():
        words += ["--" + name.replace("_", "-"), value]
    asked = as_json(capsys, "squeezenet", *words, "--sparsity", 0.6)
    expected = simulate(squeezenet(), machine, sparsity=0.6, **settings)
    assert (asked["cycles"], asked["energy"]) == (expected.cycles, expected.energy)
    assert as_json(capsys, "vgg", "--rows", 4, "--cols", 16)["cycles"] != as_json(capsys, "vgg", "--rows", 4)["cycles"]


def test_bits_may_be_said_layer_by_layer(capsys):
    weights, maps = {"conv1": 8, "fc": 4}, {"input": 8, "conv1": 4}
    words = ["--weight-bits", "conv1=8,fc=4", "--activation-bits", "input=8,conv1=4", "--sum-bits", 32]
    asked = as_json(capsys, "mini_vgg", *words)
    report = simulate(mini_vgg(), "squeezelerator-16", weight_bits=weights, activation_bits=maps, sum_bits=32)
    assert (asked["cycles"], asked["dram_words"]) == (report.cycles, report.dram_words)
    assert asked["settings"]["weight_bits"] == weights and asked["settings"]["activation_bits"] == maps


def test_a_device_answers_in_bands(capsys):
    cost = device_cost(mini_vgg(), "microcontroller", {"fc": 4}, 8)
    words = ["mini_vgg", "--device", "microcontroller", "--weight-bits", "fc=4", "--activation-bits", 8]
    asked = as_json(capsys, *words)
    assert asked["cycles"] == list(cost.cycles) and asked["weight_bytes"] == cost.weight_bytes and asked["fits"]
    assert asked["layers"]["fc"] == list(cost.layers["fc"]) and asked["energy"] is None
    status, out, _ = answer(capsys, "cost", *words)
    low, high = [two_digits(1000 * seconds) for seconds in cost.seconds]
    assert status == 0 and out.startswith(f"mini-VGG-1.0 on microcontroller: {low} to {high} ms; weights ")
    assert len(out.splitlines()) == 2 + len(mini_vgg().mac_layers)
    _, out, _ = answer(capsys, "cost", "vgg", "--device", "microcontroller", "--weight-bits", 8)
    assert "It has no room: weights of" in out.splitlines()[1]
    _, out, _ = answer(capsys, "cost", "mini_vgg", "--device", "bit-serial")
    assert "pJ" in out.splitlines()[0]


def test_a_number_in_a_band_has_two_digits():
    values = (0.01234, 0.999, 7.06, 9.96, 45.6, 99.6, 12345)
    assert [two_digits(value) for value in values] == ["0.012", "1.0", "7.1", "10", "46", "100", "12,000"]
    assert (band((1, 1.04)), band((1, 2))) == ("1.0", "1.0 to 2.0")


def test_the_list_names_everything_there_is(capsys):
    status, out, _ = answer(capsys, "list")
    assert status == 0
    for word in [*NETWORKS, *PRESETS, "--depths", "systolic", "broadcast", "recalled", "assumed"]:
        assert word in out


BAD = [
    (
        ["cost", "squeezenxt"],
        "unknown network 'squeezenxt'; there are alexnet, capsnet, g_ghost_regnet, ghostnet, lenet300, mgic_resnet, mini_resnet",
    ),
    (["cost", "squeezenext", "--version", "9"], "unknown SqueezeNext version 9; there are 1, 2, 3, 4, 5"),
    (["cost", "squeezenext", "--version", "1.1"], "unknown SqueezeNext version '1.1'"),
    (["cost", "squeezenet", "--version", "2.0"], "unknown SqueezeNet version '2.0'; there are 1.0, 1.1"),
    (["cost", "vgg", "--width", "2"], "vgg does not take --width; it takes --depth, --resolution, --classes"),
    (["cost", "vgg", "--iterations", "2"], "vgg does not take --iterations; it takes --depth, --resolution, --classes"),
    (["cost", "vgg", "--routing-bias"], "vgg does not take --routing-bias"),
    (["cost", "capsnet", "--iterations", "0"], "the number of routing iterations must be a whole number of at least 1, not 0"),
    (["cost", "capsnet", "--size", "huge"], "unknown CapsNet size 'huge'; there are mcu, paper, tiny"),
    (["cost", "capsnet", "--types", "0"], "the types of primary capsules must be a whole number of at least 1, not 0"),
    (["cost", "capsnet", "--types", "8.5"], "argument --types: invalid int value: '8.5'"),
    (["cost", "capsnet", "--decoder", "5,x"], "a decoder is none or its hidden sizes, as 512,1024, not '5,x'"),
    (["cost", "capsnet", "--width", "2"], "capsnet does not take --width; it takes --size, --iterations, --types"),
    (["cost", "capsnet", "--input", "1,5,5"], "conv 'conv1': the kernel reaches over 7 rows, but its padded input has only 5"),
    (["cost", "squeezenext", "--width", "nan"], "the width must be a number"),
    (["cost", "squeezenext", "--width", "-1"], "the width must be a number"),
    (["cost", "squeezenext", "--depths", "2,4"], "four block counts"),
    (["cost", "squeezenext", "--depths", "a,b"], "block counts are whole numbers with commas"),
    (["cost", "squeezenext", "--resolution", "4"], "its padded input has only"),
    (["cost", "resnet", "--depth", "19"], "unknown ResNet depth 19; there are 18, 34, 50"),
    (["cost", "mobilenet_v3", "--size", "huge"], "unknown MobileNetV3 size 'huge'; there are large, small"),
    (["cost", "shufflenet", "--version", "3"], "unknown ShuffleNet version 3; there are 1, 2"),
    (["cost", "vgg", "--weight-bits", "conv1=x"], "bits are a number, as 8, or one a layer, as conv1=8,fc=4, not 'conv1=x'"),
    (["cost", "vgg", "--weight-bits", "some"], "bits are a number, as 8, or one a layer"),
    (["cost", "mini_vgg", "--activation-bits", "conv9=4"], "no layer 'conv9' in mini-VGG-1.0; there are input, conv1"),
    (["cost", "vgg", "--device", "gpu"], "unknown device 'gpu'; there are bit-serial, gap-8, microcontroller, simd"),
    (["cost", "vgg", "--device", "simd", "--rows", "4"], "--rows is for --accelerator; --device takes --weight-bits"),
    (["cost", "vgg", "--device", "simd", "--sum-bits", "16"], "--sum-bits is for --accelerator"),
    (["cost", "vgg", "--accelerator", "tpu"], "unknown accelerator 'tpu'; there are cpu-like, eyeriss-like"),
    (["cost", "vgg", "--dataflow", "is"], "unknown dataflow 'is'; there are hybrid, ws, os"),
    (["cost", "vgg", "--sparsity", "1"], "sparsity must be a share of zeros"),
    (["cost", "vgg", "--sparsity", "nan"], "sparsity must be a share of zeros"),
    (["cost", "vgg", "--sparsity", "much"], "argument --sparsity: invalid float value: 'much'"),
    (["cost", "vgg", "--batch", "0"], "the batch must be a whole number of at least 1"),
    (["cost", "vgg", "--rows", "0"], "rows must be a whole number of at least 1"),
    (["cost", "vgg", "--buffer-kb", "0"], "buffer_kb must be a positive number"),
    (["cost", "vgg", "--weight-format", "zip"], "unknown weight format 'zip'"),
    (["cost", "vgg", "--colour", "red"], "unrecognized arguments: --colour red"),
    (["cost"], "required: network"),
    (["price"], "invalid choice: 'price'"),
    ([], "required: COMMAND"),
]


@pytest.mark.parametrize("words, message", BAD, ids=[" ".join(words) or "nothing" for words, _ in BAD])
def test_nonsense_is_refused_in_one_line(capsys, words, message):
    status, out, err = answer(capsys, *words)
    assert (status, out) == (2, "")
    assert err.startswith("squeezelab: ") and err.count("\n") == 1 and message in err


def test_the_module_runs_and_leaves_quietly_when_its_reader_does():
    command = [sys.executable, "-m", "squeezelab", "cost", "resnet", "--depth", "50"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    running.stdout.close()
    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait() == 0
