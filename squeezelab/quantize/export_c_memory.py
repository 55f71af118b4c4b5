"""Where the maps of an integer program lie in one block of memory: a place is used again as soon as nobody reads its codes.

A map that is only seen in another shape (flatten) has no place of its own, nor has one that is made code by code out of a map
that nobody reads later: it overwrites that one.
"""

from math import prod

SAME_CODES = ("flatten",)
CODE_BY_CODE = ("add", "clip", "lookup", "squash", "softmax", "mask")  # or capsule by capsule
INPUT = -1  # the index of a program's input


def last_readers(steps):
    """{step: the last step that reads it}, the input among them; a step that nobody reads is its own last."""
    last = {INPUT: INPUT} | {k: k for k in range(len(steps))}
    for k, step in enumerate(steps):
        last |= dict.fromkeys(step["from"], k)
    return last


def shared_blocks(steps, stored):
    """[(steps that share a place, its first step, its last use)]. stored: the steps whose codes are kept in memory."""
    last, blocks = last_readers(steps), [[INPUT]]
    home = {INPUT: blocks[0]}
    for k, step in enumerate(steps):
        if k not in stored:
            continue
        if shared := shared_place(k, step, home, last):
            shared.append(k)
        else:
            blocks.append(shared := [k])
        home[k] = shared
    return [(block, block[0], max(last[k] for k in block)) for block in blocks]


def shared_place(k, step, home, last):
    """The place that step k takes over from one that it reads, or None."""
    if step["op"] in SAME_CODES:
        return home[step["from"][0]]
    if step["op"] in CODE_BY_CODE:
        dying = [home[j] for j in step["from"] if max(last[member] for member in home[j]) == k]
        return dying[0] if dying else None
    return None


def places_in_memory(program: dict, stored: list) -> tuple:
    """({step: offset}, bytes in all): the largest places first, each as low as the others that live at its time let it.

    program: an integer program; stored: the steps whose codes, a byte each, are kept. -1 is the input.
    """
    sizes = {INPUT: prod(program["input"]["shape"])} | {k: prod(program["steps"][k]["shape"]) for k in stored}
    places, offsets = [], {}
    for block, first, last in sorted(shared_blocks(program["steps"], stored), key=lambda found: -sizes[found[0][0]]):
        size = sizes[block[0]]
        offset = lowest_free(size, [place for place in places if place[2] <= last and first <= place[3]])
        places.append((offset, offset + size, first, last))
        offsets |= dict.fromkeys(block, offset)
    return offsets, max(end for _, end, _, _ in places)


def lowest_free(size, taken):
    """The lowest offset at which `size` bytes are free of the places that are taken."""
    offset = 0
    for begin, end, *_ in sorted(taken):
        if begin - offset >= size:
            break
        offset = max(offset, end)
    return offset
