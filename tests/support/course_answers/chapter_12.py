"""Functions for the exercises of chapter 12: {exercise: (right ones, wrong ones)}, each as a text."""

STAYS_WITHIN = """def f(peaks, share):
    held, count = 0, 0
    for peak in sorted(peaks, reverse=True):
        held += peak
        if held > share * sum(peaks):
            break
        count += 1
    return max(1, count)"""
FROM_ABOVE = """def f(peaks, share):
    ordered = sorted(peaks)
    left = sum(peaks)
    while len(ordered) > 1 and left > share * sum(peaks):
        left -= ordered.pop(0)
    return len(ordered)"""
REACHES = """def f(peaks, share):
    held = 0
    for count, peak in enumerate(sorted(peaks, reverse=True)):
        held += peak
        if held >= share * sum(peaks):
            return count + 1"""
BY_PAPER = """def f(similarities, mu):
    velocity, phi = 0, 1
    for now in similarities:
        velocity = now - phi - mu * velocity
        phi = now
    return velocity"""
UNROLLED = """def f(similarities, mu):
    phi = [1] + list(similarities)
    changes = [b - a for a, b in zip(phi, phi[1:])]
    return sum([d * (-mu) ** age for age, d in enumerate(changes[::-1])])"""

FUNCTIONS = {
    "12.1": (
        [
            STAYS_WITHIN,
            FROM_ABOVE,
            "lambda p, r: max(1, sum([sum(sorted(p)[::-1][: n + 1]) <= r * sum(p) for n in range(len(p))]))",
        ],
        [
            REACHES,
            STAYS_WITHIN.replace("max(1, count)", "count"),
            STAYS_WITHIN.replace("max(1, count)", "count + 1"),
            STAYS_WITHIN.replace("held > ", "held >= "),
            STAYS_WITHIN.replace(", reverse=True", ""),
            STAYS_WITHIN.replace("sorted(peaks, reverse=True)", "peaks"),
            STAYS_WITHIN.replace("max(1, count)", "len(peaks) - max(1, count)"),
            "lambda peaks, share: max(1, int(share * len(peaks)))",
            "lambda peaks, share: len([p for p in peaks if p >= share * max(peaks)])",
            "lambda peaks, share: 3",
        ],
    ),
    "12.3": (
        [BY_PAPER, UNROLLED, BY_PAPER.replace("velocity, phi = 0, 1", "velocity, phi = 0.0, 1.0")],
        [
            BY_PAPER.replace("- mu", "+ mu"),
            BY_PAPER.replace("mu * velocity", "velocity"),
            BY_PAPER.replace(" - mu * velocity", ""),
            BY_PAPER.replace("0, 1", "0, 0"),
            BY_PAPER.replace("0, 1", "0, similarities[0]"),
            BY_PAPER.replace("now - phi -", "(1 - mu) * (now - phi) -"),
            BY_PAPER.replace("now - phi", "phi - now"),
            BY_PAPER.replace("return velocity", "return abs(velocity)"),
            UNROLLED.replace("(-mu) ** age", "mu ** age"),
            "lambda similarities, mu: similarities[-1]",
        ],
    ),
    "12.5": (
        [
            "lambda macs: sum(macs) / (3 * sum(macs) - macs[0])",
            "lambda macs: sum(macs) / (sum(macs) + sum(macs[1:]) + sum(macs))",
            "lambda macs: 1 / (3 - macs[0] / sum(macs))",
        ],
        [
            "lambda macs: 1 / 3",
            "lambda macs: 1 / 2",
            "lambda macs: sum(macs) / (2 * sum(macs) - macs[0])",
            "lambda macs: (sum(macs) - macs[0]) / (3 * sum(macs) - macs[0])",
            "lambda macs: sum(macs) / (3 * sum(macs) - macs[-1])",
            "lambda macs: 1 - sum(macs) / (3 * sum(macs) - macs[0])",
            "lambda macs: 2 / 3",
            "lambda macs: 100 * sum(macs) / (3 * sum(macs) - macs[0])",
            "lambda macs: sum(macs)",
            "lambda macs: macs",
        ],
    ),
    "12.6": (
        [
            "lambda share, images: 1 - (1 - share) ** images",
            "lambda share, images: 1 - pow(1 - share, images)",
            "lambda share, images: share * sum([(1 - share) ** n for n in range(images)])",
        ],
        [
            "lambda share, images: share",
            "lambda share, images: share * images",
            "lambda share, images: min(1, share * images)",
            "lambda share, images: share ** images",
            "lambda share, images: (1 - share) ** images",
            "lambda share, images: 1 - share ** images",
            "lambda share, images: 1 - (1 - share) * images",
            "lambda share, images: 100 * (1 - (1 - share) ** images)",
            "lambda share, images: 1",
        ],
    ),
}
