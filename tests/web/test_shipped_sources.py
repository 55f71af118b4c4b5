"""What a page carries is the package: the same Python without its comments, and the recorded results that it asks for."""

import ast
import json

import pytest
from node import run
from support import ROOT
from support.micropython import printed

from squeezelab.explorers.kit.measured import measured

BUILD = "import { portableSources } from './web/build.mjs'; process.stdout.write(JSON.stringify(portableSources()))"
RECORD = 'from squeezelab.explorers.kit.measured import measured\nprint(measured("scalesim_sample")'


class PassForDocstring(ast.NodeTransformer):
    def visit_Expr(self, node):
        alone = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Pass() if alone else node


@pytest.fixture(scope="module")
def shipped():
    done = run("node", "--input-type=module", "-e", BUILD, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_a_page_gets_every_portable_file(shipped):
    folders = [ROOT / "squeezelab" / name for name in ("networks", "hardware", "explorers")]
    files = [ROOT / "squeezelab/__init__.py", *(path for folder in folders for path in folder.rglob("*.py"))]
    assert {name for name in shipped if name.endswith(".py")} == {path.relative_to(ROOT).as_posix() for path in files}


def test_stripped_programs_are_the_same_programs(shipped):
    for name, text in shipped.items():
        if name.endswith(".py"):
            whole = PassForDocstring().visit(ast.parse((ROOT / name).read_text("utf-8")))
            assert ast.dump(ast.parse(text)) == ast.dump(whole), name


def test_nothing_is_left_to_strip(shipped):
    for name, text in shipped.items():
        assert '"""' not in text and "\n\n" not in text, name


def test_recorded_results_are_shipped_to_the_letter(shipped):
    records = {name: text for name, text in shipped.items() if name.startswith("squeezelab/recorded/")}
    for name, text in records.items():
        assert json.loads(text) == json.loads((ROOT / name).read_text("utf-8"))
    assert len(records) + sum(name.endswith(".py") for name in shipped) == len(shipped)


def test_both_pythons_read_the_same_record():
    assert json.loads(printed("import json\n" + RECORD.replace("print(", "print(json.dumps(") + "))")) == measured(
        "scalesim_sample"
    )


def test_a_record_is_read_once():
    assert printed(RECORD + ' is measured("scalesim_sample"))').strip() == "True"
    assert measured("scalesim_sample") is measured("scalesim_sample")


def test_an_unknown_record_is_named_by_both_pythons():
    with pytest.raises(ValueError, match="'nothing'.*no nothing.json") as caught:
        measured("nothing")
    program = (
        RECORD.split("\n")[0] + "\nname = 'nothing'\ntry:\n    measured(name)\nexcept ValueError as error:\n    print(error)"
    )
    assert printed(program).strip() == str(caught.value)
