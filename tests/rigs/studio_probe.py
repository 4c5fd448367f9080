"""What the studio's bench puts into the page: it notes when keys come, what is told and drawn."""

# Every key's moment before the page hears of it, every message's, and when voices are drawn.
PROBE = """(() => {
  const probe = (window.probe = { keys: [], told: [], drawn: [], frames: [] });
  addEventListener("keydown", (event) => probe.keys.push(performance.now()), { capture: true });
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        for (const message of JSON.parse(data)) probe.told.push([performance.now(), ...message]);
      });
    }
  };
  const fill = CanvasRenderingContext2D.prototype.fill;
  CanvasRenderingContext2D.prototype.fill = function (...given) {
    if (probe.voices?.includes(this.fillStyle)) probe.drawn.push(performance.now());
    return fill.apply(this, given);
  };
  probe.forget = () => {
    for (const all of [probe.told, probe.drawn, probe.keys]) all.length = 0;
  };
  const look = (now) => {
    if (probe.isCounting) probe.frames.push(now);
    requestAnimationFrame(look);
  };
  probe.count = () => { probe.isCounting = true; requestAnimationFrame(look); };
  // The audio clock runs in steps: what it is behind the page's is least just after one.
  probe.offset = async () => {
    let least = Infinity;
    for (let i = 0; i < 60; i++) {
      least = Math.min(least, performance.now() / 1000 - window.heard.context.currentTime);
      await new Promise((done) => setTimeout(done, 4));
    }
    return least;
  };
})();"""
# The colours in which the voices of a chorale are drawn, as the canvas gives them back.
VOICES = """() => {
  const style = getComputedStyle(document.documentElement);
  const pen = document.createElement("canvas").getContext("2d");
  window.probe.voices = [1, 2, 3].map((i) => {
    pen.fillStyle = style.getPropertyValue(`--voice-${i}`).trim();
    return pen.fillStyle;
  });
  return window.probe.voices;
}"""
# Milliseconds from the last key's handler to the first sample that is louder than what was before.
FIRST_SAMPLE = """async () => {
  const struck = window.probe.keys.at(-1) / 1000;
  const context = window.heard?.context;
  if (!context || context.state !== "running") return null;
  const all = new Float32Array(window.heard.fftSize);
  window.heard.getFloatTimeDomainData(all);
  const end = context.currentTime;
  const offset = await window.probe.offset();
  const ago = (seconds) => (end - (seconds - offset)) * context.sampleRate;
  const place = (seconds) => Math.round(all.length - ago(seconds));
  const at = Math.max(place(struck), 0);
  let noise = 3e-4;
  for (let i = Math.max(0, at - 2400); i < at; i++) noise = Math.max(noise, Math.abs(all[i]));
  for (let i = at; i < all.length; i++) {
    if (Math.abs(all[i]) > 1.5 * noise) return ((i - place(struck)) / context.sampleRate) * 1000;
  }
  return null;
}"""
# Milliseconds from the last key, and from the phrase's end, to the voices of its take.
DRAWN = """() => {
  const take = probe.told.find((one) => one[1] === "/continuo/clip/end");
  const over = probe.told.find((one) => one[1] === "/continuo/phrase/notes");
  const at = take && probe.drawn.find((time) => time >= take[0]);
  return at && over ? [at - probe.keys.at(-1), at - over[0]] : null;
}"""
# Hears the click in the page's own sound and presses a key when it comes out of the loudspeaker.
ROBOT = """() => {
  const DEAF_SECONDS = 0.4, LOUD = 0.02;
  const pressed = (window.probe.pressed = []);
  const ear = new AnalyserNode(window.heard.context, { fftSize: 4096, smoothingTimeConstant: 0 });
  const { context } = window.heard;
  window.loudspeaker.connect(ear);
  const all = new Float32Array(ear.fftSize);
  let heardUntil = context.currentTime;
  const key = (type) => document.body.dispatchEvent(
    new KeyboardEvent(type, { code: "KeyA", key: "a", bubbles: true, cancelable: true }));
  const press = (heardAt) => {
    pressed.push([heardAt, performance.now()]);
    key("keydown");
    setTimeout(() => key("keyup"), 100);
  };
  const listen = () => {
    ear.getFloatTimeDomainData(all);
    const end = context.currentTime;
    const stamp = context.getOutputTimestamp();
    const from = Math.max(0, Math.ceil(all.length - (end - heardUntil) * context.sampleRate));
    const at = all.findIndex((x, i) => i >= from && Math.abs(x) > LOUD);
    if (at >= 0) {
      const onset = end - (all.length - at) / context.sampleRate;
      const heardAt = stamp.performanceTime + (onset - stamp.contextTime) * 1000;
      heardUntil = onset + DEAF_SECONDS;
      setTimeout(() => press(heardAt), Math.max(0, heardAt - performance.now()));
    } else heardUntil = Math.max(heardUntil, end);
    setTimeout(listen, 4);
  };
  listen();
}"""
# What the robot was late by when it pressed, in ms, and the beats at which its keys were recorded.
PRESSED = """() => [
  probe.pressed.map(([heard, pressed]) => pressed - heard),
  probe.told.filter((one) => one[1] === "/continuo/played" && one[2]).map((one) => one[3]),
]"""
