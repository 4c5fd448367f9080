/** Takes of the melody that lies there: heard in turn from the same beat, kept, put aside, asked for anew. */
import { takeLetter } from "../model/music";
import type { Take } from "../model/takes";
import { Icon } from "../parts/icons";
import { Menu } from "../parts/inputs";
import { asked, blind, drop, hear, keep, takesHere, toggleBlind } from "../state/audition";
import { another } from "../state/commands";
import { download, isEdited, keepEdited, KINDS } from "../state/downloads";
import * as engine from "../state/engine";
import * as piece from "../state/piece";

const VERBS: Record<string, string> = { edit: "Edit it", extend: "Go on" };
const verb = (): string => VERBS[engine.models.value.find((one) => one.name === engine.model.value)?.technique ?? ""] ?? "Accompany";
const modelName = (name: string): string => engine.models.value.find((one) => one.name === name)?.title || name;

function Row({ take, letter, isHidden }: { take: Take; letter: string; isHidden: boolean }) {
  const isChosen = piece.chosen.value === take.id;
  const isChanged = isEdited(take.id);
  return (
    <li class={`take${isChosen ? " chosen" : ""}`}>
      <button type="button" class="hear" aria-pressed={isChosen} onClick={() => hear(take.id)}>
        <b class="letter"><span class="hidden">Hear take </span>{letter}</b>
        <span class="what">
          <span>{isHidden ? "Which one?" : modelName(take.model)}</span>
          <small>{isHidden ? "choose by ear" : <>seed {take.seed}{isChanged ? " · edited" : ""}</>}</small>
        </span>
      </button>
      {isHidden ? (
        <button type="button" class="quiet" onClick={() => { keep(take.id); piece.chosen.value = take.id; blind.value = undefined; }}>This one</button>
      ) : (
        <>
          <button type="button" class={`quiet star${take.verdict === "kept" ? " on" : ""}`} aria-pressed={take.verdict === "kept"} aria-label={`Keep take ${letter}`} title="Keep (B)" onClick={() => keep(take.id)}><Icon name="star" /></button>
          <Menu name={`Take ${letter}: more`} label={<Icon name="more" />}>
            {(close) => (
              <div class="list">
                {isChanged && <button type="button" onClick={() => { void keepEdited(take.id); close(); }}>Keep as edited, in the Library</button>}
                {KINDS.map(([kind, name]) => <button key={kind} type="button" onClick={() => { void download(take.id, kind); close(); }}>{name}</button>)}
                <button type="button" onClick={() => { drop(take.id); close(); }}>Put aside <kbd>⌫</kbd></button>
              </div>
            )}
          </Menu>
        </>
      )}
    </li>
  );
}

export function Takes() {
  const here = takesHere();
  const order = blind.value?.flatMap((id) => here.find((take) => take.id === id) ?? []) ?? here;
  const isBlind = blind.value !== undefined;
  return (
    <section class="takes" aria-labelledby="takes-name">
      <div class="head">
        <h2 id="takes-name">Takes</h2>
        {here.length > 1 && <button type="button" class="quiet" aria-pressed={isBlind} title="Compare without names" onClick={toggleBlind}>Blind</button>}
      </div>
      <ul>
        {order.map((take, i) => <Row key={take.id} take={take} letter={isBlind ? `${i + 1}` : takeLetter(i)} isHidden={isBlind} />)}
        {asked.value && <li class="take coming"><b class="letter">{takeLetter(here.length)}</b><span class="what"><span>{modelName(asked.value.model)}</span><small>composing…</small></span></li>}
      </ul>
      {here.length > 0 && (
        <button type="button" class={`alone${piece.chosen.value === "" ? " chosen" : ""}`} aria-pressed={piece.chosen.value === ""} onClick={() => hear("")}>The melody alone <kbd>0</kbd></button>
      )}
      <button type="button" class="another" onClick={() => another()} disabled={!engine.isConnected.value || !piece.melody.value.size}>
        {here.length ? "Another take" : verb()} <kbd>N</kbd>
      </button>
      {!here.length && <p class="soft">Each take is kept beside the others, and in the Library. Nothing is overwritten.</p>}
    </section>
  );
}
