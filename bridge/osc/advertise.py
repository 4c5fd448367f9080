"""Lets other programs find OSC and OSCQuery by themselves, where `zeroconf` is installed."""

import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

OSC, OSC_QUERY = "_osc._udp.local.", "_oscjson._tcp.local."
_LOOPBACK = bytes([127, 0, 0, 1])


class Advertiser:
    """Tells the network's name service where Continuo listens; that this fails never matters."""

    def __init__(self, osc_port: int, query_port: int, name: str = "Continuo") -> None:
        self._services = {OSC: osc_port, OSC_QUERY: query_port}
        self._name = name
        self._zeroconf: Zeroconf | None = None
        self._is_closing = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="osc-advertise", daemon=True)

    def start(self) -> None:
        """Begin to tell. Returns at once: it takes seconds, and may come to nothing."""
        self._thread.start()

    def close(self, timeout_seconds: float = 0.5) -> None:
        """Take back what was told, if that goes in time."""
        with self._lock:
            self._is_closing = True
            zeroconf, self._zeroconf = self._zeroconf, None
        if zeroconf is not None:
            ending = threading.Thread(target=_end, args=(zeroconf,), daemon=True)
            ending.start()
            ending.join(timeout_seconds)

    def _run(self) -> None:
        try:
            from zeroconf import Error, Zeroconf
        except ImportError:
            return
        # What goes wrong here is the library's to know, not the musician's to read.
        logging.getLogger("zeroconf").setLevel(logging.CRITICAL)
        with suppress(OSError, RuntimeError, Error):
            zeroconf = Zeroconf()
            with self._lock:
                if not self._is_closing:
                    self._zeroconf = zeroconf
            if self._zeroconf is None:
                zeroconf.close()
                return
            for type_, port in self._services.items():
                zeroconf.register_service(_service(type_, self._name, port), allow_name_change=True)


def _service(type_: str, name: str, port: int) -> "ServiceInfo":
    from zeroconf import ServiceInfo

    return ServiceInfo(type_, f"{name}.{type_}", addresses=[_LOOPBACK], port=port)


def _end(zeroconf: "Zeroconf") -> None:
    with suppress(OSError):
        zeroconf.close()
