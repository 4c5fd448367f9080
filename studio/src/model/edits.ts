/** What a model did to the melody, note by note: taken over or left, until nothing is open. */
import type { Note, Notes } from "./notes";
import type { EditedNote, Take } from "./takes";

export const matches = (note: Note, edit: EditedNote): boolean => edit.pitch === note.pitch && Math.abs(edit.start - note.start) < 0.01;

/** The melody as it would be: the model's, but for the changes that are refused (their ids). */
export function proposed(melody: Notes, take: Take, refused: ReadonlySet<number>): Notes {
  const made = new Map(take.sung.map((note) => [note.id, note]));
  for (const edit of take.edits) {
    if (!refused.has(edit.id)) continue;
    if (edit.what === "added") {
      for (const note of made.values()) if (matches(note, edit)) made.delete(note.id);
    } else {
      const before = [...melody.values()].find((note) => matches(note, edit));
      made.set(edit.id, { id: edit.id, voice: 0, pitch: edit.pitch, start: edit.start, duration: edit.duration, velocity: before?.velocity ?? 80 });
    }
  }
  return made;
}

/** The change that a note in view stands for. */
export const changeOf = (take: Take, note: Note): EditedNote | undefined =>
  take.edits.find((edit) => edit.id === note.id) ?? (note.voice === 0 ? take.edits.find((edit) => edit.what === "added" && matches(note, edit)) : undefined);
