"""What is on the board and what it is called: kinds of comparison, families and controls, costs, budgets."""

KINDS = [  # what is compared with one another: (kind, label, what falls, or is set)
    ("weights", "weights of LeNet-300", "weights"),
    ("channels", "channels of mini-VGG", "parameters"),
    ("two_four", "N of 4 weights", "weights"),
    ("aswl", "ASWL", "weights asked for"),
    ("ftwt", "FTWT", "mass of the maps"),
    ("neq", "NEq", "velocity"),
]
METHODS = [  # (method, name, what it is)
    ("magnitude", "magnitude", "the smallest weights fall at once"),
    ("gradual", "gradual magnitude", "the smallest weights fall step by step"),
    ("nnrelief", "NNrelief", "weights that bring a neuron little"),
    ("snip", "SNIP", "before training, by the loss's first change"),
    ("synflow", "SynFlow", "before training, by what flows, without data"),
    ("set", "SET", "sparse from the start, new weights drawn"),
    ("rigl", "RigL", "sparse from the start, new weights by gradient"),
    ("lottery", "lottery ticket", "rounds of magnitude, each back to the first weights"),
    ("colt", "COLT", "what two models of half the classes both keep"),
    ("l1_filter", "L1 of filters", "filters of small weights"),
    ("fpgm", "FPGM", "filters that others can stand for"),
    ("taylor", "Taylor", "channels by the loss's first change"),
    ("slimming", "slimming", "channels whose scales were pulled to 0"),
    ("nisp", "NISP", "channels that bring the last response little"),
    ("sbpf", "SBPF", "layers that stand noise lose more"),
    ("smcp", "SMCP", "a soft mask, within a budget"),
    ("complexity_pa", "PA", "layers with many parameters lose more"),
    ("complexity_fa", "FA", "layers with many MACs lose more"),
    ("complexity_ma", "MA", "layers with large maps lose more"),
    ("two_four", "N of 4", "N of every four weights stay"),
    ("aswl", "ASWL", "densities of layers are learned"),
    ("ftwt", "FTWT", "each image has filters of its own"),
    ("neq", "NEq", "neurons at rest are not updated"),
]
CONTROLS = [  # the same, of what a method must beat
    ("dense", "dense", "nothing falls; a start, trained on"),
    ("dense_small", "dense, narrower", "as many parameters from the start"),
    ("random_weights", "random weights", "drawn masks, the same density everywhere"),
    ("static", "static masks", "drawn masks, densities as RigL's"),
    ("random", "random channels", "drawn from all layers"),
    ("uniform", "random per layer", "drawn, as many of each layer"),
]
OF_A_METHOD = [  # controls that copy something of a method, and the same in a word
    ("same_widths", "widths, drawn channels", "drawn"),
    ("scratch", "widths, new weights", "new"),
    ("equal_macs", "widths, new weights, equal MACs", "longer"),
    ("same_densities", "densities, drawn weights", "drawn"),
]
SHORT = {"l1_filter": "L1"}
COSTS = [  # (column, label, short, one of it)
    ("params", "parameters left", "parameters"),
    ("macs", "MACs of an image", "MACs"),
    ("stored_bytes", "bytes stored", "bytes"),
    ("cycles", "cycles, squeezelerator-16", "cycles"),
    ("systolic_cycles", "cycles, scalesim-16", "systolic cycles"),
    ("training", "MACs of training", "MACs of training"),
    ("executed", "MACs of training, zeros too", "executed MACs of training"),
    ("ms", "milliseconds, measured", "milliseconds"),
]
BUDGETS = [("epochs", "equal epochs"), ("macs", "equal MACs of training")]

