/** Which names in the ruler can be read beside one another. No screen. */

export interface Name {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  /** Names on bar lines come before those between them. */
  readonly isOnBar: boolean;
}

const GAP = 8;

/** The names that are drawn: no two meet, and none between bar lines hides one on a bar line. */
export function readable(names: readonly Name[]): readonly Name[] {
  const kept: Name[] = [];
  const isFree = (one: Name): boolean => kept.every((other) => one.x >= other.x + other.width + GAP || other.x >= one.x + one.width + GAP);
  for (const isOnBar of [true, false]) for (const one of names) if (one.isOnBar === isOnBar && isFree(one)) kept.push(one);
  return kept;
}
