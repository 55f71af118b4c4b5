"""An integer program as network.c, network.h and weights.h: what runs, in which order, in which memory."""

from math import prod

from ..compression.integer_codes import sources_of, weight_codes
from .export_c_capsules import CAPSULE_WRITERS, largest_votes
from .export_c_layers import WRITERS, Known, Written
from .export_c_memory import INPUT, SAME_CODES, places_in_memory
from .export_c_text import by_text, c_array, c_names, in_comment, meaning_of

PATCH_BYTES = 2  # of a code less its zero
AT_A_TIME = 64  # inputs of a linear layer, at least
SCORED = ("conv", "linear", "lengths")  # what writes scores of 16 bits itself, as the last layer
EVERY = WRITERS | CAPSULE_WRITERS
HEADER = """/* {name}: an integer network. Compile all files here with a C99 compiler, as gcc -std=c99 -O2 *.c

   flash: {flash} bytes of weights, biases, factors and tables, beside the code
   RAM:   {ram} bytes, of which {maps} are maps and {patch} the inputs of the sum at work, beside image and scores{votes} */

#ifndef NETWORK_H
#define NETWORK_H

#include <stdint.h>

#define INPUT "{input}" /* channels x rows x columns */
#define PIXELS {pixels}
#define SCORES {scores}
#define LARGEST_PATCH {largest} /* codes less their zero, kept at a time */
{capsules}#define SINGLE_ROUNDING {single} /* 0: rounded after the product, and once more after the shift */

/* pixels: 0 to 255; scores: {meaning}; the largest names the class. */
void network(const uint8_t pixels[PIXELS], int16_t scores[SCORES]);

#endif
"""
WEIGHTS = """/* {name}: weights, and what makes codes of sums. */

#ifndef WEIGHTS_H
#define WEIGHTS_H

#include "{kernels}"

{constants}

#endif
"""
VOTES = """;
          the votes alone are {shape} = {count} bytes"""
CAPSULES = "#define LARGEST_CAPSULE {size} /* codes */\n"
NETWORK = """/* {name}: layer after layer, in one block of memory. */

#include "network.h"

#include "{kernels}"
#include "weights.h"

static int8_t memory[{maps}];

void network(const uint8_t pixels[PIXELS], int16_t scores[SCORES])
{{
{body}
}}
"""


class NetworkInC:
    """The three files of a program, and how much flash and RAM they ask for, in bytes."""

    def __init__(self, program, packed=False):
        self.packed = packed
        self.program, self.steps = program, program["steps"]
        self.writes_scores = self.steps[-1]["op"] in SCORED  # the last layer itself, else its codes are copied
        self.kept = list(range(len(self.steps) - self.writes_scores))
        self.names = dict(zip(range(len(self.steps)), c_names([step["name"] for step in self.steps]))) | {INPUT: "input"}
        for place, step in enumerate(self.steps):
            if step["op"] in SAME_CODES:  # the same bytes, under the name that they have
                self.names[place] = self.names[step["from"][0]]
        self.offsets, self.map_bytes = places_in_memory(program, self.kept)
        self.written = [self.in_c(place, step) for place, step in enumerate(self.steps)]
        self.flash_bytes = sum(part.flash_bytes for part in self.written) + len(program["input"]["table"])
        self.ram_bytes = self.map_bytes + PATCH_BYTES * self.largest_patch

    def in_c(self, place, step):
        is_scores = place not in self.kept
        inputs = [self.names[source] for source in step["from"]]
        return step_in_c(Known(step, self.names[place], inputs, sources_of(self.program, place), is_scores, self.packed))

    @property
    def largest_patch(self):
        """Codes less their zero that are kept at a time: all that a window of a convolution sees, of a linear layer some."""
        counts = [1]
        for step in self.steps:
            if step["op"] in ("conv", "linear"):
                count = len(weight_codes(step)) // len(step["bias"])
                counts.append(count if step["op"] == "conv" else min(count, AT_A_TIME))
        return max(counts)

    @property
    def has_capsules(self):
        return any(step["op"] in CAPSULE_WRITERS for step in self.steps)

    @property
    def kernels(self):
        """The header of all kernels that the network calls."""
        return "capsules.h" if self.has_capsules else "kernels.h"

    @property
    def largest_capsule(self):
        """Values of a capsule that are summed at a time."""
        return max((step["shape"][-1] for step in self.steps if step["op"] in ("votes", "capsule_sum")), default=1)

    def files(self):
        """{name: text}."""
        return {"network.h": self.header(), "weights.h": self.weights(), "network.c": self.source()}

    def header(self):
        last, shape = self.steps[-1], self.program["input"]["shape"]
        sizes = {"flash": self.flash_bytes, "ram": self.ram_bytes, "maps": self.map_bytes}
        sizes |= {"patch": self.ram_bytes - self.map_bytes, "largest": self.largest_patch}
        sizes |= {"pixels": prod(shape), "scores": prod(last["shape"])}
        votes = largest_votes(self.steps)
        sizes["votes"] = VOTES.format(shape=by_text(votes), count=prod(votes)) if votes else ""
        sizes["capsules"] = CAPSULES.format(size=self.largest_capsule) if self.has_capsules else ""
        meaning = {"meaning": meaning_of(last, "score"), "single": int(self.program["rounding"] == "single")}
        return HEADER.format(name=self.title, input=by_text(shape), **sizes, **meaning)

    @property
    def title(self):
        return in_comment(self.program.get("name") or "network")

    def weights(self):
        given = self.program["input"]
        table = c_array("int8_t", "input_table", given["table"])
        parts = [f"/* input: the code of each pixel from 0 to 255; {meaning_of(given)} */\n{table}"]
        parts += [f"{part.comment}\n{part.constants}" for part in self.written if part.constants]
        return WEIGHTS.format(name=self.title, kernels=self.kernels, constants="\n\n".join(parts))

    def source(self):
        body = [self.place_of(INPUT), f"codes_of_pixels(pixels, input, {prod(self.program['input']['shape'])}, input_table);"]
        for place, part in enumerate(self.written):
            if self.steps[place]["op"] in SAME_CODES:
                continue
            body += [""] + ([self.place_of(place)] if place in self.kept else [])
            body += part.call.format(out=self.names[place] if place in self.kept else "scores").splitlines()
        if not self.writes_scores:
            body += ["", f"scores_of_codes({self.names[self.kept[-1]]}, scores, SCORES);"]
        body = "\n".join("    " * bool(line) + line for line in body)
        return NETWORK.format(name=self.title, kernels=self.kernels, maps=self.map_bytes, body=body)

    def place_of(self, place):
        """The declaration of where the codes of a step lie."""
        shape = (self.program["input"] if place == INPUT else self.steps[place])["shape"]
        return f"int8_t *{self.names[place]} = memory + {self.offsets[place]}; /* {by_text(shape)} */"


def step_in_c(known: Known) -> Written:
    """One step of a program in C. Raises a ValueError for a capsule op in a form, or with codes, that C does not have."""
    step = known.step
    constants, call, flash_bytes = EVERY[step["op"]](known)
    comment = f"{in_comment(step['name'])}: {step['op']} -> {by_text(step['shape'])}; {meaning_of(step)}"
    return Written(f"/* {comment} */", constants, call, flash_bytes)
