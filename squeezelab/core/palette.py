"""One colour for one thing in the whole book: live figures, plots, drawings of networks and the page's style sheet read it here.

Hues after Okabe and Ito (2008), which colour-blind readers tell apart; darkened for white paper and lightened for the dark
theme until every mark reaches 3:1 and every text 4.5:1.
"""

from .checks import check_choice

ROLES = (  # role, on white, on dark paper
    ("compute", "#00689f", "#56b4e9"),
    ("weights", "#b86b00", "#e69f00"),
    ("inputs", "#008a63", "#2fc296"),
    ("outputs", "#a64d86", "#dd93bd"),
    ("fill", "#3a98d0", "#b5def5"),
    ("stall", "#a83600", "#f2793d"),
    ("buffer", "#968700", "#f0e442"),
    ("dram", "#a83600", "#f2793d"),
    ("rf", "#3a98d0", "#b5def5"),
    ("noc", "#bf5a8a", "#dd93bd"),
    ("idle", "#8b919a", "#717985"),
    ("reference", "#5b626c", "#a9b1bc"),
    ("failure", "#b3132b", "#ff7b86"),
    ("accent", "#00689f", "#56b4e9"),
    ("ws", "#b86b00", "#e69f00"),
    ("os", "#a64d86", "#dd93bd"),
    ("is", "#008a63", "#2fc296"),
    ("text", "#1c2128", "#e8ebef"),
    ("muted", "#5b626c", "#a9b1bc"),
    ("paper", "#ffffff", "#14181e"),
    ("surface", "#f6f7f9", "#1d232b"),
    ("line", "#d9dde3", "#353d48"),
)

TOGETHER = (  # roles that meet in one picture and must be told apart
    ("compute", "fill", "stall"),
    ("weights", "inputs", "outputs"),
    ("compute", "rf", "noc", "buffer", "dram"),
    ("ws", "os", "is"),
    ("accent", "reference", "failure"),
    ("accent", "weights"),
    ("os", "is", "text", "ws", "stall"),
)

KINDS = (  # kind of layer, in words, its role: none is blue, which stands for computing
    ("conv", "convolution", "os"),
    ("pointwise", "1×1", "is"),
    ("depthwise", "depthwise", "text"),
    ("fc", "fully connected", "ws"),
    ("transposed", "transposed", "stall"),
)
OTHER_KIND = "reference"  # the role of a kind that is none of these, such as a reader's own

DARK_HOSTS = ("html[data-theme=dark]", "body[data-jp-theme-light=false]", "html[theme=dark]")  # the book, JupyterLab, Colab


def row(role: str) -> tuple:
    """(role, light, dark); raises a ValueError that lists the roles for an unknown one.

    >>> row("fill")
    ('fill', '#3a98d0', '#b5def5')
    """
    check_choice("colour role", role, [known for known, _, _ in ROLES])
    return [known for known in ROLES if known[0] == role][0]


def colour(role: str, dark: bool = False) -> str:
    """The colour of a role, on white or on dark paper; raises a ValueError that lists the roles for an unknown one.

    >>> colour("weights"), colour("weights", dark=True)
    ('#b86b00', '#e69f00')
    """
    return row(role)[2 if dark else 1]


def variable(role: str) -> str:
    """The colour of a role in a style: what the theme declares, else that on white. Text is the text of the page around it.

    Raises a ValueError that lists the roles for an unknown one.

    >>> variable("weights"), variable("text")
    ('var(--sqz-weights, #b86b00)', 'currentColor')
    """
    return "currentColor" if role == "text" else f"var(--sqz-{role}, {colour(role)})"


def kind_role(kind: str) -> str:
    """The role of a kind of layer.

    >>> kind_role("depthwise"), kind_role("routing")
    ('text', 'reference')
    """
    return ([role for known, _, role in KINDS if known == kind] + [OTHER_KIND])[0]


def kind_words(kind: str) -> str:
    """What a kind of layer is called.

    >>> kind_words("conv"), kind_words("routing")
    ('convolution', 'routing')
    """
    return ([words for known, words, _ in KINDS if known == kind] + [kind])[0]


def declared(roles: list, dark: bool = False) -> str:
    """The variables of these roles, as a style declares them; raises a ValueError for an unknown role.

    >>> declared(["fill", "stall"])
    '--sqz-fill:#3a98d0;--sqz-stall:#a83600'
    """
    return ";".join([f"--sqz-{role}:{colour(role, dark)}" for role in roles])


def themes(selector: str, roles: list) -> str:
    """A style sheet: what `selector` finds has the light colours of these roles, on a dark host the dark ones; paper is white.

    Raises a ValueError for an unknown role.

    >>> print(themes(".plot", ["fill"]).split("\\n")[0])
    .plot{--sqz-fill:#3a98d0}
    """
    light, dark = declared(roles), declared(roles, dark=True)
    hosts = ",".join([f"{host} {selector}" for host in DARK_HOSTS])
    return f"{selector}{{{light}}}\n{hosts}{{{dark}}}\n@media print{{html {selector}{selector}{{{light}}}}}"
