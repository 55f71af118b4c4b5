"""SqueezeNext on the squeezelerator: what width, blocks, zeros, array and dataflow cost, layer by layer."""

from ..compression.thinned import thinned
from ..core.words import decimals, half_up, percent
from ..hardware.workload import Workload
from ..networks import alexnet, squeezenet
from ..networks.squeezenext import VERSIONS
from .kit.controls import choice, follow, grouped_as, slider, stops
from .kit.memo import Memo
from .kit.whole_network import Picture
from .kit.zeros import ZERO_KINDS, in_words, run_with_zeros, shares_of, why_nothing_moves
from .kit.zoo import square_machine
from .squeezenext_model import squeezenext_work

TITLE = "SqueezeNext on the array, layer by layer"
MOST_BLOCKS = 16  # a stage


def version_label(version):
    return "v" + str(version) + " · [" + ",".join([str(depth) for depth in VERSIONS[version][0]]) + "]"


def stage_control(stage):
    """The blocks of a stage: the version's, until a reader moves them."""
    control = slider(f"s{stage}", f"Stage {stage}", 1, MOST_BLOCKS, VERSIONS[5][0][stage - 1])
    return follow(control, "version", [(version, {"value": VERSIONS[version][0][stage - 1]}) for version in (1, 2, 3, 4, 5)])


CONTROLS = (
    [
        choice("version", "Version", [(version, version_label(version)) for version in (1, 2, 3, 4, 5)], 5),
        stops("width", "Width", [0.5 + 0.125 * step for step in range(13)], 1.0, "× channels"),
        slider("sparsity", "Share of zeros", 0, 0.9, 0.4, step=0.05) | {"format": "percent"},
        choice("zeros", "Zeros are", ZERO_KINDS, "random"),
        slider("array", "Array side", 4, 32, 16, "PEs"),
    ]
    + grouped_as("Blocks of each stage", [stage_control(stage) for stage in (1, 2, 3, 4)])
    + grouped_as(
        "Dataflow and rivals",
        [
            choice("dataflow", "Dataflow", [("hybrid", "hybrid"), ("ws", "weight st."), ("os", "output st.")], "hybrid"),
            choice("rivals", "SqueezeNet's and AlexNet's zeros", [("held", "held at 40 %, random"), ("moved", "moved")], "held"),
        ],
    )
)
AHEAD = ["version", "width", "sparsity", "zeros", "array", "dataflow", "rivals"]  # a block more or less is quick enough

# Time relative to 1.0-SqNxt-23v5, from the abstract of Gholami et al. (2018) [read]
RIVALS = ["SqueezeNet 1.0", "AlexNet"]
ABSTRACT = {"SqueezeNet 1.0": 2.59, "AlexNet": 8.26}
PUBLISHED = (5, 1, "random", 0.4, 16, VERSIONS[5][0], "hybrid")
PAPER = ("random", 0.4)  # zeros as the paper assumes them in every layer but the first [recalled]


def figure(version, width, sparsity, zeros, array, s1, s2, s3, s4, dataflow, rivals):
    depths, share = (s1, s2, s3, s4), half_up(100 * sparsity) / 100

    def price(some):
        return kept_run(version, width, depths, array, dataflow, zeros, some)

    run = price(share)
    others = list(zip(RIVALS, rival_cycles(array, dataflow, *zeros_of_rivals(zeros, share, rivals))))
    published = (version, width, zeros, share, array, depths, dataflow) == PUBLISHED
    name = name_of(version, width, depths)
    like = in_words(zeros, share)
    title = "SqueezeNext " + name + (" " + like if zeros == "channels" and share else "")
    picture = Picture(title, name, like, run, others, ABSTRACT if published else None)
    reason = why_nothing_moves(run, zeros, share, price)
    return picture.figure(reason, None, note_of(version, width, depths, zeros, rivals, published))


def zeros_of_rivals(zeros, share, rivals):
    """(kind, share) of the zeros in SqueezeNet and AlexNet."""
    return (zeros, share) if rivals == "moved" else PAPER


# The networks.


# squeezenext_without(version, width, depths, share of the channels that are gone)
squeezenext_without = Memo(squeezenext_work, most=48)


def run_on_array(version, width, depths, array, dataflow, zeros, share):
    """One SqueezeNext on the machine."""
    work = squeezenext_without(version, width, depths, shares_of(zeros, share)[0])
    return run_with_zeros(work, array_of(array), dataflow, zeros, share)


# array_of(side): the machine; all 29 sides there are
array_of = Memo(square_machine, most=58)


# kept_run(version, width, depths, array, dataflow, kind of zeros, their share): one move away are some 250
kept_run = Memo(run_on_array, most=600)


def thinned_rivals(gone):
    """SqueezeNet and AlexNet without that share of their channels."""
    return [Workload(thinned(rival(), gone)) for rival in (squeezenet, alexnet)]


def cycles_of_rivals(array, dataflow, kind, share):
    """Cycles of SqueezeNet and AlexNet on the machine; width, version and blocks do not touch them."""
    machine = array_of(array)
    works = rival_works(shares_of(kind, share)[0])
    return [run_with_zeros(work, machine, dataflow, kind, share).cycles for work in works]


# rival_works(share of the channels that are gone): all 19 there are
rival_works = Memo(thinned_rivals, most=38)
# rival_cycles(array, dataflow, kind of zeros, their share)
rival_cycles = Memo(cycles_of_rivals, most=2000)


# Words.


def name_of(version, width, depths):
    own = "" if depths == VERSIONS[version][0] else " [" + ",".join([str(depth) for depth in depths]) + "]"
    return "v" + str(version) + own + ("" if width == 1 else " at width " + decimals(width, 3))


ZEROS = {
    "random": "Random zeros: in every layer but the first; this array skips them where outputs stay.",
    "nm": "N of 4: of every four weights, in every layer but the first, N stay; the words in DRAM stay as many.",
    "channels": "Channels: every layer loses this share of its output channels, rounded, and whatever reads them its inputs; "
    "the image and the classes stay.",
}


def note_of(version, width, depths, zeros, rivals, published):
    text = (
        ZEROS[zeros]
        + " "
        + (
            "SqueezeNet and AlexNet have the same zeros."
            if rivals == "moved"
            else f"SqueezeNet and AlexNet keep the paper's {percent(PAPER[1])} random zeros."
        )
    )
    text += " Only the array's side scales; buffer (128 kB), registers (8 a PE) and DRAM (16 GB/s, 100 cycles) stay."
    text += " The machine's values are recalled or inferred, not read."
    if version in (2, 3, 4) and depths == VERSIONS[version][0]:
        text += f" v{version} was not released: depths recalled, projection inferred."
    if width not in (1, 2):
        text += " This width is inferred."
    if not published:
        text += " The abstract's 2.59× and 8.26× belong to v5, width 1, 40 % random zeros, 16 × 16, hybrid."
    return text
