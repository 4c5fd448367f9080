"""What comes from the player's instrument: notes through and recorded, knobs, buttons, programs."""

import mido

from bridge.engine.commands import Commands
from bridge.engine.midi_map import ButtonPressed, KnobTurned, Learned, MidiMap
from bridge.engine.performance import Performance
from bridge.notes.controllers import SUSTAIN
from bridge.notes.midi_output import Moment
from bridge.settings import program_words

_THRU = ("note_on", "note_off", "control_change", "pitchwheel", "aftertouch", "polytouch")


class MidiInput:
    """Takes the player's messages. Called from: the engine thread."""

    def __init__(self, play: Performance, commands: Commands, midi_map: MidiMap) -> None:
        self._play, self._commands, self._midi_map = play, commands, midi_map

    def take(self, message: mido.Message, at_seconds: float, now_seconds: float) -> None:
        """Take one message that arrived at `at_seconds`."""
        if message.type == "program_change":
            self._choose_program(message.program, at_seconds)
        elif message.type in _THRU and self._passes(message, at_seconds, now_seconds):
            self._pass_through(message, at_seconds, now_seconds)

    def _passes(self, message: mido.Message, at_seconds: float, now_seconds: float) -> bool:
        """Do what a control change is mapped to; tell whether the sound hears it as well."""
        taken = self._midi_map.take(message, at_seconds)
        match taken:
            case ButtonPressed():
                self._commands.press(taken.function, at_seconds, now_seconds)
            case KnobTurned():
                self._commands.models.turn_knob(taken.function, taken.position)
            case Learned():
                self._commands.midi_map.learned(taken)
        return taken is None or taken.passes

    def _pass_through(self, message: mido.Message, at_seconds: float, now_seconds: float) -> None:
        parts, mode = self._play.parts, self._play.mode
        if message.type == "note_on" and message.velocity > 0:
            if parts.playhead.counts_in and not parts.playhead.playing:
                parts.playhead.start_grid(at_seconds)
            mode.onset(at_seconds)
        beat = parts.playhead.beat_at(at_seconds)
        if parts.settings.thru:
            moment = Moment(beat, at_seconds, now_seconds)
            self._play.output.pass_through(message, parts.settings.channels.thru, moment)
        if message.type.startswith("note_") or message.is_cc(SUSTAIN):
            beat = max(beat, mode.floor)
            parts.recorder.play(message, beat)
            mode.changed(beat)
        if not parts.playhead.playing:
            parts.recorder.forget_from(beat)  # played while the song stood still: no part of it

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
