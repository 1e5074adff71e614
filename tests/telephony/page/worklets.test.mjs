// The page's two audio worklets, run by node with as much of a browser as they touch.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const PAGE = process.env.PAGE;
const BLOCK = 128; // samples a browser gives a worklet at a time

function worklet(file, rate, options) {
  let made;
  class AudioWorkletProcessor {
    constructor() {
      this.posted = [];
      this.port = { postMessage: (data) => this.posted.push(data), onmessage: null };
    }
  }
  const registerProcessor = (_, Processor) => (made = Processor);
  vm.runInNewContext(readFileSync(`${PAGE}/${file}`, "utf8"), {
    AudioWorkletProcessor, registerProcessor, sampleRate: rate, Float32Array, Int16Array, Math,
  });
  return new made({ processorOptions: options });
}

function record(from, to, wave, seconds) {
  const microphone = worklet("microphone.js", from, { rate: to });
  for (let at = 0; at < from * seconds; at += BLOCK) {
    const block = Float32Array.from({ length: BLOCK }, (_, i) => wave((at + i) / from));
    assert.equal(microphone.process([[block]]), true);
  }
  const packets = microphone.posted.map(({ pcm }) => new Int16Array(pcm));
  return { packets, samples: packets.flatMap((packet) => [...packet]), posted: microphone.posted };
}

const tone = (hertz, level = 0.5) => (t) => level * Math.sin(2 * Math.PI * hertz * t);
const rms = (samples) => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);

for (const from of [48000, 44100, 16000, 96000]) {
  test(`microphone at ${from} Hz: 20 ms packets of the tone that was sung`, () => {
    const { packets, samples } = record(from, 16000, tone(1000), 0.5);
    assert.ok(packets.every((packet) => packet.length === 320));
    assert.ok(samples.length > 7300 && samples.length <= 8320, `${samples.length} samples`);
    const steady = samples.slice(800, -800);
    assert.ok(Math.abs(rms(steady) / (0.5 * 32767 / Math.SQRT2) - 1) < 0.03, `level ${rms(steady)}`);
    let crossings = 0;
    for (let i = 1; i < steady.length; i++) crossings += steady[i - 1] < 0 && steady[i] >= 0;
    assert.ok(Math.abs(crossings / (steady.length / 16000) - 1000) < 8, `${crossings} periods`);
  });
}

test("microphone: what the call cannot carry does not fold back into speech", () => {
  for (const hertz of [9500, 12000, 20000]) {
    const { samples } = record(48000, 16000, tone(hertz), 0.2);
    assert.ok(rms(samples.slice(800, -800)) < 0.03 * 32767 * 0.5, `${hertz} Hz: ${rms(samples)}`);
  }
});

test("microphone: too loud is clipped, not wrapped around", () => {
  const { samples, posted } = record(48000, 16000, tone(300, 3), 0.2);
  for (let i = 1; i < samples.length; i++) assert.ok(Math.abs(samples[i] - samples[i - 1]) < 30000);
  assert.equal(Math.max(...samples), 32767);
  assert.ok(posted.every(({ level }) => level >= 0 && level <= 1));
});

test("microphone: a muted input is waited for", () => {
  const microphone = worklet("microphone.js", 48000, { rate: 16000 });
  assert.equal(microphone.process([[]]), true);
  assert.equal(microphone.posted.length, 0);
});

function loudspeaker() {
  const player = worklet("loudspeaker.js", 16000);
  const heard = [];
  const run = (blocks) => {
    for (let i = 0; i < blocks; i++) {
      const out = new Float32Array(BLOCK);
      assert.equal(player.process([], [[out]]), true);
      heard.push(...out);
    }
  };
  const send = (samples) => player.port.onmessage({ data: Int16Array.from(samples).buffer });
  return { player, heard, run, send, flush: () => player.port.onmessage({ data: "flush" }) };
}

const packet = (first) => Array.from({ length: 320 }, (_, i) => first + i + 1);

test("loudspeaker: every sample once, in order and without gaps, although packets come unevenly", () => {
  const { heard, run, send } = loudspeaker();
  run(3);
  for (let i = 0; i < 3; i++) send(packet(i * 320)); // 60 ms together
  run(5);
  for (let i = 3; i < 8; i++) send(packet(i * 320)); // a burst after a stall
  run(30);
  const sound = heard.map((x) => Math.round(x * 32768)).filter((x) => x !== 0);
  assert.deepEqual(sound, Array.from({ length: 8 * 320 }, (_, i) => i + 1));
  const first = heard.findIndex((x) => x !== 0);
  assert.ok(heard.slice(first, first + 8 * 320).every((x) => x !== 0), "a gap");
});

test("loudspeaker: a single short packet is played after a while, not kept", () => {
  const { heard, run, send } = loudspeaker();
  send(packet(0));
  run(12);
  assert.equal(heard.filter((x) => x !== 0).length, 320);
  assert.ok(heard.findIndex((x) => x !== 0) <= 0.06 * 16000 + BLOCK);
});

test("loudspeaker: flush is heard at once, and what follows is played", () => {
  const { heard, run, send, flush } = loudspeaker();
  for (let i = 0; i < 10; i++) send(packet(i * 320));
  run(4);
  flush();
  const before = heard.length;
  run(10);
  assert.ok(heard.slice(before).every((x) => x === 0));
  for (let i = 0; i < 4; i++) send(packet(0));
  run(14);
  assert.equal(heard.slice(before).filter((x) => x !== 0).length, 4 * 320);
});

test("loudspeaker: tells how loud it is", () => {
  const { player, run, send } = loudspeaker();
  for (let i = 0; i < 4; i++) send(new Array(320).fill(16384));
  run(8);
  assert.equal(Math.max(...player.posted), 0.5);
});
