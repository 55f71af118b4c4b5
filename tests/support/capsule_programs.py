"""Programs of capsule networks in whole numbers, drawn from a seed, and what the formulas make of them: loops, and no more."""

from math import exp, isqrt, prod

from squeezelab.compression.fixed_point import multiplier_of, requantised
from squeezelab.compression.integer_codes import weight_codes
from squeezelab.compression.integer_run import OPS
from support.integer_programs import Drawn

SQUASHED = 7  # bits behind the point of what is shorter than 1
SCORES = {"low": -(2**15), "high": 2**15 - 1, "zero": 0}


class DrawnCapsules(Drawn):
    """`Drawn` with the layers of a capsule network; the codes of all of them have the zero 0."""

    def capsule_step(self, op, sources, shape, fraction, **more):
        return self.step(op, sources, shape, **{"zero": 0, "scale": 2.0**-fraction, **more})

    def primary(self, at, types, dim, fraction=5, **geometry):
        """A convolution and its channels as capsules."""
        conv = self.conv(at, types * dim, **geometry)
        self.program["steps"][conv] |= {"zero": 0, "scale": 2.0**-fraction}
        places = prod(self.source(conv)["shape"][1:])
        return self.capsule_step("capsules", [conv], [types * places, dim], fraction, types=types, dim=dim)

    def squash(self, at, fraction_in=5, fraction_out=SQUASHED, root_bits=6, **more):
        more |= {"fraction_in": fraction_in, "fraction_out": fraction_out, "root_bits": root_bits, "form": "exact"}
        return self.capsule_step("squash", [at], self.source(at)["shape"], fraction_out, **more)

    def votes(self, at, capsules, dim, shared=False, bits=8, fraction=6):
        inputs, size = self.source(at)["shape"]
        most = max(2 ** (bits - 1) - 1, 1)
        count = (1 if shared else inputs) * capsules * size * dim
        weights = [self.draw.choice((-1, 1)) if bits == 1 else self.draw.randint(-most, most) for _ in range(count)]
        pairs = [self.factor(size * most / 30) for _ in range(capsules)]
        more = {"weights": weights, "weight_bits": bits, "shared": shared, "zero_in": self.source(at)["zero"]}
        more |= {"multiplier": [pair[0] for pair in pairs], "shift": [pair[1] for pair in pairs]}
        return self.capsule_step("votes", [at], [capsules, inputs, dim], fraction, **more)

    def scaled(self, op, sources, shape, factor, fraction=5):
        multiplier, shift = multiplier_of(factor)
        return self.capsule_step(op, sources, shape, fraction, multiplier=[multiplier], shift=[shift])

    def capsule_sum(self, votes, couplings=None, factor=None):
        capsules, inputs, dim = self.source(votes)["shape"]
        factor = factor or (4 / inputs if couplings is None else 1 / inputs / 16)
        return self.scaled("capsule_sum", [votes] + [couplings] * (couplings is not None), [capsules, dim], factor)

    def agreement(self, votes, poses, factor=1 / 100):
        return self.scaled("agreement", [votes, poses], self.source(votes)["shape"][:2], factor)

    def softmax(self, at):
        scale = self.source(at)["scale"]
        table = [round(32767 * exp(-steps * scale)) for steps in range(256)]
        return self.capsule_step("softmax", [at], self.source(at)["shape"], SQUASHED, table=table, form="exact")

    def added(self, one, another):
        at = self.joined("add", [one, another], self.source(one)["shape"], [0.5, 0.5, 1 / 2**19])
        self.program["steps"][at] |= {"zero": 0, "scale": 2.0**-5}
        return at

    def routed(self, votes, iterations):
        """The capsules that routing by agreement ends with."""
        poses, logits = self.squash(self.capsule_sum(votes)), None
        for _ in range(iterations - 1):
            agreed = self.agreement(votes, poses)
            logits = agreed if logits is None else self.added(logits, agreed)
            poses = self.squash(self.capsule_sum(votes, self.softmax(logits)))
        return poses

    def mask(self, at):
        return self.capsule_step("mask", [at], [prod(self.source(at)["shape"])], SQUASHED)

    def lengths(self, at, root_bits=6):
        return self.capsule_step("lengths", [at], self.source(at)["shape"][:1], SQUASHED, root_bits=root_bits, **SCORES)


