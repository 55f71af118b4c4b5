"""What a page carries is the package: the files that its figures need, each doing the same, and the records that they name."""

import ast
import doctest
import importlib
import json
import random

import portable
import pytest
from live_pages import files_for, files_in, give_python, groups, later_for, python_of, script, write_script
from portable import PACKAGES, file_of, is_package, is_portable, needed, parsed, part, passes_on, record, source_of
from support import ROOT
from support.browser import write_explorer_page
from support.micropython import choices, difference, printed, run_cpython, run_micropython

from squeezelab import explorers
from squeezelab.course.checks import CHAPTERS
from squeezelab.explorers.kit.measured import measured

READ = 'from squeezelab.explorers.kit.measured import measured\nprint(measured("scalesim_sample")'


def modules():
    """Names of all portable modules."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / "squeezelab" / package).rglob("*.py"))]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    return [name.removesuffix(".__init__") for name in names]


def imports(module, tree):
    """{name as the file has it: the object} of all that a file imports from the house, in functions as well."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    for node in nodes:
        source = source_of(module, node)
        for alias in node.names if source.startswith("squeezelab") else []:
            owner = importlib.import_module(source)
            known = hasattr(owner, alias.name)
            found = getattr(owner, alias.name) if known else importlib.import_module(f"{source}.{alias.name}")
            yield alias.asname or alias.name, found


class Bare(ast.NodeTransformer):
    """Leaves what a page must have in common with the source: no imports, docstrings and annotations."""

    def visit_ImportFrom(self, node):
        return None

    def visit_Expr(self, node):
        text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Pass() if text else self.generic_visit(node)

    def visit_FunctionDef(self, node):
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node):
        return ast.arg(node.arg)


@pytest.mark.parametrize("module", modules())
def test_a_file_of_a_page_is_the_same_program(module):
    if passes_on(module):
        assert part(module).text == ""
        return
    ours, theirs = parsed(module), ast.parse(part(module).text)
    assert ast.dump(Bare().visit(ours)) == ast.dump(Bare().visit(theirs))


@pytest.mark.parametrize("module", [name for name in modules() if not passes_on(name)])
def test_every_import_of_a_page_brings_the_same_object(module):
    ours, theirs = list(imports(module, parsed(module))), list(imports(module, ast.parse(part(module).text)))
    assert len(ours) == len(theirs)
    for (name, mine), (other, its) in zip(ours, theirs):
        assert name == other and mine is its


def test_a_page_gets_what_its_figures_need_and_no_more():
    files = files_for(["degeneracy"])
    assert {"squeezelab/explorers/degeneracy.py", "squeezelab/recorded/degeneracy.json"} <= set(files)
    assert "squeezelab/explorers/memory.py" not in files and "squeezelab/recorded/rank.json" not in files
    assert not any(path.startswith("squeezelab/course") for path in files)
    assert files_for([]) == {}


@pytest.mark.parametrize("name", explorers.names())
def test_records_are_shipped_to_the_letter(name):
    for path, text in files_for([name]).items():
        if path.endswith(".json"):
            assert json.loads(text) == json.loads((ROOT / path).read_text("utf-8"))


def test_a_record_loses_its_white_space_and_nothing_else(house):
    house({"recorded/odd.json": '{\n "a": [1.0, 12345678901234567890],\n "b c": "d \\" e"\n}\n'})
    assert record("odd")[1] == '{"a":[1.0,12345678901234567890],"b c":"d \\" e"}'


def ends(name):
    """The start state, and each control at both ends and in each of its options."""
    return [{}] + [{control["name"]: value} for control in explorers.module(name).CONTROLS for value in choices(control, 2)]


@pytest.mark.parametrize("name, file", [("drawn_capsules", "capsule_weights"), ("overlap", "overlap_poses")])
def test_what_is_heavy_is_a_script_of_its_own_that_the_tag_of_page_js_names(tmp_path, name, file):
    page, heavy = write_explorer_page(tmp_path, name, "layer_cost"), f"squeezelab/recorded/{file}.json"
    assert set(python_of(page, "later")) == {heavy} and heavy not in python_of(page)
    assert heavy not in files_for([name]) and later_for(["layer_cost"]) == {}
    before = page.read_text("utf-8")
    give_python(tmp_path)
    assert page.read_text("utf-8") == before and f'data-later="{name}=later/{name}.' in before


@pytest.mark.parametrize("name", explorers.names())
def test_an_explorer_answers_with_its_own_files_alone(name):
    calls, files = [(name, state) for state in ends(name)], files_for([name]) | later_for([name]).get(name, {})
    for (_, state), ours, theirs in zip(calls, run_cpython(calls), run_micropython(calls, files)):
        assert difference(ours, theirs) is None, state


