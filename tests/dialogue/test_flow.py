import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialogue.flow import Flow, KnownAnswer
from dialogue.flowfile import FlowError, check_flow, load_flow
from tests.dialogue.flows import SMALL

DIALPLANS = Path(__file__).parents[2] / "dialplans"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def written(text: str) -> Path:
        path = tmp_path / "small.yaml"
        path.write_text(text, "utf-8")
        return path

    return written


def test_a_small_flow_is_read(write: Callable[[str], Path]) -> None:
    flow = load_flow(write(SMALL))
    assert flow.greeting.en == "Hello, lamp shop."
    assert flow.silence.after == 5.0
    assert flow.transfers["desk"].target == "600"
    assert flow.menu is not None
    assert flow.menu.keys["1"].answer == "delivery"


@pytest.mark.parametrize("name", ["shop-en", "shop-zh"])
def test_the_shipped_flows_are_right_and_serve_both_languages(name: str) -> None:
    path = DIALPLANS / f"{name}.yaml"
    assert [str(problem) for problem in check_flow(path)] == []
    flow = load_flow(path)
    assert len(flow.answers) >= 12
    assert all(text.has("en") and text.has("zh") for _, text in flow.texts())
    assert flow.main_language == name[-2:]


# What is replaced by what, the line (0: that of the replacement), the key, what is expected and found.
CASES = [
    ('["Are you there?"]', "[Are you there?]", 0, "", "needs quotes", "got '?'"),
    ("after: 5s", "after: 5", 0, "silence.after", "a duration with its unit", "5"),
    ("greeting:", "greting:", 0, "greting", "'greeting' (did you mean that?)", "unknown key 'greting'"),
    ("Hello, lamp shop.", "5", 0, "greeting", "a text, or one for each language", "5"),
    ("Hello, lamp shop.", '"..."', 0, "greeting", "a text with words in it", "'...'"),
    ("text: Two days.", 'text: ""', 0, "answers.0.text", "a text with words in it", "''"),
    ("answer: delivery", "answer: delivry", 0, "menu.keys.1.answer", "perhaps 'delivery'", "'delivry'"),
    ('"0": {transfer: desk', '"0": {transfer: dsk', 0, "menu.keys.0.transfer", "perhaps 'desk'", "'dsk'"),
    ('"0": {', '"x": {', 9, "menu.keys", 'keys of a telephone ("0" to "9"', "a group of keys"),
    ('"0": {', '"1": {', 11, "menu.keys.1", "each key once", "it again (first on line 10)"),
    ("{answer: delivery}", "{answer: delivery, menu: true}", 0, "menu.keys.1", "exactly one of", "a group"),
    ("[en]", "[en, de]", 0, "languages.1", "one of the values en, zh", "'de'"),
    ("[en]", "[en, zh]", 4, "greeting", "a text for the language 'zh' too", "none"),
    ("[how long", "[什么时候", 0, "answers.0.examples", "in the language 'en' too", "none"),
    ("{transfer: desk}\ngood", "{transfer: door}\ngood", 0, "person.transfer", "exists (desk)", "'door'"),
    ("name: delivery", "name: Delivery Time", 0, "answers.0.name", "a name of lower-case", "'Delivery Time'"),
    ('{target: "600", say', "{say", 0, "transfers.desk", "a target or a queue", ""),
    (
        "more:",
        "callback: {confirm: 'Is it {nummer}'}\nmore:",
        0,
        "callback.confirm",
        "but {number}",
        "nummer",
    ),
    ("more:", "resume: {text: 'Again {what}'}\nmore:", 0, "resume.text", "braces but {matter}", "what"),
    ("more: Anything else?", "more: [Any]", 0, "more", "a text, or one for each", "a list of 1"),
]


@pytest.mark.parametrize(("old", "new", "line", "where", "expected", "found"), CASES)
def test_mistakes_are_told_with_their_line(
    write: Callable[[str], Path], old: str, new: str, line: int, where: str, expected: str, found: str
) -> None:
    text = SMALL.replace(old, new, 1)
    assert text != SMALL
    problems = check_flow(write(text))
    fitting = [p for p in problems if p.where == where and expected in p.expected and found in p.found]
    assert [p.line for p in fitting] == [line or line_of(text, new)], [str(p) for p in problems]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_transfer_leads_to_an_extension_a_queue_or_both(write: Callable[[str], Path]) -> None:
    for written, target, queue in (
        ('target: "600"', "600", ""),
        ("queue: returns", "returns", "returns"),
        ('queue: returns, target: "600"', "600", "returns"),
    ):
        desk = load_flow(write(SMALL.replace('target: "600"', written))).transfers["desk"]
        assert (desk.leads_to, desk.queue) == (target, queue)


