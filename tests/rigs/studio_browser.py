"""The studio's page in Debian's Chromium: the real command, the real page, its own sound heard."""

import math
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import perf_counter

import pytest
from paths import ROOT
from patience import PATIENCE_SECONDS
from system_programs import need_module, need_program

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AXE = ROOT / "studio" / "node_modules" / "axe-core" / "axe.min.js"
# Whatever the page connects to the loudspeaker is heard by an analyser of ours as well.
TAP = """(() => {
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    const made = connect.call(this, to, ...rest);
    if (to instanceof AudioDestinationNode && to.context instanceof AudioContext) {
      window.heard = new AnalyserNode(to.context, { fftSize: 32768, smoothingTimeConstant: 0 });
      connect.call((window.loudspeaker = this), window.heard);
    }
    return made;
  };
})();"""
# What comes and goes is noted in the page: a busy machine asks too seldom to see it.
WATCH = """(() => {
  const seen = (window.seen = { status: [], alerts: 0, voices: 0, loudest: 0 });
  new MutationObserver(() => {
    const status = document.querySelector(".status")?.textContent;
    if (status && seen.status.at(-1) !== status) seen.status.push(status);
    seen.alerts = Math.max(seen.alerts, document.querySelectorAll("[role=alert]").length);
    seen.voices = Math.max(seen.voices, document.querySelectorAll(".keys .lit").length);
  }).observe(document, {
    subtree: true, childList: true, characterData: true,
    attributes: true, attributeFilter: ["class"],
  });
  const window_ = new Float32Array(2048);
  setInterval(() => {
    if (!window.heard) return;
    window.heard.getFloatTimeDomainData(window_);
    const power = window_.reduce((sum, x) => sum + x * x, 0) / window_.length;
    seen.loudest = Math.max(seen.loudest, Math.sqrt(power));
  }, 20);
})();"""
SAMPLES = """() => {
  if (!window.heard) return [44100, []];
  const all = new Float32Array(window.heard.fftSize);
  window.heard.getFloatTimeDomainData(all);
  return [window.heard.context.sampleRate, Array.from(all.slice(-8192))];
}"""


def need_browser():
    """Return Chromium's path, or skip (fail where everything must be there)."""
    need_module("playwright.sync_api")
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    need_program(BROWSERS[0])
    return None


def need_axe():
    """Return the source of axe-core, which `npm ci` in studio/ brings."""
    if not AXE.exists():
        # Without npm's registry there is none; .ci/page says so.
        pytest.skip("axe-core is not there: run npm ci in studio/")
    return AXE.read_text(encoding="utf-8")


class Command:
    """`continuo studio` as a user starts it, with its takes in a folder of the test's."""

    def __init__(self, folder, *options, port=0):
        environment = dict(os.environ, HOME=str(folder), PYTHONPATH=str(ROOT), COLUMNS="200")
        environment |= {
            f"XDG_{name}_HOME": str(folder / name) for name in ("DATA", "CONFIG", "STATE")
        }
        start = [sys.executable, "-c", "from bridge.cli import main; main()", "studio", "--no-open"]
        given = ["--port", str(port), "--takes", str(folder / "takes"), "--osc-port", "0", *options]
        self.process = subprocess.Popen(
            [*start, *given],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self.address = self._address()
        self.port = int(re.search(r":(\d+)/", self.address).group(1))

    def _address(self):
        said = []
        for line in self.process.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+/\?k=\S+", line):
                return found.group()
        raise AssertionError(f"continuo studio printed no address: {''.join(said)}")

    @property
    def server(self):
        """The process number of the page's server."""
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                if b"bridge.studio.server" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
        raise AssertionError("the server does not run")

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@contextmanager
def chromium():
    """A browser without a screen; its sound goes nowhere, and is heard by `TAP`."""
    path = need_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(browser, address, *, width=1280, height=800, scheme="light", scripts=(), socket=None):
    """Open the page and wait for the whole picture; `logs` keeps what it complained of."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    page.logs = []
    page.on("pageerror", lambda error: page.logs.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.logs.append(said.text))
    page.foreign = []
    page.on("request", lambda asked: _note_foreign(page, asked.url))
    for script in (TAP, WATCH, *scripts):
        page.add_init_script(script)
    if socket is not None:  # whoever carries the page's line to the server
        page.route_web_socket("**/live", socket)
    page.goto(address)
    page.locator(".status.ready, .status.on, .status.busy").wait_for()
    return page


def _note_foreign(page, url):
    if not re.match(r"(http|ws)://127\.0\.0\.1:|blob:|data:", url):
        page.foreign.append(url)


def until(holds, what, pause_seconds=0.03):
    """Wait until `holds()` gives something, and return it."""
    pause, end = Event(), perf_counter() + PATIENCE_SECONDS
    while not (found := holds()):
        assert perf_counter() < end, what() if callable(what) else what
        pause.wait(pause_seconds)
    return found


def seen(page, *, anew=False):
    """What the page showed and sounded since it was opened, or was looked at `anew`."""
    found = page.evaluate("() => structuredClone(window.seen)")
    if anew:
        page.evaluate(
            "() => Object.assign(window.seen, { status: [], alerts: 0, voices: 0, loudest: 0 })"
        )
    return found


def loudness(page):
    """Root mean square of what the page's loudspeaker got in the last fifth of a second."""
    _, samples = page.evaluate(SAMPLES)
    return math.sqrt(sum(x * x for x in samples) / len(samples)) if samples else 0.0


def loudest_hz(page):
    """The strongest pitch of what sounds, from 110 to 1,760 Hz, to a twentieth of a semitone."""
    import numpy

    rate, samples = page.evaluate(SAMPLES)
    size = 1 << 18
    spectrum = numpy.abs(numpy.fft.rfft(numpy.hanning(len(samples)) * samples, size))
    hz = numpy.arange(len(spectrum)) * rate / size
    spectrum[(hz < 110) | (hz > 1760)] = 0
    return float(hz[spectrum.argmax()])
