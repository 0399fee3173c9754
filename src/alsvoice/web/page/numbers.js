// The numbers beside the transcript; their keys are those of the report.
import { COLOURS, NAMES, clock, el, percent, range } from "./text.js";

export function balance(root, numbers) {
  const found = numbers.balance;
  root.replaceChildren(
    el("p", { class: "big", id: "q-share" }, found.q_share === null ? "Nothing to weigh yet" : `${percent(found.q_share)} asking`),
    el("p", { class: "soft" }, `of the members' helping${range(found.q_share_interval)}: ${found.open} open and ${found.closed} closed questions against ${found.advice} times advice and ${found.statements} statements.`),
    el("p", {}, `Open among questions ${percent(found.open_share)}${range(found.open_share_interval)}. Advice among questions and advice ${percent(found.advice_share)}${range(found.advice_share_interval)}.`),
    el("p", { class: "soft" }, `Everybody: ${numbers.questions.open} open, ${numbers.questions.closed} closed, ${numbers.questions.advice} advice; ${numbers.quality.unsure} utterances unsure.`),
  );
}

export function people(table, numbers, order) {
  const place = new Map(order.map((person, n) => [person.id, n]));
  table.replaceChildren(
    el("thead", {}, el("tr", {}, ...["Who", "Talk", "Open", "Closed", "Advice"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...numbers.participants.map((row) => {
      const swatch = el("span", { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = COLOURS[(place.get(row.id) ?? 0) % COLOURS.length];
      const name = row.name ?? row.speakers[0] ?? row.id;
      return el("tr", {},
        el("th", { scope: "row" }, swatch, el("bdi", {}, name), row.guessed ? " (a guess)" : ""),
        el("td", {}, percent(row.talk_share)), el("td", {}, row.open_questions), el("td", {}, row.closed_questions), el("td", {}, row.advice));
    })),
  );
}

export function findings(list, numbers, go) {
  const rows = numbers.findings.map((finding) => el("li", {}, el("span", { dir: "auto" }, finding.text),
    ...finding.utterances.slice(0, 4).map((id, n) => el("button", { type: "button", "aria-label": `Go to moment ${n + 1} of this finding`, onclick: () => go(id) }, `${n + 1}`))));
  list.replaceChildren(...(rows.length ? rows : [el("li", { class: "soft" }, "None.")]));
}

export function notes(list, state, rows, { go, remove }) {
  const made = state.notes.map((note) => el("li", {},
    el("button", { type: "button", class: "at", onclick: () => note.utterance && go(note.utterance) }, clock(note.start)),
    el("span", { dir: "auto" }, note.text), note.who ? el("span", { class: "soft", dir: "auto" }, ` (${note.who}) `) : " ",
    el("button", { type: "button", "aria-label": `Remove the note at ${clock(note.start)}`, onclick: () => remove(note.edit) }, "Remove")));
  const helped = rows.filter((row) => row.helpful).map((row) => el("li", {},
    el("button", { type: "button", class: "at", onclick: () => go(row.id) }, clock(row.start)), "★ ", el("q", { dir: "auto" }, row.text)));
  const all = [...made, ...helped];
  list.replaceChildren(...(all.length ? all : [el("li", { class: "soft" }, "None yet.")]));
}

export function trust(root, rows) {
  const [overall, ...labels] = rows;
  const line = (row) => `${row.agreed} of ${row.judged} looked at${row.share === null ? "" : `, ${percent(row.share)} of all${range(row.interval)}`}`;
  root.replaceChildren(
    el("p", {}, overall.judged ? `You and the machine agree on ${line(overall)}.` : "Nobody has judged a label here yet."),
    el("ul", {}, ...labels.filter((row) => row.judged).map((row) => el("li", {}, `${NAMES[row.label]}: ${line(row)}`))),
    el("p", { class: "soft" }, overall.share === null ? "A share of all needs some of the unsure ones and some checked at random." : "Unsure ones and those checked at random, each weighted by how many there are."),
  );
}

export function overSessions(found) {
  if (!found || found.sessions < 2) return "";
  const [overall] = found.labels;
  const share = overall.share === null ? "" : `, ${percent(overall.share)} of all${range(overall.interval)}`;
  return `Over the ${found.sessions} sessions looked at (${found.classifier}): ${overall.agreed} of ${overall.judged} labels kept${share}.`;
}
