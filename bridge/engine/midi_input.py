"""What comes from the player's instrument: notes through and recorded, knobs, buttons, programs."""

from collections.abc import Sequence

import mido

from bridge.engine.commands import Commands
from bridge.engine.keyboard_helpers import KeyboardHelpers
from bridge.engine.left_hand import LeftHand
from bridge.engine.midi_map import ButtonPressed, KnobTurned, Learned, MidiMap
from bridge.engine.performance import Performance
from bridge.events import MidiIn
from bridge.notes.controllers import SUSTAIN
from bridge.notes.midi_output import Moment
from bridge.settings import program_words
from models.music.clip import DRUM_CHANNEL

_THRU = ("note_on", "note_off", "pitchwheel", "aftertouch", "polytouch")


class MidiInput:
    """Takes the player's messages. Called from: the engine thread."""

    def __init__(
        self, play: Performance, left_hand: LeftHand, commands: Commands, midi_map: MidiMap
    ) -> None:
        self._play, self._left_hand = play, left_hand
        self._commands, self._midi_map = commands, midi_map
        self.helpers = KeyboardHelpers(play, self._play_message)
        play.on_silence = self.helpers.forget

    def take(self, event: MidiIn, now_seconds: float) -> None:
        """Take one message that was played at the event's `at_seconds`."""
        message, at_seconds = event.message, min(event.at_seconds, now_seconds)
        kind = message.type
        # What a player sends from afar is no cable that leads back here.
        is_cabled = event.player is None
        if is_cabled and self._play.output.feedback.returns(message, at_seconds):
            self._tell_feedback()
        elif kind == "program_change":
            self._choose_program(message.program, at_seconds)
        elif kind == "control_change":
            if self._run_mapped(message, at_seconds, now_seconds):
                self._pass_through(event, now_seconds)
        elif kind in _THRU:
            self._pass_through(event, now_seconds)

    def _tell_feedback(self) -> None:
        if self._play.output.feedback.news():
            self._play.notice(
                "warning",
                "what goes out of Continuo Out comes back into Continuo In: it is left out now; "
                "disconnect the two, or switch monitoring off on that track",
            )

    def _run_mapped(self, message: mido.Message, at_seconds: float, now_seconds: float) -> bool:
        """Do what a control change is mapped to; tell whether the sound hears it as well."""
        taken = self._midi_map.take(message, at_seconds)
        match taken:
            case ButtonPressed():
                self._commands.press(taken.function, at_seconds, now_seconds)
            case KnobTurned():
                self._commands.turn(taken.function, taken.position, now_seconds)
            case Learned():
                self._commands.midi_map.learned(taken)
        return taken is None or taken.passes

    def _pass_through(self, event: MidiIn, now_seconds: float) -> None:
        message = event.message
        if message.channel == DRUM_CHANNEL:
            self._let_through(event, DRUM_CHANNEL, now_seconds)
            return
        is_note = message.type.startswith("note_")
        is_chord = is_note and self._left_hand.takes(message)
        if is_note and not is_chord:
            self.helpers.play(event, now_seconds)
        else:
            self._play_message(event, now_seconds, is_chord=is_chord)

    def _play_message(self, event: MidiIn, now_seconds: float, *, is_chord: bool = False) -> None:
        """Let a message be heard, and recorded or taken for a chord."""
        message, at_seconds = event.message, min(event.at_seconds, now_seconds)
        play, mode, playhead = self._play, self._play.mode, self._play.parts.playhead
        is_note = message.type.startswith("note_")
        is_strike = message.type == "note_on" and message.velocity > 0
        if is_strike:
            self._strike(at_seconds)
        beat, settings = playhead.beat_at(at_seconds), play.parts.settings
        # A release goes through in any case: the key may have been heard when it was struck.
        if settings.chord_thru or not (is_chord and is_strike):
            channels = settings.channels
            self._let_through(event, channels.thru, now_seconds, channels.spare)
        if is_chord:
            self._left_hand.play(message, at_seconds)
            mode.changed(beat)
        elif is_note or message.is_cc(SUSTAIN):
            beat = max(beat, mode.floor)
            play.parts.recorder.play(message, beat)
            mode.changed(beat)
        if not playhead.playing:
            # Played while the song stood still: no part of it.
            play.parts.recorder.forget_from(beat)

    def _strike(self, at_seconds: float) -> None:
        """Let a key that is struck begin what it is the first note of, of either hand."""
        playhead = self._play.parts.playhead
        if not playhead.playing:
            if not playhead.follows_clock:
                self._left_hand.begin_anew(at_seconds)
                self._play.mode.slots.make_way()
            if playhead.counts_in:
                playhead.start_grid(at_seconds)
        self._play.say_what_is_missing()
        self._play.mode.onset(at_seconds)

    def _let_through(
        self, event: MidiIn, channel: int, now_seconds: float, spare: Sequence[int] = ()
    ) -> None:
        """Let it be heard; drum pads as drums: they are no melody, as in files."""
        if self._play.parts.settings.thru:
            beat = self._play.parts.playhead.beat_at(min(event.at_seconds, now_seconds))
            came = event.at_seconds if event.arrived_seconds is None else event.arrived_seconds
            moment = Moment(beat, min(came, now_seconds), now_seconds)
            self._play.output.pass_through(event.message, channel, moment, spare, event.player)

    def _choose_program(self, program: int, at_seconds: float) -> None:
        names, words = self._play.current.models, program_words(program)
        if program >= len(names):
            there = f"there are {len(names)}, from 1 to {len(names)}" if names else "there is none"
            self._play.notice("warning", f"no model has {words}: {there}")
            return
        try:
            self._play.current.check_model(names[program])
        except ValueError as error:
            self._play.notice("warning", f"{words}: {error}")
            return
        self._play.choose_model(names[program], at_seconds, f", {words}")
