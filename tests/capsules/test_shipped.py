"""The trained CapsNets: what their record says of them holds, and a file of another kind is refused."""

import copy

import pytest
import torch
from safetensors.torch import save_file

from squeezelab.bridge import from_torch
from squeezelab.capsules import couplings, encoder, longest_is_right, remove_types, shipped, trained, vote_free
from squeezelab.capsules.shipped import FOLDER, MODELS, store_weights, stored_weights
from squeezelab.data import digits, overlapping_digits
from squeezelab.quantize import quantize
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


def test_a_file_of_another_network_is_refused(tmp_path, monkeypatch):
    (tmp_path / "tiny.safetensors").write_bytes((FOLDER / "mcu.safetensors").read_bytes())
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="tiny.safetensors holds other weights than those of CapsNet-tiny: .*conv1.weight"):
        trained("tiny")


@pytest.mark.parametrize(
    ("images", "message"),
    (
        (torch.rand(2, 1, 29, 28), r"reads images \(n, 1, 28, 28\), not \(2, 1, 29, 28\)"),  # strides would leave a row out
        (torch.rand(2, 1, 20, 20), r"not \(2, 1, 20, 20\)"),
        (torch.rand(1, 28, 28), r"not \(1, 28, 28\)"),
        (torch.rand(2, 28, 28, 1), r"not \(2, 28, 28, 1\)"),
        (torch.zeros(2, 1, 28, 28, dtype=torch.uint8), "not torch.uint8; divide bytes by 255"),
        ([0.0], "not a list"),
    ),
)
def test_a_shipped_network_refuses_what_are_no_images_of_its_size(images, message):
    model = trained("tiny")
    for asked in (model, encoder(model), vote_free(model), lambda images: couplings(model, images)):
        with pytest.raises(ValueError, match=message):
            asked(images)


def test_a_shipped_network_is_read_quantised_and_copied_as_any_other():
    model = trained("tiny")
    assert from_torch(model, (1, 28, 28)).params == 216_704
    with pytest.raises(ValueError, match="reads images .n, 1, 28, 28., not .31, 1, 29, 28."):
        from_torch(model, (1, 29, 28))
    images = digits()[0].take(4)
    twin = copy.deepcopy(remove_types(model, range(8)))
    torch.testing.assert_close(twin(images.images), model(images.images))
    assert quantize(model, images, calibration="minmax").integers(images.images).shape == (4, 10)
    assert model.double()(images.images.double()).dtype == torch.float64


def test_an_unknown_network_is_refused():
    with pytest.raises(ValueError, match="tiny, two_digits"):
        trained("large")
