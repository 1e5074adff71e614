"""Questions of callers to the sample shop: what an answer has to say, and where it has it from.

`source` is part of the product's name or of the headings; `says` are parts of the answer, all needed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    question: str
    source: str
    says: tuple[str, ...]


def _asked(question: str, source: str, *says: str) -> Asked:
    return Asked(question, source, says)


ENGLISH = (
    _asked("Is the keyboard backlit?", "Mechanical Keyboard", "Yes", "RGB"),
    _asked("What colours does the T-shirt come in?", "Cotton T-Shirt", "black", "white", "blue", "green"),
    _asked("Do you have the water bottle in one litre?", "Water Bottle", "No", "500 ml", "750 ml"),
    _asked("Do you have the water bottle in half a litre?", "Water Bottle", "Yes", "500 ml"),
    _asked("How much is the cheapest office chair?", "Office Chair", "cheapest", "mesh", "$179."),
    _asked("is the t shirt available in purple", "Cotton T-Shirt", "No", "black"),
    _asked("What's the bookshelf made of?", "Bookshelf", "pine", "oak"),
    _asked("How tall is the bookshelf?", "Bookshelf", "80 cm", "180 cm"),
    _asked("Does the frying pan come with a lid?", "Cast Iron Pan", "Yes", "lid"),
    _asked("Do the earphones have noise cancelling?", "Wireless Earphones", "Yes"),
    _asked("is the keybord back lit", "Mechanical Keyboard", "Yes", "RGB"),
    _asked(
        "What is the difference between the 1 litre and the 1.7 litre kettle?",
        *("Electric Kettle", "1 litre", "1.7 litres", "$35.", "$42."),
    ),
    _asked("Which is cheaper, the kettle or the coffee grinder?", "Electric Kettle", "$35.", "$58."),
    _asked("How many colours does the rucksack come in?", "Backpack", "4"),
    _asked("What shoes do you have?", "Running Shoes", "Hiking Boots", "Running Shoes"),
    _asked("How much is the keyboard without backlight?", "Mechanical Keyboard", "without", "$94.", "$98."),
    _asked("Tell me about the tea set", "Tea Set", "porcelain", "clay", "four cups"),
    _asked("can I cancel a processed order?", "Cancelling", "no longer be cancelled"),
    _asked("How long does a refund take?", "Refunds", "5 to 7 business days"),
    _asked("how much is express shipping", "Delivery cost", "$12.00"),
    _asked("Do you deliver to Canada?", "Where we deliver", "Canada"),
    _asked("Can I pay with PayPal?", "Payment", "PayPal"),
    _asked("do you take cash on delivery", "Payment", "not possible"),
    _asked("How long is the warranty on electronics?", "Warranty", "2 years"),
    _asked("does the office chair have a warranty", "Warranty", "5 years"),
    _asked("Can I return underwear?", "Returns", "cannot be returned"),
    _asked("who pays for return shipping?", "Returns", "free"),
    _asked("What happens if my parcel is lost?", "Tracking", "again or refund"),
    _asked("Is there a student discount?", "Promotions", "10%"),
    _asked("can I use two coupons for one order", "Promotions", "Only one coupon"),
)

CHINESE = (
    _asked("T恤有哪些颜色？", "Cotton T-Shirt", "黑色", "白色", "蓝色", "绿色"),
    _asked("键盘有背光吗？", "Mechanical Keyboard", "有", "白光", "彩光"),
    _asked("水壶有一升的吗？", "Water Bottle", "没有", "500毫升", "750毫升"),
    _asked("最便宜的办公椅多少钱？", "Office Chair", "网布", "179."),
    _asked("红轴的键盘多少钱", "Mechanical Keyboard", "红轴", "94."),
    _asked("黑色和白色的双肩包有什么区别？", "Backpack", "黑色", "白色", "64."),
    _asked("登山靴有42码的吗", "Hiking Boots", "有", "42码"),
    _asked("扫地机器人带拖地吗？", "Robot Vacuum", "有", "带拖地"),
    _asked("空气净化器有几种滤网？", "Air Purifier", "2", "活性炭"),
    _asked("睡袋是羽绒的吗", "Sleeping Bag", "有", "羽绒"),
    _asked("电热水湖有哪些容量", "Electric Kettle", "1升", "1.7升"),
    _asked("耳机有降噪功能吗？", "Wireless Earphones", "有", "主动降噪"),
    _asked("茶具是什么材质的？", "Tea Set", "瓷器", "紫砂", "玻璃"),
    _asked("请问书架有多高？", "Bookshelf", "80厘米", "180厘米"),
    _asked("床上四件套有真丝的吗", "Bed Linen", "有", "真丝"),
    _asked("你们有什么鞋子？", "Running Shoes", "登山靴", "跑步鞋"),
    _asked("这款支持七天无理由退货吗?", "退货", "7天无理由退货"),
    _asked("退款多久到账？", "退款", "5到7个工作日"),
    _asked("已处理的订单可以取消吗？", "取消订单", "不能再取消"),
    _asked("运费多少钱？", "运费", "4.90", "12.00"),
    _asked("加急配送要几天？", "配送时间", "1到2个工作日"),
    _asked("可以送到加拿大吗？", "配送范围", "加拿大"),
    _asked("可以用支付宝吗？", "支付", "支付宝"),
    _asked("支持货到付款吗", "支付", "不支持"),
    _asked("办公椅保修几年？", "保修", "5年"),
    _asked("内衣可以退吗？", "退货", "除外"),
    _asked("包裹丢了怎么办？", "物流查询", "补发"),
    _asked("发票抬头可以改吗？", "发票", "30天内修改"),
    _asked("金卡会员有什么优惠？", "会员", "5%"),
    _asked("客服几点上班？", "客服", "9点"),
)

UNKNOWN = (
    "Do you sell toasters?",
    "do you have a water bottle holder",
    "Is the tent waterproof?",
    "How heavy is the robot vacuum?",
    "Is the coffee grinder dishwasher safe?",
    "Does the backpack fit a 15 inch laptop?",
    "Who makes the office chair?",
    "Do you have sofas in leather?",
    "Do you ship to France?",
    "do you ship to the moon",
    "Can I pay with bitcoin?",
    "Do you offer gift wrapping?",
    "Is there a birthday discount?",
    "How do I delete my account?",
    "Has my parcel been shipped?",
    "Why was my order cancelled?",
    "Where is my refund?",
    "What is the weather like tomorrow?",
    "Can I cancel my membership?",
    "How long does a refund to France take?",
    "what's the weight of the tent?",
    "Is the desk lamp cheaper for members?",
    "Can I return a worn T-shirt?",
    "Is delivery free for orders over $20?",
    "Has my refund been processed?",
    "你们卖电视吗？",
    "帐篷防水吗？",
    "扫地机器人有多重？",
    "可以送到日本吗？",
    "可以用比特币付款吗？",
    "可以礼品包装吗？",
    "过生日有优惠吗？",
    "礼品卡可以退吗？",
    "无线鼠标左手能用吗？",
    "积分会过期吗？",
    "我的包裹发货了吗？",
    "为什么取消了我的订单？",
    "今天天气怎么样？",
    "台灯是哪里生产的？",
)
