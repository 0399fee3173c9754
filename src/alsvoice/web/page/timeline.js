// The picture of the session: waveform, coloured turns, phases, marks, and where the sound is.
import { COLOURS, MARKS, clock } from "./text.js";

const PEAKS_PER_S = 20;

export class Timeline {
  constructor(root, { onSeek }) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.onSeek = onSeek;
    this.peaks = new Uint8Array(0);
    this.state = null;
    this.rows = [];
    this.at = 0;
    this.still = document.createElement("canvas"); // all that does not move
    const seek = (event) => {
      const box = this.canvas.getBoundingClientRect();
      this.onSeek(((event.clientX - box.left) / box.width) * this.state.duration);
    };
    root.addEventListener("pointerdown", (event) => { if (this.state) { root.setPointerCapture(event.pointerId); seek(event); } });
    root.addEventListener("pointermove", (event) => { if (this.state && event.buttons & 1) seek(event); });
    new ResizeObserver(() => this.redraw()).observe(root);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  set(state, rows) {
    this.state = state;
    this.rows = rows;
    this.root.setAttribute("aria-valuemax", Math.round(state.duration / 1000));
    this.redraw();
  }

  setPeaks(peaks) {
    this.peaks = peaks;
    this.redraw();
  }

  redraw() {
    if (!this.state) return;
    const scale = window.devicePixelRatio || 1;
    const width = Math.max(1, this.root.clientWidth);
    const height = this.canvas.clientHeight || 132;
    for (const each of [this.canvas, this.still]) {
      each.width = width * scale;
      each.height = height * scale;
    }
    const pen = this.still.getContext("2d");
    pen.scale(scale, scale);
    const css = getComputedStyle(document.documentElement);
    const colour = (name) => css.getPropertyValue(name).trim();
    this.head = colour("--head");
    const x = (ms) => (ms / Math.max(1, this.state.duration)) * width;
    this.state.phases.forEach((phase, n) => {
      if (n % 2) return;
      pen.fillStyle = colour("--band");
      pen.fillRect(x(phase.start), 0, x(phase.end) - x(phase.start), height);
    });
    const middle = 34;
    pen.fillStyle = colour("--wave");
    for (let pixel = 0; pixel < width; pixel += 1) {
      const from = Math.floor((pixel / width) * this.state.duration / 1000 * PEAKS_PER_S);
      const to = Math.max(from + 1, Math.floor(((pixel + 1) / width) * this.state.duration / 1000 * PEAKS_PER_S));
      let loud = 0;
      for (let n = from; n < to && n < this.peaks.length; n += 1) loud = Math.max(loud, this.peaks[n]);
      const half = (loud / 255) * 30;
      pen.fillRect(pixel, middle - half, 1, Math.max(1, 2 * half));
    }
    const lanes = Math.max(1, this.state.people.length);
    const lane = Math.min(11, (height - 86) / lanes);
    for (const [person, start, end] of this.state.turns) {
      pen.fillStyle = COLOURS[person % COLOURS.length];
      pen.fillRect(x(start), 70 + person * lane, Math.max(1, x(end) - x(start)), lane - 2);
    }
    pen.font = "11px sans-serif";
    pen.textAlign = "center";
    for (const row of this.rows) {
      if (row.label === "other") continue;
      pen.fillStyle = colour({ open_question: "--open", closed_question: "--closed", advice: "--advice" }[row.label]);
      pen.fillText(MARKS[row.label], x(row.start), height - 4);
    }
    pen.fillStyle = colour("--edge");
    for (const [start, end] of this.state.gaps) pen.fillRect(x(start), 66, Math.max(2, x(end) - x(start)), 3);
    this.move(this.at);
  }

  move(ms) {
    this.at = ms;
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.drawImage(this.still, 0, 0);
    const x = (ms / Math.max(1, this.state.duration)) * this.canvas.width;
    pen.fillStyle = this.head;
    pen.fillRect(x - 1, 0, 2 * (window.devicePixelRatio || 1), this.canvas.height);
  }

  // Said to a screen reader, so not at every frame.
  say(ms, who, phase) {
    this.root.setAttribute("aria-valuenow", Math.round(ms / 1000));
    const parts = [clock(ms), who, phase].filter(Boolean);
    this.root.setAttribute("aria-valuetext", parts.join(", "));
  }
}
