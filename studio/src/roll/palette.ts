/** The page's colours for the canvas: read from the style sheet once, and again when the theme changes. */

export interface Palette {
  readonly paper: string;
  readonly row: string;
  readonly beat: string;
  readonly bar: string;
  readonly ink: string;
  readonly soft: string;
  readonly accent: string;
  readonly record: string;
  readonly voices: readonly string[];
  /** Text on a note of that voice. */
  readonly onVoice: string;
}

export function readPalette(): Palette {
  const css = getComputedStyle(document.documentElement);
  const of = (name: string): string => css.getPropertyValue(`--${name}`).trim();
  return {
    paper: of("paper"), row: of("row"), beat: of("beat"), bar: of("bar"), ink: of("ink"), soft: of("soft"),
    accent: of("accent"), record: of("record"), onVoice: of("on-voice"),
    voices: [0, 1, 2, 3, 4, 5].map((i) => of(`voice-${i}`)),
  };
}

/** The colour of a voice: after the fifth they begin again with the first; you are never repeated. */
export const voiceIndex = (voice: number): number => (voice === 0 ? 0 : ((voice - 1) % 5) + 1);
