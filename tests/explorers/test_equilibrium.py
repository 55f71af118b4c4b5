"""Neurons at rest: what the figure says is saved is what the meter counted, and never more than one pass of three."""

import pytest
from support.figure_schema import tiles

from squeezelab.explorers import explore
from squeezelab.explorers.equilibrium_model import (
    CEILING,
    DROPS,
    EPOCHS,
    FORWARD,
    INPUTS,
    LAYERS,
    MACS,
    NEURONS,
    PASSES,
    ROWS,
    SETTINGS,
    WATCHING,
    rate_share,
    run_of,
)
from squeezelab.networks import mini_vgg
from squeezelab.recorded import recorded

KEYS = [(row["optimizer"], row["epsilon"], row["reading"]) for row in ROWS]


def test_sizes_are_those_of_the_network():
    layers = list(mini_vgg().mac_layers)
    assert {layer.name: (layer.shape[0], layer.macs) for layer in layers} == {
        name: (NEURONS[name], MACS[name]) for name in LAYERS
    }
    assert (FORWARD, INPUTS, PASSES) == (mini_vgg().macs, mini_vgg().macs - layers[0].macs, 3 * mini_vgg().macs - layers[0].macs)


@pytest.mark.parametrize("key", KEYS)
def test_the_law_gives_what_the_meter_counted(key):
    row, run = ROWS[KEYS.index(key)], run_of(*key)
    images = SETTINGS["images"] * EPOCHS
    assert row["dense_macs"] == {
        "forward": images * FORWARD,
        "backward_inputs": images * INPUTS,
        "backward_weights": images * FORWARD,
    }
    weights, every = run.saved(EPOCHS)
    assert weights == pytest.approx(1 - row["macs"]["backward_weights"] / row["dense_macs"]["backward_weights"], abs=1e-6)
    assert every == pytest.approx(1 - sum(row["macs"].values()) / sum(row["dense_macs"].values()), abs=1e-6)
    assert row["macs"]["forward"] == row["dense_macs"]["forward"]


@pytest.mark.parametrize("key", KEYS)
def test_nothing_rests_in_the_first_epoch_and_no_more_than_there_are(key):
    run = run_of(*key)
    assert run.neurons(1) == 0 and run.saved(1) == (0, 0)
    for epoch in range(1, EPOCHS + 1):
        assert all(0 <= run.share(layer, epoch) <= 1 for layer in LAYERS)
        assert 0 <= run.saved(epoch)[1] <= CEILING < 0.34


def test_watching_is_a_forward_pass_of_the_watched_images_an_epoch():
    assert pytest.approx(SETTINGS["watched"] * FORWARD / (SETTINGS["images"] * PASSES)) == WATCHING
    for key in KEYS[1:]:
        spoken = explore("equilibrium", dict(zip(("optimizer", "epsilon", "reading"), key)))["problem"] if key[1] else None
        assert (spoken is not None) == (0 < run_of(*key).saved(EPOCHS)[1] < WATCHING)


def test_without_tolerance_nothing_rests():
    for optimizer in ("sgd", "adam"):
        assert run_of(optimizer, 0, "code").saved(EPOCHS) == (0, 0)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("reading", ["code", "paper"])
def test_a_larger_epsilon_saves_more_here(optimizer, reading):
    saved = [run_of(optimizer, epsilon, reading).saved(EPOCHS)[1] for epsilon in SETTINGS["epsilons"]]
    assert saved == sorted(saved)


def test_the_readout_is_the_record():
    for epsilon, epoch in ((0.001, 4), (0.03, EPOCHS)):
        shown = tiles(explore("equilibrium", {"epsilon": epsilon, "epoch": epoch, "optimizer": "adam"}))
        row, dense = ROWS[KEYS.index(("adam", epsilon, "code"))], ROWS[KEYS.index(("adam", 0, "code"))]
        assert (shown["Digits read"], shown["Without rest"]) == (row["accuracy"][epoch - 1], dense["accuracy"][epoch - 1])
        assert shown["Running means of norms at rest moved by"] == row["drift"][epoch - 1]


def test_what_thaws_is_counted_layer_by_layer():
    run = run_of("adam", 0.01, "code")
    epoch = max(range(2, EPOCHS + 1), key=run.thawed)
    before, now = ([run.resting[layer][at] for layer in LAYERS] for at in (epoch - 2, epoch - 1))
    assert run.thawed(epoch) == sum(max(0, one - other) for one, other in zip(before, now)) > 10
    assert "thaw" in explore("equilibrium", {"optimizer": "adam", "epoch": epoch})["charts"][0]["title"]


def test_the_learning_rate_falls_to_a_tenth_after_each_drop():
    assert [rate_share(epoch) for epoch in (1, DROPS[0], DROPS[0] + 1, DROPS[1], EPOCHS)] == pytest.approx([1, 1, 0.1, 0.1, 0.01])
    assert recorded("equilibrium")["settings"]["drops"] == DROPS
