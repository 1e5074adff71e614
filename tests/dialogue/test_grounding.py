"""What a language model may say of what it was told, and what it made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.flowfile import load_flow
from dialogue.grounding import Grounding
from dialogue.phrases import sentences
from dialogue.prompt import grounding_of

DIALPLANS = Path(__file__).parents[2] / "dialplans"
FACTS = (
    "You are the telephone assistant of Harbour Home, which sells furniture.",
    "Delivery takes two to four working days and costs $4.90. Over $60 it is free of charge.",
    "We are open from nine to six, Monday to Friday. You can return goods within 30 days.",
    "Students get a discount of ten percent. All tables are made of oak. The warranty covers 2 years.",
)
FACTS_ZH = (
    "您是海松家居的电话客服。",
    "配送需要两到四个工作日，运费4.9元，满200元包邮。",
    "周一到周五九点到六点营业。收货后七天内可以退货。",
    "学生打九折。所有桌子都是橡木做的。保修两年。",
)


def known(asked: str, *more: str, language: str = "en") -> Grounding:
    return Grounding([*(FACTS if language == "en" else FACTS_ZH), *more], asked, language)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("how long does it take", "Delivery takes 2 to 4 working days."),
        ("how long does it take", "It takes between two and four days."),
        ("what does it cost", "It costs $4.90, and it's free over 60 dollars."),
        ("what does it cost", "Four dollars ninety. One moment, there are two ways to pay."),
        ("are you open on Wednesday", "Yes, we are open on Wednesdays from 9 to 6."),
        ("when are you open", "From nine to six, Tuesday included."),
        ("can I return it", "You can return it within thirty days."),
        ("is there a discount for students", "Yes, students get 10% off."),
        ("my order is W2378156", "Thank you. Your order W2378156 is a good choice."),
        ("it came on the third of May", "You said it came on May 3rd."),
        ("can I get fifty percent off", "I am sorry, I can't give you fifty percent."),
        ("tell me about it", "I have one question. Feel free to ask for a second one."),
        ("is the table made of oak", "Yes, all tables are made of oak."),
        ("are you a robot", "Yes, I am an automated assistant."),
        ("is the keyboard waterproof", "I am sorry, I don't know that."),
        ("is the keyboard waterproof", "I'm not sure about that."),
        ("is the keyboard waterproof", "Which keyboard do you mean?"),
        ("do you know any jokes", "I can only help with questions about our shop."),
        ("what may I do", "You may return it."),
        ("what is your name", "I am the assistant of Harbour Home."),
        ("which wood are the tables made of", "They are made of oak."),
    ],
)
def test_what_it_was_told_may_be_said(asked: str, said: str) -> None:
    facts = known(asked)
    assert [one for one in sentences(said) if not facts.fits(one)] == []


@pytest.mark.parametrize(
    ("asked", "said", "invented"),
    [
        ("what does it cost", "It costs $15.", ["15"]),
        ("what does it cost", "That is nineteen dollars.", ["19"]),
        ("is there a discount", "We give 20 percent off.", ["20"]),
        ("how long does it take", "It takes seven days.", ["7"]),
        ("how long does it take", "Three weeks.", ["3"]),
        ("when does it come", "It will arrive tomorrow.", ["tomorrow"]),
        ("when does it come", "It will be there on Sunday.", ["Sunday"]),
        ("when does it come", "On December 24th.", ["24", "December"]),
        ("where is my order", "Your order W1234567 was shipped.", ["W1234567"]),
        ("what is your number", "Call us at 020 7946 0958.", ["020", "7946", "0958"]),
        ("when do you close", "We close at 8 pm.", ["8"]),
        ("what does it cost", "It costs 1,200 dollars.", ["1,200"]),
    ],
)
def test_what_was_made_up_is_named(asked: str, said: str, invented: list[str]) -> None:
    facts = known(asked)
    assert facts.invented(said) == invented
    assert not facts.fits(said)


def test_nothing_is_free_of_which_nobody_said_so() -> None:
    facts = Grounding(["We sell lamps."], "what does delivery cost", "en")
    assert facts.invented("Delivery is free.") == ["is free"]
    assert not facts.invented("Feel free to ask.")


@pytest.mark.parametrize("said", ["No, it is not waterproof.", "Yes.", "The keyboard is waterproof.", "No."])
def test_a_yes_or_no_to_what_nothing_speaks_of_is_not_said(said: str) -> None:
    assert not known("Is the keyboard waterproof?").fits(said)
    assert known("Is the keyboard waterproof?", "The keyboard is waterproof.").fits(said)
    assert known("I wonder about the keyboard in the rain.").fits(said)


def test_no_other_question_about_it_is_answered_either() -> None:
    assert not known("What wood are the chairs made of?").fits("The chairs are beech.")
    assert not known("How do I clean a carpet?").fits("Use warm water and soap.")
    facts = known("How do I clean a carpet?")
    assert facts.fits("I am sorry, I don't know that.")
    assert facts.fits("Shall I put you through?")


@pytest.mark.parametrize(
    ("asked", "said", "fits"),
    [
        ("要多久", "需要2到4个工作日。", True),
        ("要多久", "大概两到四天。", True),
        ("要多久", "需要七到十天，明天发货。", False),
        ("运费多少", "运费四块九，满两百元包邮。", True),
        ("运费多少", "运费十五元。", False),
        ("学生打折吗", "学生打九折。", True),
        ("学生打折吗", "现在打五折。", False),
        ("星期三营业吗", "是的，周三九点到六点营业。", True),
        ("什么时候开门", "周日也营业。", False),
        ("桌子是橡木的吗", "是的，都是橡木做的。", True),
        ("键盘防水吗", "不防水。", False),
        ("键盘防水吗", "是的，防水。", False),
        ("键盘防水吗", "很抱歉，这个我不清楚，需要我帮您转接同事吗？", True),
        ("你是机器人吗", "我是海松家居的电话助手。", True),
        ("我的订单是W2378156", "您的订单W2378156我记下了。", True),
        ("我的订单呢", "您的订单W7654321已经发货。", False),
    ],
)
def test_the_same_in_chinese(asked: str, said: str, fits: bool) -> None:
    facts = known(asked, language="zh")
    assert all(facts.fits(one) for one in sentences(said)) == fits


def test_what_a_tool_tells_may_be_said_afterwards() -> None:
    facts = known("where is my order")
    assert not facts.fits("It was shipped on 12 June.")
    facts.learn('{"shipped": "12 June"}')
    assert facts.fits("It was shipped on 12 June.")


@pytest.mark.parametrize("name", ["shop-en", "shop-zh"])
def test_every_text_of_a_flow_may_be_said_by_its_model(name: str) -> None:
    flow = load_flow(DIALPLANS / f"{name}.yaml")
    language = flow.main_language
    for answer in flow.answers:
        facts = grounding_of(flow, language, (), answer.examples.of(language)[0], ())
        for phrase in sentences(answer.text.best(language)[0]):
            assert facts.invented(phrase) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "All right, I have cancelled your order W2378156."),
        ("en", "I'll refund you the money."),
        ("en", "I will go ahead and change the address for you."),
        ("en", "I’ve already sent you a replacement."),
        ("en", "I am processing your return."),
        ("zh", "好的，我将把订单的收货地址改为文三路128号。"),
        ("zh", "我已经帮您取消了。"),
        ("zh", "已经为您申请退货。"),
        ("zh", "我马上给您办理。"),
    ],
)
def test_it_never_acts(language: str, said: str) -> None:
    facts = known("my order is W2378156, please cancel it", "文三路128号", language=language)
    assert not facts.fits(said)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "You can cancel it yourself in your account."),
        ("en", "I have to ask a colleague."),
        ("en", "I will put you through."),
        ("en", "I am sorry, returned goods take a while."),
        ("en", "Would you like to change it?"),
        ("zh", "您可以在账户里取消订单。"),
        ("zh", "我会问一下同事。"),
        ("zh", "需要我帮您取消吗？"),
        ("zh", "我马上为您转接同事。"),
        ("zh", "退款会退回原来的支付方式。"),
    ],
)
def test_what_callers_or_the_shop_may_do_is_no_act(language: str, said: str) -> None:
    assert known("please cancel it", language=language).fits(said)
