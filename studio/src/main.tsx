/** The page put together: state listens first, then the connection opens. */
import "./style/page.css";
import "./state/chords";
import "./state/mixing";
import { effect } from "@preact/signals";
import { render } from "preact";
import { Page } from "./Page";
import { fetchTunes, openFile, tellExample } from "./play/Melodies";
import { readLayout } from "./play/piano";
import { listen } from "./play/shortcuts";
import * as sound from "./sound/sound";
import { connection, version } from "./state/engine";
import { isLive } from "./roll/view";
import { say, warn } from "./state/notices";
import { wire } from "./wire/wire";

// What comes over the wire is on its way while the page is drawn.
wire.connect();
// A tune lies in the roll before Continuo has told all there is.
void fetchTunes();
wire.on("picture", tellExample);

const root = document.getElementById("app")!;
root.textContent = "";
render(<Page />, root);
listen();
void readLayout();

// Sound is made ready before the first key, and woken by it; to open the device takes the browser a
// quarter of a second, in which the page is seen already. (A hidden page is never drawn.)
if (document.hidden) void sound.prepare();
else requestAnimationFrame(() => setTimeout(() => void sound.prepare()));
for (const name of ["keydown", "pointerdown"] as const) addEventListener(name, () => void sound.wake(), { capture: true });

// A page of before an update speaks another language than the server of after it.
let known = "";
effect(() => {
  if (known && version.value && version.value !== known) say("Continuo was updated: reload this page.", "warning", ["Reload", () => location.reload()]);
  known ||= version.value;
});

let wasLost = false;
effect(() => {
  if (connection.value === "lost" || connection.value === "looking") wasLost = true;
  if (connection.value === "open" && wasLost) {
    wasLost = false;
    say("Continuo is back.");
  }
});

// A MIDI file may be dropped anywhere.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length > 1) warn(`Only the first of ${files.length} files is opened.`);
  if (isLive.value) return void warn("Stop first (Space): a file that is dropped takes the place of what lies in the roll.");
  if (files[0]) void openFile(files[0]);
});
