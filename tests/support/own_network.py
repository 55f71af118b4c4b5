"""A reader's own network as a page costs it: programs in a thread of MicroPython, as in a page, and in this Python."""

import json

from live_pages import files_for

from squeezelab.explorers import explore, start_values
from support.micropython import node

RIGHT = 'net = Network("right", (3, 8, 8))\nnet.conv(net.input, 4, 3)\n'
DEEP = 'net = Network("deep", (3, 64, 64))\nx = net.input\n' + "".join(
    f"x = net.conv_norm_relu(x, {16 + layer}, {1 + 2 * (layer % 2)})\n" for layer in range(100)
)


def asked(program, **values):
    """All values of the figure's controls."""
    return start_values("your_network") | {"program": program} | values


def told_here(states):
    """What this Python answers: {figure} or {error}."""
    answers = []
    for values in states:
        try:
            answers.append({"figure": json.loads(json.dumps(explore("your_network", values)))})
        except ValueError as error:
            answers.append({"error": str(error)})
    return answers


def told_in_a_thread(states):
    """The answers of a thread as that of a page, one after the other, with what was printed and the milliseconds."""
    done = node("run_exercises.mjs", files=files_for(["your_network"]), jobs=[[values] for values in states])
    return json.loads(done.stdout)


def seal(text):
    """As web/src/own/link.js has it, in base 36."""
    total, digits = 0, ""
    for letter in text:
        total = (31 * total + ord(letter)) % 0x7FFFFFFF
    while total:
        total, digit = divmod(total, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
