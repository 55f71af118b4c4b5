"""The line of a long job: late, seldom, and ended."""

from squeezelab.notebook import ProgressLine
from squeezelab.notebook.progress import PATIENCE, STEP, is_quiet


def test_the_line_comes_when_a_reader_gets_impatient_and_not_at_every_call(capsys, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    line = ProgressLine("designs")
    said = []
    for seconds in (PATIENCE / 2, PATIENCE, PATIENCE + STEP / 2, PATIENCE + 1):
        clock[0] = 100 + seconds
        line(1000, 4000)
        said.append(capsys.readouterr().err.strip())
    assert said == ["", "1,000 of 4,000 designs, 9 s left", "", "1,000 of 4,000 designs, 12 s left"]
    line.close()
    assert capsys.readouterr().err == "\n"


def test_a_job_that_was_quick_leaves_nothing(capsys):
    line = ProgressLine("designs")
    line(1, 1)
    line.close()
    assert capsys.readouterr().err == ""


def test_automatic_runs_are_quiet_and_a_terminal_is_not(monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    for variable, quiet in ((None, False), ("CI", True), ("TQDM_DISABLE", True)):
        monkeypatch.delenv("CI", raising=False)
        if variable:
            monkeypatch.setenv(variable, "1")
        assert is_quiet() == quiet
