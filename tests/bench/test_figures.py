"""The figures of `continuo bench`: lateness judged fairly, one shape of JSON."""

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import machine
from bridge.bench.figures import (
    Figures,
    Sent,
    Spread,
    count_late,
    document,
    percentile,
    spread,
    table,
)
from bridge.bench.witness import WitnessReport, watch

SECONDS = st.floats(0, 10)


def lateness(*late_ms):
    due = [i / 1000 for i in range(len(late_ms))]
    return WitnessReport(due, [ms / 1000 for ms in late_ms])


@given(st.lists(SECONDS, min_size=1))
def test_percentiles_are_measured_values_in_order(values):
    p50, p99 = percentile(values, 50), percentile(values, 99)
    assert min(values) <= p50 <= p99 <= max(values)
    assert p50 in values
    assert p99 in values


def test_the_median_and_the_worst_percent_are_told_in_ms():
    assert spread([0.001] * 98 + [0.05] * 2) == Spread(1.0, 50.0)
    assert spread([]) is None


def test_the_witness_stands_beside_a_figure_and_nothing_is_subtracted():
    found = spread([0.004] * 10, lateness(1, 1, 3))
    assert found == Spread(4.0, 4.0, 1.0, 3.0)


@pytest.mark.parametrize(
    ("note_ms", "witness_ms", "late"),
    [(2.9, 0, 0), (3.1, 0, 1), (9, 8, 0), (9, 2, 1), (-5, 0, 0)],
)
def test_a_note_is_late_only_if_the_machine_was_awake(note_ms, witness_ms, late):
    seen = lateness(*[witness_ms] * 21)
    assert count_late([Sent(0.010, 0.010 + note_ms / 1000)], seen) == late


def test_a_stall_of_the_machine_elsewhere_excuses_nothing():
    seen = lateness(*[20] * 5, *[0] * 20)
    assert count_late([Sent(0.020, 0.030)], seen) == 1


def test_without_a_witness_every_late_note_counts():
    assert count_late([Sent(1, 2), Sent(1, 1.001)], WitnessReport()) == 1


def test_the_json_has_every_figure_and_null_where_there_is_none():
    written = json.loads(json.dumps(document(Figures(grid_error_ms=Spread(0.1, 0.9)))))
    assert list(written) == [
        "machine",
        "generate_8_bars_ms",
        "follow_bar_ms",
        "extended_first_bar_ms",
        "extended_next_bar_ms",
        "grid_error_ms",
        "late_notes",
        "notes_sent",
        "thru_ms",
        "osc_ping_ms",
        "clock_in_ms",
        "clock_out_ms",
        "link_phase_ms",
        "help_seconds",
        "ports_open_seconds",
        "bridge_mb",
        "worker_mb",
    ]
    assert written["grid_error_ms"] == {"p50": 0.1, "p99": 0.9}
    assert written["thru_ms"] is None


def test_the_table_has_the_goal_beside_what_was_measured():
    rows = {row.what: row for row in table(Figures(late_notes=2, notes_sent=10_000, bridge_mb=41))}
    assert rows["late notes, witness on time"].measured == "2 of 10,000"
    assert rows["memory of the bridge"].measured == "41 MB"
    assert rows["MIDI in to thru out"].measured == "not measured"


def test_the_witness_writes_when_it_was_due_and_how_late_it_was():
    done = threading.Event()
    threading.Timer(0.02, done.set).start()
    figures = watch(done)
    due, late = figures[0::2], figures[1::2]
    assert len(due) == len(late) > 1
    assert list(due) == sorted(due)
    assert min(late) >= 0


def test_memory_shared_with_a_server_is_not_counted_as_ours():
    status = "VmRSS:\t  240000 kB\nRssAnon:\t  30000 kB\nRssShmem:\t  205000 kB\n"
    assert machine._own_mb(status) == round(35000 / 1024, 1)
    assert machine._own_mb("Name: x\n") is None
