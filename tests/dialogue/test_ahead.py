"""Which phrases of a flow are rendered ahead, and in which order."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialogue.decide import Decider
from dialogue.flow import Flow
from dialogue.flowfile import load_flow
from dialogue.flowminds import FlowMinds
from dialogue.tasks.directory import Directory
from dialogue.tasks.wording import PROMPTS

DIALPLANS = Path(__file__).parents[2] / "dialplans"
FILES = {name: DIALPLANS / f"{name}.yaml" for name in ("shop-en", "shop-zh")}


@pytest.fixture(scope="module", params=sorted(FILES))
def flow(request: pytest.FixtureRequest) -> Flow:
    return load_flow(FILES[request.param])


def ahead(flow: Flow, *, has_shop: bool) -> list[str]:
    now = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
    directory = Directory if has_shop else None
    decider = Decider(flow, clock=lambda: now, has_model=True, directory=directory)
    return [say.text for say in decider.words.fixed_phrases()]


@pytest.mark.parametrize("has_shop", [False, True])
def test_nothing_with_something_to_fill_in_is_rendered_ahead(flow: Flow, has_shop: bool) -> None:
    assert [text for text in ahead(flow, has_shop=has_shop) if "{" in text or "}" in text] == []


def test_what_tasks_say_first_is_rendered_first(flow: Flow) -> None:
    phrases = ahead(flow, has_shop=True)
    wording = flow.wording
    first = [wording.looking, wording.identity, wording.taken, wording.again, wording.anything]
    for text in (*first, PROMPTS["order"]):
        for language in flow.languages:
            own = text.best(language)[0]
            place = next(i for i, phrase in enumerate(phrases) if own.startswith(phrase))
            assert place < 50 < len(phrases)
    assert phrases[0] in flow.greeting.best(flow.main_language)[0]


def test_a_flow_without_a_shop_renders_nothing_of_its_tasks(flow: Flow) -> None:
    without, with_shop = ahead(flow, has_shop=False), ahead(flow, has_shop=True)
    assert set(without) < set(with_shop)
    assert flow.wording.looking.best("en")[0] not in without


def test_flows_take_turns() -> None:
    minds = FlowMinds(FILES, default="shop-en")
    phrases, opening = minds.fixed_phrases(), minds.opening_phrases()
    assert phrases[: len(opening)] == opening
    own = [
        set(one)
        for one in (
            {say.text for say in FlowMinds({n: f}, default=n).fixed_phrases()} for n, f in FILES.items()
        )
    ]
    rest = [say.text for say in phrases[len(opening) :]][:40]
    counts = [sum(text in mine and text not in other for text in rest) for mine, other in (own, own[::-1])]
    assert abs(counts[0] - counts[1]) <= 2
