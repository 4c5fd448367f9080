"""The fake Live's clips and notes."""

from .base import (
    ArgumentError,
    IntU64Vector,
    LiveObject,
    MidiNoteVector,
    NamedObject,
    a_float,
    an_int,
    query,
)

_SAME = 1e-9


class MidiNoteSpecification:
    """A note to be written; nothing of it can be read back (PV: it has no properties)."""

    __slots__ = ("_fake",)
    fake_world = None

    def __init__(
        self,
        pitch,
        start_time,
        duration,
        velocity=100.0,
        mute=False,
        probability=1.0,
        velocity_deviation=0.0,
        release_velocity=64.0,
    ):
        world = type(self).fake_world
        world._check_thread()
        strict = world.strict_floats
        for value in (probability, velocity_deviation, release_velocity):
            a_float(value, strict)
        if not isinstance(mute, bool):
            raise ArgumentError(f"mute is a bool, got {mute!r}")
        self._fake = (
            an_int(pitch),
            a_float(start_time, strict),
            a_float(duration, strict),
            a_float(velocity, strict),
            mute,
        )


class MidiNote:
    """A note of a clip; only Live makes them (PV)."""

    def __init__(self, note_id, pitch, start_time, duration, velocity, mute):
        self.note_id = note_id
        self.pitch = pitch
        self.start_time = start_time
        self.duration = duration
        self.velocity = velocity
        self.mute = mute
        self.probability = 1.0
        self.velocity_deviation = 0.0
        self.release_velocity = 64.0


class Clip(NamedObject):
    """A clip in a slot, or in the arrangement."""

    LISTENABLE = ("name", "notes", "playing_position", "color", "looping", "loop_start", "loop_end")

    def __init__(self, world, parent, length, is_midi=True):
        LiveObject.__init__(self, world)
        self._parent = parent
        self._is_midi = is_midi
        self._by_pitch = {}
        self._ids = 0
        self._name = ""
        self._color = 0
        # Real clips come with their loop on; off here, so that it is never taken for granted.
        self._looping = False
        self._bounds = {"loop_start": 0.0, "loop_end": length}
        self._markers = {"loop_start": 0.0, "loop_end": length}
        self._muted = False
        self._launch_quantization = 0
        self._is_playing = False
        self._is_triggered = False
        self._started_at = 0.0

    canonical_parent = property(lambda self: self._parent)
    is_midi_clip = property(lambda self: self._is_midi)
    is_audio_clip = property(lambda self: not self._is_midi)
    is_playing = property(lambda self: self._is_playing)
    is_triggered = property(lambda self: self._is_triggered)

    @property
    def color(self):
        return self._color

    @color.setter
    def color(self, value):
        self._color = an_int(value)
        self._notify("color")

    @property
    def muted(self):
        return self._muted

    @muted.setter
    def muted(self, value):
        self._muted = bool(value)

    @property
    def looping(self):
        return self._looping

    @looping.setter
    def looping(self, value):
        self._looping = bool(value)

    @property
    def launch_quantization(self):
        return self._launch_quantization

    @launch_quantization.setter
    def launch_quantization(self, value):
        self._launch_quantization = an_int(value)

    # P0SF: the loop's setters mean the loop only while it is on.
    def _edge(self, name):
        return (self._bounds if self._looping else self._markers)[name]

    def _set_edge(self, name, value, of_loop):
        edges = self._bounds if of_loop else self._markers
        moved = dict(edges, **{name: a_float(value, self._world.strict_floats)})
        if moved["loop_start"] >= moved["loop_end"]:
            raise RuntimeError("Invalid syntax: start must be before end")
        edges.update(moved)

    loop_start = property(
        lambda self: self._edge("loop_start"),
        lambda self, value: self._set_edge("loop_start", value, self._looping),
    )
    loop_end = property(
        lambda self: self._edge("loop_end"),
        lambda self, value: self._set_edge("loop_end", value, self._looping),
    )
    start_marker = property(
        lambda self: self._markers["loop_start"],
        lambda self, value: self._set_edge("loop_start", value, False),
    )
    end_marker = property(
        lambda self: self._markers["loop_end"],
        lambda self, value: self._set_edge("loop_end", value, False),
    )

    @property
    def _notes(self):
        """All notes by pitch, then time (AOSC's tests)."""
        pitches = sorted(self._by_pitch.items())
        return [n for _, notes in pitches for n in sorted(notes, key=lambda n: n.start_time)]

    def add_new_notes(self, notes):
        """Write notes one after the other; the answer is None in 11.0 (PV)."""
        self._check_midi()
        ids = []
        for note in notes:
            if not isinstance(note, MidiNoteSpecification):
                raise ArgumentError(f"a MidiNoteSpecification is needed, got {note!r}")
            ids.append(self._write(*note._fake))
        self._notify("notes")
        return None if self._world.version < (11, 1) else IntU64Vector(ids)

    def _write(self, pitch, start, duration, velocity, mute):
        if not 0 <= pitch <= 127 or not 0 < velocity <= 127 or duration <= 0:
            # P0SF: a velocity is above 0 and at most 127. Which error it is, nobody has told.
            raise RuntimeError("Invalid note")
        kept = []
        for note in self._by_pitch.get(pitch, ()):
            if start - _SAME <= note.start_time < start + duration - _SAME:
                continue  # replaced, or written too early (P0SF, and others' comments)
            if note.start_time < start < note.start_time + note.duration:
                note.duration = start - note.start_time  # P0SF: the earlier one is cut
            kept.append(note)
        self._ids += 1
        kept.append(MidiNote(self._ids, pitch, start, duration, velocity, mute))
        self._by_pitch[pitch] = kept
        return self._ids

    @query
    def get_notes_extended(self, from_pitch, pitch_span, from_time, time_span):
        """Answer the notes that start there, by pitch, then time (AOSC's tests)."""
        self._check_midi()
        strict = self._world.strict_floats
        low, high = an_int(from_pitch), from_pitch + an_int(pitch_span)
        begin, end = a_float(from_time, strict), from_time + a_float(time_span, strict)
        found = [n for n in self._notes if low <= n.pitch < high and begin <= n.start_time < end]
        return MidiNoteVector(found)

    @query
    def get_all_notes_extended(self):
        """Answer all notes; not in 11.0 (PV)."""
        if self._world.version < (11, 1):
            raise AttributeError("'Clip' object has no attribute 'get_all_notes_extended'")
        return MidiNoteVector(self._notes)

    def fire(self):
        self._parent._fire()

    def _check_midi(self):
        if not self._is_midi:
            raise RuntimeError("Clip is not a MIDI clip")  # QUIRKS: RuntimeError
