"""What Whisper base wrote of Mandarin callers over G.711, by what they had said: where it should lead.

Two synthetic voices said the lines of `parley/benches/callers/calls.yaml` and some more. Only what was
written otherwise than it was said is here.
"""

CHINESE = {
    "track-order": """
        您好我的定单到哪了?|以后我的电单到哪了?|帮我查一下,有办公宜的那个订单到哪里了?
        |帮我拆一下,有办公宜的那个订单到哪里了?|请问我的快地到哪里了?|拆一下快地到哪里了?|什么时候发霍?
        |沈了时候发霍。|我的镜单还没到。|我的定单还没到。""",
    "cancel-order": """
        我要取消定单。|我要起销定单。|帮我起销台灯的订单。|我想把定单取消掉。|下措单了。|我想起消定的。
        |马上起销所有人的订单。|我想取消我的定单。|我想起消我的订单。|信帮我起校订单。|起销那个台动。""",
    "cancel-order+gift-card": """
        帮我取消查剧的订单,另外离屏卡还有多少钱。另外离屏卡还有多少钱。
        |帮我起销查记的订单,另外离频卡还有多少钱。""",
    "change-payment": """
        推到原来的支付方式。|推到原来的巨幅方式。|我想换一种付款方式,用支付宿宝付款。""",
    "exchange-items": """
        我的语意想换成绿色中号的。|我的以一想换成绿色中号的。|我想换复。""",
    "payment-methods": "用直覆保|用支覆薄。",
    "gift-cards": "用离平卡。|幽黎平弹。|推到李平卡。|退到离平卡。",
    "change-address": "我要改收获地址。|我想敢一下地址。",
    "refund-status": "我的退款什么时候到这儿?|我的退款什么时候到这样。",
    "return-items": """
        嫂弟及其人那个已经申请退货的。|小弟吉气人那个,已经申请退货的。|我要退后。|我要推纳个键盘
        |我要推纳的键盘。""",
    "request-invoice": "我要开啥票?",
    "person": """
        我都打了三次订话了。你们太差尽了,给我找人工。|我都打了三次电话了,你们太差尽了,给我转人工。
        |帮我准备人工。|把我拽成人工。|占员共克服""",
}
