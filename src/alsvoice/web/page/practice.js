// Practice: rounds of five minutes; the reference stays with the server until it is told.
import { get, post } from "./api.js";
import { LABELS, NAMES, clock, el, percent } from "./text.js";

const main = document.getElementById("main");
const KEYS = { 1: 0, 2: 1, 3: 2, 4: 3, o: 0, c: 1, a: 2, x: 3 };
const ROUND_MS = 5 * 60 * 1000;
const audio = el("audio", { preload: "auto" });
let round = null;
let item = null;
let until = 0;
let askedAt = 0;
let waiting = false; // for "Next"
let stopAt = null;

const names = { ...NAMES, other: "none of these" };
const button = (name, act, more = {}) => el("button", { type: "button", onclick: act, ...more }, name);

function fail(problem) {
  main.replaceChildren(el("p", { role: "alert", class: "wrong" }, `${problem.message} Try: ${problem.next ?? "again"}.`), button("Begin again", welcome));
}

async function welcome() {
  round = null;
  try {
    const sources = await get("api/practice/sources");
    const source = el("select", {}, ...sources.map((each) => el("option", { value: each.id }, each.title)));
    const who = el("input", { type: "text", value: "me", maxlength: 80 });
    const delayed = el("input", { type: "checkbox" });
    main.replaceChildren(
      el("h2", {}, "A round of five minutes"),
      el("p", {}, "You see what was said, and hear it where there is sound. Say what it is before you are told."),
      el("label", { class: "field" }, "Practise on ", source),
      el("label", { class: "field" }, "Who you are ", who),
      el("label", { class: "field" }, delayed, " Tell me what was right at the end of the round"),
      el("div", { class: "answers" },
        button("Hear the difference", () => begin(source.value, who.value, "hear", delayed.checked), { id: "hear" }),
        button("Say it as an open question", () => begin(source.value, who.value, "rewrite", false), { id: "rewrite" })),
      el("section", { id: "past", "aria-label": "Rounds so far" }),
    );
    await past(who.value);
    who.addEventListener("change", () => past(who.value));
  } catch (problem) {
    fail(problem);
  }
}

async function past(who) {
  const rows = (await get(`api/practice/history?who=${encodeURIComponent(who)}`)).filter((row) => row.exercise === "hear");
  const place = document.getElementById("past");
  if (!place || !rows.length) { place?.replaceChildren(); return; }
  place.replaceChildren(el("h2", {}, "Rounds so far"), el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table of rounds" }, el("table", {},
    el("thead", {}, el("tr", {}, ...["When", "Kappa", ...LABELS.map((label) => names[label]), "Disguised missed"].map((each) => el("th", { scope: "col" }, each)))),
    el("tbody", {}, ...rows.slice(-10).map((row) => el("tr", {},
      el("th", { scope: "row" }, row.time.slice(0, 16).replace("T", " ")),
      el("td", {}, row.kappa === null ? "not known" : row.kappa.toFixed(2)),
      ...LABELS.map((label) => el("td", {}, percent(row.labels[label].agreement))),
      el("td", {}, `${row.disguised_missed} of ${row.disguised}`)))))));
}

async function begin(source, who, exercise, delayed) {
  try {
    const begun = await post("api/practice/begin", { source, who: who.trim() || "me", exercise, delayed });
    round = { id: begun.round, exercise, delayed, asked: 0 };
    until = performance.now() + ROUND_MS;
    show(begun.item);
  } catch (problem) {
    fail(problem);
  }
}

function listen() {
  if (!item?.sound) return;
  const address = item.sound === "demo" ? "api/practice/demo-sound" : `api/${encodeURIComponent(item.sound)}/sound`;
  if (audio.dataset.address !== address) { audio.dataset.address = address; audio.src = address; }
  stopAt = item.end / 1000 + 0.2;
  audio.currentTime = Math.max(0, item.start / 1000 - 0.2);
  audio.play().catch(() => {});
}

function show(next, told = null) {
  item = next;
  waiting = false;
  if (!item || performance.now() > until) { finish(); return; }
  round.asked += 1;
  askedAt = performance.now();
  const rest = Math.max(0, until - askedAt);
  const rewriting = round.exercise === "rewrite";
  main.replaceChildren(
    told ?? "",
    el("p", { class: "soft" }, `${clock(rest)} left, ${round.asked} asked`),
    item.before ? el("p", { class: "soft", dir: "auto" }, `Before: ${item.before}`) : "",
    el("p", {}, `${(item.role ?? "somebody").replace(/^./, (c) => c.toUpperCase())}:`),
    el("p", { class: "quote", id: "asked", dir: "auto" }, item.text),
    item.sound ? button("Hear it (space)", listen) : "",
    ...(rewriting ? rewrite() : [el("div", { class: "answers", role: "group", "aria-label": "What is it?" }, ...LABELS.map((label, n) => el("button", { type: "button", onclick: () => answer(label) }, names[label], " ", el("kbd", { "aria-hidden": "true" }, String(n + 1)))))]),
    button("End the round", finish, { id: "end" }),
  );
  document.body.dataset.asked = round.asked;
  if (item.sound && !rewriting) listen();
  main.focus();
}

