"""Q7-CapsNets beside its own arithmetic: what `quantize` computes, changed step by step into what the paper's code does.

Source: Costa, Costa, Gomes, Pinto, "Shifting Capsule Networks from the Cloud to the Deep Edge", ACM TIST 2022, arXiv 2110.02911;
what is changed here was read in its code, not in its text.
"""

from ..compression.capsule_run import ARM
from ..compression.fixed_point import TRUNCATE, multiplier_of
from ..compression.integer_program import check_program
from ..compression.q7_arithmetic import Q7_MOST, arm_softmax_q7
from ..core.checks import check_choice
from ..quantize.capsule_codes import fraction_of

SOFTMAXES = ("exact", *ARM, "raw_e", "none")
LOGITS = ("sum", "product")
ROUNDED = ("round", TRUNCATE)
SQUASHES = ("exact", "q7")
SCALED_OPS = ("votes", "capsule_sum", "agreement")


def with_q7(program: dict, softmax: str = "exact", logits: str = "sum", shifts: str = "round", squash: str = "exact") -> dict:
    """The integer program of a capsule network with some of its arithmetic as in Q7-CapsNets; `Integers` and `run_program` run
    it, C and the page do not.

    softmax: "exact", of what the codes are worth; "arm13", 2^code whatever a code is worth (`arm_softmax_q7`, as CMSIS-NN has
    it); "arm14", its results halved, as the paper's users are told; "raw_e", e^code, as its simulator has it; "none", couplings
    of 1 / J in every iteration: no routing at all. logits: "sum", or "product", added with the shift of a product, which leaves
    next to nothing of them. shifts: of everything from the votes on to the nearest, or "truncate", towards 0. squash: "q7", with
    a root of whole numbers.

    Raises a ValueError for another choice, for a program without capsules, and for one of other codes than 8 bits.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.data import digits
    >>> from squeezelab.networks import capsnet
    >>> from squeezelab.quantize import quantize
    >>> program = quantize(to_torch(capsnet("tiny", types=1)), digits()[0], images=8, calibration="minmax").program
    >>> [step["form"] for step in with_q7(program, softmax="arm13")["steps"] if step["op"] == "softmax"]
    ['arm13', 'arm13']
    """
    for what, choice, choices in (
        ("softmax", softmax, SOFTMAXES),
        ("way to add logits", logits, LOGITS),
        ("shift", shifts, ROUNDED),
        ("squash", squash, SQUASHES),
    ):
        check_choice(what, choice, choices)
    check_is_q7(check_program(program))
    steps = [dict(step) for step in program["steps"]]
    sums = logit_sums(steps)
    for place, step in enumerate(steps):
        if step["op"] == "squash" and squash == "q7":
            step["form"] = "q7"
        if shifts == TRUNCATE and (step["op"] in SCALED_OPS or place in sums):
            step["form"] = TRUNCATE
        if step["op"] == "capsule_sum":
            change_couplings(step, steps, softmax)
        if step["op"] == "softmax" and softmax not in ("exact", "none"):
            step["form"] = softmax
    if logits == "product":
        for place in sums:
            steps[place] |= {"form": "product", "code_shift": shift_of_product(steps, place)}
    return check_program(program | {"steps": steps})


def check_is_q7(program):
    """Raises unless there are capsules, all of them in codes of 8 bits."""
    found = [step for step in program["steps"] if step["op"] in ("softmax", *SCALED_OPS)]
    if not found:
        raise ValueError(f"the program {program.get('name')!r} has no capsules: there is nothing of Q7-CapsNets in it")
    for step in found:
        if step["high"] != Q7_MOST:
            raise ValueError(f"step {step['name']!r} has codes up to {step['high']}: the arithmetic of Q7-CapsNets is of 8 bits")


def logit_sums(steps):
    """The places of what a softmax reads: agreements added up, or the first of them, which is added to 0."""
    return [step["from"][0] for step in steps if step["op"] == "softmax"]


def change_couplings(step, steps, softmax):
    """The factor of a sum whose couplings are all the same: in the first iteration, or in all of them where nothing is routed."""
    if len(step["from"]) == 2 and softmax != "none":
        return
    step["from"] = step["from"][:1]
    outputs = step["shape"][0]
    coupling = arm_softmax_q7([0] * outputs, ARM[softmax])[0] / (Q7_MOST + 1) if softmax in ARM else 1 / outputs
    multiplier, shift = multiplier_of(steps[step["from"][0]]["scale"] * coupling / step["scale"])
    step |= {"multiplier": [multiplier], "shift": [shift]}


def shift_of_product(steps, place):
    """n_old + n_new agreement − n_sum fraction bits: right for a product, and far too many for a sum. The logits before the
    first agreement are 0, whose format has 7."""
    step = steps[place]
    read = [steps[at]["scale"] for at in step["from"]] if step["op"] == "add" else [step["scale"], 1 / (Q7_MOST + 1)]
    return max(0, sum(fraction_of(scale) for scale in read) - fraction_of(step["scale"]))
