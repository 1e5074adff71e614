"""Conversations by keys, with silence, and in two languages."""

from typing import Any

import pytest

from tests.dialogue.tasks.peter import CANCELLED, MISTAKE, PETER, hold_and_check
from tests.dialogue.tasks.talk import Counted

TALKS: dict[str, tuple[str, dict[str, Any]]] = {
    "silence": (
        f"""
        > cancel my order
        > ...
        < Are you still there? To find your account, please tell me your e-mail
        {PETER}
        > ...
        < Are you still there? | ordered by mistake?
        > a mistake
        > ...
        < Are you still there? | cancel order #W1736522 | Shall I do that?
        > yes
        < is cancelled
        """,
        MISTAKE,
    ),
    "keys for everything": (
        """
        > cancel my order
        > Peter Patel
        < zip code
        > #80215
        < ordered by mistake?
        > #7
        < You can also press the number of your choice | ordered by mistake?
        > #2
        < ordered by mistake | Shall I do that?
        > #5
        < press 1 for yes and 2 for no. Shall I do that?
        > #1
        < is cancelled
        """,
        MISTAKE,
    ),
    "keys for a choice of orders, items and ways to pay": (
        """
        > 我要退货
        > 吴军，210096
        < 请问是哪一个
        > #3
        < 请问是哪些
        > #2
        < 退款退到哪里
        > #2
        < 台灯（白色、明亮） | 礼品卡 | 请问可以办理吗
        > #2
        < 没有做任何改动
        """,
        {},
    ),
    "the menu's keys do not begin anything in the middle": (
        f"""
        > cancel my order
        {PETER}
        > no longer needed
        > ##
        < Shall I do that? | !opening hours
        > #3
        < Shall I do that? | !nine to six
        > #1
        < is cancelled
        """,
        CANCELLED,
    ),
    "the last answer once more": (
        f"""
        > cancel my order
        {PETER}
        > no longer needed
        > can you repeat that please
        < cancel order #W1736522 | Shall I do that?
        > yes
        < is cancelled
        """,
        CANCELLED,
    ),
    "a person in the middle": (
        f"""
        > cancel my order
        {PETER}
        > I want to talk to a human
        < putting you through to a colleague
        """,
        {},
    ),
    "that's all leaves the task but not the call": (
        f"""
        > cancel my order
        {PETER}
        > that's all thank you
        < left everything as it was | !Goodbye
        > no
        < Goodbye
        """,
        {},
    ),
    "from English to Mandarin in the middle of a form": (
        f"""
        > cancel my order
        {PETER}
        > 我不需要了，谢谢
        < 取消订单#W1736522 | 不再需要 | 请问可以办理吗
        > 好的
        < 订单#W1736522已经取消
        """,
        CANCELLED,
    ),
    "from Mandarin to English and back": (
        """
        > 我要取消订单
        > 陈丽，610038
        < 请问是哪一个
        > can we speak English please
        < let us speak English | Which one is it | the order with the Cast Iron Pan
        > the pan
        < ordered by mistake?
        > 下错单了，对不起
        < 取消订单#W9821712 | 请问可以办理吗
        > yes that is right please do it
        < Order #W9821712 is cancelled
        """,
        {"#W9821712/status": "cancelled", "#W9821712/cancel_reason": "ordered by mistake"},
    ),
    "a key for the other language": (
        f"""
        > cancel my order
        {PETER}
        > #9
        < 我们说中文 | 请问取消的原因
        > #8
        < let us speak English | ordered by mistake?
        """,
        {},
    ),
    "letters and digits do not change the language": (
        """
        > 我要取消订单
        > Li Chen
        < !sorry
        > li dot chen six eight zero seven at example dot com
        < 请问是哪一个
        """,
        {},
    ),
}


@pytest.mark.parametrize("name", TALKS)
async def test_a_conversation_in_other_ways_than_words_of_one_language(counted: Counted, name: str) -> None:
    script, wanted = TALKS[name]
    await hold_and_check(counted, script, wanted)
