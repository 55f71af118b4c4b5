"""The trained CapsNets: what their record says of them holds, and a file of another kind is refused."""

import pytest
import torch
from safetensors.torch import save_file

from squeezelab.capsules import encoder, longest_is_right, trained
from squeezelab.capsules.shipped import FOLDER, MODELS, store_weights, stored_weights
from squeezelab.data import digits, overlapping_digits
from squeezelab.recorded import recorded

TESTED = 2000


@pytest.mark.parametrize("name", MODELS)
def test_a_shipped_network_reads_as_its_record_says(name):
    (row,) = [row for row in recorded("capsule_models")["rows"] if row["name"] == name]
    test = overlapping_digits(TESTED, seed=5, split="test") if name == "two_digits" else digits()[1]
    answer, right = encoder(trained(name)), 0
    with torch.no_grad():
        for images, labels in test.batches(250, shuffle=False):
            right += int(longest_is_right(answer(images).lengths, labels))
    spread = 0.04 if name == "two_digits" else 1e-9  # other pairs than the record's; the very digits of the record
    assert right / len(test) == pytest.approx(row["accuracy"], abs=spread + 3 / len(test))


def test_all_shipped_networks_together_are_light():
    assert sum(file.stat().st_size for file in FOLDER.glob("*.safetensors")) <= 1_600_000


def test_codes_are_within_half_a_step_of_the_weights(tmp_path):
    state = {"a.weight": torch.randn(5, 3, 2, 2), "a.bias": torch.randn(5)}
    store_weights(state, tmp_path / "some.safetensors", codes=True)
    found = stored_weights(tmp_path / "some.safetensors")
    step = state["a.weight"].flatten(1).abs().amax(1) / 127
    assert ((found["a.weight"] - state["a.weight"]).flatten(1).abs().amax(1) <= 0.52 * step).all()
    torch.testing.assert_close(found["a.bias"], state["a.bias"], atol=2e-3, rtol=1e-3)


def test_a_file_of_another_version_is_refused(tmp_path):
    save_file({"a": torch.ones(2)}, tmp_path / "old.safetensors", {"version": "0"})
    with pytest.raises(ValueError, match="old.safetensors has version 0 .* reads version 1"):
        stored_weights(tmp_path / "old.safetensors")
    (tmp_path / "cut.safetensors").write_bytes(b"no tensors")
    with pytest.raises(ValueError, match="cut.safetensors is no safetensors file, or not whole"):
        stored_weights(tmp_path / "cut.safetensors")


def test_an_unknown_network_is_refused():
    with pytest.raises(ValueError, match="tiny, two_digits"):
        trained("large")
