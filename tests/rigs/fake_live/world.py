"""The fake Live as a whole: its versions, its time, its main thread and its scripts."""

import logging
import sys
import types

from .base import (
    ArgumentError,
    IntU64Vector,
    LimitationError,
    LiveObject,
    Vector,
    WrongThreadError,
    main_thread,
)
from .clip import Clip, MidiNote, MidiNoteSpecification, MidiNoteVector
from .slots import ClipSlot, Scene, Track
from .song import Song
from .surfaces import CInstance, framework_module, modern_modules
from .timers import TICK_MS, Timer

VERSIONS = ("11.0.0", "11.3.20", "12.0.0", "12.1.0", "12.4.6")
_IN_LISTENER = "Changes cannot be triggered by notifications. You will need to defer your response."

# One module for all worlds of a process, so that a script need not be loaded anew for each.
_LIVE = types.ModuleType("Live")

log = logging.getLogger("fake_live")


class World:
    """One running Live with one set."""

    def __init__(self, version="12.4.6", scenes=8, **limits):
        self.version = tuple(int(number) for number in version.split("."))
        self.strict_floats = True
        self.slow_clips = False
        self.selects_new_tracks = True
        self.has_framework = True
        self.now_ms = 0
        self.messages = []
        self.logged = []
        self.touched = set()
        self.touches = 0
        self.on_callback = None
        self._thread = main_thread()
        self._notifying = False
        self._later = []
        self._timers = []
        self._surface = None
        self._replaced = {}
        self.song = Song(self, scenes=scenes, **limits)

    # What a test does.

    def __enter__(self):
        self.install()
        return self

    def __exit__(self, *_):
        self.quit()

    def install(self):
        """Put the modules that Live gives to its scripts where they import them."""
        Timer.fake_world = MidiNoteSpecification.fake_world = self
        self._fill(_LIVE)
        modules = {"Live": _LIVE}
        if self.has_framework:
            modules.update(framework_module())
        modules.update(modern_modules())
        for name, module in modules.items():
            self._replaced[name] = sys.modules.get(name)
            sys.modules[name] = module

    def load(self, script):
        """Start a script as Live does."""
        self._surface = script.create_instance(CInstance(self))
        return self._surface

    def unload(self):
        """Choose another surface in the settings."""
        surface, self._surface = self._surface, None
        if surface is not None:
            surface.disconnect()

    def quit(self):
        """End Live."""
        self.unload()
        for name, module in self._replaced.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
        self._replaced = {}

    def advance(self, ms):
        """Let time pass, a millisecond at a time, with the callbacks that Live makes in it."""
        for _ in range(ms):
            self._pass(1)
            for timer in list(self._timers):
                timer._fake_look(self.now_ms)
            if self.now_ms % TICK_MS == 0:
                self._tick()

    def stall(self, ms):
        """Hold a menu open: time passes without callbacks, then one of each (AOSC 121)."""
        self._pass(ms)
        for timer in list(self._timers):
            timer._fake_look(self.now_ms)
        self._tick()

    def add_track(self, name, is_midi=True):
        """Make a track as the user does, with the mouse."""
        track = Track(self, name, len(self.song._scenes), is_midi)
        track._arm = False
        self.song._tracks.append(track)
        return track

    def add_clip(self, track, scene, name="", notes=(), length=4.0):
        """Draw a clip as the user does; notes as (pitch, start, duration[, velocity[, mute]])."""
        clip = Clip(self, track._slots[scene], length, track._is_midi)
        clip._name, clip._looping = name, True
        for pitch, start, duration, *rest in notes:
            velocity, mute = (list(rest) + [100.0, False][len(rest) :])[:2]
            clip._write(pitch, float(start), float(duration), float(velocity), mute)
        track._slots[scene]._clip = clip
        return clip

    def select(self, clip):
        """Click a clip."""
        slot = clip._parent if clip is not None else None
        self.song._view._clip, self.song._view._slot = clip, slot
        if slot is not None:
            self.song._view._track = slot._track

    # What the rest of the fake does.

    def _pass(self, ms):
        self.now_ms += ms
        self.song._advance(ms)

    def _tick(self):
        later, self._later = self._later, []
        for effect in later:
            effect()
        if self._surface is not None:
            self._call(self._surface.update_display)

    def _call(self, callback, *values):
        """Call a script; how much of the API it used in this callback is told to the test."""
        before = self.touches
        callback(*values)
        if self.on_callback is not None:
            self.on_callback(self.touches - before)

    def _next_tick(self, effect):
        self._later.append(effect)

    def _next_tick_ms(self):
        return (self.now_ms // TICK_MS + 1) * TICK_MS

    def _undoable(self, change):
        self.song._step.append(change)
        if not self.song._undo_depth:
            self.song._history.append(self.song._step)
            self.song._step = []

    def _record(self, thing, how, name, arity=None):
        self.touches += 1
        self.touched.add((type(thing).__name__, how, name, arity))

    def _check_thread(self):
        if main_thread() != self._thread:
            raise WrongThreadError("Live's API belongs to its main thread")

    def _check_change(self):
        # LOM, P0W: Live's own words. Not every change raises in Live; here every one does.
        if self._notifying:
            raise RuntimeError(_IN_LISTENER)

    def _notify(self, listeners):
        if not listeners:
            return
        was, self._notifying = self._notifying, True
        try:
            for listener in listeners:
                try:
                    listener()
                except Exception:
                    log.exception("a listener failed")
        finally:
            self._notifying = was

    def _fill(self, live):
        live.Base = types.SimpleNamespace(
            Timer=Timer, LimitationError=LimitationError, Vector=Vector, IntU64Vector=IntU64Vector
        )
        live.Clip = types.SimpleNamespace(
            Clip=Clip,
            MidiNote=MidiNote,
            MidiNoteSpecification=MidiNoteSpecification,
            MidiNoteVector=MidiNoteVector,
        )
        live.ClipSlot = types.SimpleNamespace(ClipSlot=ClipSlot)
        live.Track = types.SimpleNamespace(Track=Track)
        live.Scene = types.SimpleNamespace(Scene=Scene)
        live.Song = types.SimpleNamespace(Song=Song)
        live.Application = types.SimpleNamespace(get_application=lambda: Application(self))


class Application(LiveObject):
    """Live itself (PV: the version is asked for in three calls)."""

    def get_major_version(self):
        return self._world.version[0]

    def get_minor_version(self):
        return self._world.version[1]

    def get_bugfix_version(self):
        return self._world.version[2]


__all__ = ["VERSIONS", "Application", "ArgumentError", "World"]
