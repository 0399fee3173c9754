// Small things that every part of the page writes.

export const LABELS = ["open_question", "closed_question", "advice", "other"];
export const NAMES = { open_question: "open question", closed_question: "closed question", advice: "advice", other: "other" };
export const MARKS = { open_question: "○", closed_question: "□", advice: "▲", other: "" };
export const COLOURS = ["#5b8def", "#d9822b", "#3a9d78", "#b25fb8", "#c94f6d", "#6d8b2f", "#4aa3b5", "#8a6d4f"];

export function clock(ms) {
  const s = Math.floor(ms / 1000);
  const minutes = Math.floor(s / 60) % 60;
  const rest = `${String(s % 60).padStart(2, "0")}`;
  return s >= 3600 ? `${Math.floor(s / 3600)}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

export const percent = (share) => (share === null || share === undefined ? "not known" : `${Math.round(100 * share)} %`);

export function range(interval) {
  return interval ? ` (${Math.round(100 * interval[0])} to ${Math.round(100 * interval[1])} %)` : "";
}

// Everything that came from people is set as text, never as markup.
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}
