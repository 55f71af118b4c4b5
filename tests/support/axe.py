"""What axe-core finds in a page that a browser shows: `violations(page)`."""

from support import ROOT

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
STOPPERS = {"serious", "critical"}

RUN = """within => axe.run(within ?? document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations.map(({ id, impact, nodes }) => ({ rule: id, impact, nodes: nodes.map(({ html, target, failureSummary }) =>
    `${target.join(" ")}: ${html.slice(0, 200)}: ${failureSummary.replace(/\\s+/g, " ")}`) })))"""


def violations(page, within=None):
    """[{rule, impact, nodes}] of all rules of axe, best practices included; `within`: a selector."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    return page.evaluate(RUN, within)


def stoppers(page, within=None):
    """The nodes with a serious or critical violation, as sentences."""
    found = [each for each in violations(page, within) if each["impact"] in STOPPERS]
    return [f"{each['rule']}: {node}" for each in found for node in each["nodes"]]
