"use strict";
(() => {
  const form = document.getElementById("filters");
  const lines = [...document.querySelectorAll(".line")];
  const parts = [...document.querySelectorAll(".part")];
  const said = lines.map((line) => line.querySelector(".text").textContent.toLowerCase());

  // Sound: one clip at a time, or those of one quote after another.
  let playing = null;
  const stop = () => {
    if (!playing) return;
    playing.sound.pause();
    playing.button.removeAttribute("aria-pressed");
    playing = null;
  };
  const play = (button, anchors) => {
    stop();
    const sound = document.getElementById(anchors[0]).querySelector("audio");
    playing = { button, sound };
    button.setAttribute("aria-pressed", "true");
    sound.currentTime = 0;
    sound.onended = () => (anchors.length > 1 ? play(button, anchors.slice(1)) : stop());
    sound.play().catch(stop);
  };
  document.querySelectorAll("[data-play]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (playing && playing.button === button) stop();
      else play(button, button.dataset.play.split(" "));
    });
  });

  // The timeline: one mark takes part in tabbing, arrows go from mark to mark.
  const lanes = [...document.querySelectorAll(".drawing .marks")].map((lane) => [...lane.querySelectorAll("a")]);
  const marks = lanes.flat().sort((a, b) => a.dataset.at - b.dataset.at);
  const near = (lane, at) =>
    lane.reduce((best, mark) => (Math.abs(mark.dataset.at - at) < Math.abs(best.dataset.at - at) ? mark : best));
  const nextLane = (mark, step) => {
    for (let at = lanes.findIndex((lane) => lane.includes(mark)) + step; lanes[at]; at += step) {
      if (lanes[at].length) return near(lanes[at], mark.dataset.at);
    }
    return mark;
  };
  const moves = {
    ArrowRight: (mark) => marks[marks.indexOf(mark) + 1],
    ArrowLeft: (mark) => marks[marks.indexOf(mark) - 1],
    ArrowDown: (mark) => nextLane(mark, 1),
    ArrowUp: (mark) => nextLane(mark, -1),
    Home: () => marks[0],
    End: () => marks[marks.length - 1],
  };
  marks.forEach((mark, index) => {
    mark.setAttribute("tabindex", index ? "-1" : "0");
    mark.addEventListener("keydown", (event) => {
      const to = moves[event.key] && !event.altKey && !event.ctrlKey && !event.metaKey && moves[event.key](mark);
      if (!to) return;
      event.preventDefault();
      marks.forEach((each) => each.setAttribute("tabindex", each === to ? "0" : "-1"));
      to.focus();
    });
  });

  if (!form) return;
  const { person, phase, kind, text, back } = form.elements;
  const count = form.querySelector("output");
  const noneFound = document.getElementById("none-found");
  let only = null; // the lines behind a number, where no filter finds them
  let title = "";
  let from = null; // the number that was opened

  const highlight = (wanted) => {
    if (!("highlights" in CSS)) return;
    CSS.highlights.delete("found");
    if (!wanted) return;
    const ranges = [];
    lines.forEach((line, index) => {
      const node = line.querySelector(".text").firstChild;
      // Lower case can be longer than what it is made from; then the places would be wrong.
      if (line.hidden || !node || node.data.length !== said[index].length) return;
      for (let at = said[index].indexOf(wanted); at >= 0; at = said[index].indexOf(wanted, at + wanted.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + wanted.length);
        ranges.push(range);
      }
    });
    CSS.highlights.set("found", new Highlight(...ranges));
  };

  const show = () => {
    const wanted = text.value.trim().toLowerCase();
    const inPhase = phase ? phase.value : "";
    const filtered = Boolean(only || person.value || inPhase || kind.value || wanted);
    const matches = (line, index) =>
      (!only || only.has(index)) &&
      (!person.value || line.dataset.person === person.value) &&
      (!inPhase || line.closest(".part").dataset.phase === inPhase) &&
      (!kind.value || line.dataset.kinds.split(" ").includes(kind.value)) &&
      said[index].includes(wanted);
    let shown = 0;
    lines.forEach((line, index) => {
      line.hidden = filtered && !matches(line, index);
      if (!line.hidden) shown += 1;
    });
    parts.forEach((part) => { part.hidden = !part.querySelector(".line:not([hidden])"); });
    document.body.classList.toggle("filtered", filtered);
    noneFound.hidden = shown > 0;
    count.textContent = filtered ? `${title ? `${title}: ` : ""}${shown} of ${lines.length}` : "";
    back.hidden = !from;
    highlight(wanted);
  };

  const forget = () => {
    only = null;
    title = "";
    from = null;
  };

  const open = (link) => {
    const query = new URLSearchParams(link.dataset.show);
    const has = (select, value) => [...select.options].some((option) => option.value === value);
    forget();
    from = link;
    title = query.get("title") || "";
    if (query.has("lines")) only = new Set(query.get("lines").split(",").map(Number));
    person.value = query.get("person") || "";
    if (phase) phase.value = query.get("phase") || "";
    const wanted = query.get("kind") || "";
    if (wanted && !has(kind, wanted)) {
      // A kind that the list does not offer is shown line by line.
      only = new Set(lines.flatMap((line, index) => (line.dataset.kinds.split(" ").includes(wanted) ? [index] : [])));
      kind.value = "";
    } else {
      kind.value = wanted;
    }
    text.value = "";
    show();
  };

  const reveal = () => {
    // A link into the transcript must not lead to a line that a filter hides.
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.closest("[hidden]")) {
      form.reset();
      forget();
      show();
      target.scrollIntoView();
    }
  };

  form.hidden = false;
  form.addEventListener("input", () => {
    only = null;
    title = "";
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { forget(); show(); }));
  back.addEventListener("click", () => {
    const link = from;
    form.reset();
    forget();
    show();
    link.focus();
    link.scrollIntoView({ block: "center" });
  });
  window.addEventListener("hashchange", reveal);
  document.querySelectorAll("a[data-show]").forEach((link) => {
    link.addEventListener("click", () => open(link)); // its address leads to the heading
  });
})();
