// A live figure: controls on top, where they never move; below them the finding, charts, numbers.
// The model holds spec, values, figure, error.

import { ChartView } from "./chart_view.js";
import { makeControl } from "./controls.js";
import { announcer, h, setText } from "./dom.js";
import { resolved, startOf } from "./follow.js";
import { groupsOf } from "./groups.js";
import { Head } from "./head.js";
import { fromHash } from "./link.js";
import { movesAt } from "./paper.js";
import { table, tiles } from "./readout.js";

const ARRIVED = 1600; // ms for which a figure that a link has set shows so

class ExplorerView {
  constructor({ model, el, link }) {
    Object.assign(this, { model, el, link, charts: [], spec: model.get("spec") });
    this.build();
    this.fill();
    this.onFigure = () => this.show(model.get("figure"));
    this.onError = () => this.complain(model.get("error"));
    this.onBusy = () => this.wait(model.get("busy"));
    this.onValues = () => this.adopt(model.get("values"));
    model.on("change:figure", this.onFigure);
    model.on("change:error", this.onError);
    model.on("change:busy", this.onBusy);
    model.on("change:values", this.onValues);
    this.adopt(model.get("values"));
    this.onFigure();
    this.onError();
    for (const { join } of this.controls) join?.(this);
  }

  build() {
    const start = Object.fromEntries(this.spec.controls.map(({ name, value }) => [name, value]));
    this.controls = this.spec.controls.map((spec) => {
      const first = { ...resolved(spec, start), value: spec.value };
      return { name: spec.name, spec, ...makeControl(first, () => this.moved(spec.name)) };
    });
    this.groups = groupsOf(this.controls);
    this.headline = h("span");
    this.rest = h("span", { className: "sqz-rest" });
    this.finding = h("p", { className: "sqz-finding" }, h("span", {}, this.headline, this.rest));
    this.problem = h("p", { className: "sqz-problem", hidden: true });
    this.busy = h("span", { className: "sqz-busy", role: "status" });
    this.grid = h("div", { className: "sqz-charts" });
    this.tiles = h("dl", { className: "sqz-tiles" });
    this.formula = h("p", { className: "sqz-formula", hidden: true });
    this.note = h("p", { className: "sqz-footnote", hidden: true });
    this.status = h("p", { className: "sqz-status", role: "status", hidden: true });
    this.live = h("p", { className: "sqz-hidden", role: "status", ariaLive: "polite" });
    this.details = h("details", { className: "sqz-data", ontoggle: () => this.fillTable() }, h("summary", {}, "Show the data"));
    this.announce = announcer(this.live);
    this.head = new Head(this);
    this.paper = movesAt(() => this.link?.(this.spec.name, this.values(), this.el));
  }

  fill() {
    const inView = this.controls.filter(({ spec }) => !spec.group).map(({ node }) => node);
    const folded = this.groups.map(({ node }) => node);
    const panel = h("div", { className: "sqz-controls" }, inView, folded);
    this.el.setAttribute("role", "group");
    this.el.setAttribute("aria-label", `Explorer: ${this.spec.title}`);
    Object.assign(this.el.dataset, { explorer: this.spec.name, title: this.spec.title });
    this.el.sqzFollow = (hash, comeBack) => this.follow(hash, comeBack);
    this.el.replaceChildren(
      ...[
        this.head.node,
        panel,
        this.status,
        this.finding,
        this.problem,
        this.grid,
        this.tiles,
        this.formula,
        this.details,
        this.note,
        this.paper,
        this.live,
      ],
    );
  }

  values() {
    return Object.fromEntries(this.controls.map(({ name, get }) => [name, get()]));
  }

  moved(name) {
    const values = this.values();
    for (const { spec, become, set } of this.controls) {
      if (spec.follows !== name) continue;
      const next = { ...resolved(spec, values), value: startOf(spec, values, this.spec.controls) };
      become ? become(next) : set(next.value);
    }
    this.send();
  }

  send() {
    this.tell();
    this.model.set("values", this.values());
    this.model.save_changes();
  }

  tell() {
    for (const group of this.groups) group.tell();
  }

  // Values from outside: leaders stand above their followers, so that these are what they become before they are set.
  adopt(values = {}) {
    const shown = this.values();
    for (const { name, spec, get, set, become } of this.controls) {
      if (values[spec.follows] !== shown[spec.follows]) become?.(resolved(spec, values));
      if (name in values && values[name] !== get()) set(values[name]);
    }
    this.tell();
    const differs = ({ spec }) => spec.name in values && values[spec.name] !== startOf(spec, values, this.spec.controls);
    for (const group of this.groups) if (group.controls.some(differs)) group.open();
  }

