"""What Whisper made of Mandarin callers on a telephone line, and what Parley makes of that."""

import pytest

from dialogue.decide import Decider
from dialogue.flowfile import load_flow
from dialogue.flowmind import FlowMind
from tests.dialogue.tasks.talk import FLOW, Call, Counted, hold, noon


@pytest.fixture
def call(counted: Counted) -> Call:
    """A call to a shop whose products are known."""
    decider = Decider(
        load_flow(FLOW), clock=noon, has_model=False, directory=lambda: counted.counter.directory
    )
    return Call(counted, FlowMind("shop", decider, None, counter=counted.counter, clock=noon))


WHO = "请告诉我您的邮箱，或者您的姓名和邮编"


@pytest.mark.parametrize(
    "script",
    [
        f"""
        > 我想起消定的。
        < {WHO}
        """,
        f"""
        > 我想退掉查记套装。
        < {WHO}
        """,
        f"""
        > 帮我取消查剧的订单,另外离屏卡还有多少钱。
        < {WHO}
        > 我叫孙小红,右边是430086
        < 请问是哪一个
        > 有查记的那个。
        < 取消的原因是不再需要，还是下错单了
        > 下醋单了。
        < 我将取消订单#W4819502
        """,
    ],
    ids=["a verb", "a product", "one of some orders"],
)
async def test_misheard_words_of_the_shop_are_understood(call: Call, script: str) -> None:
    await hold(call, script)


async def test_a_zip_code_said_again_does_not_go_on_the_one_before(call: Call) -> None:
    await hold(
        call,
        """
        > 我要改收获地址。
        < 请告诉我您的邮箱
        > 我叫杨秀英,由边是31014。
        < 请说一下新的地址
        > 浙江省杭州市西湖区文三路128号,由便3112。
        < 请问邮编是多少
        > 三月零零二。
        < 没有听清 | 请问邮编是多少 | 按键
        > 三一零零一二
        < 邮编310012
        """,
    )


@pytest.mark.parametrize("lines", ["> #310012", "> #310\n> 零一二"], ids=["keyed", "half keyed"])
async def test_the_zip_code_of_an_address_may_be_keyed(call: Call, lines: str) -> None:
    await hold(
        call,
        f"""
        > 我要改收货地址
        < 请告诉我您的邮箱
        > 我叫杨秀英,邮编是310014。
        < 请说一下新的地址
        > 浙江省杭州市西湖区文三路128号
        < 请问邮编是多少
        {lines}
        < 邮编310012。 | 请问可以办理吗
        """,
    )


@pytest.mark.parametrize(
    "heard",
    [("要有脸面色油。", "要有两面色油。"), ("20000好吧?", "20000好吧?")],
    ids=["no digits", "a digit too few"],
)
async def test_a_zip_code_that_is_misheard_again_and_again_leads_to_keys_and_a_person(
    call: Call, heard: tuple[str, str]
) -> None:
    await hold(
        call,
        f"""
        > 我的订单到哪了
        < 请告诉我您的邮箱
        > 我叫马强,邮编是。
        < 请问您的邮编是多少
        > {heard[0]}
        < 没有听清 | 按键
        > {heard[1]}
        < 没有听清
        > {heard[1]}
        < 转接
        """,
    )
    assert call.over


async def test_a_caller_is_told_what_his_zip_code_lacks(call: Call) -> None:
    await hold(
        call,
        """
        > 我的订单到哪了
        < 请告诉我您的邮箱
        > 我叫马强,邮编是。
        < 请问您的邮编是多少
        > 二零零
        < 我记下了200。还差3位。
        > 零二八
        < 已经查到您的账户
        """,
    )


async def test_a_caller_in_noise_is_not_asked_who_he_is_for_ever(call: Call) -> None:
    await call.line("请问我的快递到哪里了")
    asked = 0
    while not call.over:
        asked += 1
        assert asked <= 8, call.said
        await call.line(("我叫正司远,由边是2021年自己。", "200", "20204G")[asked % 3])
    assert "转接" in call.said
