// Plays what comes over the socket without gaps, although it comes unevenly.
//
// After silence it waits until 60 ms have come, or until 60 ms have passed, so that
// a packet that is late by less than that is not heard. Then it plays until it runs dry.
const AHEAD = 0.06;

class Loudspeaker extends AudioWorkletProcessor {
  constructor() {
    super();
    this.queue = [];
    this.samples = 0;
    this.offset = 0;
    this.waited = 0;
    this.playing = false;
    this.loudest = 0;
    this.blocks = 0;
    this.port.onmessage = ({ data }) => {
      if (data === "flush") {
        this.queue = [];
        this.samples = this.offset = 0;
        this.playing = false;
      } else {
        const chunk = new Int16Array(data);
        this.queue.push(chunk);
        this.samples += chunk.length;
      }
    };
  }

  process(inputs, [[out]]) {
    if (!this.playing && this.samples) {
      this.waited += out.length / sampleRate;
      this.playing = this.samples >= AHEAD * sampleRate || this.waited >= AHEAD;
    }
    for (let i = 0; this.playing && i < out.length; i++) {
      const chunk = this.queue[0];
      if (!chunk) {
        this.playing = false;
        this.waited = 0;
        break;
      }
      out[i] = chunk[this.offset++] / 32768;
      this.samples--;
      this.loudest = Math.max(this.loudest, Math.abs(out[i]));
      if (this.offset === chunk.length) {
        this.queue.shift();
        this.offset = 0;
      }
    }
    if (++this.blocks % 8 === 0) {
      this.port.postMessage(this.loudest);
      this.loudest = 0;
    }
    return true;
  }
}

registerProcessor("loudspeaker", Loudspeaker);