  reset() {
    for (const { stop } of this.controls) stop?.();
    for (const { spec, limit, become, set } of this.controls) {
      if (spec.follows) become?.({ ...resolved(spec, this.values()), value: spec.value });
      else if (spec.kind === "range" && !spec.values) limit([spec.min, spec.max]);
      set(spec.value);
    }
    this.send();
  }

  // What a link names is set, the rest stays. The finding is said once, also where it is the one that stands there.
  follow(hash, comeBack) {
    const shown = this.values();
    const asked = fromHash(hash, this.spec.name, this.spec.controls, shown);
    setText(this.live, "");
    const there = Object.keys(asked).every((name) => asked[name] === shown[name]);
    this.announce(there ? this.words() : ""); // in place of what the last move was about to say
    this.model.arrive?.(asked);
    this.model.set("values", { ...shown, ...asked });
    this.model.save_changes();
    this.head.offerReturn(comeBack);
    this.el.classList.add("sqz-arrived");
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => this.el.classList.remove("sqz-arrived"), ARRIVED);
  }

  complain(message) {
    this.status.hidden = !message;
    setText(this.status, message ?? "");
  }

  wait(text = "") {
    setText(this.busy, text);
    this.grid.setAttribute("aria-busy", String(Boolean(text)));
  }

  show(figure) {
    if (!figure?.charts) return;
    this.figure = figure;
    this.find(figure.finding);
    this.announce(this.words());
    this.optional(this.problem, figure.problem);
    this.el.classList.toggle("sqz-failed", Boolean(figure.problem));
    this.draw(figure.charts);
    this.tiles.replaceChildren(...tiles(figure.readout));
    this.optional(this.formula, figure.formula);
    this.optional(this.note, figure.note);
    this.details.hidden = !figure.table;
    this.head.offerTable(Boolean(figure.table));
    this.fillTable();
    for (const { name, disable } of this.controls) disable(figure.disabled?.[name]);
    this.limit(figure.limits ?? {});
  }

  words() {
    return [this.figure.problem, this.figure.finding].filter(Boolean).join(" ");
  }

  // The first sentence is the headline; what follows it, such as why nothing moves, is set as text.
  find(text = "") {
    const [, headline, rest] = text.match(/^(.*?[.!?]) (?=\p{Lu})(.*)$/su) ?? [null, text, ""];
    setText(this.headline, headline);
    setText(this.rest, rest && ` ${rest}`);
  }

  optional(node, text) {
    node.hidden = !text;
    setText(node, text ?? "");
  }

  draw(charts) {
    while (this.charts.length > charts.length) this.charts.pop().remove();
    while (this.charts.length < charts.length) {
      const view = new ChartView();
      this.charts.push(view);
      this.grid.append(view.node);
    }
    charts.forEach((chart, index) => this.charts[index].update(chart));
    this.fit();
  }

  // Drawn before the browser paints, so that the page has its height at once; all are measured before the first is drawn.
  fit() {
    const fresh = this.charts.filter(({ width }) => !width);
    const rooms = fresh.map(({ room }) => room);
    fresh.forEach((view, index) => view.resize(rooms[index]));
  }

  // A hundred rows cost more to build than the picture, so the table exists only while it is open.
  fillTable() {
    this.details.querySelector("table")?.remove();
    if (this.details.open && this.figure?.table) this.details.append(table(this.figure.table, Boolean(this.link)));
  }

  // A value that was beyond the old bounds, such as one from a link, is set again within the new ones.
  limit(limits) {
    const limited = this.controls.filter(({ name }) => limits[name]);
    const wanted = this.model.get("values");
    for (const { name, limit, set } of limited) {
      limit(limits[name]);
      if (name in wanted) set(wanted[name]);
    }
    if (limited.some(({ name, get }) => get() !== wanted[name])) this.send();
  }

  remove() {
    for (const { stop } of this.controls) stop?.();
    for (const chart of this.charts) chart.remove();
    this.model.off("change:figure", this.onFigure);
    this.model.off("change:error", this.onError);
    this.model.off("change:busy", this.onBusy);
    this.model.off("change:values", this.onValues);
  }
}

export function renderExplorer(context) {
  const view = new ExplorerView(context);
  return () => view.remove();
}
