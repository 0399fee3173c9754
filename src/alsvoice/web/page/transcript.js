// The transcript: only the lines that are in sight are in the page, however long the session is.
import { MARKS, NAMES, clock, el } from "./text.js";

const BEYOND = 600; // pixels drawn above and below what is in sight

// Words that the recogniser was unsure of are marked; the text stays the same.
function marked(row) {
  if (!row.doubtful.length) return [row.text];
  const unsure = new Set(row.doubtful);
  return row.text.split(" ").flatMap((word, n) => [n ? " " : "", unsure.has(n) ? el("span", { class: "doubted" }, word) : word]);
}

export class Transcript {
  constructor(list, { onSelect }) {
    this.list = list;
    this.onSelect = onSelect;
    this.window = el("div", { class: "window", role: "presentation" });
    list.replaceChildren(this.window);
    this.order = [];
    this.rows = new Map();
    this.people = new Map();
    this.heights = new Map();
    this.tops = [];
    this.drawn = new Map();
    this.selected = null;
    this.now = null;
    this.scrolledAt = -Infinity;
    list.addEventListener("scroll", () => this.draw(), { passive: true });
    list.addEventListener("wheel", () => { this.scrolledAt = performance.now(); }, { passive: true });
    list.addEventListener("touchmove", () => { this.scrolledAt = performance.now(); }, { passive: true });
    list.addEventListener("click", (event) => {
      const line = event.target.closest(".line");
      if (line) this.select(line.dataset.id);
    });
    new ResizeObserver(() => { this.heights.clear(); this.measure(); }).observe(list);
  }

  set({ order, rows, people }) {
    for (const row of rows) {
      const before = this.rows.get(row.id);
      if (before && before.text !== row.text) this.heights.delete(row.id);
      this.rows.set(row.id, row);
    }
    if (order) {
      this.order = order;
      const there = new Set(order);
      for (const id of this.rows.keys()) if (!there.has(id)) this.rows.delete(id);
    }
    this.people = new Map(people.map((person) => [person.id, person]));
    this.place = new Map(this.order.map((id, index) => [id, index]));
    for (const line of this.drawn.values()) line.remove();
    this.drawn.clear();
    if (!this.place.has(this.selected)) this.selected = null;
    this.measure();
  }

  guess(row) {
    const perLine = Math.max(20, (this.list.clientWidth - 40) / 8);
    return 34 + 24 * Math.ceil((row.text.length + 1) / perLine);
  }

  measure() {
    this.tops = new Array(this.order.length + 1);
    let at = 0;
    this.order.forEach((id, index) => {
      this.tops[index] = at;
      at += this.heights.get(id) ?? this.guess(this.rows.get(id));
    });
    this.tops[this.order.length] = at;
    this.window.style.height = `${at}px`;
    for (const [id, line] of this.drawn) line.style.top = `${this.tops[this.place.get(id)]}px`;
    this.draw();
  }

  indexAt(pixels) {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle + 1] <= pixels) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  draw() {
    if (!this.order.length) return;
    const top = this.list.scrollTop;
    const first = this.indexAt(top - BEYOND);
    const last = Math.min(this.order.length - 1, this.indexAt(top + this.list.clientHeight + BEYOND));
    const wanted = new Set(this.order.slice(first, last + 1));
    if (this.selected !== null) wanted.add(this.selected);
    for (const [id, line] of this.drawn) {
      if (!wanted.has(id)) { line.remove(); this.drawn.delete(id); }
    }
    for (const id of wanted) {
      if (!this.drawn.has(id)) {
        const line = this.line(id);
        this.drawn.set(id, line);
        this.window.append(line);
      }
    }
    let wrong = false;
    for (const [id, line] of this.drawn) {
      if (!this.heights.has(id)) {
        const height = line.offsetHeight;
        wrong ||= height !== this.tops[this.place.get(id) + 1] - this.tops[this.place.get(id)];
        this.heights.set(id, height);
      }
    }
    if (wrong) this.keepInPlace();
  }

  // What is measured above what is looked at must not push it away.
  keepInPlace() {
    const index = this.indexAt(this.list.scrollTop);
    const into = this.list.scrollTop - this.tops[index];
    this.measure();
    const wanted = this.tops[index] + into;
    if (Math.abs(this.list.scrollTop - wanted) >= 1) this.list.scrollTop = wanted;
  }

  line(id) {
    const row = this.rows.get(id);
    const person = this.people.get(row.person);
    const index = this.place.get(id);
    const chips = [];
    if (row.label !== "other") chips.push(el("span", { class: `chip c-${row.label}` }, `${MARKS[row.label]} ${NAMES[row.label]}`));
    for (const flag of row.flags) chips.push(el("span", { class: "chip c-flag" }, flag.replaceAll("_", " ")));
    if (row.unsure) chips.push(el("span", { class: "chip c-unsure" }, `unsure, ${Math.round(100 * row.confidence)} %`));
    if (row.source === "person") chips.push(el("span", { class: "chip c-person" }, "by a person"));
    if (row.helpful) chips.push(el("span", { class: "chip c-helpful" }, "★ helped"));
    const line = el("div", {
      class: `line${id === this.now ? " now" : ""}`, role: "option", id: `line-${id}`,
      "aria-selected": String(id === this.selected), "aria-posinset": index + 1, "aria-setsize": this.order.length,
    },
    el("div", { class: "meta" }, el("span", {}, clock(row.start)), el("b", { dir: "auto" }, person ? person.name : row.person), ...chips),
    el("div", { class: "text", dir: "auto" }, ...marked(row)));
    line.dataset.id = id;
    line.style.top = `${this.tops[index]}px`;
    return line;
  }

  select(id, { quiet = false } = {}) {
    if (!this.place.has(id)) return;
    const before = this.drawn.get(this.selected);
    if (before) before.setAttribute("aria-selected", "false");
    this.selected = id;
    this.show(id);
    const line = this.drawn.get(id);
    if (line) line.setAttribute("aria-selected", "true");
    this.list.setAttribute("aria-activedescendant", `line-${id}`);
    if (!quiet) this.onSelect(id);
  }

  move(step) {
    const index = this.selected === null ? (step > 0 ? -1 : this.order.length) : this.place.get(this.selected);
    const to = Math.min(this.order.length - 1, Math.max(0, index + step));
    this.select(this.order[to]);
  }

  show(id) {
    const index = this.place.get(id);
    const top = this.tops[index];
    const bottom = this.tops[index + 1];
    const margin = 48;
    if (top < this.list.scrollTop + margin) this.list.scrollTop = top - margin;
    else if (bottom > this.list.scrollTop + this.list.clientHeight - margin) this.list.scrollTop = bottom - this.list.clientHeight + margin;
    this.draw();
  }

  // The utterance that is on at a time, else the last one that was.
  at(ms) {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows.get(this.order[middle]).start <= ms) low = middle + 1;
      else high = middle;
    }
    return low ? this.order[low - 1] : null;
  }

  follow(ms, scroll) {
    const id = this.at(ms);
    if (id === this.now) return;
    this.drawn.get(this.now)?.classList.remove("now");
    this.now = id;
    if (id !== null && scroll && performance.now() - this.scrolledAt > 3000) this.show(id);
    this.drawn.get(id)?.classList.add("now");
  }
}
