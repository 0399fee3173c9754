// Questions put to the person; Escape and Cancel answer none of them.
import { clock, el } from "./text.js";

const box = () => document.getElementById("dialog");

// A dialog's "close" comes some time after it has closed: the next one may be open by then.
let answer = () => {};

function settle() {
  const last = answer;
  answer = () => {};
  last();
}

export function ask({ title, body, ok = "Keep", read, focus = null }) {
  const dialog = box();
  settle();
  document.getElementById("dialog-title").textContent = title;
  document.getElementById("dialog-body").replaceChildren(...body);
  const button = document.getElementById("dialog-ok");
  button.textContent = ok;
  button.hidden = !read;
  dialog.returnValue = "";
  dialog.showModal();
  (focus ?? dialog.querySelector("#dialog-body input, #dialog-body textarea, #dialog-body button") ?? button).focus();
  return new Promise((resolve) => {
    answer = () => resolve(dialog.returnValue ? (read ? read() : dialog.returnValue) : null);
    dialog.onclose = () => { if (!dialog.open) settle(); };
  });
}

export function words(row, typed = row.text) {
  const field = el("textarea", { "aria-label": "What was said", dir: "auto", required: true, maxlength: 5000 });
  field.value = typed;
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); box().close("ok"); }
  });
  return ask({ title: `What was said at ${clock(row.start)}`, body: [field], read: () => field.value });
}

export function note(row, typed = "") {
  const field = el("input", { type: "text", "aria-label": "Note", maxlength: 1000, required: true });
  field.value = typed;
  return ask({ title: `Note at ${clock(row.start)}`, body: [el("p", { class: "quote", dir: "auto" }, row.text), field], read: () => field.value });
}

export function speaker(row, people) {
  const field = el("input", { type: "text", "aria-label": "Somebody else's name", maxlength: 120 });
  const choices = people.map((person, n) => el("button", { type: "button", onclick: () => { field.value = person.known ? person.name : person.voices[0] ?? person.name; box().close("ok"); } }, el("kbd", {}, String(n + 1)), " ", el("bdi", {}, person.name)));
  const list = el("div", { class: "choices" }, ...choices);
  list.addEventListener("keydown", (event) => {
    const chosen = choices[Number(event.key) - 1];
    if (chosen) { event.preventDefault(); chosen.click(); }
  });
  return ask({ title: "Who said this?", body: [el("p", { class: "quote", dir: "auto" }, row.text), list, el("label", {}, "or somebody else", field)], read: () => field.value, focus: choices[row.at ?? 0] });
}

export function cut(row) {
  const said = row.text.split(" ");
  let after = Math.max(1, Math.floor(said.length / 2));
  const spans = said.map((word) => el("span", { dir: "auto" }, `${word} `));
  const shown = el("div", { class: "words", role: "slider", tabindex: 0, "aria-label": "Where to cut", "aria-valuemin": 1, "aria-valuemax": said.length - 1 }, ...spans);
  const draw = () => {
    spans.forEach((span, n) => { span.className = n === after ? "cut after" : n > after ? "after" : ""; });
    shown.setAttribute("aria-valuenow", after);
    shown.setAttribute("aria-valuetext", `after “${said[after - 1]}”, before “${said[after]}”`);
  };
  spans.forEach((span, n) => span.addEventListener("click", () => { after = Math.max(1, n); draw(); }));
  shown.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (step) { event.preventDefault(); after = Math.min(said.length - 1, Math.max(1, after + step)); draw(); }
    if (event.key === "Enter") { event.preventDefault(); box().close("ok"); }
  });
  draw();
  return ask({ title: "Cut in two", body: [el("p", { class: "soft" }, "Arrow keys move the cut."), shown], ok: "Cut", read: () => after, focus: shown });
}

function doubt(person) {
  if (person.guessed) return " (a guess)";
  return person.by_voice ? ` (by voice, ${person.by_voice.toFixed(2)})` : "";
}

export function voices(people) {
  const fields = people.filter((person) => person.voices.length).map((person) => ({ person, field: el("input", { type: "text", maxlength: 120, autocomplete: "off" }) }));
  const body = [el("p", { class: "soft" }, "Give two voices one name to merge them; exchange two names to swap them. Who is left empty stays as they are.")];
  for (const { person, field } of fields) {
    field.value = person.known ? person.name : "";
    body.push(el("label", {}, el("bdi", {}, `${person.voices.join(" + ")}${doubt(person)}`), field));
  }
  return ask({
    title: "Who is who", body,
    read: () => Object.fromEntries(fields
      .filter(({ person, field }) => field.value.trim() && (field.value.trim() !== person.name || doubt(person)))
      .map(({ person, field }) => [person.voices[0], field.value.trim()])),
  });
}

export function border(phases, ms) {
  const choices = phases.map((phase, n) => el("option", { value: n + 1 }, `${phase.title} begins (${clock(phase.start)})`));
  choices.push(el("option", { value: phases.length + 1 }, `the last phase ends (${clock(phases.at(-1).end)})`));
  const distances = [...phases.map((phase) => Math.abs(phase.start - ms)), Math.abs(phases.at(-1).end - ms)];
  const field = el("select", { "aria-label": "Border" }, ...choices);
  field.value = distances.indexOf(Math.min(...distances)) + 1;
  return ask({ title: `Move a border to ${clock(ms)}`, body: [field], ok: "Move", read: () => Number(field.value) });
}

export function strike(row) {
  const from = el("input", { type: "text", value: (row.start / 1000).toFixed(2), inputmode: "decimal" });
  const to = el("input", { type: "text", value: (row.end / 1000).toFixed(2), inputmode: "decimal" });
  const why = el("input", { type: "text", maxlength: 300 });
  const sure = el("input", { type: "text", autocomplete: "off", pattern: "strike", required: true });
  return ask({
    title: "Strike this passage for good?",
    body: [
      el("p", {}, "Sound, words, labels and corrections of the passage are taken out of every file of the session. This cannot be undone."),
      el("p", { class: "quote", dir: "auto" }, row.text),
      el("label", {}, "From (seconds)", from), el("label", {}, "To (seconds)", to), el("label", {}, "Why (shown in the report; may be left empty)", why),
      el("label", {}, "Type strike to be sure", sure),
    ],
    ok: "Strike it",
    focus: sure,
    read: () => ({ from_ms: Math.round(1000 * Number(from.value)), to_ms: Math.round(1000 * Number(to.value)), reason: why.value || null, sure: sure.value.trim() }),
  });
}

export function keys(list) {
  return ask({ title: "Keys", body: [el("dl", { class: "keys" }, ...list.flatMap(([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)]))], read: null, focus: null });
}
