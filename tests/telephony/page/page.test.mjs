// The page itself: what the button, the keys and Parley's messages do to what one sees.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const PAGE = process.env.PAGE;
const html = readFileSync(`${PAGE}/index.html`, "utf8");

// A test that fails must not leave the page's clock ticking for ever.
const ticking = setInterval;
globalThis.setInterval = (...arguments_) => ticking(...arguments_).unref();

// As in a browser, whatever is put there comes back as text.
const dataset = (values) => new Proxy(values, { set: (all, name, value) => ((all[name] = String(value)), true) });

class Element {
  constructor(id = "", word) {
    Object.assign(this, { id, dataset: dataset(word ? { word } : {}), children: [], textContent: "", className: "", hidden: false });
    this.attributes = {};
    this.ownSpan = null;
  }
  setAttribute(name, value) { this.attributes[name] = value; }
  querySelector(selector) {
    assert.equal(selector, "span");
    return (this.ownSpan ??= new Element());
  }
  append(...nodes) { this.children.push(...nodes); }
  replaceChildren(...nodes) { this.children = nodes; }
  scrollIntoView() {}
  get lastElementChild() { return this.children.at(-1); }
}

const elements = new Map();
for (const [, id] of html.matchAll(/id="(\w+)"/g)) elements.set(id, new Element(id));
const worded = [...html.matchAll(/data-word="(\w+)"/g)].map(([, word]) => new Element("", word));
const labelled = [...html.matchAll(/data-word-label="(\w+)"/g)].map(([, wordLabel]) =>
  Object.assign(new Element(), { dataset: { wordLabel } }));

const listeners = {};
globalThis.document = {
  documentElement: {},
  body: { dataset: { state: "idle" } },
  getElementById: (id) => elements.get(id) ?? assert.fail(`the page has no #${id}`),
  querySelectorAll: (selector) => (selector === "[data-word]" ? worded : labelled),
  createElement: () => new Element(),
  addEventListener: (kind, listener) => (listeners[kind] = listener),
};
globalThis.location = { origin: "http://127.0.0.1:8080", search: "?flow=zh" };

let microphone = () => Promise.resolve({ getTracks: () => [track] });
const track = { stopped: 0, stop() { this.stopped++; } };
Object.defineProperty(globalThis, "navigator", {
  value: { language: "en-GB", mediaDevices: { getUserMedia: () => microphone() } },
});

const sockets = [];
globalThis.WebSocket = class {
  static OPEN = 1;
  constructor(address) {
    Object.assign(this, { address, readyState: 1, sent: [] });
    sockets.push(this);
  }
  send(data) { this.sent.push(data); }
  close() { this.readyState = 3; }
  says(event) { this.onmessage({ data: JSON.stringify(event) }); }
};
const worklets = {};
globalThis.AudioWorkletNode = class {
  constructor(context, name, options) {
    Object.assign(this, { context, name, options, port: { posted: [], postMessage(data) { this.posted.push(data); } } });
    worklets[name] = this;
  }
  connect() {}
};
globalThis.AudioContext = class {
  constructor(options) {
    Object.assign(this, { options, state: "running", destination: {}, audioWorklet: { addModule: async () => {} } });
  }
  createMediaStreamSource() { return { connect() {} }; }
  close() { this.state = "closed"; }
};

await import(`${PAGE}/page.js`);
const $ = (id) => elements.get(id);
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const state = () => document.body.dataset.state;
const lines = () => $("transcript").children.map((item) => [item.className, item.textContent]);

async function callUp() {
  $("call").onclick();
  await settle();
  const socket = sockets.at(-1);
  socket.says({ type: "ready", call_id: "1", rate: 16000 });
  await settle();
  socket.says({ type: "answered" });
  return socket;
}

