"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const lines = [...document.querySelectorAll(".line")];
  const parts = [...document.querySelectorAll(".part")];
  const said = lines.map((line) => line.querySelector(".text").textContent.toLowerCase());
  const count = form.querySelector("output");
  const noneFound = document.getElementById("none-found");

  const matches = (line, words, want) =>
    (!want.person || line.dataset.person === want.person) &&
    (!want.kind || line.dataset.kinds.split(" ").includes(want.kind)) &&
    words.includes(want.text);

  const highlight = (text) => {
    if (!("highlights" in CSS)) return;
    CSS.highlights.delete("found");
    if (!text) return;
    const ranges = [];
    lines.forEach((line, index) => {
      const node = line.querySelector(".text").firstChild;
      // Lower case can be longer than what it is made from; then the places would be wrong.
      if (line.hidden || !node || node.data.length !== said[index].length) return;
      for (let at = said[index].indexOf(text); at >= 0; at = said[index].indexOf(text, at + text.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + text.length);
        ranges.push(range);
      }
    });
    CSS.highlights.set("found", new Highlight(...ranges));
  };

  const show = () => {
    const want = {
      person: form.elements.person.value,
      kind: form.elements.kind.value,
      text: form.elements.text.value.trim().toLowerCase(),
    };
    const filtered = Boolean(want.person || want.kind || want.text);
    let shown = 0;
    lines.forEach((line, index) => {
      line.hidden = filtered && !matches(line, said[index], want);
      if (!line.hidden) shown += 1;
    });
    parts.forEach((part) => { part.hidden = !part.querySelector(".line:not([hidden])"); });
    document.body.classList.toggle("filtered", filtered);
    noneFound.hidden = shown > 0;
    count.textContent = filtered ? `${shown} of ${lines.length}` : "";
    highlight(want.text);
  };

  const reveal = () => {
    // A link into the transcript must not lead to a line that a filter hides.
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      form.reset();
      show();
      target.scrollIntoView();
    }
  };

  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  window.addEventListener("hashchange", reveal);
  document.querySelectorAll("a[data-kind]").forEach((link) => {
    link.addEventListener("click", () => {
      form.elements.person.value = link.dataset.person;
      form.elements.kind.value = link.dataset.kind;
      form.elements.text.value = "";
      show();
    });
  });
  document.querySelectorAll("[data-play]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      document.querySelectorAll("audio").forEach((other) => other.pause());
      const sound = document.getElementById(button.dataset.play).querySelector("audio");
      sound.currentTime = 0;
      sound.play();
    });
  });
})();