def drawn_capsules(seed, rounding="double", shared=False, bits=8, iterations=3):
    """A small capsule network with every op, its decoder's first layer among them."""
    net = DrawnCapsules(seed, rounding)
    primary = net.squash(net.primary(-1, 2, 4, stride=(2, 2)))
    poses = net.routed(net.votes(primary, 5, 6, shared, bits), iterations)
    net.linear(net.mask(poses), 7)
    net.lengths(poses)
    return net.program


def rows_of(codes, size):
    return [codes[at : at + size] for at in range(0, len(codes), size)]


def capsules_formula(step, given, shapes, rounding):
    codes, dim, places = given[0], step["dim"], prod(shapes[0][1:])
    return [codes[(t * dim + d) * places + p] for t in range(step["types"]) for p in range(places) for d in range(dim)]


def squash_formula(step, given, shapes, rounding):
    n, m, k, made = step["fraction_in"], step["fraction_out"], step["root_bits"], []
    for capsule in rows_of(given[0], shapes[0][-1]):
        n2 = sum(q * q for q in capsule)
        part, whole = isqrt(n2 << 2 * k) * 2**m, (n2 + 2 ** (2 * n)) * 2**k
        for q in capsule:
            size = (2 * abs(q) * part + whole) // (2 * whole)
            made.append(min(max(size if q > 0 else -size, step["low"]), step["high"]))
    return made


def votes_formula(step, given, shapes, rounding):
    (J, N, D), Din, weights = step["shape"], shapes[0][1], weight_codes(step)
    made = []
    for j in range(J):
        for n in range(N):
            inputs = [q - step["zero_in"] for q in given[0][n * Din : (n + 1) * Din]]
            first = ((0 if step["shared"] else n) * J + j) * Din
            for d in range(D):
                total = sum(value * weights[(first + k) * D + d] for k, value in enumerate(inputs))
                made.append(clipped_code(step, total, j, rounding))
    return made


def clipped_code(step, total, j, rounding):
    code = requantised(total, step["multiplier"][j], step["shift"][j], rounding)
    return min(max(code, step["low"]), step["high"])


def sum_formula(step, given, shapes, rounding):
    (J, N, D), votes = shapes[0], given[0]
    couplings = given[1] if len(given) > 1 else [1] * (J * N)
    sums = [sum(couplings[j * N + n] * votes[(j * N + n) * D + d] for n in range(N)) for j in range(J) for d in range(D)]
    return [clipped_code(step, total, 0, rounding) for total in sums]


def agreement_formula(step, given, shapes, rounding):
    (J, N, D), (votes, poses) = shapes[0], given
    sums = [sum(votes[(j * N + n) * D + d] * poses[j * D + d] for d in range(D)) for j in range(J) for n in range(N)]
    return [clipped_code(step, total, 0, rounding) for total in sums]


def softmax_formula(step, given, shapes, rounding):
    J, N = shapes[0]
    made = [0] * (J * N)
    for n in range(N):
        logits = [given[0][j * N + n] for j in range(J)]
        table = [step["table"][max(logits) - logit] for logit in logits]
        for j, T in enumerate(table):
            made[j * N + n] = min(step["high"], (2 * (step["high"] + 1) * T + sum(table)) // (2 * sum(table)))
    return made


def lengths_formula(step, given, shapes, rounding):
    k = step["root_bits"]
    return [min(isqrt(sum(q * q for q in row) << 2 * k), step["high"]) for row in rows_of(given[0], shapes[0][1])]


def mask_formula(step, given, shapes, rounding):
    capsules = rows_of(given[0], shapes[0][1])
    squares = [sum(q * q for q in row) for row in capsules]
    longest = squares.index(max(squares))
    return [q if place == longest else 0 for place, row in enumerate(capsules) for q in row]


FORMULAS = {
    "capsules": capsules_formula,
    "squash": squash_formula,
    "votes": votes_formula,
    "capsule_sum": sum_formula,
    "agreement": agreement_formula,
    "softmax": softmax_formula,
    "lengths": lengths_formula,
    "mask": mask_formula,
}


def by_formulas(program, pixels):
    """The codes of every step, flat lists as `run_program` has them."""
    codes, made = [program["input"]["table"][pixel] for pixel in pixels], []
    for step in program["steps"]:
        given = [codes if at < 0 else made[at] for at in step["from"]]
        shapes = [(program["input"] if at < 0 else program["steps"][at])["shape"] for at in step["from"]]
        made.append((OPS | FORMULAS)[step["op"]](step, given, shapes, program["rounding"]))
    return made
