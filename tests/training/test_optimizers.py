"""Which optimizers fit takes: those that need one gradient a step. The others are refused before they change anything."""

import pytest

torch = pytest.importorskip("torch")

from support.small_training import small_model, some  # noqa: E402

from squeezelab.training import fit  # noqa: E402


class Sharpness(torch.optim.SGD):
    """An optimizer that asks for its closure only when it is stepped, as implementations of SAM do."""

    def step(self, closure=None):
        assert closure is not None, "Sharpness Aware Minimization requires closure"


class Enclosed(torch.optim.SGD):
    """One that calls the closure that it is not given."""

    def step(self, closure=None):
        closure()


@pytest.mark.parametrize("optimizer", [torch.optim.LBFGS, Sharpness, Enclosed])
def test_an_optimizer_that_needs_a_closure_is_refused_before_it_changes_anything(optimizer):
    model = small_model()
    before = model[0].weight.clone()
    with pytest.raises(ValueError, match=f"{optimizer.__name__} needs a closure.*take an optimizer whose step"):
        fit(model, some(64), epochs=1, optimizer=optimizer)
    assert torch.equal(model[0].weight, before)


def test_an_error_of_an_optimizer_that_is_not_about_closures_stays_its_own():
    class Broken(torch.optim.SGD):
        def step(self, closure=None):
            raise RuntimeError("out of luck")

    with pytest.raises(RuntimeError, match="out of luck"):
        fit(small_model(), some(64), epochs=1, optimizer=Broken)


def test_what_is_no_optimizer_is_refused():
    with pytest.raises(ValueError, match="must make an optimizer of torch, not a list without step"):
        fit(small_model(), some(64), epochs=1, optimizer=lambda parameters, rate: [])
