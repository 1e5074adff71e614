"""What callers of a shop with a database say, by the task or known answer that it should lead to.

None of it is an example of the flows, nor were their examples chosen by it: it tells how well they carry over
to other words. Some of it is as a recogniser mishears it. `none` is for what no flow knows.
"""

ENGLISH = {
    "track-order": """
        good morning I'm wondering when my package will get here | has the courier picked up my order yet |
        I'd like an update on my delivery | my order number is W one two three, where is it |
        can you find out if my things were shipped | I want to know when my delivery arrives |
        where is my par sell | has my sofa been sent out already |
        I'd like to check where my shipment is at the moment
    """,
    "lost-parcel": """
        the tracking page claims it was delivered and it wasn't | I believe my parcel is lost |
        my package has been missing for two weeks | somebody took my parcel from the doorstep |
        the delivery got lost somewhere | my parcel never turned up even though it says delivered
    """,
    "cancel-order": """
        hello I'd like to cancel something I ordered yesterday |
        please don't send my order, I don't need it | I want my order cancelled |
        can I still cancel the lamp I ordered | I ordered twice, please cancel one |
        I changed my mind about my order | cancel my odor |
        I want to call off the order I made an hour ago | kindly cancel my order
    """,
    "return-items": """
        I bought a kettle and I'd like to return it | these shoes don't fit, I want to send them back |
        can you arrange a return for me | I want to give the watch back |
        I'd like to send back part of my order | we don't need the vacuum cleaner, can we return it |
        I wanna return my jacket | the curtains are not what I expected, I'd like to return them
    """,
    "exchange-items": """
        I need the same shirt one size smaller | could you exchange my sneakers for black ones |
        can I have another colour for the lamp I received | I'd like to swap the kettle for a bigger one |
        the jacket is too small, can I exchange it | I want to change it for a medium |
        could you swap the boots for a size nine
    """,
    "change-items": """
        I need to change something in the order I placed this morning |
        can I modify my order before you ship it | I'd like a different size in my open order |
        please change the colour in my order, it isn't shipped yet |
        could you change an item in my current order | I'd like to modify what I ordered before you pack it
    """,
    "change-address": """
        I need my order sent somewhere else | can you deliver my order to my work address |
        there is a mistake in the delivery address | I gave you the wrong street for my order |
        I'm moving, please change where my order goes | change the shipping adress please |
        please send my order to a different street
    """,
    "change-payment": """
        I want to change the card for my order | can I pay my order with PayPal instead of my card |
        please charge a different credit card for the order | I'd like to switch payment on my order |
        can you use my gift card for that order instead | can I change how my order is paid
    """,
    "my-address": """
        the address in my account has to be changed | I've got a new home address for my profile |
        update my account with a new address | please change my default delivery address |
        my profile needs a new address
    """,
    "refund-status": """
        my refund is still not there | I haven't been paid back yet | when will you give me back my money |
        I want to check on my refund | did my refund go through | you still owe me the money for my return |
        where is my re fund | have you transferred my refund
    """,
    "request-invoice": """
        I'd like an invoice for my last order please | can you make out a receipt for me |
        I need a VAT invoice for my company | send me a copy of the bill |
        I need an invoice sent to my email | please issue me a receipt
    """,
    "gift-card": """
        what's my balance on the gift card | can you look up how much is on my gift card |
        is anything left on my gift card | I want to know my gift card balance |
        how much have I got left on my gift card
    """,
    "account-details": """
        which address do you have on file | can you check what email I'm registered with |
        what information do you have in my account | read me the address in my account |
        which email is saved in my account
    """,
    "damaged-item": """
        my cup was broken when it arrived | I got somebody else's order | the lamp I received doesn't work |
        you delivered the wrong colour | half of my order is missing from the box |
        there's a big scratch on the table | the vase came in a thousand pieces |
        the bowl was chipped when I unpacked it | you've sent me the wrong size
    """,
    "complaint": """
        I'd like to complain about the service | your delivery guy was extremely impolite |
        I have to make a complaint about your shop | I'm furious about how I was treated |
        this is the worst service ever | I'm not satisfied at all and I want to complain
    """,
    "product-question": """
        I have a question about a product of yours | can I get some information about an item before I buy |
        I need some product advice | is there someone who could tell me more about an article
    """,
    "call-back": """
        could somebody call me back please | I want to be called back | ring me back later on |
        can I get a callback tomorrow | please have someone give me a call | get someone to call me back
    """,
    "returns": """
        how do your returns work | what's the deadline for returns | how can I send an item back |
        do returns cost anything | tell me your return policy | how long can I return things
    """,
    "refund-time": """
        how long does it take until I get a refund | how many days does the refund need |
        how quickly do you pay refunds
    """,
    "exchange": """
        how do I exchange something | are exchanges free of charge | what's your exchange policy |
        how does exchanging work
    """,
    "cancelling": "how do I cancel | until when can an order be cancelled | does cancelling cost anything",
    "address-change": "how do I change my shipping address | how long can I still change the address",
    "invoice": "where do I find the invoice | how can I download my receipt",
    "gift-cards": "do you offer gift cards | how long can I use a gift card | where can I get a gift card",
    "account": "I forgot my password | how do I create an account | I have trouble logging in",
    "coupon": """
        are there any special offers at the moment | my discount code isn't accepted |
        can I get ten percent off | do you have a promotion this week
    """,
    "delivery-time": """
        how long is the delivery time | how many days does shipping take | when would it be delivered
    """,
    "shipping-cost": """
        how much do you charge for shipping | do you deliver for free | what's the delivery charge
    """,
    "opening-hours": "what are your opening times | are you open on Sundays | when do you close tonight",
    "shop-address": "where can I find your shop | what's the shop's address | do you have a store in town",
    "payment-methods": "do you accept Mastercard | how can I pay for it | can I pay by bank transfer",
    "warranty": "how long is the warranty | do you give a guarantee",
    "contact-email": "what's your email address | how can I reach you by email",
    "place-order": "I'd like to place an order | can I order over the phone",
    "stock": "is it in stock | when do you get it back in stock",
    "person": """
        I'd like to speak to a human | can you put me through to an agent | give me customer service
    """,
    "goodbye": "thanks a lot, bye bye | no that's all, goodbye",
    "none": """
        what's the weather going to be like | who wrote Hamlet | I'd like to book a flight |
        tell me something funny | my brother lives in Leeds | how far is the moon |
        is the chair made of oak | can the lamp be dimmed | how many litres does the kettle hold |
        do you know a good dentist | what day is it today | the neighbours are very loud |
        does the bottle fit in a backpack | I love this song | who won the football match |
        is the jacket warm | play some music | what do you think of my hair | how do I get to the airport |
        is the mug dishwasher safe | what's your hobby
    """,
}

