// The review of a session: state, keys, and what each of them does.
import { bytes, get, post } from "./api.js";
import * as dialogs from "./dialogs.js";
import * as numbers from "./numbers.js";
import { LABELS, NAMES, clock, el } from "./text.js";
import { Timeline } from "./timeline.js";
import { Transcript } from "./transcript.js";

const $ = (id) => document.getElementById(id);
const session = $("main").dataset.session;
const api = (what) => `../api/${encodeURIComponent(session)}/${what}`;
const audio = $("audio");
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const LOOK_AGAIN_MS = 2000;

let state = null;
let busy = false;
let queue = []; // what the person goes through one by one: unsure ones, or a random check
let going = "";

const timeline = new Timeline($("timeline"), { onSeek: (ms) => seek(ms) });
const transcript = new Transcript($("list"), { onSelect: (id) => { acts(); if (audio.paused) mark(transcript.rows.get(id).start); } });

const KEYS = [
  ["Space", "play or pause"], ["b", "back three seconds"], [", .", "slower, faster"], ["↑ ↓", "utterance before, after (also k, j)"],
  ["Enter", "play from this utterance"], ["1 2 3 4", "label it: open, closed, advice, other"], ["y", "the label is right"],
  ["u", "review the unsure ones, one by one"], ["g", "check ten at random"], ["s", "who said it"], ["e", "its words"], ["c", "cut it in two"],
  ["m", "join it with the same person's next"], ["n", "attach a note"], ["h", "this helped"], ["p", "move a phase's border here"],
  ["x", "strike the passage for good"], ["w", "who is who: name, merge, swap"], ["z", "undo"], ["Shift+Z", "redo"], ["?", "these keys"],
];

function say(sentence, wrong = false) {
  $("status").textContent = sentence;
  $("status").classList.toggle("wrong", wrong);
}

function show(changed) {
  if (!changed.partial) transcript.rows.clear();
  state = changed;
  transcript.set({ order: changed.order, rows: changed.rows, people: changed.people });
  timeline.set(state, [...transcript.rows.values()]);
  $("loading").hidden = true;
  const unsure = [...transcript.rows.values()].filter((row) => row.unsure).length;
  $("unsure").textContent = unsure ? `Review ${unsure} unsure utterances` : "No unsure utterances left";
  $("unsure").disabled = !unsure;
  $("check").disabled = !state.check.length;
  for (const name of ["undo", "redo"]) {
    $(name).disabled = !state[name];
    $(name).textContent = state[name] ? `${name === "undo" ? "Undo" : "Redo"} ${state[name]}` : name === "undo" ? "Undo" : "Redo";
  }
  if (state.numbers) count(state.numbers);
  numbers.notes($("notes"), state, [...transcript.rows.values()], { go, remove: (edit) => change([{ op: "take_back", edit }], "The note is gone.") });
  numbers.trust($("trust"), state.trust);
  $("phases").replaceChildren(...state.phases.map((phase) => {
    const item = el("li", {}, el("button", { type: "button", "aria-label": `Phase ${phase.title}, from ${clock(phase.start)}`, onclick: () => seek(phase.start) }, phase.title));
    item.style.flexGrow = Math.max(1, (100 * (phase.end - phase.start)) / state.duration);
    return item;
  }));
  acts();
}

function count(found) {
  numbers.balance($("balance"), found);
  numbers.people($("people"), found, state.people);
  numbers.findings($("findings"), found, go);
  document.body.dataset.counted = state.view;
}

async function countAnew() {
  const found = await get(api("numbers"));
  if (found.view === state.view) count(found.numbers);
}

const chosen = () => transcript.rows.get(transcript.selected);

function go(id) {
  transcript.select(id);
  seek(transcript.rows.get(id).start);
}

function acts() {
  const row = chosen();
  if (!row) { $("acts").replaceChildren(); return; }
  const button = (key, name, act, pressed) => el("button", { type: "button", "aria-pressed": pressed === undefined ? null : String(pressed), onclick: act }, name, " ", el("kbd", { "aria-hidden": "true" }, key));
  $("acts").replaceChildren(
    ...LABELS.map((label, n) => button(String(n + 1), NAMES[label], () => label_as(label), row.label === label)),
    button("s", "who said it", ACTS.s), button("e", "words", ACTS.e), button("c", "cut", ACTS.c), button("m", "join with next", ACTS.m),
    button("n", "note", ACTS.n), button("h", "helped", ACTS.h, row.helpful), button("p", "phase border", ACTS.p), button("x", "strike", ACTS.x),
  );
}

// Changes go one after the other: what is pressed meanwhile waits, and is not lost.
let line = Promise.resolve();

function inLine(job) {
  line = line.then(job, job);
  return line;
}