def test_all_mistakes_are_told_at_once(write: Callable[[str], Path]) -> None:
    text = SMALL.replace("after: 5s", "after: 250").replace("goodbye:", "goodby:").replace('"600"', '""')
    lines = {problem.line for problem in check_flow(write(text))}
    assert {line_of(text, part) for part in ("after: 250", "goodby:", '""')} <= lines


def test_names_twice_and_examples_of_two_answers(write: Callable[[str], Path]) -> None:
    more = '  - name: delivery\n    examples: ["How long does delivery take?"]\n    text: Three days.\n'
    first = line_of(SMALL, "name: delivery")
    told = [str(problem) for problem in check_flow(write(SMALL + more))]
    assert any(f":{first + 3}:" in one and f"'delivery' again (first on line {first})" in one for one in told)
    more = more.replace("name: delivery", "name: other")
    told = [str(problem) for problem in check_flow(write(SMALL + more))]
    assert any(f":{first + 4}:" in one and "which 'delivery' has too" in one for one in told)


HOURS = """\
hours:
  zone: Europe/London
  open:
    mon-fri: [09:00-12:00, 13:00-17:30]
    sat: 10:00-16:00
  holidays: [12-25, 2026-04-03]
closed: {text: We are closed., no_transfer: Nobody is here.}
"""


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-03-02T09:00", True),  # a Monday in winter: London is on UTC
        ("2026-03-02T12:30", False),
        ("2026-03-02T17:29", True),
        ("2026-03-02T17:30", False),
        ("2026-07-06T08:00", True),  # summer time: nine in London
        ("2026-07-06T17:00", False),
        ("2026-03-07T11:00", True),  # Saturday
        ("2026-03-08T11:00", False),  # Sunday
        ("2026-12-25T11:00", False),  # a holiday every year
        ("2026-04-03T11:00", False),  # a holiday of one year
        ("2028-04-03T10:00", True),
    ],
)
def test_opening_hours(write: Callable[[str], Path], when: str, is_open: bool) -> None:
    hours = load_flow(write(SMALL + HOURS)).hours
    assert hours is not None
    assert hours.is_open(datetime.fromisoformat(when).replace(tzinfo=UTC)) is is_open


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("10:00-16:00", "16:00-10:00", 5, "hours that end after they begin"),
        ("10:00-16:00", "10-16", 5, "a span of the day such as"),
        ("10:00-16:00", "10:00-25:00", 5, "times between 00:00 and 24:00"),
        ("mon-fri:", "mon-fry:", 3, "a weekday (mon, tue"),
        ("Europe/London", "Europe/Bristol", 2, "a time zone of the IANA list"),
        ("12-25", "25-12", 6, "a date that exists"),
        ("closed: {text: We are closed., no_transfer: Nobody is here.}\n", "", 1, "a group 'closed'"),
    ],
)
def test_wrong_opening_hours(
    write: Callable[[str], Path], old: str, new: str, line: int, expected: str
) -> None:
    problems = check_flow(write(SMALL + HOURS.replace(old, new, 1)))
    assert len(problems) == 1
    assert expected in problems[0].expected
    assert problems[0].line == SMALL.count("\n") + line


def test_the_error_lists_every_problem(write: Callable[[str], Path]) -> None:
    text = SMALL.replace("after: 5s", "after: 250").replace("more: ", "moar: ")
    path = write(text)
    with pytest.raises(FlowError) as caught:
        load_flow(path)
    assert len(caught.value.problems) == 3
    assert f"{path}:{line_of(text, 'after: 250')}: silence.after: expected a duration" in str(caught.value)


def test_the_documented_flow_is_right(write: Callable[[str], Path]) -> None:
    page = (DIALPLANS.parent / "docs" / "flows.md").read_text("utf-8")
    text = page.split("```yaml\n")[1].split("```")[0]
    assert [str(problem) for problem in check_flow(write(text))] == []


def test_every_key_is_documented() -> None:
    page = (DIALPLANS.parent / "docs" / "flows.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `(\w+)[`:]", page, re.M)) | {"courtesy", "anything_else"}
    assert set(Flow.model_fields) | set(KnownAnswer.model_fields) <= documented
