from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialogue.knowledge import Catalogue, Knowledge, Library
from dialogue.shop import Shop, bring_in, connect, create_schema
from dialogue.shop.sample import sample_shop
from dialogue.shop.tables import VariantRow


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    engine = connect(f"sqlite:///{tmp_path / 'shop.db'}", create=True)
    create_schema(engine, "EUR")
    opened = Shop(engine)
    with opened.writing() as session:
        bring_in(session, sample_shop(1))
    yield opened
    opened.close()


def said(knowledge: Knowledge, question: str) -> str:
    answer = knowledge.ask(question)
    assert answer is not None, question
    return answer.text


def test_a_changed_price_is_answered_after_a_refresh(shop: Shop) -> None:
    library = Library(shop)
    before = library.refresh()
    assert library.refresh() is before  # nothing has changed
    with shop.writing() as session:
        for row in session.query(VariantRow):
            row.price = 7.5
    after = library.refresh()
    assert after is not before
    assert said(after, "how much is the tea set") == "The Tea Set costs €7.50."


def test_a_changed_document_is_answered_after_a_refresh(shop: Shop, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "returns.md").write_text("# Returns\nYou can return goods within 14 days.\n")
    library = Library(shop, rules)
    question = "how long can I return goods?"
    assert "14 days" in said(library.refresh(), question)
    (rules / "returns.md").write_text("# Returns\nYou can return goods within 60 days.\n")
    assert "14 days" in said(library.current(), question)  # until it is refreshed
    assert "60 days" in said(library.refresh(), question)


def test_nothing_of_the_customers_is_in_the_graph(shop: Shop) -> None:
    whole = "\n".join(str(quad) for quad in Library(shop).refresh().store)
    for user in sample_shop(1)["users"].values():
        assert user["email"] not in whole
        assert user["user_id"] not in whole
    assert "#W" not in whole


def large_catalogue() -> Catalogue:
    """50 products with 600 variants."""
    products: list[Any] = []
    for number in range(50):
        variants = {
            f"{number}-{v}": {
                "item_id": f"{number}-{v}",
                "options": {"color": f"shade {v % 4}", "size": str(v // 4)},
                "available": True,
                "price": 10 + v,
            }
            for v in range(12)
        }
        products.append({"product_id": str(number), "name": f"Thing {number}", "variants": variants})
    return Catalogue(tuple(products))


def test_fills_a_shop_of_600_variants_in_two_seconds() -> None:
    catalogue = large_catalogue()
    start = time.process_time()
    knowledge = Knowledge(catalogue)
    assert time.process_time() - start < 2.0
    assert knowledge.counts()["variants"] == 600


def product(**variants: dict[str, Any]) -> Catalogue:
    rows = {
        key: {"item_id": key, "available": True, "price": 5, **copy.deepcopy(value)}
        for key, value in variants.items()
    }
    return Catalogue(({"product_id": "p/1", "name": "Café Mug", "variants": rows},))


def test_a_combination_that_is_not_made_and_one_that_is_sold_out_are_told_apart() -> None:
    knowledge = Knowledge(
        product(
            a={"options": {"color": "red", "size": "S"}},
            b={"options": {"color": "blue", "size": "L"}, "available": False},
        )
    )
    assert said(knowledge, "Do you have the cafe mug in red in size L?").startswith("No")
    assert "out of stock" in said(knowledge, "Do you have the cafe mug in blue in size L?")
    assert said(knowledge, "is the café mug available in red?").startswith("Yes")


def test_a_product_without_options_still_has_a_price() -> None:
    knowledge = Knowledge(product(a={"options": {}}))
    assert said(knowledge, "how much is the cafe mug?") == "The Café Mug costs $5.00."


def test_an_empty_shop_answers_nothing() -> None:
    knowledge = Knowledge(Catalogue(()))
    assert knowledge.ask("how much is the lamp?") is None
    assert knowledge.passages("refunds", "en") == []


def test_it_means_the_product_that_was_spoken_of(knowledge: Knowledge) -> None:
    lamp = next(one for one in knowledge.products if one.names["en"] == "Desk Lamp")
    answer = knowledge.ask("does it come in green?", about=lamp.id)
    assert answer is not None
    assert answer.text.startswith("Yes, the Desk Lamp")
    assert knowledge.ask("does it come in green?") is None


def test_the_answer_can_be_in_the_other_language(knowledge: Knowledge) -> None:
    answer = knowledge.ask("What colours does the T-shirt come in?", "zh")
    assert answer is not None
    assert answer.text == "纯棉T恤的颜色有黑色、白色、蓝色、绿色。"
    assert json.loads(json.dumps(answer.as_json()))["language"] == "zh"


def test_what_lacks_a_name_in_a_language_is_told() -> None:
    knowledge = Knowledge(product(a={"options": {"glaze": "speckled"}}))
    lacking = {(one.name, one.language) for one in knowledge.lacking()}
    assert lacking == {("Café Mug", "zh"), ("glaze", "zh"), ("speckled", "zh")}