const change = (wishes, done) => inLine(() => made(wishes, done));

async function made(wishes, done) {
  busy = true;
  try {
    const began = performance.now();
    const changed = await post(api("change"), { seen: state.revision, wishes, who: $("who").value.trim() || null });
    show(changed);
    say(done);
    document.body.dataset.tookMs = Math.round(performance.now() - began);
    return true;
  } catch (problem) {
    if (problem.status === 409) await refresh(true);
    say(`${problem.message} ${problem.next ? `Try: ${problem.next}.` : ""}`, true);
    return false;
  } finally {
    busy = false;
  }
}

async function label_as(label) {
  const row = chosen();
  if (!row) return;
  const same = row.label === label;
  const next = queue.length && queue[0] === row.id;
  const done = await change([{ op: "label", utterance: row.id, label }], same ? `Right: ${NAMES[label]}.` : `Now ${NAMES[label]}.`);
  if (done && next) step();
}

function begin(ids, name) {
  queue = ids;
  going = name;
  if (!queue.length) { say(`Nothing left of: ${name}.`); return; }
  queue = [null, ...queue];
  step();
}

function step() {
  queue.shift();
  while (queue.length && !transcript.rows.has(queue[0])) queue.shift();
  if (!queue.length) { say(`That was the last of: ${going}.`); return; }
  const row = transcript.rows.get(queue[0]);
  transcript.select(row.id);
  mark(row.start);
  const odds = row.odds ? ` Odds: ${LABELS.map((label, n) => `${NAMES[label]} ${Math.round(100 * row.odds[n])} %`).join(", ")}.` : "";
  say(`${queue.length} to go (${going}). Coded as ${NAMES[row.label]}.${odds} 1 to 4 label it, y keeps it, Enter plays it.`);
}

function mark(ms) {
  audio.currentTime = ms / 1000;
  moved();
}

function seek(ms) {
  mark(Math.min(Math.max(0, ms), state.duration));
}

function moved() {
  const ms = audio.currentTime * 1000;
  timeline.move(ms);
  transcript.follow(ms, $("follow").checked && !audio.paused);
  $("clock").textContent = `${clock(ms)} of ${clock(state.duration)}`;
  const row = transcript.rows.get(transcript.at(ms));
  const person = row && state.people.find((each) => each.id === row.person);
  const phase = state.phases.find((each) => each.start <= ms && ms < each.end);
  timeline.say(ms, person?.name, phase?.title);
}

function tick() {
  if (state && !audio.paused) moved();
  requestAnimationFrame(tick);
}

const speed = (by) => {
  const at = Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(Number($("speed").value)) + by));
  $("speed").value = SPEEDS[at];
  audio.playbackRate = SPEEDS[at];
};

const play = () => (audio.paused ? audio.play().catch(() => say("The sound cannot be played here.", true)) : audio.pause());

// What somebody typed is put before them again (`typed`) where it could not be kept.
const asked = (open, then, typed = false) => async () => {
  let row = chosen();
  if (!row) { say("Choose an utterance first: arrow keys."); return; }
  let given = await open(row);
  while (given !== null && given !== "" && (await then(row, given)) === false && typed) {
    row = transcript.rows.get(row.id);
    if (!row) break;
    given = await open(row, given);
  }
  $("list").focus();
};

const ACTS = {
  " ": play,
  b: () => seek(audio.currentTime * 1000 - 3000),
  ",": () => speed(-1),
  ".": () => speed(1),
  j: () => transcript.move(1),
  k: () => transcript.move(-1),
  1: () => label_as(LABELS[0]),
  2: () => label_as(LABELS[1]),
  3: () => label_as(LABELS[2]),
  4: () => label_as(LABELS[3]),
  y: () => chosen() && label_as(chosen().label),
  u: () => begin([...transcript.rows.values()].filter((row) => row.unsure).sort((a, b) => a.confidence - b.confidence).map((row) => row.id), "unsure ones"),
  g: () => begin([...state.check], "checked at random"),
  s: asked((row) => dialogs.speaker({ ...row, at: state.people.findIndex((person) => person.id === row.person) }, state.people), (row, speaker) => change([{ op: "speaker", utterance: row.id, speaker }], `Said by ${speaker}.`)),
  e: asked(dialogs.words, (row, text) => text.trim() === row.text || change([{ op: "text", utterance: row.id, text }], "Its words are changed."), true),
  c: asked((row) => (row.text.includes(" ") ? dialogs.cut(row) : say("One word cannot be cut.", true) ?? null), (row, words) => change([{ op: "cut", utterance: row.id, words }], "It is two now.")),
  m: async () => chosen() && change([{ op: "join", utterance: chosen().id }], "They are one now."),
  n: asked(dialogs.note, (row, text) => change([{ op: "note", utterance: row.id, text }], "The note is kept."), true),
  h: async () => chosen() && change([{ op: "helpful", utterance: chosen().id, yes: !chosen().helpful }], chosen().helpful ? "No longer marked." : "Marked as helpful."),
  p: asked((row) => (state.phases.length ? dialogs.border(state.phases, row.start) : say("No phases were marked in this session.", true) ?? null), (row, number) => change([{ op: "phase", number, at_ms: row.start }], "The border is moved.")),
  x: asked(dialogs.strike, (row, passage) => inLine(() => strike(row, passage))),
  w: async () => {
    const names = await dialogs.voices(state.people);
    if (names && Object.keys(names).length) await change([{ op: "name", names }], "The names are kept.");
    $("list").focus();
  },
  z: () => state.undo && change([{ op: "undo" }], `Taken back: ${state.undo}.`),
  Z: () => state.redo && change([{ op: "redo" }], `Brought back: ${state.redo}.`),
  "?": () => dialogs.keys(KEYS),
};

