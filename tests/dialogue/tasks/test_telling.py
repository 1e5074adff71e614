"""What results tell, and how sentences are made of them."""

import pytest

from dialogue.tasks.saying import choices, cut, spoken
from dialogue.tasks.telling import told
from dialogue.texts import TextByLanguage
from tests.dialogue.tasks.scenes import JUN, KEYBOARD, LAMPS, PETER, TEA, WARD, account
from tests.dialogue.tasks.talk import sample


def test_an_order_as_fields() -> None:
    fields = told(sample()["orders"][TEA], account(PETER), "en", "USD")
    assert (fields.raw["status"], fields.raw["parcel"], fields.raw["refund"]) == ("pending", "no", "no")
    assert fields.said["items"] == "the Tea Set"
    assert fields.said["order"] == "W1736522"
    assert fields.said["total"] == "$100.46"
    assert fields.said["paid_with"] == "your PayPal account"
    assert fields.said["address"].startswith("436 Cedar Drive")


def test_the_same_in_chinese() -> None:
    fields = told(sample()["orders"][LAMPS], account(JUN), "zh", "USD")
    assert fields.said["items"] == "书架、白色、明亮的台灯、绿色、暖光的台灯"
    assert fields.said["status"] == "已送达"
    assert fields.said["paid_with"] == "支付宝"


def test_a_refund_and_where_it_went() -> None:
    fields = told(sample()["orders"]["#W6693904"], account(WARD), "en", "USD")
    assert fields.raw["refund"] == "yes"
    assert (fields.said["refunded"], fields.said["refund_to"]) == (
        "$179.49",
        "your credit card ending in 5231",
    )


def test_a_gift_card_s_balance() -> None:
    user = sample()["users"][WARD]
    fields = told(user, account(WARD), "en", "USD")
    assert (fields.said["balance"], fields.said["email"]) == ("$30.17", "peter.ward7431@example.com")


def test_somebody_else_s_order_is_not_made_into_sentences() -> None:
    assert "items" not in told(sample()["orders"][KEYBOARD], account(WARD), "en", "USD").said
    assert told("a text", None, "en", "USD").said == {"result": "a text"}
    assert told({"ticket": "12", "left": 3, "list": [1]}, None, "en", "USD").raw == {
        "ticket": "12",
        "left": "3",
    }


@pytest.mark.parametrize(
    ("options", "english", "chinese"),
    [
        ((), "", ""),
        (("a",), "a", "a"),
        (("a", "b"), "a or b", "a，还是b"),
        (("a", "b", "c"), "a, b or c", "a、b，还是c"),
    ],
)
def test_a_choice(options: tuple[str, ...], english: str, chinese: str) -> None:
    assert choices(options, "en") == english
    assert choices(options, "zh") == chinese


def test_a_text_with_fields_is_rendered_when_it_is_said() -> None:
    text = TextByLanguage(en="I heard {said}. Is that right?", zh="我听到的是{said}，对吗？")
    phrases = spoken(text, "en", {"said": "W12"})
    assert [one.text for one in phrases] == ["I heard W12.", "Is that right?"]
    assert not any(one.fixed for one in phrases)
    assert all(one.fixed for one in spoken(TextByLanguage(en="All right.", zh="好的。"), "en"))
    assert [one.text for one in spoken(TextByLanguage(en="Hello {nobody}."), "zh")] == ["Hello ."]
    assert cut("", "en") == ()
