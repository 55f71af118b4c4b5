"""`squeezelab quantize`: a trained network with weights and maps of few bits, and what it costs then."""

import json
import os
from pathlib import Path

from ..core.checks import is_number
from ..core.words import grouped, percent
from .own_network import torch_hint
from .prune import check_folder, model_of

GRANULARITIES = ("channel", "tensor")
CALIBRATIONS = ("mse", "minmax", "percentile", "kl", "moving_average")
OWN = "or your own, package.module:name of an nn.Module (or of what returns one) that reads digits of 1x28x28"


def add_quantize(commands):
    """Adds the command to those of a parser."""
    command = commands.add_parser("quantize", allow_abbrev=False, help="weights and maps of few bits, calibrated or trained")
    command.set_defaults(text=quantize_text)
    command.add_argument("--model", default="mini_vgg", metavar="M", help=f"a trained network of the book ({OWN})")
    command.add_argument("--bits", type=int, default=8, metavar="B", help="of weights and maps, 2 to 8; 1: binary weights (8)")
    command.add_argument("--weight-bits", type=int, metavar="B", help="of weights alone")
    command.add_argument("--activation-bits", type=int, metavar="B", help="of maps alone")
    command.add_argument("--ends", type=int, metavar="B", help="of the first and last layer, and of what they read")
    command.add_argument("--granularity", default="channel", metavar="G", help=f"scales of weights: {', '.join(GRANULARITIES)}")
    command.add_argument("--calibration", default="mse", metavar="C", help=f"ranges of maps: {', '.join(CALIBRATIONS)}")
    command.add_argument("--power-of-two", action="store_true", help="scales are powers of two (Qm.n)")
    command.add_argument("--adaptive", action="store_true", help="round weights so that sums err least")
    command.add_argument("--bias-correction", action="store_true", help="take the mean error of sums off the biases")
    command.add_argument("--rounding", default="single", metavar="R", help="of sums to codes, single or double (single)")
    command.add_argument("--qat", type=int, default=0, metavar="EPOCHS", help="train on for so long with quantised values (0)")
    command.add_argument("--way", default="lsq", metavar="W", help="of that training: ste or lsq, with learned scales (lsq)")
    command.add_argument("--seed", type=int, default=0, metavar="N", help="of all that is drawn (0)")
    command.add_argument("--accelerator", default="squeezelerator-16", metavar="A", help="on which cycles and energy are counted")
    command.add_argument("--save", type=Path, metavar="DIR", help="a new folder for the integer program and the report")
    command.add_argument("--json", action="store_true", help="all figures as JSON")


def quantize_text(arguments):
    """The report that was asked for, as text; raises a ValueError for a request that makes no sense."""
    check_folder(arguments.save)
    try:
        from ..quantize import quantize
    except ImportError as error:
        raise ValueError(f"quantising needs torch{torch_hint(error)}") from error
    from ..data import digits
    from ..hardware import accelerator

    accelerator(arguments.accelerator)  # now, not after a training
    model, (train, test) = model_of(arguments.model), digits()
    result = quantize(model, train, **quantize_settings(arguments))
    report = {"model": arguments.model, "bits": arguments.bits, "accelerator": arguments.accelerator}
    report["interrupted"] = result.history is not None and result.history.interrupted
    report |= result.report(test, arguments.accelerator)
    if arguments.save is not None:
        save_quantized(arguments.save, result, report)
    return json.dumps(without_infinities(report), indent=2, allow_nan=False) if arguments.json else quantized_table(report)


def quantize_settings(arguments):
    """Arguments of `quantize`."""
    same = ("bits", "weight_bits", "activation_bits", "ends", "granularity", "calibration", "power_of_two")
    same += ("bias_correction", "rounding", "seed")
    found = {name: getattr(arguments, name) for name in same}
    found["weight_rounding"] = "adaptive" if arguments.adaptive else "nearest"
    return found | ({"qat": arguments.way, "epochs": arguments.qat} if arguments.qat else {})


def without_infinities(value):
    """JSON has no infinity: the SQNR of what is exact is null."""
    if isinstance(value, dict):
        return {name: without_infinities(each) for name, each in value.items()}
    if isinstance(value, list):
        return [without_infinities(each) for each in value]
    return None if isinstance(value, float) and value in (float("inf"), float("-inf")) else value


def save_quantized(folder, result, report):
    """program.json and report.json in the folder, which appears when both are whole."""
    from ..quantize import save_program

    draft = folder.with_name(folder.name + ".part")
    draft.mkdir(parents=True, exist_ok=True)
    save_program(result.program, draft / "program.json")
    (draft / "report.json").write_text(json.dumps(without_infinities(report), indent=2) + "\n", "utf-8")
    if folder.exists():
        folder.rmdir()
    os.replace(draft, folder)


def quantized_table(report):
    """The report as text: float beside quantised, then a line a layer."""
    trained = f", {report['qat']} for {report['epochs']} epochs" if report["epochs"] else ""
    ends = " (interrupted)" if report["interrupted"] else ""
    lines = [
        f"{report['model']} with {report['bits']} bits, a scale for each {report['granularity']}, {report['calibration']}"
        f"{trained}{ends}, seed {report['seed']}",
        f"accuracy on the test digits: {percent(report['dense_accuracy'])} in float32, {percent(report['accuracy'])} with "
        f"quantised values, {percent(report['integer_accuracy'])} in integers",
        f"{'':<18}{'32 bits':>16}{'now':>16}{'share':>9}",
    ]
    for name in ("bytes", "cycles", "energy"):
        dense, now = report["dense_" + name], report[name]
        lines.append(f"{name:<18}{grouped(round(dense)):>16}{grouped(round(now)):>16}{percent(now / dense):>9}")
    lines.append(f"{'layer':<18}{'bits':>8}{'maps':>6}{'bytes':>11}{'SQNR, dB':>10}")
    for row in report["layers"]:
        noise = f"{row['sqnr_db']:.1f}" if is_number(row["sqnr_db"]) else "exact"
        bits, size = (row["weight_bits"], grouped(row["weight_bytes"])) if "weight_bits" in row else ("", "")
        lines.append(f"{row['layer']:<18}{bits:>8}{row['activation_bits']:>6}{size:>11}{noise:>10}")
    return "\n".join(lines)