async function strike(row, passage) {
  busy = true;
  say("Taking it out of every file …");
  audio.pause();
  try {
    show(await post(api("strike"), { seen: state.revision, ...passage }));
    await countAnew();
    audio.src = `${api("sound")}?after=${state.revision}`;
    await drawPeaks();
    say("The passage is gone for good.");
  } catch (problem) {
    if (problem.status === 409) await refresh(true);
    say(`${problem.message} Try: ${problem.next}.`, true);
  } finally {
    busy = false;
  }
}

function pressed(event) {
  if (!state || event.ctrlKey || event.metaKey || event.altKey || $("dialog").open) return;
  const inside = event.target;
  if (inside.closest("input:not([type=checkbox]), textarea, select")) return;
  const plain = { ArrowDown: () => transcript.move(1), ArrowUp: () => transcript.move(-1), PageDown: () => transcript.move(10), PageUp: () => transcript.move(-10), Home: () => transcript.select(transcript.order[0]), End: () => transcript.select(transcript.order.at(-1)) };
  if (inside === $("timeline")) {
    const by = { ArrowRight: 5000, ArrowUp: 5000, ArrowLeft: -5000, ArrowDown: -5000, PageUp: 60000, PageDown: -60000 }[event.key];
    if (by) { event.preventDefault(); seek(audio.currentTime * 1000 + by); return; }
  } else if (plain[event.key] && !inside.closest(".scroll")) {
    event.preventDefault();
    plain[event.key]();
    return;
  }
  const onButton = inside.closest("button, a, input") && (event.key === " " || event.key === "Enter");
  if (onButton || !$("keys").checked) return;
  if (event.key === "Enter") {
    if (chosen()) { event.preventDefault(); seek(chosen().start); audio.play().catch(() => {}); }
    return;
  }
  const act = ACTS[event.key];
  if (act) { event.preventDefault(); act(); }
}

async function drawPeaks() {
  timeline.setPeaks(await bytes(api("peaks")));
}

async function refresh(always = false) {
  if (!always && (document.hidden && audio.paused)) return;
  try {
    const found = await get(always || !state ? api("state") : `${api("state")}?view=${encodeURIComponent(state.view)}`);
    if (found && !(busy && !always)) {
      const first = !state;
      const kept = transcript.selected;
      show(found);
      countAnew().catch(() => {});
      if (kept) transcript.select(kept, { quiet: true });
      acts();
      if (!first && !always) say("Somebody else changed this session; this is how it is now.");
    }
  } catch (problem) {
    say(`${problem.message} Try: ${problem.next}.`, true);
    $("loading").hidden = true;
  }
}

async function overSessions() {
  const found = await get("../api/agreement");
  $("overall").textContent = numbers.overSessions(found);
}

async function start() {
  await refresh();
  if (!state) return;
  audio.src = api("sound");
  moved();
  document.body.dataset.ready = "yes";
  requestAnimationFrame(tick);
  setInterval(() => { if (!busy) refresh(); }, LOOK_AGAIN_MS);
  drawPeaks().catch(() => {});
  overSessions().catch(() => {});
}

$("play").addEventListener("click", play);
$("back").addEventListener("click", ACTS.b);
$("speed").addEventListener("change", () => speed(0));
for (const [id, key] of [["unsure", "u"], ["check", "g"], ["undo", "z"], ["redo", "Z"], ["voices", "w"], ["help", "?"]]) $(id).addEventListener("click", () => { ACTS[key](); });
for (const [name, word] of [["play", "Pause"], ["pause", "Play"]]) audio.addEventListener(name, () => { $("play").textContent = word; moved(); });
audio.addEventListener("seeked", () => state && moved());
document.addEventListener("keydown", pressed);
document.addEventListener("visibilitychange", () => refresh());
start();
