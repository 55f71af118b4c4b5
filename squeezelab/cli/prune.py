"""`squeezelab prune`: a trained network with fewer channels or weights, within a budget, and what it costs then."""

import argparse
import json
import os
from pathlib import Path

from ..core.checks import is_number
from ..core.words import grouped, percent
from .own_network import object_at, torch_hint

HELD_OUT = 2000  # of the 12,000 training digits: what falls is chosen on these, the others train
INPUT = (1, 28, 28)  # of the digits
CAPSNETS = {"capsnet_tiny": "tiny", "capsnet_mcu": "mcu"}  # what squeezelab.capsules calls those that read 28x28 digits
ROWS = (  # of the table: (key, what it is called)
    ("nonzero", "weights left"),
    ("params", "parameters"),
    ("macs", "MACs"),
    ("stored_bytes", "bytes stored"),
    ("peak_activation_bytes", "bytes of maps"),
    ("cycles", "cycles"),
    ("energy", "energy"),
    ("training_macs", "MACs of training"),
)


def add_prune(commands):
    """Adds the command to those of a parser."""
    prune = commands.add_parser("prune", allow_abbrev=False, help="remove channels or weights, and train what is left")
    prune.set_defaults(text=prune_text)
    prune.add_argument("--recipe", required=True, metavar="R", help="a recipe of squeezelab.prune, as l1_filter or smcp")
    own = "or your own, package.module:name of an nn.Module (or of what returns one) that reads digits of 1x28x28"
    prune.add_argument("--model", default="mini_vgg", metavar="M", help=f"a trained network of the book ({own})")
    goal = prune.add_mutually_exclusive_group()
    goal.add_argument("--sparsity", type=float, metavar="S", help="share of the channels, or weights, removed (0.5)")
    budget = "MEASURE=AMOUNT, as cycles=0.5: a share of the dense network's up to 1, above it an amount"
    goal.add_argument("--budget", type=measure_and_amount, metavar="B", help=budget)
    prune.add_argument("--accelerator", default="squeezelerator-16", metavar="A", help="on which cycles and energy are counted")
    prune.add_argument("--epochs", type=int, default=3, metavar="N", help="of training after the cut (3)")
    prune.add_argument("--seed", type=int, default=0, metavar="N", help="of all that is drawn (0)")
    prune.add_argument("--round-to", type=int, default=1, metavar="N", help="widths are multiples of it (1)")
    option = "NAME=VALUE, an option of the recipe, as mode=pa; may be given again"
    prune.add_argument("--option", type=name_and_value, action="append", default=[], metavar="O", help=option)
    prune.add_argument("--save", type=Path, metavar="DIR", help="a new folder for the plan, the small model and the report")
    prune.add_argument("--json", action="store_true", help="all figures as JSON")


def measure_and_amount(words):
    """'cycles=0.5' → ("cycles", 0.5)."""
    measure, _, amount = words.partition("=")
    try:
        return measure, float(amount)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a budget is a measure and an amount, as cycles=0.5, not {words!r}") from None


def name_and_value(words):
    """'mode=pa' → ("mode", "pa"); numbers and lists as in JSON."""
    name, sign, value = words.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"an option is a name and a value, as mode=pa, not {words!r}")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def prune_text(arguments):
    """The report that was asked for, as text; raises a ValueError for a request that makes no sense."""
    check_folder(arguments.save)
    try:
        from ..prune import prune
    except ImportError as error:
        raise ValueError(f"pruning needs torch{torch_hint(error)}") from error
    model, settings = model_of(arguments.model), options_given(arguments)
    train, held_out, test = splits()
    settings["judged_on"] = held_out
    sparsity = sparsity_of(arguments, model, train, settings)
    result = prune(model, train, arguments.recipe, sparsity, arguments.epochs, **settings)
    report = report_for(arguments, result, test)
    if arguments.save is not None:
        save_pruned(arguments.save, result, report)
    return json.dumps(report, indent=2, allow_nan=False) if arguments.json else table_of(report)


def check_folder(folder):
    """Raises, before any work, where there is something in the folder already."""
    if folder is not None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} is there already: --save takes a new or an empty folder, so that nothing is overwritten")


