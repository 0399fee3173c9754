// What the page asks of its server; failures become sentences.

export class Refused extends Error {
  constructor(status, sentence, next) {
    super(sentence);
    this.status = status;
    this.next = next;
  }
}

async function answer(response) {
  if (response.status === 204) return null;
  if (response.ok) return response.json();
  const told = await response.json().catch(() => ({}));
  throw new Refused(response.status, told.sentence ?? "This page was let go of.",
    told.try_next ?? "start alsvoice review again");
}

async function reach(address, options) {
  try {
    return await fetch(address, { ...options, credentials: "same-origin" });
  } catch {
    throw new Refused(0, "The server of this page has ended.", "start alsvoice review again");
  }
}

export const get = async (address) => answer(await reach(address));

export const bytes = async (address) => new Uint8Array(await (await reach(address)).arrayBuffer());

export const post = async (address, value) => answer(await reach(address, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
}));