ASK = "from squeezelab.course.checks import exercises_of, verdict\n"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_checks_of_a_chapter_run_beside_its_figures(chapter):
    """Exercises are not in the pages yet; their checks can be fetched by the same function when they are."""
    checks = f"squeezelab.course.exercises.ch{chapter}"
    files = files_for(["layer_cost"], ["squeezelab.course.checks", checks])
    assert set(files) > set(files_for(["layer_cost"]))
    program = ASK + f"for name in sorted(exercises_of('{chapter}')):\n    print(name, verdict(name, 'what?')[0])"
    lines = printed(program, files).split("\n")[:-1]
    assert lines and all(line.startswith(chapter) and line.endswith(" False") for line in lines)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Builds a house of these files in place of the package; forgets it afterwards."""

    def forget():
        for function in (part, passes_on, portable.passed_on):
            function.cache_clear()

    def build(files):
        for path, text in {"__init__.py": "", **files}.items():
            (tmp_path / "squeezelab" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "squeezelab" / path).write_text(text, "utf-8")
        monkeypatch.setattr("portable.ROOT", tmp_path)
        forget()

    yield build
    monkeypatch.undo()
    forget()


def test_the_examples_of_the_tool_are_true():
    assert doctest.testmod(portable).failed == 0


def noise(size):
    """A text that does not get shorter by compression."""
    return "".join(random.Random(size).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=size))


def test_scripts_are_shared_by_the_pages_that_need_all_of_them():
    heavy, light, own = {"heavy": noise(9000)}, {"light": "1"}, {"own": noise(8000)}
    found = groups({"one": heavy | light | own, "two": heavy | light, "three": light, "four": {}})
    assert found == {("one", "two"): heavy, ("one",): light | own, ("two",): light, ("three",): light}


def test_a_script_holds_its_files_and_its_name_tells_one_content_from_another(tmp_path):
    files = {"a.py": 'x = "</script>"\n', "b.json": '{"é":1.0}'}
    names = [write_script(tmp_path / "python", "page", some) for some in (files, {**files, "a.py": ""}, files)]
    assert names[0] == names[2] != names[1] and names[0].startswith("python/page.")
    assert files_in((tmp_path / names[0]).read_text("utf-8")) == files and "</script>" not in script(files)


FACE = {
    "core/__init__.py": '"""Face."""\nfrom .one import first as start\nfrom .two import second\n__all__ = ["second", "start"]\n',
    "core/one.py": "first = 1  # one\n",
    "core/two.py": 'def second(x: int) -> int:\n    """Two."""\n    return x\n',
}


def test_an_import_leads_past_the_face_to_the_file_that_defines_the_name(house):
    house(FACE | {"networks/__init__.py": "", "networks/use.py": "from ..core import start as begin\n"})
    assert needed("squeezelab.networks.use") == {
        "squeezelab/__init__.py": "",
        "squeezelab/core/__init__.py": "",
        "squeezelab/core/one.py": "first = 1\n",
        "squeezelab/networks/__init__.py": "",
        "squeezelab/networks/use.py": "from squeezelab.core.one import first as begin\n",
    }


def test_a_face_with_something_of_its_own_stays_with_what_it_imports(house):
    house(FACE | {"core/__init__.py": "from .one import first\nlast = first\n", "core/use.py": "from . import last, two\n"})
    files = needed("squeezelab.core.use")
    assert files["squeezelab/core/__init__.py"] == "from squeezelab.core.one import first\nlast = first\n"
    assert "squeezelab/core/one.py" in files
    assert files["squeezelab/core/use.py"] == "from squeezelab.core import last\nfrom squeezelab.core import two\n"


def test_an_import_inside_a_function_counts_and_one_that_may_fail_does_not(house):
    body = (
        "def f():\n    from .two import second\n    try:\n        import torch\n    except ImportError:\n        return second\n"
    )
    house(FACE | {"core/use.py": body})
    assert "squeezelab/core/two.py" in needed("squeezelab.core.use")


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("from .one import *", "no portable file defines"),
        ("from . import nothing", "no portable file defines nothing"),
        ("from squeezelab.training import fit", "no portable file defines fit"),
        ("from squeezelab import core", "core is a whole package: say which of its names"),
        ("import squeezelab.core.one", "it has collections, json, math"),
        ("import torch", "it has collections, json, math"),
        ("try:\n    import torch\nexcept ValueError:\n    pass", "it has collections, json, math"),
        ("exec('import torch')", "exec may import anything"),
        ("__import__(name)", "in plain sight"),
        ("measured(name)", "in plain sight"),
    ],
)
def test_what_can_not_be_followed_is_refused_with_its_line(house, program, why):
    house(FACE | {"core/use.py": f"name = 1\n{program}\n", "training/__init__.py": "fit = 1\n"})
    with pytest.raises(ValueError, match=rf"^squeezelab/core/use.py, line [23]: a page can't tell .*{why}"):
        needed("squeezelab.core.use")


@pytest.mark.parametrize("program", ['__import__("squeezelab.core.o" + name)', '__import__(f"squeezelab.core.o{name}")'])
def test_a_look_up_finds_what_the_page_asked_for_and_nothing_else(house, program):
    house(FACE | {"core/use.py": f"name = 1\n{program}\n"})
    assert "squeezelab/core/one.py" in needed("squeezelab.core.use", "squeezelab.core.one")
    with pytest.raises(ValueError, match=r"core/use.py looks up squeezelab.core.o…, but the page asks for no module of that"):
        needed("squeezelab.core.use")


def test_an_unknown_explorer_is_named():
    with pytest.raises(ValueError, match="no portable module is called squeezelab.explorers.layer_cots"):
        files_for(["layer_cots"])


def test_every_portable_module_is_found_and_can_be_told():
    for module in modules():
        assert is_portable(module) and file_of(module).endswith("/__init__.py") == is_package(module)
        assert part(module)


def test_both_pythons_read_the_same_record():
    assert json.loads(printed("import json\n" + READ.replace("print(", "print(json.dumps(") + "))")) == measured(
        "scalesim_sample"
    )


def test_a_record_is_read_once():
    assert printed(READ + ' is measured("scalesim_sample"))').strip() == "True"
    assert measured("scalesim_sample") is measured("scalesim_sample")


def test_an_unknown_record_is_named_by_both_pythons():
    with pytest.raises(ValueError, match="'nothing'.*no nothing.json") as caught:
        measured("nothing")
    refused = "\nname = 'nothing'\ntry:\n    measured(name)\nexcept ValueError as error:\n    print(error)"
    assert printed(READ.split("\n")[0] + refused).strip() == str(caught.value)