def trained_model(name):
    """A trained network of the book by its name; raises a ValueError, listing all, for any other."""
    from ..capsules import trained
    from ..core.checks import check_choice
    from ..training import REFERENCES, reference

    check_choice("trained network", name, REFERENCES + tuple(CAPSNETS))
    return trained(CAPSNETS[name]) if name in CAPSNETS else reference(name)


def model_of(name):
    """A trained network of the book, or the reader's own module."""
    from torch import nn

    from ..bridge import to_torch
    from ..networks import Network

    if ":" not in name:
        return trained_model(name)
    found = object_at(name)
    if isinstance(found, Network):
        found = to_torch(found)
    if not isinstance(found, nn.Module):
        raise ValueError(f"{name} gives {type(found).__name__}, but only an nn.Module or a Network can be pruned")
    return found


def splits():
    """(training digits, digits held out of them, test digits)."""
    from ..data import Examples, digits

    train, test = digits()
    cut = len(train) - HELD_OUT
    return train.take(cut), Examples(train.images[cut:], train.labels[cut:], train.classes), test


def options_given(arguments):
    """Arguments of `prune`, the recipe's options among them."""
    options = dict(arguments.option)
    measure = arguments.budget[0] if arguments.budget else None
    if arguments.recipe == "smcp" and measure in ("params", "macs", "cycles", "energy"):
        options = {"cost": measure, "machine": arguments.accelerator, **options}
    return {"seed": arguments.seed, "round_to": arguments.round_to, **options}


def sparsity_of(arguments, model, train, settings):
    """The sparsity that was asked for, or that meets the budget."""
    if arguments.budget is None:
        return 0.5 if arguments.sparsity is None else arguments.sparsity
    from ..prune import hit

    measure, amount = arguments.budget
    given = {name: value for name, value in settings.items() if name != "machine"}
    return hit(model, train, arguments.recipe, amount, measure, arguments.accelerator, **given)


def report_for(arguments, result, test):
    """The figures of `Pruned.report`, with what was asked for."""
    asked = {"recipe": arguments.recipe, "read": result.recipe.read, "paper": result.recipe.paper, "model": arguments.model}
    asked |= {"accelerator": arguments.accelerator, "seed": arguments.seed, "epochs": arguments.epochs}
    if arguments.budget:
        asked["budget"] = dict([arguments.budget])
    asked["interrupted"] = result.history is not None and result.history.interrupted
    return asked | result.report(test, arguments.accelerator)


def save_pruned(folder, result, report):
    """plan.json, model.safetensors and report.json in the folder, which appears when all three are whole."""
    from safetensors.torch import save_file

    draft = folder.with_name(folder.name + ".part")
    draft.mkdir(parents=True, exist_ok=True)
    result.plan.save(draft / "plan.json")
    state = {name: value.contiguous() for name, value in result.sliced().state_dict().items()}
    save_file(state, draft / "model.safetensors")
    (draft / "report.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    if folder.exists():
        folder.rmdir()
    os.replace(draft, folder)


def table_of(report):
    """The report as a table: dense beside pruned."""
    ends = " (interrupted)" if report["interrupted"] else ""
    lines = [
        f"{report['model']}, {report['recipe']}: {percent(report['sparsity'])} of the {report['unit']}s removed, "
        f"{report['epochs']} epochs{ends}, seed {report['seed']}",
        f"after {report['paper']} ({report['read']})" if report["read"] != "control" else report["paper"],
        f"accuracy on the test digits: {percent(report['accuracy_before'])} before, {percent(report['accuracy_cut'])} cut, "
        f"{percent(report['accuracy'])} now",
        f"{'':<18}{'dense':>16}{'now':>16}{'share':>9}",
    ]
    for key, name in ROWS:
        dense, now = report["dense_" + key], report[key]
        share = percent(now / dense) if dense else ""
        lines.append(f"{name:<18}{number_text(dense):>16}{number_text(now):>16}{share:>9}")
    return "\n".join(lines)


def number_text(value):
    return grouped(round(value)) if is_number(value) else ""
