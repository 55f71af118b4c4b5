"""The networks of the zoo as `network_cost` offers them: what each can be asked for, and why it cannot be asked for more."""

from ..compression.thinned import thinned
from ..core.checks import choose
from ..core.words import decimals
from ..hardware.workload import Workload
from ..networks import build
from .kit.machines import WIDTHS
from .kit.memo import Memo

QUARTERS = [0.25 * step for step in range(1, 9)]
PHOTOS = [64, 96, 128, 160, 192, 224, 227, 256, 288, 320]
DIGITS = [20, 24, 28, 32, 40, 48, 64]
SQUEEZENEXT_DEPTHS = {23: (6, 6, 8, 1), 44: (12, 12, 16, 2)}  # blocks + 2; 44 is the natural reading of the paper [inferred]


class Family:
    """A family by its name in the zoo. widths, depths: what the sliders offer, or a sentence that says why nothing."""

    def __init__(self, value, label, widths, depths, resolution):
        self.value, self.label = value, label
        self.widths = widths or f"The book's {label} has one width."
        self.depths = depths or f"The book's {label} has one depth."
        self.resolution = resolution
        self.resolutions = DIGITS if resolution < 64 else PHOTOS

    @property
    def usual(self):
        """(width, depth, resolution) as published; None for what cannot be chosen."""
        width = None if isinstance(self.widths, str) else 1.0
        return width, None if isinstance(self.depths, str) else self.depths[0], self.resolution

    def build(self, width, depth, resolution):
        options = {"resolution": resolution}
        if width is not None:
            options["width"] = width
        if depth is not None and self.value == "squeezenext":
            options["depths"] = choose("SqueezeNext depth", depth, SQUEEZENEXT_DEPTHS)
        elif depth is not None:
            options["depth"] = depth
        return build(self.value, **options)

    def title(self, width, depth, resolution):
        """The network in words: what differs from the usual is said."""
        text = self.label + ("" if depth is None else f"-{depth}")
        if width not in (None, 1):
            text += " at width " + decimals(width, 3)
        return text + ("" if resolution == self.resolution else f" on {resolution}×{resolution}")


BY_SIZE = " is chosen by its size, not by depth; this is the one of "
FAMILIES = [
    Family("squeezenext", "SqueezeNext", WIDTHS, [23, 44], 227),
    Family("mobilenet", "MobileNet", WIDTHS, None, 224),
    Family("mobilenet_v2", "MobileNetV2", WIDTHS, None, 224),
    Family("mobilenet_v3", "MobileNetV3", WIDTHS, "MobileNetV3 is chosen by its size, not by depth; this is the large one.", 224),
    Family("shufflenet", "ShuffleNet", QUARTERS, None, 224),
    Family("ghostnet", "GhostNet", WIDTHS, None, 224),
    Family("g_ghost_regnet", "G-Ghost-RegNet", None, "G-Ghost-RegNet" + BY_SIZE + "3.2 GF.", 224),
    Family("regnet_x", "RegNetX", None, "RegNetX" + BY_SIZE + "3.2 GF.", 224),
    Family("mgic_resnet", "MGIC-ResNet", [1.0, 2.0], [18, 34], 224),
    Family("resnet", "ResNet", None, [18, 34, 50], 224),
    Family("vgg", "VGG", None, [16, 19], 224),
    Family("alexnet", "AlexNet", None, None, 227),
    Family("squeezenet", "SqueezeNet 1.0", None, None, 227),
    Family("mini_resnet", "Mini-ResNet", WIDTHS, None, 28),
    Family("mini_squeezenext", "Mini-SqueezeNext", WIDTHS, None, 28),
    Family("mini_vgg", "Mini-VGG", WIDTHS, None, 28),
    Family("lenet300", "LeNet-300-100", None, None, 28),
]
FAMILY = {family.value: family for family in FAMILIES}
# Some 20 kB each in MicroPython; one move away, with a step of channels to either side, are some 140
MOST_WORKS = 320


def work_without(value, width, depth, resolution, gone):
    """(Workload, None), or (None, why not): a network without the share `gone` of its channels."""
    try:
        return Workload(thinned(FAMILY[value].build(width, depth, resolution), gone)), None
    except ValueError as error:
        return None, str(error)


# work_of(family, width, depth, resolution, gone): both answers are kept
work_of = Memo(work_without, most=MOST_WORKS)
