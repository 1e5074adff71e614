import pytest

from dialogue.courtesies import Reply, reply_of


@pytest.mark.parametrize(
    "said",
    [
        *("yes", "Yes, please.", "yeah", "Oh, sure", "okay", "go ahead", "please", "That would be great"),
        *("好", "好的，谢谢", "可以", "要", "麻烦你了", "是的", "嗯"),
        *("no problem", "No worries, go ahead", "yes, no problem", "没问题", "没错", "不错"),
    ],
)
def test_yes(said: str) -> None:
    assert reply_of(said) is Reply.YES


@pytest.mark.parametrize(
    "said",
    [
        "no",
        "No, thanks.",
        "Nope",
        "not now",
        "never mind",
        "Uh, no",
        "不用了",
        "不要",
        "没有了，谢谢",
        "算了",
        "别",
        *("please don't", "definitely not", "Of course not!", "absolutely not", "don't", "不是", "不对"),
    ],
)
def test_no(said: str) -> None:
    assert reply_of(said) is Reply.NO


@pytest.mark.parametrize(
    "said",
    [
        "",
        "how long does delivery take",
        "yes but first tell me how long does delivery take",
        "no I want to know where my order is right now",
        "yesterday",
        *("okay wait", "ok, hold on", "right now", "yes but not that one", "ok how long does it take"),
        *("对不起", "好像不对", "需要多久", "是不是", "好久", "可以吗", "好的等一下"),
        "notes",
        "好像我的订单还没有到我想问一下",
    ],
)
def test_neither(said: str) -> None:
    assert reply_of(said) is None
