"""Every task of the sample flow in Mandarin: said, proposed, agreed to, and what the database then holds."""

from typing import Any

import pytest

from tests.dialogue.tasks.talk import Counted, assert_changed, hold

LI = """
    < 请告诉我您的邮箱，或者您的姓名和邮编
    > 我叫陈丽，邮编是六一零零三八
    < 已经查到您的账户
"""
JUN = """
    < 请告诉我您的邮箱，或者您的姓名和邮编
    > 吴军，210096
    < 已经查到您的账户
"""

TALKS: dict[str, tuple[str, dict[str, Any]]] = {
    "an order is tracked": (
        f"""
        > 我的订单到哪了
        {LI}
        < 请问是哪一个 | 铸铁煎锅 | 抓绒衫
        > 有煎锅的那个
        < 您的订单里有铸铁煎锅，正在备货 | 请问还有别的需要吗
        """,
        {},
    ),
    "an order is cancelled": (
        f"""
        > 我要取消订单
        {LI}
        < 请问是哪一个
        > 第一个
        < 请问取消的原因是不再需要，还是下错单了
        > 不需要了
        < 取消订单#W9821712 | 69.91美元 | 支付宝 | 请问可以办理吗
        > 好的，办吧
        < 订单#W9821712已经取消
        """,
        {"#W9821712/status": "cancelled", "#W9821712/cancel_reason": "no longer needed"},
    ),
    "an item is returned": (
        f"""
        > 我想退掉台灯
        {JUN}
        < 请问是哪一个 | 白色、明亮的台灯 | 绿色、暖光的台灯
        > 绿色的
        < 退款退到哪里：支付宝，还是礼品卡
        > 原路退回
        < 台灯（绿色、暖光） | 41.95美元 | 退回支付宝 | 请问可以办理吗
        > 可以
        < 订单#W4513481的退货已经申请
        """,
        {
            "#W4513481/status": "return requested",
            "#W4513481/return_items": ["5192983756"],
            "#W4513481/return_payment_method_id": "alipay_5458176",
        },
    ),
    "an item is exchanged": (
        f"""
        > 我要换货
        {JUN}
        < 请问是哪一个
        > 书架和台灯的那个
        < 书架 | 请问要换哪一件
        > 绿色的台灯
        < 台灯有
        > 换成黑色的
        < 如果有差价，用哪一种支付方式
        > 信用卡
        < 黑色、暖光 | 请问可以办理吗
        > 对
        < 订单#W4513481的换货已经申请
        """,
        {
            "#W4513481/status": "exchange requested",
            "#W4513481/exchange_payment_method_id": "credit_card_5791961",
        },
    ),
    "an item of a pending order is changed": (
        f"""
        > 还没发货能改颜色吗
        {LI}
        < 请问是哪一个
        > 抓绒衫那个
        < 抓绒衫、无线鼠标，请问是哪些
        > 抓绒衫
        < 抓绒衫有
        > 黑色
        < 抓绒衫有
        > 大号
        < 用哪一种支付方式：微信支付、支付宝，还是礼品卡
        > 微信
        < #W2754955 | 黑色、大号 | 请问可以办理吗
        > 好
        < #W2754955
        """,
        {"#W2754955/status": "pending (item modified)"},
    ),
    "a delivery address is changed": (
        f"""
        > 我搬家了想改地址
        {LI}
        < 请问是哪一个
        > 煎锅
        < 请说一下新的地址
        > 上海市浦东新区世纪大道一百号
        < 请问邮编是多少
        > 二零零一二零
        < #W9821712的收货地址改为：上海市浦东新区世纪大道100号，邮编200120 | 请问可以办理吗
        > 是的
        < 收货地址已改为
        """,
        {
            "#W9821712/address/address1": "浦东新区世纪大道100号",
            "#W9821712/address/address2": "",
            "#W9821712/address/city": "上海市",
            "#W9821712/address/state": "上海市",
            "#W9821712/address/zip": "200120",
        },
    ),
    "a payment is changed": (
        f"""
        > 我想换个支付方式
        {LI}
        < 请问是哪一个
        > 煎锅
        < 改用哪一种：微信支付、支付宝，还是礼品卡
        > 礼品卡
        < 69.91美元改由礼品卡支付 | 请问可以办理吗
        > 好
        < 现在由礼品卡支付
        """,
        {
            "#W9821712/payment_history/1": "gift_card_4487522",
            "li_chen_8736/payment_methods/gift_card_4487522/balance": 48.21,
        },
    ),
    "the account's address is changed": (
        f"""
        > 修改我的默认地址
        {LI}
        < 请说一下新的地址
        > 北京市朝阳区
        < 请问是哪条街道，多少号
        > 建国路八十八号
        < 请问邮编是多少
        > 幺零零零二二
        < 默认地址改为：北京市朝阳区建国路88号，邮编100022 | 请问可以办理吗
        > 对，没错
        < 您的默认地址已改为
        """,
        {
            "li_chen_8736/address/address1": "朝阳区建国路88号",
            "li_chen_8736/address/address2": "",
            "li_chen_8736/address/city": "北京市",
            "li_chen_8736/address/state": "北京市",
            "li_chen_8736/address/zip": "100022",
        },
    ),
    "a refund is asked about": (
        f"""
        > 我的退款呢
        {JUN}
        < 请问是哪个订单的退款
        > 书架那个订单
        < 没有退过货，所以没有退款
        """,
        {},
    ),
    "an invoice is asked for": (
        f"""
        > 我要发票
        {JUN}
        < 请问是哪个订单
        > W五三零八二四八
        < 订单#W5308248申请发票，抬头是吴军 | jun.wu1074@example.com | 请问可以办理吗
        > 嗯，好的
        < 发票已经申请
        """,
        {},
    ),
    "a gift card's balance": (
        f"""
        > 礼品卡还有多少钱
        {JUN}
        < 您的礼品卡还有106.31美元
        """,
        {},
    ),
    "a complaint": (
        """
        > 快递员态度很差
        < 请您简单说一下发生了什么
        > 他把我的包裹扔在门口就走了
        < 已经转给同事跟进 | 工单号是
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
