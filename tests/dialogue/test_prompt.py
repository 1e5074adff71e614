from collections.abc import Callable
from pathlib import Path

import pytest

from dialogue.flow import Flow
from dialogue.flowfile import load_flow
from dialogue.guard import HAND_OVER
from dialogue.prompt import estimated_tokens, messages, system_prompt
from dialogue.state import Change, DialogueState, Exchange

DIALPLANS = Path(__file__).parents[2] / "dialplans"


@pytest.fixture(scope="module", params=["shop-en", "shop-zh"])
def shop(request: pytest.FixtureRequest) -> Flow:
    return load_flow(DIALPLANS / f"{request.param}.yaml")


def exchange(number: int, size: int = 1) -> Exchange:
    return Exchange(f"question {number} " * size, f"answer {number}", "model", "en")


@pytest.fixture
def ask(shop: Flow) -> Callable[..., list[str]]:
    def asked(exchanges: list[Exchange], *, turns: int = 8, tokens: int = 900) -> list[str]:
        made = messages(shop, "en", exchanges, "and now?", turns=turns, tokens=tokens)
        return [str(one.get("content")) for one in made[1:]]

    return asked


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_prompt_knows_the_facts_in_the_language_asked_for(shop: Flow, language: str) -> None:
    prompt = system_prompt(shop, language)
    assert HAND_OVER in prompt
    assert shop.answer("delivery-time").text.best(language)[0] in prompt
    assert shop.answer("hello").text.best(language)[0] not in prompt
    # It has to be read in seconds by a processor, and to leave room for the conversation.
    assert estimated_tokens(prompt) < 1400


def test_the_prompt_never_changes(shop: Flow) -> None:
    one = messages(shop, "en", [], "a", turns=8, tokens=900)
    other = messages(shop, "en", [exchange(1)], "b", turns=8, tokens=900)
    assert one[0] == other[0]


def test_the_history_loses_its_oldest_turns_several_at_a_time(ask: Callable[..., list[str]]) -> None:
    first_kept = [ask([exchange(i) for i in range(count)])[0] for count in range(1, 20)]
    assert len(set(first_kept)) <= 4
    assert all(len(ask([exchange(i) for i in range(count)])) <= 17 for count in range(30))


def test_long_turns_push_others_out(ask: Callable[..., list[str]]) -> None:
    sent = ask([exchange(0, 300), *(exchange(i) for i in range(1, 5))])
    assert "question 0" not in " ".join(sent)
    assert "question 4" in " ".join(sent)
    assert ask([exchange(0, 300)], tokens=100) == ["and now?"]


def test_user_and_assistant_take_turns(shop: Flow) -> None:
    unheard = Exchange("first", "", "model", "en")
    silent = Exchange("", "Are you there?", "silence", "en")
    made = messages(shop, "en", [unheard, silent, exchange(1)], "and now?", turns=8, tokens=900)
    assert [one["role"] for one in made] == ["system", "user", "assistant", "user"]
    assert made[1].get("content") == "first question 1 "


def test_the_state_changes_only_by_turns_that_took_place() -> None:
    state = DialogueState("en")
    change = Change(language="zh", offer="desk", answered="returns", unreached=True)
    after = state.after(change, exchange(1), ())
    assert state == DialogueState("en")
    assert (after.language, after.offer, after.answers, after.unreached) == ("zh", "desk", ("returns",), 1)
    later = after.after(Change(), exchange(2), ())
    assert (later.language, later.offer, later.answers, later.unreached) == ("zh", "", ("returns",), 1)
    assert len(later.exchanges) == 2
