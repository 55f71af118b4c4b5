"""An error of an answer in the book's own words: every Python says the same of the same mistake."""

# (part of Python's text, the name of the error, our words); {0} and {1} are what stands in quotes there
WORDS = (
    ("recursion", "RecursionError", "it calls itself without end"),
    ("pystack", "RecursionError", "it calls itself without end"),
    ("divi", "ZeroDivisionError", "division by zero"),
    ("index out of range", "IndexError", "index out of range"),
    ("machine word", "MemoryError", "it asks for more memory than there is"),
    ("memory alloc", "MemoryError", "it asks for more memory than there is"),
    ("before assignment", "NameError", "a name is used before it has a value"),
    ("cannot access local", "NameError", "a name is used before it has a value"),
    ("defined", "NameError", "name '{0}' is not defined"),
    ("has no attribute", "AttributeError", "there is no attribute '{1}'"),
    ("o module named", "ImportError", "no module named '{0}'"),
    ("import name", "ImportError", "a name that is not there can't be imported"),
    ("keyword argument", "TypeError", "it is called with an argument that it does not know"),
    ("positional argument", "TypeError", "it is called with more or fewer arguments than it takes"),
    ("callable", "TypeError", "'{0}' is not callable"),
    ("subscriptable", "TypeError", "'{0}' has no places to ask for with [ ]"),
    ("iterable", "TypeError", "'{0}' can't be gone through one by one"),
    ("has no len", "TypeError", "'{0}' has no length"),
    ("unsupported", "TypeError", "these types do not go together"),
    ("not supported", "TypeError", "these types do not go together"),
    ("concatenate", "TypeError", "these types do not go together"),
    ("operand", "TypeError", "these types do not go together"),
    ("unpack", "ValueError", "there are more or fewer values than names for them"),
    ("with base", "ValueError", "'{0}' is no whole number"),
    ("empty", "ValueError", "the largest or smallest of nothing is asked for"),
    ("math domain", "ValueError", "math domain error"),
)
SAME = {"ModuleNotFoundError": "ImportError", "UnboundLocalError": "NameError", "RuntimeError": "RecursionError"}
ALWAYS = {"MemoryError": "it asks for more memory than there is", "RecursionError": "it calls itself without end"}


def error_text(error: BaseException) -> str:
    """An error in words; an answer may even bring errors that cannot be printed.

    >>> error_text(ZeroDivisionError("divide by zero")), error_text(NameError("name 'k' isn't defined"))
    ('it stopped with ZeroDivisionError: division by zero', "it stopped with NameError: name 'k' is not defined")
    """
    kind = type(error).__name__
    try:
        kind, text = in_our_words(kind, str(error))
    except Exception:
        return f"it stopped with {kind}"
    return f"it stopped with {kind}: {text}" if text else f"it stopped with {kind}"


def in_our_words(kind: str, text: str) -> tuple:
    """(name, text) of an error of this name and text; what no Python of ours words in its own way stays as it is.

    >>> in_our_words("TypeError", "'int' object is not callable")
    ('TypeError', "'int' is not callable")
    """
    quoted = text.split("'")[1::2] + ["", ""]
    for part, name, words in WORDS:
        alike = name in (kind, SAME.get(kind)) or (part == "machine word" and kind == "OverflowError")
        if part in text and alike:
            return name, words.format(*quoted)
    if kind == "KeyError":
        return kind, text.strip("'\"")  # only some Pythons have the key in quotes
    return kind, ALWAYS.get(kind, text)
