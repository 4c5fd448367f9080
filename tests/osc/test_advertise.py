import sys
import threading

import pytest
from patience import PATIENCE_SECONDS
from system_programs import lack, need_module

from bridge.osc.advertise import OSC, OSC_QUERY, Advertiser


@pytest.mark.ports
def test_what_listens_is_found_by_name():
    need_module("zeroconf")
    from zeroconf import ServiceBrowser, Zeroconf

    found, everything = {}, threading.Event()

    class Finder:
        def add_service(self, zeroconf, type_, name):
            info = zeroconf.get_service_info(type_, name)
            if info and name.startswith("Continuo under test"):
                found[type_] = info.port
            if len(found) == 2:
                everything.set()

        def update_service(self, *_):
            pass

        def remove_service(self, *_):
            pass

    try:
        zeroconf = Zeroconf()
    except OSError as error:
        pytest.skip(f"no network to be found in: {error}")
    advertiser = Advertiser(11020, 8000, "Continuo under test")
    advertiser.start()
    browser = ServiceBrowser(zeroconf, [OSC, OSC_QUERY], Finder())
    everything.wait(PATIENCE_SECONDS)
    advertiser.close()
    browser.cancel()
    zeroconf.close()

    if not found:
        lack("no name service answers here: multicast does not get through")
    assert found == {OSC: 11020, OSC_QUERY: 8000}


def test_without_the_library_nothing_is_told_and_nothing_fails(monkeypatch):
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    advertiser = Advertiser(11020, 8000)

    advertiser.start()
    advertiser.close()
