"""Fewer bits on equal terms: calibration, training with quantised values, mixed precision, pruning, and what devices make of it.

    python experiments/quantization.py --workers 2    # an hour on two cores; rounding mixed: only these parts

Three float networks on cluttered digits at 32×32, five seeds each: `mini_vgg`, one of depthwise-separable blocks, and
`mini_squeezenext`. Parts, by the column of that name:

- float: the networks as they are; "map": at three widths, quantised after training, for the map of the survey.
- calibrated: 8, 5, 4, 3, 2 bits of weights and maps, a scale for each tensor or channel, ranges by min–max or least squares,
  for channels also 99.9 %. On `mini_vgg` also by KL and by a moving average, at power-of-two scales, and binary weights.
- operands: few bits in the weights alone, or in the maps alone.
- corrected: nearest rounding beside bias correction, adaptive rounding, both; first and last layer at 8 bits.
- training: straight-through and learned steps at 4, 3, 2 bits on `mini_vgg`, at 3 on the depthwise-separable network, and the
  float network trained on for as long. Learning rates are chosen on held-out images of another seed, for each network and way, at
  2 and at 3 bits (quantization_rates.json).
- rounding: integers under the two roundings. mixed: bits of each layer by knapsack against the same bytes everywhere.
- order: pruning to half of the parameters before or after quantisation.

Float networks are kept in build/quantization, where a run that finds them goes on.
"""

from quantization_runs import EPOCHS, HELD_OUT, JUDGED, KEPT, RESOLUTION, STARTS, TEST, TRAIN, held_out_accuracy, measure
from record import Record, arguments, rule

SEEDS = (0, 1, 2, 3, 4)
PILOT = 100  # no seed of the comparison
START_RATES, START_WIDER = (0.003, 0.01, 0.03), 0.1
RATES, WIDER = (0.001, 0.003, 0.01), 0.03
TUNED_AT = {"mini_vgg": 2, "separable": 3}  # bits at which rates of trainings are chosen; these are the networks that are trained
BITS, FEW, WIDTHS = (8, 5, 4, 3, 2), (3, 2), (0.5, 0.25)
WAYS = ("ste", "lsq")
RULES = {"channel": ("minmax", "mse", "percentile"), "tensor": ("minmax", "mse")}
NAMES = ("part", "network", "width", "method", "bits", "granularity", "calibration", "setting", "learning_rate", "seed")
CONVERGED = "held-out accuracy in twice the epochs, of every float network and of every way of training: quantization_rates.json"
ORDER_BITS = 3


def calibrated(part, network, bits, granularity="channel", calibration="mse", setting=None, width=1.0):
    return (part, network, width, "calibrated", bits, granularity, calibration, setting, None)


def kinds(rates):
    """{part: [all of a key but its seed]}."""
    found = {"float": [("float", network, 1.0, "float", None, None, None, None, None) for network in STARTS]}
    plain = [
        calibrated("calibrated", network, bits, granularity, rule)
        for network in STARTS
        for bits in BITS
        for granularity in RULES
        for rule in RULES[granularity]
    ]
    plain += [calibrated("calibrated", "mini_vgg", bits, "channel", rule) for bits in BITS for rule in ("kl", "moving_average")]
    powers = [
        calibrated("calibrated", "mini_vgg", bits, each, "mse", "power_of_two") for bits in BITS for each in ("channel", "tensor")
    ]
    found["calibrated"] = plain + powers + [calibrated("calibrated", "mini_vgg", 1)]
    found["training"] = trainings(rates)
    found["corrected"] = [
        calibrated("corrected", network, bits, setting=setting)
        for network in STARTS
        for bits in FEW
        for setting in ("bias", "adaptive", "both", "ends")
    ]
    found["operands"] = [
        calibrated("operands", network, bits, setting=setting)
        for network in ("mini_vgg", "separable")
        for bits in FEW
        for setting in ("weights", "maps")
    ]
    found["rounding"] = [("rounding", "mini_vgg", 1.0, "integers", bits, "channel", "mse", None, None) for bits in (8, 4, 3)]
    found["mixed"] = [("mixed", "mini_vgg", 1.0, "knapsack", bits, "channel", "mse", None, None) for bits in (3, 2.5)]
    found["mixed"] += [("mixed", "mini_vgg", 1.0, "uniform", bits, "channel", "mse", None, None) for bits in (3, 2)]
    rate = rates["mini_vgg", "lsq"]
    found["order"] = [
        ("order", "mini_vgg", 1.0, method, ORDER_BITS, "channel", "mse", None, rate)
        for method in ("prune_quantise", "quantise_prune")
    ]
    found["map"] = [("float", network, width, "float", None, None, None, None, None) for network in STARTS for width in WIDTHS]
    found["map"] += [calibrated("map", network, bits, width=width) for network in STARTS for width in WIDTHS for bits in BITS[:4]]
    return found


