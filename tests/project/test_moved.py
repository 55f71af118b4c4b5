"""Notebooks that students saved: the old import says where things went, and the new one works."""

import importlib

import pytest
from support.micropython import printed

import squeezelab
from squeezelab.moved import MOVED


@pytest.mark.parametrize("old, instead", MOVED.items(), ids=MOVED)
def test_an_old_import_says_where_it_went_and_the_new_one_works(old, instead):
    with pytest.raises(ImportError) as said:
        importlib.import_module(old)
    package, names = instead.removeprefix("from ").split(" import ")
    assert str(said.value) == f"{old} moved to {package}: {instead}"
    exec(instead, values := {})
    assert set(names.split(", ")) <= set(values)


@pytest.mark.parametrize(
    "line", ["import squeezelab.sweep", "from squeezelab import sweep", "from squeezelab.sweep import sweep"]
)
def test_every_way_to_import_says_it(line):
    with pytest.raises(ImportError, match="squeezelab.sweep moved to squeezelab.codesign: from squeezelab.codesign import sweep"):
        exec(line, {})


def test_a_name_that_a_package_had_says_it_too():
    with pytest.raises(ImportError, match="from squeezelab.compression import thinned"):
        exec("from squeezelab.networks import thinned", {})


def test_other_missing_modules_are_missing_as_ever():
    with pytest.raises(ModuleNotFoundError, match="No module named 'squeezelab.sweeps'"):
        importlib.import_module("squeezelab.sweeps")


def test_the_page_has_no_import_hooks_and_imports_the_package_all_the_same():
    assert printed("import squeezelab; print(squeezelab.__version__)").strip() == squeezelab.__version__
