"""torch, plain Python and C execute one program: every model, width and rounding gives the same integers."""

import pytest
import torch

from squeezelab.data import Examples, digits
from squeezelab.quantize import quantize
from squeezelab.quantize.export_c import export_c
from squeezelab.training import reference
from tests.support.c_programs import compiled, scores_in_c
from tests.support.small_models import MODELS, images_for, small_model

TRAIN, TEST = digits()


def in_c(result, images, folder):
    """[scores, class] of a compiled export for images in 0..1, beside those of the integers in torch."""
    export_c(result, folder, images[:2])
    pixels = [image.flatten().tolist() for image in torch.round(images * 255).long()]
    scores = result.integers.scores(images)
    return scores_in_c(compiled(folder), pixels), [[*row, row.index(max(row))] for row in scores.tolist()]


@pytest.mark.parametrize("bits", [8, 3, 1])
@pytest.mark.parametrize("name", MODELS)
def test_models_as_others_write_them_give_the_same_integers_in_c(name, bits, tmp_path):
    images = images_for(name, TRAIN)
    options = {"rounding": "double" if bits == 3 else "single", "granularity": "tensor" if bits == 8 else "channel"}
    data = Examples(images, torch.zeros(len(images)), ["none"])
    result = quantize(small_model(name, TRAIN), data, bits, **options)
    of_c, in_python = in_c(result, images_for(name, TEST, 40), tmp_path / "c")
    assert of_c == in_python


def test_images_that_saturate_the_scores_do_so_alike(tmp_path):
    model = reference("mini_vgg")
    with torch.no_grad():
        model.fc.weight.mul_(1 + 3 * torch.rand(model.fc.weight.shape, generator=torch.Generator().manual_seed(0)))
    result = quantize(model, TRAIN, 8, images=4)  # four images say little of how large a score may be
    noise = torch.rand(40, 1, 28, 28, generator=torch.Generator().manual_seed(0)).mul(255).round() / 255
    of_c, in_python = in_c(result, torch.cat([noise, torch.ones(1, 1, 28, 28), TEST.images[:20]]), tmp_path / "c")
    assert of_c == in_python