def trainings(rates):
    """Of every network that is trained its float control, then the two ways; of `mini_vgg` also learned steps, ends of 8 bits,
    and binary weights."""
    found = []
    for network, bits in TUNED_AT.items():
        found.append(("training", network, 1.0, "float", None, "channel", "mse", None, rates[network, "float"]))
        for each in (2, 3, 4) if network == "mini_vgg" else (bits,):
            for way in WAYS:
                found.append(("training", network, 1.0, way, each, "channel", "mse", None, rates[network, way]))
    found.append(("training", "mini_vgg", 1.0, "lsq", 2, "channel", "mse", "ends", rates["mini_vgg", "lsq"]))
    return found + [("training", "mini_vgg", 1.0, "ste", 1, "channel", "mse", None, rates["mini_vgg", "ste"])]


def pilot_key(network, method, epochs, rate):
    bits = TUNED_AT[network] if method in WAYS else None
    return {"network": network, "method": method, "bits": bits, "epochs": epochs, "learning_rate": rate, "seed": PILOT}


def chosen_rates(record, way):
    """{(network, way of training): rate}, the best on held-out images; each then for twice as long."""
    epochs = {"start": None, "float": EPOCHS, "ste": EPOCHS, "lsq": EPOCHS}
    cases = [(network, method) for network in STARTS for method in epochs if method == "start" or network in TUNED_AT]
    length = {(network, method): epochs[method] or STARTS[network].epochs for network, method in cases}
    tried = {case: START_RATES if case[1] == "start" else RATES for case in cases}
    keys = [pilot_key(*case, length[case], rate) for case in cases for rate in tried[case]]
    best = best_of(record.run(keys, held_out_accuracy, way), length)
    edges = [(case, START_WIDER if case[1] == "start" else WIDER) for case in cases if best[case] == tried[case][-1]]
    keys += [pilot_key(*case, length[case], rate) for case, rate in edges]
    best = best_of(record.run(keys, held_out_accuracy, way), length)
    longer = [pilot_key(*case, 2 * length[case], best[case]) for case in cases]
    record.run(keys + longer, held_out_accuracy, way)
    return best


def best_of(rows, length):
    """{(network, method): the rate of the highest held-out accuracy in the usual epochs}; of equals the first."""
    best = {}
    for row in rows:
        case = row["network"], row["method"]
        if row["epochs"] == length[case] and row["accuracy"] > best.get(case, (0,))[0]:
            best[case] = row["accuracy"], row["learning_rate"]
    return {case: rate for case, (_, rate) in best.items()}


PARTS = ("float", "calibrated", "training", "corrected", "operands", "map", "rounding", "mixed", "order")


def main():
    chosen = arguments(__doc__, spreads=True, parts=PARTS)
    starts = {network: [start.epochs, start.rate] for network, start in STARTS.items()}
    shared = {"resolution": RESOLUTION, "images": [TRAIN, HELD_OUT, TEST], "judged": JUDGED, "epochs": EPOCHS, "kept": KEPT}
    shared |= {"starts": starts}
    pilot = shared | {"seeds": [PILOT], "rates_tried": [*START_RATES, START_WIDER, *RATES, WIDER]}
    rates = chosen_rates(Record("quantization_rates", pilot, chosen.fresh, script="quantization"), chosen.way)
    named = [[*case, rate] for case, rate in rates.items()]
    settings = shared | rule(SEEDS, TEST, pilot["rates_tried"], named, CONVERGED)
    record = Record("quantization", settings, chosen.fresh)
    keys = [
        dict(zip(NAMES, (*kind, seed))) for part in PARTS for seed in SEEDS for kind in kinds(rates)[part] if part in chosen.parts
    ]
    record.run(keys, measure, chosen.way)


if __name__ == "__main__":
    main()
