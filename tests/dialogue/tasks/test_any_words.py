"""Whatever callers say: no turn fails, and nothing is changed that was not proposed and agreed to."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogue.courtesies import Reply
from dialogue.mind import Arrived, Input, Keyed, Said, Silence
from dialogue.tasks.replies import leading_reply
from tests.dialogue.tasks.talk import Call, Counted, spoken

IDENTITIES = [
    *(
        "peter.patel4957@example.com",
        "Peter Ward, zip code 02170",
        "Kevin Parker",
        "78793",
        "Peter Ward 80215",
    ),
    *(
        "吴军，210096",
        "我叫陈丽",
        "六一零零三八",
        "my e-mail is jun dot wu one oh seven four at example dot com",
    ),
]
REQUESTS = [
    *(
        "cancel my order",
        "I want to return the keyboard",
        "return everything",
        "exchange the T-shirt for a blue one",
    ),
    *(
        "where is my order",
        "where is my refund",
        "change the delivery address",
        "I need an invoice",
        "cancel W4864790",
    ),
    *("I want to pay with another card", "update my default address", "how much is left on my gift card"),
    *(
        "cancel my order and where is my refund",
        "can I change the colour before it ships",
        "your courier was rude",
    ),
    *(
        "我要取消订单",
        "我想退掉台灯",
        "我要换货",
        "我的订单到哪了",
        "我搬家了想改地址",
        "我要发票",
        "换个支付方式",
    ),
]
ANSWERS = [
    *(
        "yes",
        "Yes, please.",
        "no",
        "okay",
        "no, only the T-shirt",
        "yes but to the gift card",
        "好的",
        "不对",
        "可以",
    ),
    *(
        "the first one",
        "the second one",
        "both",
        "all of them",
        "everything except the mouse",
        "第二个",
        "全部",
    ),
    *(
        "no longer needed",
        "by mistake",
        "下错单了",
        "paypal",
        "credit card",
        "礼品卡",
        "微信",
        "blue",
        "large",
        "黑色",
    ),
    *(
        "12 Main Street, Boston, Massachusetts 02134",
        "12 Main Street",
        "Austin",
        "北京市朝阳区建国路88号",
        "100022",
    ),
    *(
        "W one seven three six five two two",
        "W one seven",
        "six five two two",
        "the tea set",
        "台灯",
        "the latest",
    ),
    *(
        "never mind",
        "算了",
        "that's all",
        "how long does delivery take",
        "几点关门",
        "what",
        "I want a person",
    ),
    *(
        "speak English please",
        "请讲中文",
        "actually the other one instead",
        "hm",
        "",
        "?",
        "123",
        "yes no",
        "wait",
    ),
]
LINES = st.sampled_from([*IDENTITIES, *REQUESTS, *ANSWERS])
INPUTS: st.SearchStrategy[Input] = st.one_of(
    LINES.map(spoken),
    st.sampled_from(["yes", "yes please", "好的"]).map(spoken),
    st.sampled_from("0123456789*#").map(Keyed),
    st.builds(Said, st.text(max_size=60), st.sampled_from(["en", "zh"]), st.floats(0, 1)),
    st.lists(st.sampled_from(" ".join([*REQUESTS, *ANSWERS]).split()), max_size=30).map(
        lambda words: spoken(" ".join(words))
    ),
    st.just(Silence(1)),
)
ASKED = re.compile(r"Shall I do that\?|请问可以办理吗")


def agrees(heard: Input) -> bool:
    """Whether a turn says yes, or keys it."""
    if isinstance(heard, Said):
        return leading_reply(heard.text)[0] is Reply.YES
    return heard == Keyed("1")


async def looked_at(call: Call, heard: Input) -> None:
    """A turn, and whether it was allowed to do what it did."""
    asked, before = call.said, len(call.counted.audit())
    await call.turn(heard)
    assert call.kind != "error"
    assert len(call.tasks.stack) < 14
    made = call.counted.audit()[before:]
    assert len(made) <= 1
    for row in made:
        assert ASKED.search(asked), (asked, heard)
        assert agrees(heard), (asked, heard)
        assert row.user_id == call.tasks.session["user_id"] is not None


async def any_call(inputs: list[Input]) -> None:
    with TemporaryDirectory() as folder:
        counted = Counted(Path(folder))
        try:
            call = counted.call()
            await call.turn(Arrived())
            for heard in inputs:
                await looked_at(call, heard)
                if call.over:
                    break
        finally:
            counted.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
@given(
    st.sampled_from(REQUESTS).map(spoken),
    st.sampled_from(IDENTITIES[:2] + IDENTITIES[5:6]).map(spoken),
    st.lists(INPUTS, min_size=3, max_size=14),
)
def test_no_words_do_harm(request: Input, identity: Input, inputs: list[Input]) -> None:
    asyncio.run(any_call([request, identity, *inputs]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
@given(st.lists(INPUTS, max_size=16))
def test_nothing_fails_from_the_first_word_on(inputs: list[Input]) -> None:
    asyncio.run(any_call(inputs))


async def test_a_long_answer_is_as_quick_as_it_is_harmless(
    counted: Counted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    call = counted.call()
    rambling = ", and then I told my neighbour about the lamp and the 12 mugs" * 40
    async with asyncio.timeout(20):
        for line in ("cancel my order", rambling, "peter.patel4957@example.com", rambling):
            await looked_at(call, spoken(line))
    assert caplog.records == []
