"""A shop that was brought in answers calls; its catalogue and documents may change meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from dialogue.decide import Decider
from dialogue.facts import Evidence
from dialogue.flowfile import load_flow
from dialogue.mind import Said, Say
from dialogue.shop import Shop, ShopError, ShopUnavailableError, bring_in, connect, create_schema
from dialogue.shop.sample import sample_shop
from dialogue.state import DialogueState
from parley.config import load_config
from parley.settings import Config
from parley.shopfacts import open_facts

FLOW = Path(__file__).parents[2] / "dialplans" / "shop-en.yaml"
RULE = "# Delivery\nExpress delivery costs {} dollars.\n"


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as one:
        yield one


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "rules.en.md").write_text(RULE.format(9), "utf-8")
    return folder


def config(tmp_path: Path, **shop: object) -> Config:
    env = {"HOME": str(tmp_path), "PARLEY__SERVER__DATA": str(tmp_path)}
    env |= {f"PARLEY__SHOP__{key.upper()}": str(value) for key, value in shop.items()}
    return load_config(None, env)


def bring_in_sample(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'shop.db'}", create=True)
    create_schema(engine, "USD")
    shop = Shop(engine)
    with shop.writing() as session:
        assert isinstance(session, Session)
        bring_in(session, sample_shop(1))
    shop.close()


async def test_without_a_shop_nothing_is_known(tmp_path: Path, stack: AsyncExitStack) -> None:
    assert await open_facts(config(tmp_path), stack) is None


async def test_documents_without_a_shop_are_an_error(
    tmp_path: Path, stack: AsyncExitStack, documents: Path
) -> None:
    with pytest.raises(ShopError, match=r"shop\.db.*parley shop import"):
        await open_facts(config(tmp_path, documents=documents), stack)


async def test_a_question_about_a_product_is_answered_from_the_catalogue(
    tmp_path: Path, stack: AsyncExitStack
) -> None:
    bring_in_sample(tmp_path)
    facts = await open_facts(config(tmp_path), stack)
    flow = load_flow(FLOW)
    clock = lambda: datetime(2026, 6, 10, 11, 0, tzinfo=UTC)  # noqa: E731
    decider = Decider(flow, clock=clock, has_model=True, facts=facts)
    state = DialogueState("en")
    decision = decider.decide(Said("Is the keyboard backlit?", "en"), state)
    assert decision.kind == "knowledge"
    assert "backlight" in "".join(act.text for act in decision.acts if isinstance(act, Say))
    assert decider.decide(Said("How long does delivery take?", "en"), state).kind == "known", (
        "the flow's first"
    )
    assert decider.decide(Said("Is the keyboard waterproof?", "en"), state).kind == "model", "nobody knows"
    without = Decider(flow.model_copy(update={"knowledge": False}), clock=clock, has_model=True, facts=facts)
    assert without.decide(Said("Is the keyboard backlit?", "en"), state).kind == "model"


async def test_passages_are_told_with_their_source_and_only_where_the_flow_wants_knowledge(
    tmp_path: Path, stack: AsyncExitStack, documents: Path
) -> None:
    bring_in_sample(tmp_path)
    facts = await open_facts(config(tmp_path, documents=documents), stack)
    assert facts is not None
    (found,) = facts.passages("tell me about express delivery costs", "en", 2)
    assert found.text == "Express delivery costs 9 dollars."
    assert found.source == "rules.en.md:2 (Delivery)"
    flow = load_flow(FLOW)
    for knowledge in (True, False):
        own = flow.model_copy(update={"knowledge": knowledge})
        decider = Decider(own, clock=lambda: datetime.now(UTC), has_model=True, facts=facts)
        assert bool(decider.evidence("tell me about express delivery costs", "en")) == knowledge


async def test_a_document_that_changes_is_read_again(
    tmp_path: Path, stack: AsyncExitStack, documents: Path
) -> None:
    bring_in_sample(tmp_path)
    facts = await open_facts(config(tmp_path, documents=documents), stack)
    assert facts is not None
    question = "How much is express delivery?"
    before = facts.told(question, "en")
    assert before == Evidence("Express delivery costs 9 dollars.", "rules.en.md:2 (Delivery)")
    (documents / "rules.en.md").write_text(RULE.format(12), "utf-8")
    await facts.stop()
    await facts.start(every=0.02)
    for _ in range(200):
        if facts.told(question, "en") != before:
            break
        await asyncio.sleep(0.02)
    after = facts.told(question, "en")
    assert after is not None and after.text == "Express delivery costs 12 dollars."


async def test_a_database_that_does_not_answer_is_asked_again(
    tmp_path: Path, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in_sample(tmp_path)

    def down(shop: Shop) -> None:
        raise ShopUnavailableError("down", "connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(Shop, "open", down)
        facts = await open_facts(config(tmp_path), stack)
        assert facts is not None
        assert facts.told("Is the keyboard backlit?", "en") is None
    await facts.stop()
    await facts.start()
    assert facts.told("Is the keyboard backlit?", "en") is not None
