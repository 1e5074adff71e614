"""A state as a person reads it."""

from parley.rehearsal.changes import at, changes, compact, differences

BEFORE = {"language": "en", "offer": "desk", "tasks": [], "misunderstood": 0, "exchanges": [], "said": []}
AFTER = {
    "language": "en",
    "offer": "",
    "tasks": [{"name": "return", "slots": {"order": "#W1"}}],
    "misunderstood": 1,
    "exchanges": [{"caller": "hello"}],
    "said": [{"text": "Hello."}],
}


def test_what_a_turn_changed_is_named_by_its_path() -> None:
    assert changes(BEFORE, AFTER) == {
        "offer": ("desk", None),
        "tasks.0.name": (None, "return"),
        "tasks.0.slots.order": (None, "#W1"),
        "misunderstood": (None, 1),
    }
    assert changes(AFTER, AFTER) == {}


def test_what_is_empty_and_the_conversation_are_left_out() -> None:
    assert compact(BEFORE) == {"language": "en", "offer": "desk"}
    assert compact(AFTER)["tasks"] == [{"name": "return", "slots": {"order": "#W1"}}]
    assert compact(None) is None


def test_paths_lead_into_groups_and_lists_from_both_ends() -> None:
    assert at(AFTER, "tasks.0.slots.order") == (True, "#W1")
    assert at(AFTER, "tasks.-1.name") == (True, "return")
    assert at(AFTER, "tasks.1.name") == (False, None)
    assert at(AFTER, "tasks.-2.name") == (False, None)
    assert at(AFTER, "offer") == (True, "")
    assert at(AFTER, "offer.more") == (False, None)


def test_a_group_that_is_new_or_gone_is_one_difference() -> None:
    assert differences(BEFORE, AFTER) == [
        ("offer", None),
        ("tasks", [{"name": "return", "slots": {"order": "#W1"}}]),
        ("misunderstood", 1),
    ]
    more = {**AFTER, "tasks": [{"name": "return", "slots": {"order": "#W2"}}, {"name": "cancel"}]}
    assert differences(AFTER, more) == [("tasks.0.slots.order", "#W2"), ("tasks.1", {"name": "cancel"})]
    assert differences(more, AFTER)[-1] == ("tasks.1", None)
    assert differences(AFTER, AFTER) == []
