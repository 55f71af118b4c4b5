"""A method of your own on the board: the runs that every family there had, so that it can be drawn and told apart beside them.

    python experiments/own_method.py mine.py:recipe --name mine    # a quarter of an hour for mini_vgg, a minute for lenet300

`mine.py:recipe` is a function without arguments that gives a `squeezelab.prune.Recipe`. Channels fall on mini_vgg, weights on
lenet300, at the shares of the board; five seeds, the dense starts of pruning.py, as many epochs as all others, and a learning
rate chosen on held-out images of one other start, of the same six. NAME_rates.json and NAME.json are written to the folder in
which you are. `squeezelab board --with NAME.json` then shows the table, and `squeezelab.recorded.board_with` what a figure
draws.
"""

import argparse
import importlib.util
from pathlib import Path

import torch
from pruning import CONVERGED, PILOT, RATES, SEEDS, WIDER, key_of
from pruning_runs import EPOCHS, HELD_OUT, RESOLUTION, STARTS, TEST, TRAIN, held_out_accuracy, measure
from record import Record, rule

from squeezelab.prune import RECIPES, Recipe
from squeezelab.recorded.board_rows import LEVELS, NETWORKS_OF


def recipe_at(address):
    """The function at FILE.py:NAME, which gives a recipe; leaves with what is wrong where it does not."""
    file, _, name = address.partition(":")
    if not Path(file).is_file():
        raise SystemExit(f"there is no file {file!r}: write FILE.py:NAME")
    spec = importlib.util.spec_from_file_location(Path(file).stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    make = getattr(module, name, None)
    if not callable(make) or not isinstance(make(), Recipe):
        raise SystemExit(f"{file} has no function {name!r} that gives a squeezelab.prune.Recipe")
    return make


def kind_of_recipe(recipe):
    """Weights fall from lenet300 on the board, channels from mini_vgg."""
    return "weights" if recipe.unit == "weight" else "channels"


def runs_of(name, recipe, rate, shares, seeds):
    """The keys of its runs; what starts from new weights trains as long as a dense start and recovery together."""
    network = NETWORKS_OF[kind_of_recipe(recipe)]
    epochs = EPOCHS + (STARTS[network].epochs if recipe.fresh else 0)
    return [key_of((network, name, kept, None), epochs, rate, seed) for kept in shares for seed in seeds]


def best_rate(record, name, recipe):
    """The rate of the highest accuracy on held-out images of the pilot, at the board's second share."""
    share = LEVELS[kind_of_recipe(recipe)][1]
    rates = list(RATES)
    for _ in range(2):
        rows = record.run([key for rate in rates for key in runs_of(name, recipe, rate, [share], PILOT)], held_out_accuracy)
        best = max(rows, key=lambda row: row["accuracy"])["learning_rate"]
        rates += [edge for first, edge in zip((RATES[0], RATES[-1]), WIDER) if best == first]
    return best


def measured(name, make, folder, fresh=False):
    """Both records of a method, written into a folder."""
    RECIPES[name], recipe = make, make()
    shares = LEVELS[kind_of_recipe(recipe)]
    shared = {"resolution": RESOLUTION, "images": [TRAIN, HELD_OUT, TEST], "epochs": EPOCHS, "starts": STARTS, "shares": shares}
    pilot = shared | {"seeds": PILOT, "rates_tried": RATES}
    rate = best_rate(Record(f"{name}_rates", pilot, fresh, folder, script="own_method"), name, recipe)
    settings = shared | rule(SEEDS, TEST, sorted(RATES + WIDER), [[name, rate]], CONVERGED)
    return Record(name, settings, fresh, folder, script="own_method").run(runs_of(name, recipe, rate, shares, SEEDS), measure)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipe", metavar="FILE.py:NAME", help="a function that gives a squeezelab.prune.Recipe")
    parser.add_argument("--name", required=True, help="what it is called on the board, and its files")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    if chosen.name in RECIPES or not chosen.name.isidentifier():
        parser.error(f"--name is a new one of letters, digits and _, not {chosen.name!r}")
    measured(chosen.name, recipe_at(chosen.recipe), Path.cwd(), chosen.fresh)


if __name__ == "__main__":
    main()