function rewrite() {
  const field = el("textarea", { "aria-label": "As an open question", maxlength: 500 });
  const verdict = el("div", { id: "verdict", role: "status" });
  const judge = async () => {
    if (!field.value.trim()) return;
    try {
      const { judged } = await post("api/practice/answer", { round: round.id, text: field.value });
      const odds = LABELS.map((label) => `${names[label]} ${Math.round(100 * judged.odds[label])} %`).join(", ");
      verdict.replaceChildren(
        el("p", { class: judged.label === "open_question" ? "right" : "wrong" }, `That sounds like: ${names[judged.label]}.${judged.unsure ? " The machine is not sure." : ""}`),
        el("p", { class: "soft" }, `Its odds: ${odds}.${judged.flags.length ? ` It also hears: ${judged.flags.join(", ").replaceAll("_", " ")}.` : ""}`),
      );
    } catch (problem) {
      verdict.replaceChildren(el("p", { class: "wrong" }, problem.message));
    }
  };
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); judge(); } });
  return [el("p", {}, `This is ${names[item.label]}. Say it as an open question:`), field,
    el("div", { class: "answers" }, button("Judge it", judge), button("Next", async () => { try { show((await post("api/practice/answer", { round: round.id })).item); } catch (problem) { fail(problem); } })), verdict];
}

async function answer(label) {
  if (waiting) return;
  waiting = true;
  try {
    const { told, item: next } = await post("api/practice/answer", { round: round.id, label, took_ms: Math.round(performance.now() - askedAt) });
    if (!told) { show(next); return; }
    audio.pause();
    const right = told.label === told.given;
    const go = button("Next (enter)", () => show(next), { id: "next" });
    main.replaceChildren(
      el("p", { role: "status", class: right ? "right" : "wrong", id: "told" }, `${right ? "Yes" : "No"}: ${names[told.label]}${told.certain ? "" : " (by the machine's count, which nobody has checked)"}.`),
      el("p", { class: "quote", dir: "auto" }, told.text),
      el("p", {}, told.reason), go,
    );
    go.focus();
  } catch (problem) {
    fail(problem);
  }
}

async function finish() {
  audio.pause();
  if (!round) return;
  try {
    const { result, later } = await post("api/practice/end", { round: round.id });
    round = null;
    if (!result) { welcome(); return; }
    main.replaceChildren(...score(result), ...later.map((told) => el("div", {},
      el("p", { class: "quote", dir: "auto" }, told.text),
      el("p", { class: told.label === told.given ? "right" : "wrong" }, `You: ${names[told.given]}. ${told.label === told.given ? "Yes." : `It is ${names[told.label]}.`}`),
      el("p", {}, told.reason))), button("Another round", welcome));
    main.focus();
  } catch (problem) {
    fail(problem);
  }
}

function score(result) {
  const kappa = result.kappa === null ? "not known" : `${result.kappa.toFixed(2)}${result.kappa_interval ? ` (${result.kappa_interval[0].toFixed(2)} to ${result.kappa_interval[1].toFixed(2)})` : ""}`;
  const lines = [el("h2", {}, "How it went"), el("p", { class: "big", id: "agreed" }, `${result.agreed} of ${result.answers}`)];
  if (result.exercise !== "hear") return [...lines, el("p", {}, "heard by the machine as open questions.")];
  lines.push(el("p", {}, `as the reference has it; kappa ${kappa}.`), el("ul", {}, ...LABELS.filter((label) => result.labels[label].agreement !== null).map((label) => el("li", {}, `${names[label]}: ${result.labels[label].heard} of ${result.labels[label].asked} heard, agreement ${percent(result.labels[label].agreement)}`))));
  if (result.slips.length) lines.push(el("h2", {}, "Where it slips"), el("ul", {}, ...result.slips.slice(0, 3).map((slip) => el("li", {}, `${names[slip.label]} heard as ${names[slip.given]}: ${slip.times} of ${slip.of}`))));
  if (result.disguised) lines.push(el("p", {}, `Advice in disguise missed: ${result.disguised_missed} of ${result.disguised}.`));
  if (result.change?.kappa !== null && result.change) lines.push(el("p", { id: "change" }, `Since your round before: kappa ${result.change.kappa >= 0 ? "+" : ""}${result.change.kappa.toFixed(2)} (${result.change.kappa_interval.map((each) => each.toFixed(2)).join(" to ")}).`));
  return lines;
}

document.addEventListener("keydown", (event) => {
  if (!round || round.exercise === "rewrite" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  if (event.key === " " && item?.sound && !waiting) { event.preventDefault(); listen(); return; }
  if (event.target.closest("button") && (event.key === "Enter" || event.key === " ")) return;
  const label = LABELS[KEYS[event.key]];
  if (label && !waiting) { event.preventDefault(); answer(label); }
});
audio.addEventListener("timeupdate", () => { if (stopAt !== null && audio.currentTime >= stopAt) { stopAt = null; audio.pause(); } });
welcome().then(() => { document.body.dataset.ready = "yes"; });