SCORERS = "08_pruning_basics.html#one-law-for-the-scorers"
BUDGETED, SPARSE = "10_pruning_to_a_budget.html", "11_sparse_training.html"
PLACE_IN_BOOK = {  # where a member is explained
    "magnitude": SCORERS,
    "gradual": "08_pruning_basics.html#when-schedules",
    "snip": SCORERS,
    "synflow": "08_pruning_basics.html#five-seeds-and-the-controls",
    "nnrelief": "09_what_to_prune.html#nnrelief-ask-each-neuron",
    "l1_filter": SCORERS,
    "fpgm": SCORERS,
    "taylor": SCORERS,
    "slimming": "09_what_to_prune.html#slimming-make-them-useless-first",
    "nisp": "09_what_to_prune.html#nisp-ask-the-last-layer",
    "sbpf": "09_what_to_prune.html#sbpf-ask-layers-and-draw-the-channels",
    "smcp": f"{BUDGETED}#masks-that-let-channels-return",
    "complexity_pa": f"{BUDGETED}#draw-layers-by-their-share-pa-fa-ma",
    "complexity_fa": f"{BUDGETED}#draw-layers-by-their-share-pa-fa-ma",
    "complexity_ma": f"{BUDGETED}#draw-layers-by-their-share-pa-fa-ma",
    "two_four": "08_pruning_basics.html#when-zeros-do-pay",
    "lottery": f"{SPARSE}#tickets",
    "colt": f"{SPARSE}#colt-two-halves-of-the-classes",
    "set": f"{SPARSE}#masks-that-stay-masks-that-move",
    "rigl": f"{SPARSE}#masks-that-stay-masks-that-move",
    "static": f"{SPARSE}#masks-that-stay-masks-that-move",
    "aswl": f"{SPARSE}#aswl-how-many-weights-each-layer-needs",
    "ftwt": "12_dynamic_and_equilibrium.html#which-filters-fire",
    "neq": "12_dynamic_and_equilibrium.html#neurons-that-rest",
    "random_weights": "08_pruning_basics.html#five-seeds-and-the-controls",
    "random": "08_pruning_basics.html#five-seeds-and-the-controls",
    "uniform": "08_pruning_basics.html#five-seeds-and-the-controls",
}

KIND_NAMES = dict([(kind, label) for kind, label, _ in KINDS])
LEFT_OF = dict([(kind, left) for kind, _, left in KINDS])
COST_NAMES = dict([(cost, short) for cost, _, short in COSTS])
BUDGET_NAMES = dict(BUDGETS)
MEMBERS = METHODS + CONTROLS
NAMES = dict([(each, name) for each, name, _ in MEMBERS])
WHAT_IT_IS = dict([(each, what) for each, _, what in MEMBERS])
COPIES = dict([(control, words) for control, words, _ in OF_A_METHOD])
IN_A_WORD = dict([(control, word) for control, _, word in OF_A_METHOD])
ALONE = [control for control, _, _ in CONTROLS]


def is_control(member: str) -> bool:
    """Whether a member of the board is what methods must beat: `dense`, drawn, or a copy of a method's layers.

    >>> is_control("taylor"), is_control("taylor/scratch"), is_control("random_weights")
    (False, True, True)
    """
    return "/" in member or member in ALONE


def member_name(member: str) -> str:
    """What a member is called; one that the book does not know by its own name.

    >>> member_name("taylor/scratch"), member_name("dense/20"), member_name("mine")
    ('Taylor’s widths, new weights', 'dense, 20 epochs', 'mine')
    """
    method, _, control = member.partition("/")
    name = NAMES.get(method, method)
    if not control:
        return name
    if method == "dense":
        return f"{name}, {control} epochs" if control.isdigit() else f"{name}, equal MACs"
    return f"{name}{'’' if name.endswith('s') else '’s'} {COPIES[control]}"


def short_name(member: str) -> str:
    """The same for a picture; controls in brackets.

    >>> short_name("taylor/scratch"), short_name("dense/20"), short_name("snip")
    ('(Taylor, new)', '(dense, 20)', 'SNIP')
    """
    method, _, control = member.partition("/")
    name = NAMES.get(method, method)
    if not control:
        return f"({name})" if is_control(member) else name
    return f"({SHORT.get(method, name)}, {IN_A_WORD.get(control, control)})"


def told_as(member: str) -> str:
    """A member with what it is, in a line.

    >>> told_as("snip")
    "SNIP: before training, by the loss's first change"
    """
    method, _, control = member.partition("/")
    name, what = member_name(member), WHAT_IT_IS.get(method)
    return name if control or what is None else f"{name}: {what}"
