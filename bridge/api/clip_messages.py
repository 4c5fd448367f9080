"""Takes and plans as OSC messages that any client can put together again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bridge.reports import AbletonScene, EditReport, PhraseReport, PlanReport, TakeReport
from models.formats.track_json import clip_from_rows
from models.music.clip import Composition, Note, Track

Values = tuple[float | str, ...]
Named = tuple[str, Values]

# A datagram up to about 3,700 bytes takes one page of a receiver's buffer: 48 of them fit into the
# 208 KB that Linux gives, but only 25 of 3,750. (Max reads up to 5,096 bytes, macOS sends 9,216.)
MOST_BYTES = 3_600
_NOTE_BYTES = 25  # five values of four bytes, five type tags
_HEAD_BYTES = 60  # address, track, chunk and padding, without the id
_SHORTEST = 1 / 1024
LIVE_TRACK = "Continuo"  # so begin the names of the tracks in Live that are ours


def clip_messages(report: TakeReport) -> Iterator[Named]:
    """Tell a take: begin, then each track with its notes in chunks, then end.

    Beats are counted from the phrase's first bar line, where the take's file may begin earlier.
    """
    take = report.take
    id_ = report.take_id or str(take.provenance.get("id") or "")
    model, seed = take.provenance.get("model"), take.provenance.get("seed")
    yield (
        "clip/begin",
        (
            id_,
            len(told_tracks(take)),
            _length(take),
            take.tempo.bpm_at(0),
            str(model or ""),
            int(seed or 0),
        ),
    )
    count = 0
    for number, (track, notes) in enumerate(_placed(take, told_tracks(take)), 1):
        yield (
            "clip/track",
            (id_, number, track.name, track.role, track.program, track.channel + 1),
        )
        count += len(notes)
        for chunk, part in enumerate(_chunks(notes, _id_bytes(id_))):
            yield "clip/notes", (id_, number, chunk, *_flat(part))
    for chunk, part in enumerate(_chunks(_melody(take), _id_bytes(id_))):
        yield "clip/melody", (id_, chunk, *_flat(part))
    yield "clip/end", (id_, count)


def _melody(take: Composition) -> tuple[Note, ...]:
    """Give the melody that a take was made of, counted from the phrase's bar line."""
    played, melody = take.provenance.get("played"), take.melody
    clip = melody.clip if played is None else clip_from_rows(played, melody.clip.length)
    return playable(replace(melody, clip=clip.shifted(-_lead_in(take))))


def phrase_messages(report: PhraseReport) -> Iterator[Named]:
    """Tell a phrase that was taken over: a message, more where it is long."""
    notes = playable(Track("melody", report.melody))
    for chunk, part in enumerate(_chunks(notes, 0) or [()]):
        yield "phrase/notes", (report.begin, chunk, *_flat(part))


def live_messages(report: AbletonScene) -> Iterator[Named]:
    """Tell the script in Live a take in the same way, for tracks that bear Continuo's name."""
    take, id_ = report.take, report.request_id
    count = len(take.accompaniment)
    head = (id_, report.name, count, _length(take), int(report.fire), report.scene)
    yield "live/write/begin", head
    total = 0
    for number, (track, notes) in enumerate(_placed(take, take.accompaniment), 1):
        name = f"{LIVE_TRACK} {track.name[:1].upper()}{track.name[1:]}"
        yield "live/write/track", (id_, number, name, track.role)
        total += len(notes)
        for chunk, part in enumerate(_chunks(notes, _id_bytes(id_))):
            yield "live/write/notes", (id_, number, chunk, *_flat(part))
    yield "live/write/end", (id_, total)


def told_tracks(take: Composition) -> tuple[Track, ...]:
    """What of a take is new to whoever knows the phrase: a melody only if a model changed it."""
    is_new = "played" in take.provenance
    return take.tracks if is_new else take.accompaniment


def _length(take: Composition) -> float:
    """The beats of its clips, counted from the phrase's first bar line."""
    length = max((t.clip.length for t in take.tracks), default=0.0) or take.length
    return max(length - _lead_in(take), 0.0)


def _lead_in(take: Composition) -> float:
    return float(take.provenance.get("lead_in") or 0)


def _placed(take: Composition, tracks: Sequence[Track]) -> Iterator[tuple[Track, tuple[Note, ...]]]:
    """Each of these tracks with its notes, counted from the phrase's bar line."""
    for track in tracks:
        yield track, playable(replace(track, clip=track.clip.shifted(-_lead_in(take))))


def plan_messages(report: PlanReport) -> Iterator[Named]:
    """Tell what is meant for one bar: a message for each track, more where it is long."""
    for number, track in enumerate(report.tracks, 1):
        head = (report.bar, report.begin, number, int(report.is_committed))
        for part in _chunks(playable(track), 0) or [()]:
            yield "plan", (*head, *_flat(part))


def edit_messages(report: EditReport) -> Iterator[Named]:
    """Tell what an edit took out and put in, in order of start; at least one message."""
    done = [("removed", note) for note in report.changes.removed]
    done += [("added", note) for note in report.changes.added]
    done.sort(key=lambda change: change[1].start)
    size = (MOST_BYTES - _HEAD_BYTES - _id_bytes(report.take_id)) // _NOTE_BYTES
    for begin in range(0, len(done) or 1, size):
        rows = ((what, n.pitch, n.start, n.duration) for what, n in done[begin : begin + size])
        yield "edit", (report.take_id, *(value for row in rows for value in row))


def playable(track: Track) -> tuple[Note, ...]:
    """A track's notes by start, as any clip takes them: of one pitch never two at a time.

    Of notes that start together the longest stays; one that runs into the next is cut there.
    """
    last: dict[int, int] = {}
    notes: list[Note] = []
    for note in sorted(track.clip.notes, key=lambda n: (n.start, n.pitch, -n.duration)):
        before = last.get(note.pitch)
        if before is not None:
            earlier = notes[before]
            if note.start - earlier.start < _SHORTEST:
                continue
            if earlier.end > note.start:
                notes[before] = replace(earlier, duration=note.start - earlier.start)
        last[note.pitch] = len(notes)
        notes.append(note)
    return tuple(notes)


def _chunks(notes: Sequence[Note], id_bytes: int) -> list[Sequence[Note]]:
    size = (MOST_BYTES - _HEAD_BYTES - id_bytes) // _NOTE_BYTES
    return [notes[i : i + size] for i in range(0, len(notes), size)]


def _id_bytes(id_: str) -> int:
    return len(id_.encode("utf-8", "replace"))


def _flat(notes: Sequence[Note]) -> Iterator[float]:
    for note in notes:
        yield from (note.pitch, note.start, note.duration, note.velocity, 0)
