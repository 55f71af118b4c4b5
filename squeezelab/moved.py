"""Modules and functions that moved: an import of the old name, as in a notebook saved before, says where they are now.

This module is itself the finder that Python asks last (`squeezelab/__init__.py` appends it), so that a module which is
there never comes here.
"""

# What was imported: what to write instead. In the order of the old names.
MOVED = {
    "squeezelab.bridge.readers": "from squeezelab.bridge import reader_table",
    "squeezelab.course.ch01": "from squeezelab.course.exercises import ch01",
    "squeezelab.course.ch02": "from squeezelab.course.exercises import ch02",
    "squeezelab.course.ch03": "from squeezelab.course.exercises import ch03",
    "squeezelab.course.ch04": "from squeezelab.course.exercises import ch04",
    "squeezelab.course.ch05": "from squeezelab.course.exercises import ch05",
    "squeezelab.course.ch06": "from squeezelab.course.exercises import ch06",
    "squeezelab.course.ch07": "from squeezelab.course.exercises import ch07",
    "squeezelab.course.papers": "from squeezelab.recorded.papers import published",
    "squeezelab.data.checks": "from squeezelab.core.checks import number, whole",
    "squeezelab.decompose.degeneracy": "from squeezelab.decompose import Gauge, border_rank_pair, border_rank_tensor",
    "squeezelab.design_table": "from squeezelab.codesign import DesignTable",
    "squeezelab.differences": "from squeezelab.recorded import paired_difference, verdict",
    "squeezelab.explorers.ahead": "from squeezelab.explorers.kit import ahead",
    "squeezelab.explorers.families": "from squeezelab.explorers import network_model",
    "squeezelab.explorers.measured": "from squeezelab.explorers.kit import measured",
    "squeezelab.explorers.parts": "from squeezelab.explorers.kit import charts, controls, figures, zoo",
    "squeezelab.explorers.prepare": "from squeezelab.explorers import ahead",
    "squeezelab.explorers.ranks": "from squeezelab.explorers import rank_model",
    "squeezelab.explorers.squeezenext_blocks": "from squeezelab.explorers import squeezenext_model",
    "squeezelab.explorers.wavefront": "from squeezelab.hardware import wavefront",
    "squeezelab.explorers.whole_network": "from squeezelab.explorers.kit import whole_network",
    "squeezelab.explorers.widths": "from squeezelab.explorers import width_model",
    "squeezelab.explorers.words": "from squeezelab.core.words import percent, si",
    "squeezelab.explorers.workload": "from squeezelab.hardware import workload",
    "squeezelab.explorers.zeros": "from squeezelab.explorers.kit import zeros",
    "squeezelab.hardware.arith": "from squeezelab.core.arith import ceil_div, maximum, minimum",
    "squeezelab.networks.factored": "from squeezelab.compression import factored, largest_rank",
    "squeezelab.networks.names": "from squeezelab.core.names import checked_name",
    "squeezelab.networks.rank_choice": "from squeezelab.compression import factored_weights, rank_within",
    "squeezelab.networks.repeated": "from squeezelab.networks import stage_of",
    "squeezelab.networks.thinned": "from squeezelab.compression import thinned",
    "squeezelab.own_network": "from squeezelab.cli.own_network import own_network",
    "squeezelab.pictures": "from squeezelab.notebook import broadcast_arrays",
    "squeezelab.plots": "from squeezelab.notebook import INK, ROLES, Plot, axes",
    "squeezelab.progress": "from squeezelab.notebook import ProgressLine",
    "squeezelab.quiet": "from squeezelab.cli import quiet",
    "squeezelab.recorded.cpu_ms": "from squeezelab.recorded import recorded_ms",
    "squeezelab.recorded.percent": "from squeezelab.recorded import in_percent",
    "squeezelab.recorded.points": "from squeezelab.recorded import in_points",
    "squeezelab.results": "from squeezelab.recorded import in_percent, recorded, recorded_ms, scores, verdict",
    "squeezelab.sweep": "from squeezelab.codesign import sweep",
    "squeezelab.tables": "from squeezelab.notebook import Table",
}


def find_spec(name, path=None, target=None):
    """Raises an ImportError that says where `name` moved; None, "not here either", for every other name."""
    if name in MOVED:
        instead = MOVED[name]
        raise ImportError(f"{name} moved to {instead.split()[1]}: {instead}", name=name)
    return None
