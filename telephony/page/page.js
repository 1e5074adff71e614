import { words } from "./words.js";

const $ = (id) => document.getElementById(id);
let language = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
let call = null;

const say = (word, values = {}) =>
  words[language][word].replace(/\{(\w+)\}/g, (_, name) => values[name]);

function translate() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  $("language").lang = language === "zh" ? "en" : "zh-CN";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
  for (const element of document.querySelectorAll("[data-word-label]"))
    element.setAttribute("aria-label", say(element.dataset.wordLabel));
}

function show(element, word) {
  element.dataset.word = word;
  element.textContent = say(word);
}

function enter(state, word = state) {
  document.body.dataset.state = state;
  show($("state"), word);
  show($("call").querySelector("span"), state === "idle" || state === "ended" ? "call" : "hangUp");
}

function trouble(word) {
  $("trouble").hidden = !word;
  if (word) show($("trouble"), word);
}

// The transcript ----------------------------------------------------------

function line(kind, text) {
  $("empty").hidden = true;
  const item = document.createElement("li");
  item.className = kind;
  item.textContent = text;
  $("transcript").append(item);
  item.scrollIntoView({ block: "nearest" });
  return item;
}

function write(event) {
  const last = $("transcript").lastElementChild;
  if (event.kind === "caller") {
    const open = last?.className === "caller" && last.dataset.final === "false";
    const item = open ? last : line("caller", "");
    item.textContent = event.text;
    item.dataset.final = event.final !== false;
    if (event.emotion) {
      const small = document.createElement("small");
      small.textContent = event.emotion;
      item.append(small);
    }
  } else if (event.kind === "timing") {
    const ms = event.ms?.at_caller ?? event.ms?.first_pcm;
    if (ms !== undefined) line("timing", say("timing", { ms: Math.round(ms) }));
  } else if (event.text) {
    line(event.kind === "parley" ? "parley" : "note", event.text);
  }
}

// The call ----------------------------------------------------------------

class Call {
  constructor() {
    this.muted = false;
    this.since = 0;
  }

  async start() {
    if (!navigator.mediaDevices) return this.end("insecure");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
      });
    } catch {
      return this.end("noMicrophone");
    }
    if (this.over) return this.release();
    this.socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/call${location.search}`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }) => this.take(data);
    this.socket.onclose = () => this.end(document.body.dataset.state === "calling" ? "noServer" : null);
  }

  take(data) {
    if (typeof data !== "string") {
      this.loudspeaker?.port.postMessage(data, [data]);
      return;
    }
    const event = JSON.parse(data);
    if (event.type === "ready") {
      enter("ringing");
      this.audio = this.connect(event.rate);
    } else if (event.type === "answered") {
      enter("talking");
      this.since = Date.now();
      this.ticking = setInterval(() => this.tick(), 200);
    } else if (event.type === "flush") this.loudspeaker?.port.postMessage("flush");
    else if (event.type === "show") write(event.event);
    else if (event.type === "ended") this.end(null, event.by === "parley" ? "endedByParley" : "ended");
  }

  async connect(rate) {
    // Two contexts: the loudspeaker's runs at the call's rate, and not every browser
    // lets a microphone into a context of another rate than its own.
    this.hearing = new AudioContext();
    this.playing = new AudioContext({ sampleRate: rate, latencyHint: "interactive" });
    await Promise.all([
      this.hearing.audioWorklet.addModule("microphone.js"),
      this.playing.audioWorklet.addModule("loudspeaker.js"),
    ]);
    if (this.over) return this.release();
    this.loudspeaker = new AudioWorkletNode(this.playing, "loudspeaker", { outputChannelCount: [1] });
    this.loudspeaker.port.onmessage = ({ data }) => ($("theirs").value = Math.sqrt(data));
    this.loudspeaker.connect(this.playing.destination);
    const microphone = new AudioWorkletNode(this.hearing, "microphone", {
      numberOfOutputs: 0,
      processorOptions: { rate },
    });
    microphone.port.onmessage = ({ data: { pcm, level } }) => {
      $("mine").value = this.muted ? 0 : Math.sqrt(level);
      if (this.socket.readyState === WebSocket.OPEN) this.socket.send(this.muted ? new ArrayBuffer(pcm.byteLength) : pcm);
    };
    this.hearing.createMediaStreamSource(this.stream).connect(microphone);
  }

  tick() {
    const seconds = Math.floor((Date.now() - this.since) / 1000);
    $("clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  press(digit) {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ type: "key", digit }));
    line("note", `${say("key")} ${digit}`);
  }

  hangUp() {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ type: "hangup" }));
    this.end(null);
  }

  end(word, state = "ended") {
    if (this.over) return;
    this.over = true;
    this.release();
    call = null;
    trouble(word);
    enter(word ? "idle" : "ended", word ? "idle" : state);
    $("mine").value = $("theirs").value = 0;
  }

  release() {
    clearInterval(this.ticking);
    this.socket?.close();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    for (const context of [this.hearing, this.playing]) if (context?.state !== "closed") context?.close();
  }
}

// The buttons -------------------------------------------------------------

$("call").onclick = () => {
  if (call) return call.hangUp();
  trouble(null);
  $("transcript").replaceChildren();
  $("empty").hidden = false;
  $("clock").textContent = "0:00";
  $("mute").ariaPressed = "false";
  show($("mute"), "mute");
  enter("calling");
  call = new Call();
  call.start();
};

$("mute").onclick = () => {
  if (!call) return;
  call.muted = !call.muted;
  $("mute").ariaPressed = String(call.muted);
  show($("mute"), call.muted ? "unmute" : "mute");
};

$("keys").onclick = () => {
  $("keypad").hidden = !$("keypad").hidden;
  $("keys").ariaExpanded = String(!$("keypad").hidden);
};

for (const digit of "123456789*0#") {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = digit;
  button.onclick = () => call?.press(digit);
  $("keypad").append(button);
}

document.addEventListener("keydown", (event) => {
  if (call && /^[0-9*#]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) call.press(event.key);
});

$("language").onclick = () => {
  language = language === "zh" ? "en" : "zh";
  translate();
};

translate();
