/** The first room: voices, roll, takes, keyboard. */
import { Roll } from "../roll/Roll";
import { Controls } from "./Controls";
import { EditBar } from "./EditBar";
import { Keyboard } from "./Keyboard";
import { TrackChoice } from "./Melodies";
import { Proposal } from "./Proposal";
import { Sections } from "./Sections";
import { Takes } from "./Takes";
import { Voices } from "./Voices";

export function PlayRoom() {
  return (
    <main class="play" aria-label="Play">
      <Voices />
      <section class="stage" aria-label="Piano roll"><TrackChoice /><Proposal /><Roll /><Sections /><EditBar /></section>
      <aside class="side"><Takes /><Controls /></aside>
      <Keyboard />
    </main>
  );
}