test("every word the page uses exists in both languages", async () => {
  const { words } = await import(`${PAGE}/words.js`);
  const script = readFileSync(`${PAGE}/page.js`, "utf8");
  const used = [...html.matchAll(/data-word(?:-label)?="(\w+)"/g), ...script.matchAll(/\bsay\("(\w+)"/g)].map(([, w]) => w);
  assert.ok(used.length > 10);
  for (const word of used) for (const language of ["en", "zh"]) assert.ok(words[language][word], `${language} ${word}`);
  assert.deepEqual(Object.keys(words.en).sort(), Object.keys(words.zh).sort());
});

test("one button calls, with the page's own flow, and the same button hangs up", async () => {
  const socket = await callUp();
  assert.equal(socket.address, "ws://127.0.0.1:8080/call?flow=zh");
  assert.equal(state(), "talking");
  const before = track.stopped;
  $("call").onclick();
  assert.deepEqual(JSON.parse(socket.sent.at(-1)), { type: "hangup" });
  assert.equal(state(), "ended");
  assert.equal(track.stopped, before + 1);
});

test("audio goes both ways, muted audio as silence", async () => {
  const socket = await callUp();
  const pcm = Int16Array.from([1, 2, 3]).buffer;
  worklets.microphone.port.onmessage({ data: { pcm, level: 0.25 } });
  assert.equal(socket.sent.at(-1), pcm);
  assert.equal($("mine").value, 0.5);
  $("mute").onclick();
  worklets.microphone.port.onmessage({ data: { pcm, level: 0.25 } });
  assert.deepEqual(new Uint8Array(socket.sent.at(-1)), new Uint8Array(6));
  const reply = new ArrayBuffer(640);
  socket.onmessage({ data: reply });
  assert.equal(worklets.loudspeaker.port.posted.at(-1), reply);
  assert.equal(worklets.loudspeaker.context.options.sampleRate, 16000);
  socket.says({ type: "flush" });
  assert.equal(worklets.loudspeaker.port.posted.at(-1), "flush");
  $("call").onclick();
});

test("the transcript grows live, as text and never as HTML", async () => {
  const socket = await callUp();
  const show = (event) => socket.says({ type: "show", event });
  show({ kind: "parley", text: "Welcome" });
  show({ kind: "caller", text: "where is", final: false });
  show({ kind: "caller", text: "where is <b>my</b> order", final: true });
  show({ kind: "timing", ms: { at_caller: 432.4 } });
  assert.deepEqual(lines(), [
    ["parley", "Welcome"],
    ["caller", "where is <b>my</b> order"],
    ["timing", "answered after 432 ms"],
  ]);
  assert.equal($("empty").hidden, true);
  $("call").onclick();
});

test("keys of the keypad and of the keyboard are sent", async () => {
  const socket = await callUp();
  assert.deepEqual($("keypad").children.map((button) => button.textContent).join(""), "123456789*0#");
  $("keypad").children[11].onclick();
  listeners.keydown({ key: "5" });
  listeners.keydown({ key: "r", ctrlKey: true });
  const keys = socket.sent.filter((data) => typeof data === "string").map((data) => JSON.parse(data).digit);
  assert.deepEqual(keys, ["#", "5"]);
  $("call").onclick();
});

test("Parley hanging up is told from the caller doing so", async () => {
  const socket = await callUp();
  socket.says({ type: "ended", by: "parley", reason: "" });
  assert.equal(state(), "ended");
  assert.equal($("state").textContent, "Parley hung up");
  socket.onclose();
  assert.equal($("trouble").hidden, true);
});

test("no microphone, no server and a page without a secure origin each say so", async () => {
  microphone = () => Promise.reject(new Error("denied"));
  $("call").onclick();
  await settle();
  assert.match($("trouble").textContent, /microphone cannot be used/);
  microphone = () => Promise.resolve({ getTracks: () => [track] });
  $("call").onclick();
  await settle();
  sockets.at(-1).onclose();
  assert.match($("trouble").textContent, /does not answer/);
  assert.equal(state(), "idle");
  const devices = navigator.mediaDevices;
  navigator.mediaDevices = undefined;
  $("call").onclick();
  await settle();
  assert.match($("trouble").textContent, /localhost or over HTTPS/);
  navigator.mediaDevices = devices;
});

test("hanging up while the browser still asks for the microphone lets go of it", async () => {
  let allow;
  microphone = () => new Promise((resolve) => (allow = resolve));
  const dialled = sockets.length;
  const before = track.stopped;
  $("call").onclick();
  $("call").onclick();
  allow({ getTracks: () => [track] });
  await settle();
  assert.equal(sockets.length, dialled);
  assert.equal(track.stopped, before + 1);
  microphone = () => Promise.resolve({ getTracks: () => [track] });
});

test("the page speaks Mandarin as well", () => {
  $("language").onclick();
  assert.equal(document.documentElement.lang, "zh-CN");
  assert.ok(worded.some((element) => element.textContent === "键盘"));
  $("language").onclick();
  assert.equal(document.documentElement.lang, "en");
});
