"""What all objects of the fake Live have in common: their checks, vectors and listeners."""

import threading


class ArgumentError(TypeError):
    """A value of the wrong type was passed, or the object is gone (PV: Boost.Python's own)."""


class LimitationError(Exception):
    """The set or the edition takes no more (PV: Live.Base.LimitationError)."""


class WrongThreadError(RuntimeError):
    """The API was used beside the main thread.

    An invention: Live freezes or misbehaves instead (AOSC's comment on threads).
    """


def a_float(value, strict=True):
    """Take a float as Boost.Python does; whether whole numbers pass is not certain (AJS: no)."""
    if isinstance(value, float) or (not strict and isinstance(value, int)):
        return float(value)
    raise ArgumentError(f"a float is needed, got {value!r}")


def an_int(value):
    """Take a whole number; Boost.Python refuses floats (PV)."""
    if isinstance(value, int):
        return int(value)
    raise ArgumentError(f"an int is needed, got {value!r}")


class Vector:
    """Live's list: read-only, a new one at each access, no tuple (PV, P0SF)."""

    def __init__(self, items):
        self._items = list(items)

    def __len__(self):
        return len(self._items)

    def __iter__(self):
        return iter(self._items)

    def __getitem__(self, index):
        found = self._items[index]
        return type(self)(found) if isinstance(index, slice) else found


class IntU64Vector(Vector):
    """The ids of new notes."""


class MidiNoteVector(Vector):
    """Notes that were asked for."""


# What is Python's own, and what tests use: not part of Live.
_OUTSIDE = ("_", "fake_")


class LiveObject:
    """An object of the API; names with an underscore are the fake's own.

    Used on the main thread only, and not after deletion: then it equals None without being it,
    and reading it raises ArgumentError (L12: liveobj_valid; P0SF).
    """

    LISTENABLE = ()

    def __init__(self, world):
        self._world = world
        self._deleted = False
        self._listeners = {}

    def __getattribute__(self, name):
        if name.startswith(_OUTSIDE):
            return object.__getattribute__(self, name)
        world = self._world
        world._check_thread()
        if self._deleted:
            raise ArgumentError("Python argument types did not match C++ signature")
        kind, _, prop = _listening(name)
        if kind and prop in type(self).LISTENABLE:
            world._record(self, "listener", prop)
            return lambda callback: getattr(self, "_" + kind)(prop, callback)
        value = object.__getattribute__(self, name)
        if not callable(value) or isinstance(value, LiveObject):
            world._record(self, "get", name)
            return value
        return _recorded(world, self, name, value)

    def __setattr__(self, name, value):
        if name.startswith(_OUTSIDE):
            object.__setattr__(self, name, value)
            return
        world = self._world
        world._check_thread()
        if self._deleted:
            raise ArgumentError("Python argument types did not match C++ signature")
        if not isinstance(getattr(type(self), name, None), property):
            raise AttributeError(f"can't set attribute {name}")
        world._record(self, "set", name)
        world._check_change()
        object.__setattr__(self, name, value)

    def __eq__(self, other):
        if other is None:
            return self._deleted
        return self is other

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return id(self)

    def _add(self, prop, callback):
        listeners = self._listeners.setdefault(prop, [])
        if callback in listeners:
            raise RuntimeError("Observer already connected")
        listeners.append(callback)

    def _remove(self, prop, callback):
        if callback not in self._listeners.get(prop, ()):
            raise RuntimeError("Observer not connected")  # AOSC 105 and 137
        self._listeners[prop].remove(callback)

    def _has(self, prop, callback):
        return callback in self._listeners.get(prop, ())

    def _notify(self, prop):
        self._world._notify(list(self._listeners.get(prop, ())))


class NamedObject(LiveObject):
    """One that has a name, which can be set and listened to."""

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        if not isinstance(value, str):
            raise ArgumentError("a name is a str")
        self._name = value
        self._notify("name")


def _listening(name):
    """Take add_x_listener, remove_x_listener and x_has_listener apart."""
    if name.endswith("_has_listener"):
        return "has", "", name[: -len("_has_listener")]
    if name.endswith("_listener"):
        kind, _, prop = name[: -len("_listener")].partition("_")
        if kind in ("add", "remove"):
            return kind, "", prop
    return "", "", ""


def _recorded(world, thing, name, method):
    def call(*positional, **named):
        world._check_thread()
        world._record(thing, "call", name, len(positional) + len(named))
        if not getattr(method, "is_query", False):
            world._check_change()
        return method(*positional, **named)

    return call


def query(method):
    """Mark a method that changes nothing, and so may be called by a listener."""
    method.is_query = True
    return method


def main_thread():
    return threading.get_ident()
