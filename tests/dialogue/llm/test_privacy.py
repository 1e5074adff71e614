"""What a server on another machine is told of a caller, and how replies and tools get it back."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dialogue.llm import LanguageModel, Message, ModelSettings
from dialogue.llm.privacy import Veil
from tests.dialogue.fake_server import FakeServer, words

LABELLED = Path(__file__).parents[3] / ".." / "shared" / "data" / "pii" / "presidio_synth_en.json"
SHOP = "You answer the phone of Harbour Home in Bristol. We sell Oak Tables."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("My e-mail is mia.li@example.com.", "My e-mail is [email 1]."),
        ("It's yusuf dot rossi at example dot com", "It's [email 1]"),
        ("call me at 415 555 0132 please", "call me at [number 1] please"),
        ("my card is 4000 1234 5678 9010", "my card is [number 1]"),
        ("My name is Yusuf Rossi and I want my money", "My name is [name 1] and I want my money"),
        ("Send it to Sara Schwarz, thanks", "Send it to [name 1], thanks"),
        ("Mrs. Miller ordered it, and Mrs. Miller pays", "[name 1] ordered it, and [name 1] pays"),
        ("我叫李娜，手机13812345678", "我叫[name 1]，手机[phone 1]"),
        ("Where is my order W2378156?", "Where is my order W2378156?"),
        (
            "I bought two Oak Tables at Harbour Home for $1200",
            "I bought two Oak Tables at Harbour Home for $1200",
        ),
        ("Can it come on Monday, 3 May?", "Can it come on Monday, 3 May?"),
        ("我的订单W2378156什么时候到", "我的订单W2378156什么时候到"),
    ],
)
def test_what_is_hidden_and_comes_back(said: str, told: str) -> None:
    veil = Veil(SHOP)
    assert veil.hide(said) == told
    assert veil.show(told) == said


def test_an_address_is_hidden_whole() -> None:
    veil = Veil(SHOP)
    told = veil.hide("I live at 763 Broadway Avenue, Springfield now.")
    assert "Broadway" not in told
    assert "763" not in told
    assert "Springfield" in veil.show(told)


def test_marks_do_not_change_when_the_conversation_goes_on() -> None:
    talk: list[Message] = [
        {"role": "system", "content": SHOP},
        {"role": "user", "content": "I am Yusuf Rossi, yusuf@example.com"},
        {"role": "assistant", "content": "Thank you, Yusuf Rossi."},
    ]
    longer: list[Message] = [*talk, {"role": "user", "content": "or mia@example.com"}]
    first, again = Veil(SHOP).messages(talk), Veil(SHOP).messages(longer)
    assert again[:3] == first
    assert first[0] == talk[0]
    assert first[2].get("content") == "Thank you, [name 1]."
    assert again[3].get("content") == "or [email 2]"


def test_a_tools_answer_is_hidden_field_by_field() -> None:
    answer = {
        "user_id": "yusuf_rossi_9620",
        "name": {"first_name": "Yusuf", "last_name": "Rossi"},
        "address": {"address1": "763 Broadway", "city": "Philadelphia", "zip": "19122"},
        "email": "yusuf@example.com",
        "orders": ["#W2378156"],
    }
    told = Veil().hide(json.dumps(answer))
    for secret in ("yusuf", "Yusuf", "Rossi", "763", "19122"):
        assert secret not in told
    assert "#W2378156" in told
    assert json.loads(told)["user_id"] == "[user 1]"


def test_values_are_escaped_within_json() -> None:
    veil = Veil()
    told = veil.hide('{"first_name": "Anna \\"Ann\\""}')
    assert json.loads(veil.show_json(told)) == {"first_name": 'Anna "Ann"'}


def away(server: FakeServer) -> ModelSettings:
    """Reached like another machine."""
    return ModelSettings(server.url.replace("127.0.0.1", "0.0.0.0"))  # noqa: S104 - connected to, not bound


@pytest.mark.parametrize("how", ["away", "away, but trusted", "here"])
async def test_only_servers_on_other_machines_are_told_less(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    settings = away(server) if how != "here" else ModelSettings(server.url)
    model = LanguageModel(replace(settings, send_personal_data=how == "away, but trusted"))
    server.script = words("Thank you, ", "[na", "me 1", "]", ". We write to [email 1].")
    said: list[Message] = [{"role": "user", "content": "My name is Mia Li, mia@example.com"}]
    text = "".join([piece async for piece in model.reply(said, "en")])
    (asked,) = server.requests
    if how == "away":
        assert asked["messages"][0]["content"] == "My name is [name 1], [email 1]"
        assert text == "Thank you, Mia Li. We write to mia@example.com."
    else:
        assert asked["messages"] == said
    await model.close()


LEAST = {
    **{"EMAIL_ADDRESS": 0.98, "CREDIT_CARD": 0.98, "PHONE_NUMBER": 0.95, "full name": 0.9},
    **{"STREET_ADDRESS": 0.75, "IBAN_CODE": 0.9, "US_SSN": 0.9},
}
"""Share of labelled data of each kind that has to be hidden. Names of one word hardly tell who it is."""


def test_most_of_what_was_labelled_as_personal_is_hidden() -> None:
    if not LABELLED.is_file():
        pytest.skip(f"no labelled sentences in {LABELLED}")
    labelled: list[dict[str, Any]] = json.loads(LABELLED.read_text("utf-8"))
    hidden, every = Counter[str](), Counter[str]()
    for sentence in labelled:
        told = Veil().hide(sentence["full_text"])
        for span in sentence["spans"]:
            value = span["entity_value"]
            kind = "full name" if span["entity_type"] == "PERSON" and " " in value else span["entity_type"]
            every[kind] += 1
            hidden[kind] += value not in told
    shares = {kind: hidden[kind] / every[kind] for kind in LEAST}
    assert {kind: share for kind, share in shares.items() if share < LEAST[kind]} == {}
