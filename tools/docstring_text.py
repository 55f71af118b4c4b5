"""A docstring as Markdown: paragraphs, lists of arguments, examples as code."""

import re

SPAN = re.compile(r"(``.+?``|`[^`]+`)", re.S)
SPECIAL = re.compile(r"([\\*_<>\[\]{}$|#~])")
FURTHER = re.compile(r"(?<=[.;] )([a-z_]\w*): (?=\S)")  # an argument in the middle of a line
ARGUMENT = re.compile(r"([a-z_]\w*(?:, [a-z_]\w*)*): (?=\S)")
BULLET = re.compile(r"[*-] ")


def prose(text):
    """Plain text with what Markdown would take for a sign of its own escaped, code in backticks left as it is.

    >>> prose("a * b is `a * b`")
    'a \\\\* b is `a * b`'
    """
    return "".join(part if part.startswith("`") else SPECIAL.sub(r"\\\1", part) for part in SPAN.split(text))


def fence(language, code):
    return f"```{language}\n{code}\n```\n"


def first_sentence(text):
    """The first sentence of a docstring, on one line.

    >>> first_sentence("Exercises, with checks: they\\nsay at once. More.")
    'Exercises, with checks: they say at once.'
    """
    paragraph = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.?!]) (?=[A-Z`])", paragraph)[0]


def markdown(text):
    """A docstring as Markdown.

    >>> print(markdown("Rows of `n`.\\n\\nsize: how many.\\nwide: or\\n  not."))
    Rows of `n`.
    <BLANKLINE>
    * `size`: how many.
    * `wide`: or not.
    <BLANKLINE>
    """
    return "\n".join(block_text(lines) for lines in blocks(text))


def blocks(text):
    """The blocks between empty lines, each a list of lines; an example begins one, too."""
    found = [[]]
    for line in text.splitlines():
        begins_example = line.lstrip().startswith(">>>") and not is_example(found[-1])
        if not line.strip() or begins_example:
            found.append([])
        if line.strip():
            found[-1].append(line)
    return joined_examples([lines for lines in found if lines])


def joined_examples(found):
    """Examples that follow one another are one."""
    joined = []
    for lines in found:
        if joined and is_example(lines) and is_example(joined[-1]):
            joined[-1] += lines
        else:
            joined.append(lines)
    return joined


def is_example(lines):
    return bool(lines) and lines[0].lstrip().startswith(">>>")


def block_text(lines):
    """One block: an example, code that is indented, a list, or a paragraph."""
    if is_example(lines):
        return fence("pycon", "\n".join(lines))
    if all(line.startswith("    ") for line in lines):
        return fence("text", "\n".join(line[4:] for line in lines))
    if BULLET.match(lines[0].lstrip()):
        return items(lines, BULLET, "")
    if ARGUMENT.match(lines[0]):
        return items([FURTHER.sub(r"`\1`: ", line) for line in lines], ARGUMENT, r"`\1`: ")
    return prose(" ".join(line.strip() for line in lines)) + "\n"


def items(lines, sign, instead):
    """A list: a line that begins with the sign is an item, the others go on with it."""
    found = []
    for line in lines:
        start = sign.match(line.strip()) if not line.startswith("    ") else None
        if start:
            name = start.expand(instead).replace(", ", "`, `")
            found.append(f"* {name}{prose(line.strip()[start.end() :])}")
        else:
            found[-1] += " " + prose(line.strip())
    return "\n".join(found) + "\n"
