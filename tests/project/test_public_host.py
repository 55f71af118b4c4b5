"""What a public host reads: workflows, templates, hooks. They call what exists, with few rights and an end."""

import re
import shlex
import subprocess
import sys

import pytest
import yaml
from support import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
OURS = re.compile(r"(?:\.ci|tools|tests|book|web|benchmarks|experiments)/[\w/.-]+")
TARGETS = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def jobs(path):
    return yaml.safe_load(path.read_text("utf-8"))["jobs"].values()


def commands(path):
    return [step["run"] for job in jobs(path) for step in job["steps"] if "run" in step]


def test_the_workflows_are_these():
    assert [path.stem for path in WORKFLOWS] == ["ci", "publish", "weekly"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_few_rights_an_end_and_no_secret(path):
    text = path.read_text("utf-8")
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"} and "secrets." not in text
    assert all(job["timeout-minutes"] <= 90 for job in jobs(path))
    assert {right for job in jobs(path) for right in job.get("permissions", {})} <= {"pages", "id-token"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_uses_actions_of_the_host_by_major_version(path):
    used = [step["uses"] for job in jobs(path) for step in job["steps"] if "uses" in step]
    assert used and all(re.fullmatch(r"actions/[a-z-]+@v\d+", name) for name in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_script_and_target_that_a_workflow_calls_exists(path):
    for command in commands(path):
        assert all((ROOT / name).exists() for name in OURS.findall(command)), command
        words = shlex.split(command)
        assert words[0] in {"make", "python", "squeezelab", ".ci/run"}, command
        assert words[0] != "make" or {word for word in words[1:] if "=" not in word} <= TARGETS, command


def test_the_script_of_the_first_workflow_calls_targets_that_exist():
    script = (ROOT / ".ci/run").read_text("utf-8")
    called = re.findall(r"^make (\w+)", script, re.MULTILINE)
    assert called and set(called) <= TARGETS


def test_the_weekly_run_takes_every_python_that_the_package_asks_for():
    runs = [job["strategy"]["matrix"]["python"] for job in jobs(ROOT / ".github/workflows/weekly.yml")]
    lowest = re.search(r'requires-python = ">=(3\.\d+)"', (ROOT / "pyproject.toml").read_text("utf-8"))[1]
    assert runs[0] == runs[1] == ["3.10", "3.11", "3.12", "3.13"] and all(versions[0] == lowest for versions in runs)


@pytest.mark.slow
@pytest.mark.parametrize("command", [line for line in commands(WORKFLOWS[2]) if line.startswith(("squeezelab", "python -c"))])
def test_the_smoke_test_of_an_installation_runs(command, tmp_path):
    words = shlex.split(command)
    words[:1] = [sys.executable] if words[0] == "python" else [sys.executable, "-m", "squeezelab"]
    assert subprocess.run(words, cwd=tmp_path, capture_output=True).returncode == 0


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_asks_each_question_once_and_says_which_must_be_answered(path):
    form = yaml.safe_load(path.read_text("utf-8"))
    assert {"name", "description", "body"} <= set(form)
    ids = [field["id"] for field in form["body"]]
    assert len(set(ids)) == len(ids) and any(field.get("validations", {}).get("required") for field in form["body"])
    assert {field["type"] for field in form["body"]} <= {"input", "textarea"}
    assert all(field["attributes"]["label"] for field in form["body"])


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_finds_nothing_in_the_tree(hook):
    assert hook["language"] == "system" and not hook["pass_filenames"]
    words = shlex.split(hook["entry"].replace(".venv/bin/python", sys.executable))
    result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", ".github/PULL_REQUEST_TEMPLATE.md"])
def test_what_a_guide_names_exists(name):
    text = " ".join((ROOT / name).read_text("utf-8").split())
    paths = re.findall(r"`((?:squeezelab|tests|tools|book|experiments)/[\w/.]+)`", text)
    assert not [path for path in paths if not re.search("NAME|NN", path) and not (ROOT / path).exists()]
    for constant, path in re.findall(r"the `([A-Z_]+)` of `([\w/.]+)`", text):
        assert re.search(rf"^{constant}\b.* = ", (ROOT / path).read_text("utf-8"), re.MULTILINE), f"{constant} in {path}"
    for target in re.findall(r"`?make (\w+)`", text):
        assert target in TARGETS


def test_the_guides_name_the_tables_to_add_to():
    text = " ".join((ROOT / "CONTRIBUTING.md").read_text("utf-8").split())
    tables = {constant for constant, _ in re.findall(r"the `([A-Z_]+)` of `([\w/.]+)`", text)}
    assert {"NAMES", "NETWORKS", "NESTS", "MAKERS", "CHAPTERS", "DRAWS", "MAY_IMPORT"} <= tables
