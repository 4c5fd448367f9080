/**
 * A worker: cuts one instrument out of the shipped bank and decodes its samples. Decoded on the
 * audio thread, when a key is first struck, they would make the sound crackle.
 */
import { BasicSoundBank, SoundBankLoader } from "spessasynth_core";
import { bankMark, keep, kept } from "./cache";

/** Which instrument: a General MIDI program, or a drum kit. */
export interface Wanted {
  readonly program: number;
  readonly isDrums: boolean;
}

export type Decoded = Wanted & ({ readonly bank: ArrayBuffer } | { readonly error: string });

const port = self as unknown as { onmessage: (event: MessageEvent<Wanted>) => void; postMessage(data: Decoded, transfer?: Transferable[]): void };
let whole: Promise<BasicSoundBank> | undefined;
let work: Promise<void> = Promise.resolve();
const mark = bankMark();

async function load(): Promise<BasicSoundBank> {
  const answer = await fetch("/bank.sf3");
  if (!answer.ok) throw new Error(`the sound bank cannot be had (${answer.status})`);
  await BasicSoundBank.isSF3DecoderReady;
  return SoundBankLoader.fromArrayBuffer(await answer.arrayBuffer());
}

async function decode(wanted: Wanted): Promise<ArrayBuffer> {
  const bank = await (whole ??= load());
  const isIt = (preset: (typeof bank.presets)[number]): boolean =>
    preset.program === wanted.program && (wanted.isDrums ? preset.isGMGSDrum : !preset.isGMGSDrum && preset.bankMSB === 0);
  const preset = bank.presets.find(isIt);
  if (!preset) throw new Error(`the sound bank has no program ${wanted.program + 1}`);
  const one = new BasicSoundBank();
  one.soundBankInfo = { ...bank.soundBankInfo };
  one.addCompletePresets([preset]);
  one.flush();
  await one.setSampleFormat({ format: "pcm" });
  return one.writeSF2();
}

// One after the other, in the order in which they are asked for: the piano comes first.
port.onmessage = ({ data }) => {
  work = work.then(async () => {
    try {
      const name = `${data.isDrums ? "kit" : "program"}-${data.program}`;
      let bank = await kept(await mark, name);
      if (!bank) {
        bank = await decode(data);
        await keep(await mark, name, bank.slice(0));
      }
      port.postMessage({ ...data, bank }, [bank]);
    } catch (error) {
      whole = whole?.catch(() => undefined as never) && undefined;
      port.postMessage({ ...data, error: error instanceof Error ? error.message : String(error) });
    }
  });
};