CHINESE = {
    "track-order": """
        早上好我想知道我的包裹几号到 | 快递取走我的订单了吗 | 我的货现在到哪个地方了 |
        订单号是W一二三帮我查到哪了 | 看一下我的东西发了没有 | 我的订单怎么还在路上 | 问下我的快地到哪了 |
        我的沙发寄出来了吗 | 麻烦查一下我的货到什么地方了 | 我的订单有没有发出去
    """,
    "lost-parcel": """
        物流说已经签收我没收到货 | 我的包裹可能丢了 | 快递丢失了怎么办 | 门口的包裹被人拿走了 |
        两个星期了包裹不知道去哪了 | 显示已经送到可是我一直没拿到包裹 | 我的快递不见了
    """,
    "cancel-order": """
        你好我想取消昨天买的东西 | 先不要发货我不需要了 | 我的订单我要取消掉 | 我下了两次单取消一个 |
        我改主意了订单不要了 | 请取消我的订单 | 我要取消定但 | 一个小时前下的订单我想取消 |
        请帮我取消那个订单
    """,
    "return-items": """
        我买了个水壶想退货 | 鞋子不合脚我想退回去 | 能帮我办退货吗 | 这个手表我想退 | 订单里有一部分我要退 |
        吸尘器用不上想退掉 | 我要退或 | 窗帘跟我想的不一样我要退 | 我想把毛毯退回去
    """,
    "exchange-items": """
        同款衬衫想换小一码 | 球鞋能换成黑色的吗 | 收到的灯想换一个颜色 | 水壶想换个大的 | 外套小了我要换 |
        想换中号的 | 靴子能换四十二码吗 | 我想把灰色的换成蓝色
    """,
    "change-items": """
        早上下的单我想改一下商品 | 发货之前能改一下订单吗 | 没发货的订单想改尺码 | 订单还没寄出帮我改颜色 |
        帮我改一下现在这个订单里的东西 | 打包之前我想改一下订单内容
    """,
    "change-address": """
        我的订单想寄到别处 | 能送到我单位吗帮我改一下 | 收货地址有错误 | 我给错街道了 |
        我要搬家了改一下订单地址 | 帮我该一下收货地址 | 请把我的订单寄到另一条街 | 我的收货地址要改
    """,
    "change-payment": """
        订单的付款卡我想换 | 能不用卡改用支付宝付这个订单吗 | 订单换一张信用卡扣钱 | 我要改订单的支付方式 |
        那个订单能改成礼品卡付款吗 | 我的订单可以换个方式付钱吗
    """,
    "my-address": """
        账户里面的地址要改一下 | 我的资料里要换个新家地址 | 更新我账户的地址 | 把我的默认地址换掉 |
        我账户资料要换新地址
    """,
    "refund-status": """
        我的退款还是没到 | 钱还没有退给我 | 你们什么时候把钱还我 | 我想查一下我的退款 | 我的退款成功了吗 |
        退货的钱你们还没给我 | 我的退宽到哪了 | 退款转给我了吗 | 我的退款为什么还没有收到
    """,
    "request-invoice": """
        上一个订单我想要发票 | 能给我开个收据吗 | 我公司需要增值税发票帮我开 | 再发一份发票给我 |
        把发票发到我的邮箱 | 请给我开发票
    """,
    "gift-card": """
        礼品卡余额多少 | 帮我查一下礼品卡上有多少钱 | 礼品卡上还有剩的吗 | 我想知道礼品卡余额 |
        我礼品卡还有余额吗
    """,
    "account-details": """
        你们登记的我的地址是哪个 | 查一下我是用哪个邮箱注册的 | 我账户里有什么信息 | 念一下我账户里的地址 |
        我账户里保存的是哪个邮箱
    """,
    "damaged-item": """
        杯子寄到就碎了 | 我收到别人的东西了 | 收到的灯不亮是坏的 | 颜色发错了 | 箱子里少了一半东西 |
        桌子上有一道大划痕 | 花瓶到的时候全碎了 | 碗拆开的时候就缺了一块 | 你们发错尺码了
    """,
    "complaint": """
        我要对服务进行投诉 | 你们送货的人很没素质 | 我要投诉你们店 | 你们这样对客人我很生气 |
        这是我遇到过最差的服务 | 我非常不满意我要投诉
    """,
    "product-question": """
        关于你们的商品我有个问题 | 买之前想了解一下商品信息 | 我想咨询产品 | 有没有人能跟我说说这个商品
    """,
    "call-back": """
        请回我电话 | 我希望你们给我回电 | 晚一点再打给我 | 明天能给我回个电话吗 | 麻烦找个人给我打电话 |
        找人给我回电话
    """,
    "returns": """
        你们是怎么退货的 | 退货期限是多久 | 怎么把东西退回去 | 退货要花钱吗 | 讲一下退货政策 |
        多久之内能退货
    """,
    "refund-time": "要多久才能拿到退款 | 退款需要几个工作日 | 你们退款快吗 | 退款一般要多长时间",
    "exchange": "怎么办理换货 | 换货是免费的吗 | 你们的换货政策 | 换货是怎么操作的",
    "cancelling": "要怎么取消 | 订单最晚什么时候能取消 | 取消要收钱吗 | 怎样取消订单",
    "address-change": "怎么改送货地址 | 多久之内还能改地址",
    "invoice": "发票在哪儿找 | 怎么下载发票",
    "gift-cards": "你们卖礼品卡吗 | 礼品卡有效期多久 | 哪里能买到礼品卡",
    "account": "我忘了密码 | 怎么注册一个账户 | 我登录有问题",
    "coupon": "最近有什么特价 | 我的优惠码用不了 | 能打九折吗 | 这周有促销吗",
    "delivery-time": "送货时间多长 | 快递要走几天 | 现在买几天能送到",
    "shipping-cost": "你们运费收多少 | 送货免费吗 | 快递费多少 | 邮费要多少",
    "opening-hours": "你们营业时间是几点 | 星期天开门吗 | 今晚几点关门 | 你们几点开始上班",
    "shop-address": "在哪能找到你们店 | 店铺的地址是哪里 | 你们市里有店吗",
    "payment-methods": "收信用卡吗 | 我怎么付款 | 可以银行转账吗",
    "warranty": "保修期是多久 | 有质保吗",
    "contact-email": "你们的邮箱是哪个 | 怎么发邮件联系你们",
    "place-order": "我想下个单 | 能打电话订吗",
    "stock": "有没有现货 | 什么时候能补到货",
    "person": "我想跟真人说 | 帮我接人工客服 | 转客服",
    "goodbye": "多谢拜拜 | 没有了再见",
    "none": """
        明天天气好吗 | 红楼梦是谁写的 | 我想订机票 | 说点好玩的 | 我弟弟住在上海 | 月亮离我们有多远 |
        椅子是橡木的吗 | 这个灯能调亮度吗 | 水壶能装几升水 | 你认识好的牙医吗 | 今天星期几 | 邻居太吵了 |
        水瓶放得进背包吗 | 我很喜欢这首歌 | 足球比赛谁赢了 | 外套保暖吗 | 放点音乐 | 你觉得我的发型怎么样 |
        去机场怎么走 | 杯子能放洗碗机吗 | 你有什么爱好 | 床单是纯棉的吗
    """,
}
