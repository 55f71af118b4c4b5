"""Does a small network learn more from a large one than from the labels alone?

    python experiments/distillation.py           # about 8 minutes on one core, 3 more for the five teachers

The student is `mini_vgg` of half the width on cluttered digits, the teacher the dense `mini_vgg` of pruning_runs.py, of the same
seed, which has seen the same images. Three sides, for equal epochs: the student alone; the student on smoothed labels, which are
as soft as a teacher's without knowing anything (control); the student with the teacher, at the usual temperature and weight
[recalled], which nobody tuned. Each side has its own learning rate, the best on held-out training images of one other seed
(distillation_rates.json). Writes recorded/distillation.json: accuracy on test images, of the teachers as well.
"""

import time

import torch
from claim_tuning import BEYOND, PILOT, RATES, SEEDS, chosen_rates, judged, tested
from pruning_runs import HELD_OUT, RESOLUTION, TEST, TRAIN, dense, splits
from record import Record, arguments, rule
from torch.nn.functional import cross_entropy

from squeezelab.bridge import to_torch
from squeezelab.networks import mini_vgg
from squeezelab.quantize.distil import TEMPERATURE, WEIGHT, distil
from squeezelab.training import fit
from squeezelab.training.objective import largest_is_right

NETWORK, WIDTH = "mini_vgg", 0.5
EPOCHS = 16  # of the teacher, too
SMOOTHING = 0.1  # of the labels, in the control [recalled as usual]
SIDES = ("alone", "smoothed labels", "distilled")


def smoothed(outputs, labels):
    """Cross-entropy against labels of which a tenth is spread over all classes."""
    return cross_entropy(outputs, labels, label_smoothing=SMOOTHING)


def student_of(side, epochs, learning_rate, seed):
    """(the trained student of a side, its training accuracy in the last epoch)."""
    torch.manual_seed(seed)
    student, data = to_torch(mini_vgg(width=WIDTH, resolution=RESOLUTION)), splits(NETWORK, seed)[0]
    settings = {"learning_rate": learning_rate, "seed": seed, "quiet": True}
    if side == "distilled":
        history = distil(student, dense(NETWORK, seed), data, epochs, **settings)
    elif side == "smoothed labels":
        history = fit(student, data, epochs, loss=smoothed, score=largest_is_right, **settings)
    else:
        history = fit(student, data, epochs, **settings)
    return student.eval(), history[-1]["accuracy"]


def held_out_accuracy(side, epochs, learning_rate, seed):
    """A row of the choice of rates."""
    return judged(lambda: student_of(side, epochs, learning_rate, seed), splits(NETWORK, seed)[1])


def measure(side, epochs, learning_rate, seed):
    """A row of the record: on test images. seconds: of the processor, a teacher's training left out."""
    test = splits(NETWORK, seed)[2]
    teacher = dense(NETWORK, seed)
    if side == "teacher":
        return tested(teacher, test)
    begin = time.process_time()
    student, learnt = student_of(side, epochs, learning_rate, seed)
    spent = {"training_accuracy": round(learnt, 4), "seconds": round(time.process_time() - begin, 1)}
    return tested(student, test) | spent


def main():
    chosen = arguments(__doc__, spreads=True)
    shared = {"network": NETWORK, "width": WIDTH, "images": [TRAIN, HELD_OUT, TEST], "epochs": EPOCHS}
    shared |= {"temperature": TEMPERATURE, "weight": WEIGHT, "smoothing": SMOOTHING}
    pilot = Record("distillation_rates", shared | {"seeds": [PILOT], "rates_tried": RATES}, chosen.fresh, script="distillation")
    rates = chosen_rates(pilot, SIDES, EPOCHS, held_out_accuracy, chosen.way)
    converged = "held-out accuracy in twice the epochs, of every side at its rate: distillation_rates.json"
    shared |= rule(SEEDS, TEST, sorted([*RATES, *BEYOND.values()]), rates, converged)
    shared |= {
        "params": {side: mini_vgg(width, resolution=RESOLUTION).params for side, width in (("teacher", 1), ("student", WIDTH))}
    }
    keys = [{"side": "teacher", "epochs": EPOCHS, "learning_rate": 0.01, "seed": seed} for seed in SEEDS]
    for sides in (("alone", "distilled"), ("smoothed labels",)):  # the control last
        keys += [{"side": s, "epochs": EPOCHS, "learning_rate": rates[s], "seed": seed} for seed in SEEDS for s in sides]
    Record("distillation", shared, chosen.fresh).run(keys, measure, chosen.way)


if __name__ == "__main__":
    main()
