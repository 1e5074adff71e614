"""Every task of the sample flow in English: said, proposed, agreed to, and what the database then holds."""

from typing import Any

import pytest

from tests.dialogue.tasks.talk import Counted, assert_changed, hold

WHO = """
    < e-mail address, or your name and zip code
    > peter.patel4957@example.com
    < I have found your account
"""
WARD = """
    < e-mail address, or your name and zip code
    > my name is Peter Ward, zip code oh two one seven oh
    < I have found your account
"""

TALKS: dict[str, tuple[str, dict[str, Any]]] = {
    "an order is tracked": (
        f"""
        > where is my order
        {WHO}
        < which order is it
        > the one with the tea set
        < Your order with the Tea Set is being prepared | Is there anything else?
        """,
        {},
    ),
    "an order on its way is tracked": (
        """
        > where is my parcel now
        < e-mail address
        > Peter Ward 02170
        < which order is it
        > W two one nine nine six two oh
        < Your order with the Fleece Sweater and the Air Purifier
        """,
        {},
    ),
    "an order is cancelled": (
        f"""
        > I want to cancel my order
        {WHO}
        < no longer needed, or was it ordered by mistake
        > I don't need it any more
        < cancel order #W1736522 | $100.46 | PayPal | Shall I do that?
        > yes please
        < Order #W1736522 is cancelled | Is there anything else?
        """,
        {"#W1736522/status": "cancelled", "#W1736522/cancel_reason": "no longer needed"},
    ),
    "an item is returned": (
        f"""
        > I want to return the keyboard
        {WHO}
        < return of the Mechanical Keyboard | $112.67 goes back to your PayPal account | Shall I do that?
        > yes
        < The return for order #W1310795 is requested
        """,
        {
            "#W1310795/status": "return requested",
            "#W1310795/return_items": ["1555016296"],
            "#W1310795/return_payment_method_id": "paypal_1196656",
        },
    ),
    "several items are returned to a gift card": (
        f"""
        > I would like to send back the pan and the mouse
        {WARD}
        < Cast Iron Pan | Wireless Mouse | your gift card | Shall I do that?
        > yes, go ahead
        < The return for order #W3956670 is requested
        """,
        {
            "#W3956670/status": "return requested",
            "#W3956670/return_payment_method_id": "gift_card_5011878",
        },
    ),
    "an item is exchanged": (
        f"""
        > exchange the keyboard for one with tactile switches please
        {WHO}
        < Mechanical Keyboard: there is
        > the white one
        < Which payment method shall be used if the price differs
        > my credit card
        < to tactile, white | credit card ending in 3207 | Shall I do that?
        > yes
        < The exchange for order #W1310795 is requested
        """,
        {
            "#W1310795/status": "exchange requested",
            "#W1310795/exchange_items": ["1555016296"],
            "#W1310795/exchange_new_items": ["5162737373"],
            "#W1310795/exchange_payment_method_id": "credit_card_7681686",
        },
    ),
    "an item of a pending order is changed": (
        f"""
        > can I change the colour of what I ordered before it ships
        {WARD}
        < Bookshelf | Running Shoes
        > the shoes
        < Running Shoes: there is
        > blue ones
        < Running Shoes: there is size
        > size eight
        < Which payment method
        > the visa
        < #W6809192 | blue | Shall I do that?
        > yes
        < #W6809192
        """,
        {"#W6809192/status": "pending (item modified)"},
    ),
    "a delivery address is changed": (
        f"""
        > send my order to another address
        {WHO}
        < What is the new address?
        > 12 Main Street
        < In which city and state?
        > Boston, Massachusetts
        < zip code
        > oh two one three four
        < #W1736522 to this address: 12 Main Street, Boston, MA, 02134, USA. Shall I do that?
        > yes that's right
        < Order #W1736522 now goes to 12 Main Street
        """,
        {
            "#W1736522/address/address1": "12 Main Street",
            "#W1736522/address/address2": "",
            "#W1736522/address/city": "Boston",
            "#W1736522/address/state": "MA",
            "#W1736522/address/zip": "02134",
        },
    ),
    "a payment is changed": (
        f"""
        > I want to pay my order with another card
        {WHO}
        < your credit card ending in 3207 or your PayPal account
        > the credit card
        < charge $100.46 for order #W1736522 to your credit card | Shall I do that?
        > sure
        < now paid with your credit card ending in 3207
        """,
        {"#W1736522/payment_history/1": "credit_card_7681686"},
    ),
    "the account's address is changed": (
        f"""
        > update my default address
        {WHO}
        < What is the new address?
        > 500 Oak Avenue, apartment 4, Seattle, Washington 98101
        < default address of your account to: 500 Oak Avenue, Apt 4, Seattle, WA, 98101
        > yes
        < Your default address is now 500 Oak Avenue
        """,
        {
            "peter_patel_7642/address/address1": "500 Oak Avenue",
            "peter_patel_7642/address/address2": "Apt 4",
            "peter_patel_7642/address/city": "Seattle",
            "peter_patel_7642/address/state": "WA",
            "peter_patel_7642/address/zip": "98101",
        },
    ),
    "a refund is asked about": (
        f"""
        > where is my refund
        {WARD}
        < Which order is the refund for?
        > the one with the coffee grinder
        < $179.49 went back to your credit card ending in 5231
        """,
        {},
    ),
    "an invoice is asked for": (
        f"""
        > I need an invoice
        {WHO}
        < Which order is it?
        > the tea set
        < invoice for order #W1736522, made out to Peter Patel | peter.patel4957 | Shall I do that?
        > yes
        < The invoice for order #W1736522 is requested
        """,
        {},
    ),
    "a gift card's balance": (
        f"""
        > how much is left on my gift card
        {WARD}
        < There is $30.17 left on your gift card
        """,
        {},
    ),
    "a complaint": (
        """
        > your courier was rude
        < tell me in a few words what happened
        > he threw my parcel over the fence and shouted at me
        < passed it on to a colleague | The ticket number is
        """,
        {},
    ),
}


@pytest.mark.parametrize("name", TALKS)
async def test_a_task_from_the_first_word_to_the_database(counted: Counted, name: str) -> None:
    script, wanted = TALKS[name]
    await hold(counted.call(), script)
    assert_changed(counted, wanted, writes=1 if wanted or "invoice" in name else 0)
    assert len(counted.tickets()) == (1 if name == "a complaint" else 0)
