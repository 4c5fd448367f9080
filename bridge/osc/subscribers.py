"""Who gets events, as hosts and ports."""

from ipaddress import ip_address

from bridge.api.validation import MessageError

Target = tuple[str, int]
MOST = 32


class Subscribers:
    """Receivers of events: the one there is from the beginning, and who asks for more.

    `own` is where Continuo listens: it must never talk to itself. `is_local`: only programs of
    this machine may ask. Changed from one thread; read from any.
    """

    def __init__(self, first: Target | None, own: Target, is_local: bool = True) -> None:
        self._first, self._own, self._is_local = first, own, is_local
        # Replaced as a whole, never changed: another thread may be looking at it.
        self._targets: tuple[Target, ...] = ()
        if first is not None and not self.is_own(first):
            self._targets = (first,)

    def add(self, host: str, port: int) -> None:
        """Send events there from now on; MessageError if it may not be.

        The oldest of too many goes, the first one excepted: clients that have gone never say so.
        """
        target = (host, port)
        check_subscriber(target, self._own, self._is_local)
        others = [t for t in self._targets if t != target]
        if len(others) >= MOST:
            others.remove(next(t for t in others if t != self._first))
        self._targets = (*others, target)

    def remove(self, host: str, port: int) -> None:
        """Send events there no more; whoever got none gets none."""
        self._targets = tuple(t for t in self._targets if t != (host, port))

    def targets(self, sender: Target | None = None) -> tuple[Target, ...]:
        """Everyone who gets an event, and first whoever asked for it; nobody twice."""
        everyone = self._targets
        if sender is None or sender in everyone or self.is_own(sender):
            return everyone
        return (sender, *everyone)

    def is_own(self, target: Target) -> bool:
        """Whether that is Continuo's own port."""
        return is_at(target, self._own)


def check_subscriber(target: Target, own: Target, is_local: bool) -> None:
    """Raise MessageError unless events may go there."""
    host, port = target
    if is_at(target, own):
        raise MessageError(
            f"subscribe: {port} is Continuo's own port: name the one where you listen"
        )
    if is_local and not is_loopback(host):
        raise MessageError(f"subscribe: only programs of this machine may, not {host}")


def is_at(target: Target, own: Target) -> bool:
    """Whether that is the port where Continuo listens, `own`."""
    host, port = target
    return port == own[1] and (host == own[0] or is_loopback(host))


def is_loopback(host: str) -> bool:
    """Whether a host, as a number or `localhost`, is this machine and can be no other."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
