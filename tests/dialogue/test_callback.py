"""An offer to call back, from "I couldn't reach a colleague" to a number that is sure."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dialogue.callback import CallBack, number_of
from dialogue.decide import Decider
from dialogue.decision import Decision
from dialogue.flow import Flow
from dialogue.flowfile import load_flow
from dialogue.mind import Act, End, Input, Keyed, Said, Say, Silence, TransferFailed
from dialogue.state import DialogueState, Exchange
from tests.dialogue.flows import SMALL
from tests.dialogue.test_decide import DIALPLANS, OPEN, words

OFFER = "Shall a colleague call you back on this number?"


class Dialogue:
    """A call whose transfers fail."""

    def __init__(self, flow: Flow, caller: str = "+4930555123") -> None:
        self.decider = Decider(flow, clock=lambda: OPEN, has_model=False, callbacks=True)
        self.state = DialogueState(flow.main_language, caller=caller)

    def put(self, heard: Input) -> Decision:
        decision = self.decider.decide(heard, self.state)
        said = tuple(act for act in decision.acts if isinstance(act, Say))
        exchange = Exchange("", words(decision.acts), decision.kind, self.state.language)
        self.state = self.state.after(decision.change, exchange, said)
        return decision

    def fails(self) -> str:
        return words(self.put(TransferFailed("600")).acts)

    def hears(self, *inputs: str) -> Decision:
        """Words, or keys after a `#`."""
        for text in inputs:
            is_key = len(text) == 2 and text[0] == "#"
            decision = self.put(Keyed(text[1]) if is_key else Said(text, self.state.language, 0.9))
        return decision


@pytest.fixture
def flow(tmp_path: Path) -> Callable[..., Flow]:
    def make(*changes: tuple[str, str]) -> Flow:
        text = SMALL
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "flow.yaml"
        path.write_text(text, "utf-8")
        return load_flow(path)

    return make


def test_who_cannot_be_taken_is_offered_a_call_back(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow())
    assert call.fails() == f"I am sorry, I couldn't reach a colleague. {OFFER}"
    decision = call.hears("yes please")
    assert decision.call_back == "+4930555123"
    assert decision.kind == "callback"


@pytest.mark.parametrize("yes", ["Yes.", "yes, please call me back on this number", "ok", "sure, call me"])
def test_ways_to_say_yes(flow: Callable[..., Flow], yes: str) -> None:
    call = Dialogue(flow())
    call.fails()
    assert call.hears(yes).call_back == "+4930555123"


def test_afterwards_a_no_takes_leave_and_nothing_is_offered_again(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow())
    call.fails()
    call.hears("yes")
    assert call.fails().endswith("Is there anything else I can help you with?")
    assert call.hears("how long does delivery take").kind == "known"
    assert OFFER not in call.fails()
    assert call.hears("no").acts[-1] == End()


def test_a_no_asks_for_anything_else(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow())
    call.fails()
    decision = call.hears("no thanks")
    assert (words(decision.acts), decision.call_back) == ("Anything else?", None)
    assert call.hears("no").acts[-1] == End()


def test_another_question_is_answered_and_the_offer_is_over(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow())
    call.fails()
    assert words(call.hears("how long does delivery take").acts) == "Two days."
    assert call.hears("yes").call_back is None


@pytest.mark.parametrize("caller", ["", "anonymous", "alice"])
def test_without_a_number_one_is_asked_for(flow: Callable[..., Flow], caller: str) -> None:
    call = Dialogue(flow(), caller)
    assert call.fails().endswith("You can also key it in and press the hash key.")
    assert call.state.expects == "digits"
    decision = call.hears("five five five one two three four five six seven")
    assert words(decision.acts) == "I heard 5551234567. Is that right?"
    assert call.hears("yes").call_back == "5551234567"


def test_digits_in_pieces_half_spoken_half_keyed(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow(), "")
    call.fails()
    assert words(call.hears("oh seven nine").acts) == "I have 0 7 9 so far. I need 7 more digits."
    assert words(call.hears("#1", "#1", "#1", "#2", "#3").acts) == ""
    assert words(call.hears("##").acts) == "I heard 07911123. Is that right?"
    assert call.hears("yes").call_back == "07911123"


def test_keys_alone_are_not_read_back_and_a_star_takes_one_back(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow(), "")
    call.fails()
    decision = call.hears(*(f"#{key}" for key in "07911129*3456"), "##")
    assert decision.call_back == "07911123456"


def test_keys_end_by_themselves_after_a_silence(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow(), "")
    call.fails()
    call.hears(*(f"#{key}" for key in "555123456"))
    assert words(call.put(Silence(1)).acts) == "Are you there?"
    call.hears("#7")
    assert call.put(Silence(2)).call_back == "5551234567"


def test_keys_say_yes_and_no(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow())
    call.fails()
    assert call.hears("#1").call_back == "+4930555123"
    call = Dialogue(flow())
    call.fails()
    assert words(call.hears("#2").acts) == "Anything else?"
    call = Dialogue(flow(), "")
    call.fails()
    call.hears("five five five one two three four five six seven")
    assert words(call.hears("#2").acts).startswith("Which number may we call?")
    call.hears("five five five one two three four five six seven")
    assert call.hears("#1").call_back == "5551234567"


def test_a_number_that_was_misheard_is_said_again(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow(), "")
    call.fails()
    call.hears("five five five one two three four five six seven")
    assert words(call.hears("no").acts).startswith("Which number may we call?")
    assert words(call.hears("five five five one two three four five six eight").acts).startswith(
        "I heard 5551234568."
    )
    assert words(call.hears("no, it's five five five one two three four five six nine").acts).startswith(
        "I heard 5551234569."
    )
    assert call.hears("correct").call_back == "5551234569"


def test_on_another_number(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow())
    call.fails()
    assert words(call.hears("yes, but on another number please").acts).startswith("Which number")
    call.fails()
    assert words(call.hears("yes, on five five five, one two three, four five six seven").acts).startswith(
        "I heard 5551234567."
    )


def test_who_never_says_a_number_is_let_go_on(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow(), "")
    call.fails()
    for _ in range(2):
        assert words(call.hears("mumbling and grumbling").acts).startswith("Which number")
    assert words(call.hears("mumbling and grumbling").acts) == "Anything else?"
    assert call.state.callback is None


def test_a_question_in_the_middle_of_a_number_is_answered(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow(), "")
    call.fails()
    call.hears("oh seven nine")
    assert words(call.hears("how long does delivery take").acts) == "Two days."


def test_in_mandarin() -> None:
    call = Dialogue(load_flow(DIALPLANS / "shop-zh.yaml"), "")
    assert call.fails().endswith("您也可以按键输入，以井号键结束。")
    assert words(call.hears("幺三八幺二三四").acts) == "我记下了1 3 8 1 2 3 4。 还差4位。"
    assert words(call.hears("五六七八").acts) == "我听到的是13812345678， 对吗？"
    assert call.hears("对的").call_back == "13812345678"


def test_without_tickets_or_by_the_flows_wish_nothing_is_offered(flow: Callable[..., Flow]) -> None:
    off = Dialogue(flow(("more:", "callback: null\nmore:")))
    assert off.fails().endswith("Is there anything else I can help you with?")
    assert off.hears("no").acts[-1] == End()


def test_the_flows_own_words(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow(("more:", "callback: {offer: Shall we ring you}\nmore:")))
    assert call.fails().endswith("Shall we ring you")


@pytest.mark.parametrize(
    ("caller", "number"),
    [("+4930555", "+4930555"), ("tel:+4930555", "+4930555"), ("200", ""), ("anonymous", ""), ("bob7", "")],
)
def test_what_is_a_number_to_call_back(caller: str, number: str) -> None:
    assert number_of(caller) == number


def test_a_guess_costs_nothing(flow: Callable[..., Flow]) -> None:
    call = Dialogue(flow())
    call.fails()
    before = call.state
    acts: Sequence[Act] = call.decider.decide(Said("yes", "en", 0.9), call.state).acts
    assert (call.state, acts) == (before, ())
    assert call.state.callback == CallBack()
