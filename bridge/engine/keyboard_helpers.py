"""What helps at the keyboard: keys sound in another octave, as chords, or one after the other."""

from collections.abc import Hashable
from dataclasses import replace

import mido

from bridge.engine.arpeggiator import Arpeggiator, Sound
from bridge.engine.performance import Performance
from bridge.events import MidiIn
from bridge.notes.arpeggio import ArpeggioNote
from bridge.notes.midi_output import Moment
from bridge.notes.sounded_keys import SoundedKeys
from bridge.settings import OFF
from models.music.diatonic import C_MAJOR, chord_over

Key = tuple[Hashable, int, int]  # whose it is, channel, pitch
_HIGHEST = 127


class KeyboardHelpers:
    """Makes of each key of the melody what it sounds. With all of them off it is the key itself.

    A key is released on what it was struck on, whatever is switched meanwhile.
    Called from: the engine thread.
    """

    def __init__(self, play: Performance, sound: Sound) -> None:
        self._play, self._sound = play, sound
        self._plain: set[Key] = set()  # keys that are down, and themselves
        self._keys, self._turns = SoundedKeys(), SoundedKeys()  # that sound; that take turns
        self.arpeggiator = Arpeggiator(play, sound)

    def play(self, event: MidiIn, now_seconds: float) -> None:
        """Sound a note message of the melody's keys as the helpers that are on say."""
        message = event.message
        key = (event.player, message.channel, message.note)
        if message.type == "note_on" and message.velocity > 0:
            self._strike(key, event, now_seconds)
        elif key in self._keys:
            self._end(event, self._keys.release(key), now_seconds)
        elif key in self._turns:
            self._lift(key)
        else:
            self._plain.discard(key)
            self._sound(event, now_seconds)

    def _strike(self, key: Key, event: MidiIn, now_seconds: float) -> None:
        settings = self._play.current.settings
        self._end(event, self._keys.release(key), now_seconds)
        if key in self._turns:
            self._lift(key)
        if settings.octave == 0 and settings.auto_chord == settings.arpeggio == OFF:
            self._plain.add(key)
            self._sound(event, now_seconds)
            return
        if key in self._plain:  # struck again, and it was not let go
            self._plain.discard(key)
            off = mido.Message("note_off", channel=event.message.channel, note=event.message.note)
            self._sound(replace(event, message=off), now_seconds)
        if settings.arpeggio != OFF:
            self._take_turns(key, event, now_seconds)
        else:
            self._sound_chord(key, event, now_seconds)

    def _sound_chord(self, key: Key, event: MidiIn, now_seconds: float) -> None:
        message = event.message
        pitches = self._pitches(message.note)
        self._keys.strike(key, message.channel, pitches)
        for pitch in pitches:
            self._sound(_made(event, message.copy(note=pitch)), now_seconds)

    def _end(self, event: MidiIn, pitches: tuple[int, ...], now_seconds: float) -> None:
        for pitch in pitches:
            off = mido.Message("note_off", channel=event.message.channel, note=pitch)
            self._sound(_made(event, off), now_seconds)

    def _pitches(self, pitch: int) -> tuple[int, ...]:
        """Give what a key sounds; one that would leave the keyboard stays in its octave."""
        settings = self._play.current.settings
        raised = pitch + 12 * settings.octave
        root = raised if 0 <= raised <= _HIGHEST else pitch
        if settings.auto_chord == OFF:
            return (root,)
        key = self._play.parts.shown.key or C_MAJOR
        return chord_over(root, settings.auto_chord, key)

    # -- the arpeggio ----------------------------------------------------------------------
    def _take_turns(self, key: Key, event: MidiIn, now_seconds: float) -> None:
        notes, message = self.arpeggiator.notes, event.message
        if not self._turns:  # what was held on makes way for the next chord
            notes.clear()
        pitches = self._pitches(message.note)
        self._turns.strike(key, 0, pitches)
        for pitch in pitches:
            notes.add(ArpeggioNote(message.channel, pitch, message.velocity))
        self.arpeggiator.begin(min(event.at_seconds, now_seconds), now_seconds)

    def _lift(self, key: Key) -> None:
        self._turns.release(key)
        self._keep_held()

    def _keep_held(self) -> None:
        """Let notes of keys that are up take turns no more, unless they are held on."""
        if not self._play.current.settings.arpeggio_hold:
            self.arpeggiator.notes.keep(self._turns.pitches)

    @property
    def is_played(self) -> bool:
        """Whether keys are held, or held on, that may be silent just now."""
        return bool(self._turns) or bool(self.arpeggiator.notes)

    # -- time and silence ------------------------------------------------------------------
    def step(self, moment: Moment) -> None:
        """Do what is due on this beat."""
        self.arpeggiator.step(moment)

    def wake(self, now_seconds: float) -> None:
        """Do what is due while the song stands."""
        self.arpeggiator.wake(now_seconds)

    def look(self, now_seconds: float) -> None:
        """Take note of what was switched, and of what the song did."""
        if self.arpeggiator.notes:
            self._keep_held()
        self.arpeggiator.look(now_seconds)
        if not self.arpeggiator.notes:
            self._turns.forget()

    def forget(self) -> None:
        """Count every key as let go: all that sounds is released."""
        self._plain.clear()
        self._keys.forget()
        self._turns.forget()
        self.arpeggiator.forget()


def _made(event: MidiIn, message: mido.Message) -> MidiIn:
    """Give a message that was made of a key's; whoever pressed the key is told of it too."""
    return MidiIn(event.at_seconds, message, event.port, event.arrived_seconds)
