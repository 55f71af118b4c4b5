// What a reader does in a page, in any browser engine: `reader.NAME(...)`. Each answers when the page did.

const reader = {
  PATIENCE: 60_000, // ms, for busy machines

  async until(test) {
    const end = performance.now() + reader.PATIENCE;
    while (!test()) {
      if (performance.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    return true;
  },

  picture: (explorer) => [...explorer.querySelectorAll(".sqz-charts, .sqz-tiles")].map((node) => node.innerHTML).join(""),
  button: (box, name) => [...box.querySelectorAll("button")].find((each) => each.textContent === name),
  explorers: () => [...document.querySelectorAll(".sqz-explorer[data-kind=explorer]")],

  /** Moves a slider to its other end, then resets; whether the picture followed both times. */
  async moves(explorer, slider) {
    const before = reader.picture(explorer);
    slider.value = Number(slider.value) < Number(slider.max) ? slider.max : slider.min;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    if (!(await reader.until(() => reader.picture(explorer) !== before))) return false;
    const moved = reader.picture(explorer);
    reader.button(explorer, "Reset").click();
    return reader.until(() => reader.picture(explorer) !== moved);
  },

  /** {moved, stuck}: names of the sliders of all explorers. */
  async moveAll() {
    const told = { moved: [], stuck: [] };
    for (const explorer of reader.explorers()) {
      await reader.until(() => explorer.querySelector(".sqz-chart svg"));
      explorer.querySelectorAll(".sqz-group").forEach((group) => (group.open = true));
      for (const slider of explorer.querySelectorAll("input[type=range]:enabled")) {
        const name = `${explorer.getAttribute("aria-label")}: ${slider.name}`;
        told[(await reader.moves(explorer, slider)) ? "moved" : "stuck"].push(name);
      }
    }
    return told;
  },

  /** The verdict, of the third run at most: a busy machine may take longer than the two seconds that a program has. */
  async run(exercise) {
    for (let tries = 3; ; tries -= 1) {
      reader.button(exercise, "Run").click();
      const said = await reader.verdict(exercise);
      if (!said.includes("it was stopped after") || tries === 1) return said;
    }
  },

  async verdict(exercise) {
    const status = exercise.querySelector("[role=status]");
    await reader.until(() => status.textContent);
    return status.textContent;
  },

  /** {exercise: what its solution is told}, by the buttons Solution and Run; most: how many of the page. */
  async solve(most = Infinity) {
    const told = {};
    for (const exercise of [...document.querySelectorAll("[data-exercise]:has(textarea)")].slice(0, most)) {
      const solution = reader.button(exercise, "Solution");
      solution.click();
      await reader.until(() => solution.getAttribute("aria-pressed") === "true");
      told[exercise.dataset.exercise] = await reader.run(exercise);
    }
    return told;
  },
};
