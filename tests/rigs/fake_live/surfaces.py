"""The fake Live's bases for control surfaces, the older one and the newer one."""

import types

# L12: attributes of the base that a script must not overwrite.
_TAKEN = ("_tasks", "_components", "_controls", "_displays", "_enabled", "_forwarding_registry")


class CInstance:
    """What Live hands to create_instance."""

    def __init__(self, world):
        self._world = world

    def song(self):
        self._world._check_thread()
        return self._world.song

    def show_message(self, text):
        self._world._check_thread()
        self._world.messages.append(text)

    def log_message(self, text):
        self._world._check_thread()
        self._world.logged.append(text)


class _Base:
    """Ticks and scheduled messages, which both bases have (L12)."""

    def __init__(self, c_instance=None):
        self._c_instance = c_instance
        self._fake_scheduled = []
        self._fake_gone = False
        for name in _TAKEN:
            setattr(self, name, name)

    def schedule_message(self, delay_in_ticks, callback, parameter=None):
        """Call back at a later tick; 0 and 1 are both the next, a falsy parameter is dropped."""
        if self._fake_gone:
            raise AssertionError("schedule_message after disconnect")  # AMCP, pull request 70
        self._fake_scheduled.append([max(delay_in_ticks, 1), callback, parameter])

    def update_display(self):
        """The tick: L12's base calls what is due."""
        assert all(getattr(self, name) == name for name in _TAKEN), "an attribute was overwritten"
        waiting, self._fake_scheduled = self._fake_scheduled, []
        due = [message for message in waiting if message[0] <= 1]
        self._fake_scheduled = [[m[0] - 1, m[1], m[2]] for m in waiting if m[0] > 1]
        for _, callback, parameter in due:
            try:
                callback(parameter) if parameter else callback()
            except Exception as error:  # noqa: BLE001 - whatever the script raises
                self._c_instance.log_message(f"{type(error).__name__}: {error}")

    def disconnect(self):
        self._fake_gone = True

    def show_message(self, text):
        self._c_instance.show_message(text)

    def log_message(self, *texts):
        self._c_instance.log_message(" ".join(str(text) for text in texts))


class FrameworkSurface(_Base):
    """_Framework.ControlSurface: song and application are methods (L12)."""

    def song(self):
        return self._c_instance.song()


class ModernSurface(_Base):
    """ableton.v2.control_surface: song and application are properties (L12)."""

    @property
    def song(self):
        return self._c_instance.song()


def framework_module():
    package = types.ModuleType("_Framework")
    module = types.ModuleType("_Framework.ControlSurface")
    module.ControlSurface = FrameworkSurface
    package.ControlSurface = module
    return {"_Framework": package, "_Framework.ControlSurface": module}


def modern_modules():
    names = ("ableton", "ableton.v2", "ableton.v2.control_surface")
    modules = {name: types.ModuleType(name) for name in names}
    modules[names[-1]].ControlSurface = ModernSurface
    return modules
