"""The records behind two figures of sparse training: what their scripts write down of masks and epochs, on small made-up ones."""

import pytest
from support import ROOT

torch = pytest.importorskip("torch")

import equilibrium  # noqa: E402
import ticket_overlap  # noqa: E402

from squeezelab.recorded import recorded  # noqa: E402


def mask_of(text):
    return torch.tensor([[letter == "1" for letter in row] for row in text.split()])


def rounds_of(*rounds):
    """Rounds of a layer "fc2" whose fate is asked for, from texts: (kept by the first, by the second)."""
    found = []
    for one, other in rounds:
        each = [{"fc1": torch.ones(1, 1, dtype=torch.bool), "fc2": mask_of(text)} for text in (one, other)]
        found.append((each, {name: each[0][name] & each[1][name] for name in each[0]}))
    return found


def test_a_fate_says_in_which_round_a_weight_fell_and_who_dropped_it():
    rounds = rounds_of(("0110 1111", "1010 1111"), ("0010 0110", "0010 1010"))
    assert ticket_overlap.fates(rounds)["fc2"] == ["1203", "4506"]
    places = [ticket_overlap.LETTERS.index(letter) for letter in "12034506"]
    assert places == [1, 2, 0, 3, 4, 5, 0, 6]


def test_there_is_a_letter_for_each_fate_of_all_rounds():
    row = next(row for row in recorded("ticket_overlap")["rows"] if row["method"] == "colt")
    letters = ticket_overlap.LETTERS
    assert len(set(letters)) == len(letters) > 3 * len(row["rounds"])
    assert set("".join(row["fates"]["fc1"] + row["fates"]["fc2"])) <= set(letters)


def test_what_is_kept_by_both_is_counted_and_what_chance_would_keep_input_by_input():
    left, one, other = mask_of("111 110 111 110"), mask_of("110 110 100 000"), mask_of("101 100 100 100")
    assert ticket_overlap.counts(one, other, left, one & other) == [5, 5, 3, 3, round(3 * 4 / 4)]


def test_the_learning_rate_falls_to_a_tenth_after_the_epochs_that_the_record_names():
    settings = recorded("equilibrium")["settings"]
    rates = [equilibrium.falling((epoch - 1) / equilibrium.EPOCHS) for epoch in range(1, equilibrium.EPOCHS + 1)]
    assert settings["drops"] == list(equilibrium.DROPS) and settings["epochs"] == equilibrium.EPOCHS
    assert rates == pytest.approx([1.0] * 6 + [0.1] * 3 + [0.01] * 3)


@pytest.mark.parametrize(
    ("script", "names"), [(ticket_overlap, "sparsity per_round images look"), (equilibrium, "images watched")]
)
def test_the_record_is_of_the_settings_in_the_script(script, names):
    settings = recorded(script.__name__)["settings"]
    assert all(settings[name] == getattr(script, name.upper()) for name in names.split())
    assert (ROOT / f"squeezelab/recorded/{script.__name__}.json").stat().st_size < 20_000, "a page carries it"
