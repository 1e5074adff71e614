"""What Parley says while it works on a task. A flow may word any of it in its own way."""

from __future__ import annotations

from dialogue.tasks.definition import SlotType
from dialogue.texts import Text, TextByLanguage
from dialogue.yamlfile import Strict


def _text(en: str, zh: str) -> TextByLanguage:
    return TextByLanguage(en=en, zh=zh)


class Wording(Strict):
    """Sentences in both languages; those with braces are filled in and rendered when they are said.

    Attributes:
        identity: asks who calls. email, full_name, postcode: for the piece that is missing or was not
            understood. found: he was.
        again: before a question whose answer was not understood.
        heard: asks whether a value was heard right. which: asks for one of some.
        shall: asks again for a yes to what was proposed.
        keys, keys_yes_no, keys_which: how to answer by keys, added to a question that is asked again.
        taken: said first when an answer was understood.
        looking: said first when something is looked up.
        abandoned: the caller changed his mind. resumed: an interrupted task goes on. following: the next of
            several requests. declined: the caller said no to what would be done.
        none: his account has no order for this. no_item: nor such an item.
        anything: asks whether there is anything else.
        trouble: the order system does not answer. ticket: the request was written down instead.
        stuck: nothing was understood for too long, or something cannot be done here.
        offer: asks whether another task shall begin.
    """

    identity: Text = _text(
        "To find your account, please tell me your e-mail address, or your name and zip code.",
        "为了查到您的账户，请告诉我您的邮箱，或者您的姓名和邮编。",
    )
    email: Text = _text("Please tell me your e-mail address.", "请告诉我您的邮箱地址。")
    full_name: Text = _text("And your first and last name, please?", "请问您的姓名是？")
    postcode: Text = _text("And your zip code, please?", "请问您的邮编是多少？")
    found: Text = _text("Thank you, I have found your account.", "谢谢，已经查到您的账户。")
    again: Text = _text("Sorry, I did not get that.", "不好意思，我没有听清。")
    heard: Text = _text("I heard {said}. Is that right?", "我听到的是{said}，对吗？")
    which: Text = _text("Which one is it: {options}?", "请问是哪一个：{options}？")
    shall: Text = _text("Shall I do that?", "请问可以办理吗？")
    keys: Text = _text("You can also key it in.", "您也可以用按键输入。")
    keys_yes_no: Text = _text(
        "Please say yes or no, or press 1 for yes and 2 for no.", "请说是或不是，也可以按1确认，按2取消。"
    )
    keys_which: Text = _text("You can also press the number of your choice.", "您也可以按第几个的数字键。")
    taken: Text = _text("All right.", "好的。")
    looking: Text = _text("Let me have a look.", "我帮您查一下。")
    abandoned: Text = _text("All right, I have left everything as it was.", "好的，我什么都没有改动。")
    resumed: Text = _text("Now back to {matter}.", "我们继续{matter}。")
    following: Text = _text("Now to your other question.", "接下来是您的另一个问题。")
    declined: Text = _text("All right, I have not changed anything.", "好的，没有做任何改动。")
    none: Text = _text(
        "I see no order in your account that this is possible for.", "您的账户里没有可以这样办理的订单。"
    )
    no_item: Text = _text("I don't find that in this order.", "这个订单里没有找到这件商品。")
    anything: Text = _text("Is there anything else?", "请问还有别的需要吗？")
    trouble: Text = _text(
        "I am sorry, our order system does not answer at the moment.", "很抱歉，我们的订单系统暂时没有响应。"
    )
    ticket: Text = _text(
        "I have written down your request for a colleague. The ticket number is {ticket}.",
        "我已经把您的需求记录下来，由同事处理，工单号是{ticket}。",
    )
    stuck: Text = _text(
        "I am sorry, I can't get any further with this by myself.", "很抱歉，这件事我自己办不下去了。"
    )
    offer: Text = _text("Shall I go on with {matter} instead?", "需要我为您办理{matter}吗？")


PROMPTS: dict[SlotType, TextByLanguage] = {
    "order": _text(
        "Which order is it? You can tell me its number, or what is in it.",
        "请问是哪个订单？可以说订单号，或者里面的商品。",
    ),
    "items": _text("This order has {items}. Which of them is it?", "这个订单里有{items}，请问是哪些？"),
    "new-items": _text(
        "{item}: there is {options}. Which one would you like?", "{item}有{options}，您要哪一种？"
    ),
    "payment": _text("Which way of payment shall it be: {options}?", "请问用哪一种支付方式：{options}？"),
    "address": _text(
        "What is the new address? Street and number first, then city, state and zip code, please.",
        "请说一下新的地址：省市、街道和门牌号，还有邮编。",
    ),
    "choice": _text("Which is it: {options}?", "请问是哪一种：{options}？"),
    "text": _text("Please tell me in a few words what it is about.", "请您简单说一下情况。"),
    "email": _text("What is the e-mail address?", "请问邮箱地址是什么？"),
    "phone": _text("What is the phone number?", "请问电话号码是多少？"),
    "postcode": _text("What is the zip code?", "请问邮编是多少？"),
    "name": _text("What is the name?", "请问姓名是什么？"),
    "date": _text("Which day?", "请问是哪一天？"),
    "quantity": _text("How many?", "请问要几个？"),
    "product": _text("Which product is it?", "请问是哪一款商品？"),
}
"""How a slot is asked for whose author wrote no prompt."""

PARTS = {
    "address1": _text("What are the street and the house number?", "请问是哪条街道，多少号？"),
    "city": _text("In which city and state?", "请问是哪个省、哪个城市？"),
    "zip": _text("And the zip code?", "请问邮编是多少？"),
}
"""How the pieces of an address are asked for that are still missing."""
