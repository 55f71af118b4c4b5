"""The parts of a figure, one line for each: an axis, a tile, a column, an entry of a legend; and words that figures share."""

from ...core.words import percent, short

FLOWS = [("ws", "weight stationary"), ("os", "output stationary"), ("is", "input stationary")]
FLOW_NAMES = dict(FLOWS)


def axis(label: str, unit: str = "", scale: str = "linear", domain: list = None, format: str = None) -> dict:
    """An axis; without a domain the front end fits one to the data.

    >>> axis("Time", "cycles", format="si")["scale"]
    'linear'
    """
    described = {"label": label, "unit": unit, "scale": scale}
    if domain is not None:
        described["domain"] = domain
    if format is not None:
        described["format"] = format
    return described


def tile(label: str, value, format: str = "integer", unit: str = "", role: str = None) -> dict:
    """A number of the readout.

    >>> tile("Cycles", 12, role="compute")["format"]
    'integer'
    """
    described = {"label": label, "value": value, "format": format, "unit": unit}
    return described | {"role": role} if role else described


def column(label: str, format: str = None, unit: str = "") -> dict:
    """A column of the table; the first one names the row.

    >>> column("Cycles", "integer")
    {'label': 'Cycles', 'format': 'integer'}
    """
    described = {"label": label}
    if format:
        described["format"] = format
    return described | {"unit": unit} if unit else described


def legend_entry(role: str, label: str) -> dict:
    """What a colour means.

    >>> legend_entry("stall", "waiting for DRAM")
    {'role': 'stall', 'label': 'waiting for DRAM'}
    """
    return {"role": role, "label": label}


def alike(count: int) -> str:
    """A count of layers that share a shape, as an addition to the first one's name.

    >>> alike(1), alike(3)
    ('', ' and 2 alike')
    """
    return "" if count == 1 else f" and {count - 1} alike"


def capital(text: str) -> str:
    """A sentence with its first letter large.

    >>> capital("weight stationary takes longer.")
    'Weight stationary takes longer.'
    """
    return text[0].upper() + text[1:]


def per_word(ratio: float) -> str:
    """A compute-to-IO ratio in words.

    >>> per_word(0.9994), per_word(4.47)
    ('1 MAC per word', '4.47 MACs per word')
    """
    text = short(ratio)
    return text + (" MAC per word" if text == "1" else " MACs per word")


def careful_percent(part: float) -> str:
    """A fraction in percent that never claims all or nothing when it is only close to it.

    >>> careful_percent(0.9999).replace("\u202f", " "), careful_percent(0.0001).replace("\u202f", " ")
    ('nearly 100 %', 'less than 0.1 %')
    """
    if 0.995 <= part < 1:
        return "nearly " + percent(1)
    return "less than " + percent(0.001) if 0 < part < 0.0005 else percent(part)
