// From the microphone's rate to the call's, in packets of 20 ms.
//
// A windowed-sinc low-pass at each output instant: no aliasing into speech, and
// 16 taps of the output's length on either side are enough for it.
const ZEROS = 8;

class Microphone extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate } }) {
    super();
    this.step = sampleRate / rate; // input samples for one output sample
    this.cut = Math.min(1, rate / sampleRate) * 0.92;
    this.reach = Math.ceil(ZEROS / this.cut);
    this.input = new Float32Array(0);
    this.next = this.reach; // where in `input` the next output sample lies
    this.packet = new Int16Array(Math.round(rate / 50));
    this.filled = 0;
    this.loudest = 0;
  }

  at(position) {
    const first = Math.ceil(position - this.reach);
    const last = Math.floor(position + this.reach);
    let sum = 0;
    for (let i = first; i <= last; i++) {
      const distance = i - position;
      const x = Math.PI * distance * this.cut;
      const sinc = x === 0 ? 1 : Math.sin(x) / x;
      const hann = 0.5 + 0.5 * Math.cos((Math.PI * distance) / (this.reach + 1));
      sum += this.input[i] * sinc * hann;
    }
    return sum * this.cut;
  }

  process([channels]) {
    const block = channels[0];
    if (!block) return true;
    const joined = new Float32Array(this.input.length + block.length);
    joined.set(this.input);
    joined.set(block, this.input.length);
    this.input = joined;
    while (this.next + this.reach < this.input.length) {
      const sample = Math.max(-1, Math.min(1, this.at(this.next)));
      this.loudest = Math.max(this.loudest, Math.abs(sample));
      this.packet[this.filled++] = Math.round(sample * 32767);
      this.next += this.step;
      if (this.filled === this.packet.length) {
        const pcm = this.packet.slice().buffer;
        this.port.postMessage({ pcm, level: this.loudest }, [pcm]);
        this.filled = 0;
        this.loudest = 0;
      }
    }
    const done = Math.max(0, Math.floor(this.next) - this.reach - 1);
    this.input = this.input.slice(done);
    this.next -= done;
    return true;
  }
}

registerProcessor("microphone", Microphone);
