import pytest

from bridge.api.validation import MessageError
from bridge.osc.rate_limit import RateLimit, RateLimits
from bridge.osc.subscribers import MOST, Subscribers

HOST = "127.0.0.1"
OWN = (HOST, 11020)
FIRST = (HOST, 11021)


def test_whoever_asks_gets_the_answer_as_well_but_nobody_gets_it_twice():
    subscribers = Subscribers(FIRST, OWN)
    subscribers.add(HOST, 9000)
    subscribers.add(HOST, 9000)

    assert subscribers.targets() == (FIRST, (HOST, 9000))
    assert subscribers.targets((HOST, 9000)) == (FIRST, (HOST, 9000))
    assert subscribers.targets((HOST, 9001)) == ((HOST, 9001), FIRST, (HOST, 9000))


def test_who_unsubscribes_hears_nothing_more():
    subscribers = Subscribers(FIRST, OWN)

    subscribers.remove(*FIRST)
    subscribers.remove(*FIRST)

    assert subscribers.targets() == ()


def test_continuo_never_talks_to_itself():
    assert Subscribers(OWN, OWN).targets(OWN) == ()
    with pytest.raises(MessageError, match="own port"):
        Subscribers(None, OWN).add(*OWN)
    with pytest.raises(MessageError, match="own port"):
        Subscribers(None, ("0.0.0.0", 11020), is_local=False).add(HOST, 11020)


def test_other_machines_may_listen_only_where_they_may_speak():
    with pytest.raises(MessageError, match="only programs of this machine"):
        Subscribers(None, OWN).add("10.0.0.7", 9000)

    wide = Subscribers(None, ("0.0.0.0", 11020), is_local=False)
    wide.add("10.0.0.7", 11020)
    assert wide.targets() == (("10.0.0.7", 11020),)


def test_clients_that_went_away_make_room_and_the_first_one_stays():
    subscribers = Subscribers(FIRST, OWN)
    for port in range(20000, 20100):
        subscribers.add(HOST, port)

    assert len(subscribers.targets()) == MOST
    assert subscribers.targets()[0] == FIRST
    assert subscribers.targets()[-1] == (HOST, 20099)


def test_an_allowance_is_used_up_and_grows_again():
    allowance = RateLimit(at_once=2, per_second=1)

    assert [allowance.take(1, 0.0) for _ in range(3)] == [True, True, False]
    assert allowance.wait_seconds(1, 0.5) == 0.5
    assert allowance.take(1, 1.0)
    assert [allowance.take(1, 100.0) for _ in range(3)] == [True, True, False]


def test_more_than_there_can_ever_be_waits_for_all_there_can_be():
    assert RateLimit(at_once=2, per_second=1).wait_seconds(50, 0.0) == 0


def test_everyone_has_an_allowance_of_his_own_and_they_do_not_pile_up():
    allowances = RateLimits(at_once=1, per_second=1)

    assert allowances.take("max", 1, 0.0)
    assert not allowances.take("max", 1, 0.0)
    assert allowances.take("pd", 1, 0.0)
    for sender in range(10_000):
        assert allowances.take(sender, 1, 0.0)
