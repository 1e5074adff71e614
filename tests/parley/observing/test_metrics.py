from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from parley import __version__
from parley.observing.metrics import MAX_VALUES, Metrics, Values
from telephony.line import HungUp, LineInfo
from tests.parley.kept_turns import greeting, keyed, said, unheard

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BY_SIP = LineInfo("c1", "sip", "192.0.2.7:5060", "+441632960000", "1000")


def page(metrics: Metrics) -> str:
    write, content_type = metrics.page("")
    assert content_type.startswith("text/plain")
    return write().decode()


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    """What Prometheus would read, `None` if there is no such series."""
    for family in text_string_to_metric_families(page(metrics)):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return float(sample.value)
    return None


def test_a_turn_is_counted_by_stage_kind_and_transport() -> None:
    metrics = Metrics(0.5)
    call = metrics.call(BY_SIP, NOON)
    call.turn(said(endpoint=0.3))
    call.turn(said(endpoint=0.8))
    of = {"kind": "known", "transport": "sip"}
    assert value(metrics, "parley_turn_stage_seconds_count", stage="endpoint", **of) == 2
    total = value(metrics, "parley_turn_stage_seconds_sum", stage="endpoint", **of)
    assert total is not None
    assert round(total, 6) == 1.1
    assert value(metrics, "parley_turn_stage_seconds_bucket", stage="endpoint", le="0.75", **of) == 1
    assert value(metrics, "parley_turn_seconds_bucket", le="0.4", **of) == 1
    assert value(metrics, "parley_turn_seconds_bucket", le="0.9", **of) == 2
    assert value(metrics, "parley_turns_total", **of) == 2


def test_the_stage_that_broke_the_budget_is_counted() -> None:
    metrics = Metrics(0.5)
    call = metrics.call(BY_SIP, NOON)
    for turn in (greeting(), said(endpoint=0.3), said(endpoint=0.8), said(phrase=2.0, kind="model"), keyed()):
        call.turn(turn)
    over = "parley_turns_over_budget_total"
    assert value(metrics, over, stage="endpoint", kind="known", transport="sip") == 1
    assert value(metrics, over, stage="first_phrase", kind="model", transport="sip") == 1
    assert page(metrics).count(f"{over}{{") == 2
    assert value(metrics, "parley_turn_budget_seconds") == 0.5


def test_a_call_for_supervisors_is_counted_once() -> None:
    metrics = Metrics(0.5)
    call = metrics.call(BY_SIP, NOON)
    for turn in (greeting(), replace(said(1), flagged=True), replace(said(2), flagged=True)):
        call.turn(turn)
    assert value(metrics, "parley_calls_flagged_total", transport="sip") == 1


def test_a_reply_that_was_never_heard_is_a_turn_without_a_time() -> None:
    metrics = Metrics(0.5)
    metrics.call(BY_SIP, NOON).turn(unheard())
    assert value(metrics, "parley_turns_total", kind="model", transport="sip") == 1
    assert value(metrics, "parley_turn_seconds_count", kind="model", transport="sip") is None
    of = {"kind": "model", "transport": "sip"}
    assert value(metrics, "parley_turn_stage_seconds_count", stage="asr", **of) == 1
    assert value(metrics, "parley_turn_stage_seconds_count", stage="first_sent", **of) is None


def test_calls_are_counted_while_they_run_and_by_how_they_end() -> None:
    metrics = Metrics(0.5)
    first, second = metrics.call(BY_SIP, NOON), metrics.call(LineInfo("c2", "browser"), NOON)
    assert value(metrics, "parley_calls_running", transport="sip") == 1
    assert value(metrics, "parley_calls_running", transport="browser") == 1
    first.ended(HungUp(3.0, "caller"))
    second.ended(HungUp(3.0, "error", "192.0.2.7: socket reset"))
    metrics.refused(BY_SIP)
    assert value(metrics, "parley_calls_running", transport="sip") == 0
    assert value(metrics, "parley_calls_total", transport="sip", ending="caller") == 1
    assert value(metrics, "parley_calls_total", transport="browser", ending="error") == 1
    assert value(metrics, "parley_calls_total", transport="sip", ending="busy") == 1


def test_nothing_that_was_said_and_no_number_gets_onto_the_page() -> None:
    metrics = Metrics(0.5)
    call = metrics.call(BY_SIP, NOON)
    for turn in (greeting(), said(), keyed(), unheard()):
        call.turn(turn)
    call.ended(HungUp(3.0, "error", "192.0.2.7: socket reset"))
    written = page(metrics)
    for private in ("0441632960000", "Miller", "192.0.2.7", "c1", "1000"):
        assert f'"{private}' not in written
        assert private not in {label for line in written.splitlines() for label in line.split('"')[1::2]}


def test_counters_bring_no_second_series_with_the_time_they_were_made() -> None:
    metrics = Metrics(0.5)
    metrics.call(BY_SIP, NOON).turn(said())
    assert "_created" not in page(metrics)


def test_the_build_is_told() -> None:
    (build,) = [line for line in page(Metrics(0.5)).splitlines() if line.startswith("parley_build_info{")]
    assert f'version="{__version__}"' in build


def test_a_label_has_no_more_values_than_it_may() -> None:
    values = Values()
    words = [f"kind{number}" for number in range(MAX_VALUES + 5)]
    assert [values(word) for word in words] == words[:MAX_VALUES] + ["other"] * 5
    assert values("kind0") == "kind0"
    assert values("kind99") == "other"


def test_a_label_is_a_plain_word() -> None:
    values = Values()
    assert values("asterisk-websocket") == "asterisk-websocket"
    for odd in ("", "Mrs Miller", "+441632960000", "x" * 40, 'a"b'):
        assert values(odd) == "other"
