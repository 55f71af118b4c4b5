"""What the claims of papers on pruning are measured by: learning rates of each side from one grid, on held-out images of a start
that no comparison has, and rows that say which test images were right."""

from pruning_runs import HELD_OUT, TEST, TRAIN, on_test, splits, unless_diverged
from record import Record, rule

from squeezelab.training import evaluate

SEEDS = (0, 1, 2, 3, 4)  # five trainings: images, initial weights, order
PILOT = 100  # no seed of a comparison
RATES = (0.003, 0.01, 0.03, 0.1)
BEYOND = {RATES[0]: 0.001, RATES[-1]: 0.3}  # tried where the best of `RATES` is at that edge
CONVERGED = "held-out accuracy in twice the epochs, of every side at its rate: {}_rates.json"


def rates_record(name, network, chosen, pilots=(PILOT,), script="pruning_claims"):
    """The record of a claim's choices, means over the pilots."""
    settings = {"seeds": pilots, "network": network, "images": images_of(network)[:2], "rates_tried": RATES}
    return Record(f"{script}_{name}_rates", settings, chosen.fresh, script=script)


def images_of(network):
    """[images to learn from, held out, to test on]: cluttered digits, or plain ones for the network without convolutions."""
    return [len(part) for part in splits(network, PILOT)] if network == "lenet300" else [TRAIN, HELD_OUT, TEST]


def chosen_rates(record, sides, epochs, held_out, way, longer=True, rates=RATES, beyond=BEYOND):
    """{side: the rate with the highest held-out accuracy}, the edge of the grid left behind while it is there; then, if `longer`,
    each side is trained for twice as long at it. held_out: function of (side, epochs, learning_rate, seed) → a row.
    rates, beyond: the grid, and what is tried beyond an edge that is best, {0.004: 0.008, 0.008: 0.016} for two steps."""
    pilots = record.head["settings"]["seeds"]

    def keys_of(lengths, asked):
        tried = [{"side": side, "epochs": lengths, "learning_rate": rate} for side, each in asked.items() for rate in each]
        return [key | {"seed": seed} for key in tried for seed in pilots]

    keys = keys_of(epochs, dict.fromkeys(sides, rates))
    best = best_of(record.run(keys, held_out, way), sides, epochs)
    while further := [key for key in keys_of(epochs, edges(best, beyond)) if key not in keys]:
        keys += further
        best = best_of(record.run(keys, held_out, way), sides, epochs)
    if longer:
        record.run(keys + keys_of(2 * epochs, {side: [rate] for side, rate in best.items()}), held_out, way)
    return best


def edges(best, beyond):
    """{side: what is tried beyond its best rate}, of the sides whose best one has something beyond it."""
    return {side: [beyond[rate]] for side, rate in best.items() if rate in beyond}


def best_of(rows, sides, epochs):
    """{side: the rate with the highest held-out accuracy in so many epochs, a mean over seeds}; of equals the first."""
    sums = {side: {} for side in sides}
    for row in rows:
        if row["epochs"] == epochs and row["side"] in sums:
            tried = sums[row["side"]]
            tried[row["learning_rate"]] = tried.get(row["learning_rate"], 0) + row["accuracy"]
    return {side: max(tried, key=tried.get) for side, tried in sums.items()}


def check_entered(best, what, entered):
    """Raises unless the rates entered in a script, {side: rate}, are the best that were found, {"what side": rate}: what is
    trained in other processes knows only what stands there."""
    for side, rate in entered.items():
        if best[f"{what} {side}"] != rate:
            raise SystemExit(f"{what} {side} is best at the learning rate {best[f'{what} {side}']}: enter it in place of {rate}")


def compare(name, network, keys, measure, rates, chosen, script="pruning_claims", **settings):
    """Writes the record of a claim, under the rule for conclusions from trainings."""
    file = f"{script}_{name}"
    tried = sorted([*RATES, *BEYOND.values()])
    settings |= {"network": network, "images": images_of(network)} | rule(SEEDS, TEST, tried, rates, CONVERGED.format(file))
    Record(file, settings, chosen.fresh, script=script).run(keys, measure, chosen.way)


def judged(run, examples):
    """A row on held-out examples of `run()`, a pair (trained model, its training accuracy); no digit right if it diverges."""

    def found():
        model, learnt = run()
        return {"accuracy": evaluate(model, examples).accuracy, "training_accuracy": learnt}

    return unless_diverged(found)


def tested(model, test):
    """{"accuracy", "right"} on test examples."""
    return {name: value for name, value in on_test(model, test).items() if name in ("accuracy", "right")}
