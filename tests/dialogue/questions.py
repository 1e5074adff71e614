"""What callers say, by the answer it should get in the shops' flows; and what should get none.

The wordings differ from the flows' examples, and some are as a recogniser mishears them. Written for
these tests.
"""

ENGLISH = {
    "order-status": """
        where's my stuff | has my order gone out yet | hi could you tell me where my order is |
        I ordered a lamp last week and it still hasn't come | what's happening with my order |
        my package never showed up | where is my older | can you track my order | check order status please |
        order status | I'd like to know where my parcel is | my delivery is late |
        I placed an order ten days ago and haven't received it | why is my parcel delayed |
        what is the progress of my order | when will my order be delivered | my order is very late |
        I haven't received my order | where is my package | I want to know the status of my order |
        can you tell me when my package arrives | I'm calling about my order |
        I wanted to check on my order | Where is my order please? |
        Could you please check the status of my order number one two three | tracking number |
        any news on my order | I bought a table two weeks ago where is it |
        my stuff hasn't been delivered yet | could you look up my order |
        I want to know when my order is coming | did you ship my order already | my parcel seems to be lost |
        I've been waiting for my order for three weeks | Hello, where is my order? | Where's my package? |
        I still haven't got my package | when does my order arrive | has it been dispatched |
        tracking my order | I'd like to check my order status | where is my oder |
        what's the status on my delivery
    """,
    "delivery-time": """
        how long does delivery takes | how long does a delivery take |
        How long does the delivery take, please? | how long is delivery | how long will delivery take |
        how long does it take to deliver | what are your delivery times | how quickly can you deliver |
        how soon would it get here if I order today | when would it arrive if I ordered now |
        how many days does shipping take | how long until I get it | how long do deliveries take |
        can I get it tomorrow | do you have next day delivery | how long does the livery take |
        how long does shipping normally take | what's the delivery time | delivery time |
        is there express shipping | how fast is your delivery |
        Hi, I'd like to know how long delivery takes. | how long do you take to deliver |
        how much time does the delivery take | shipping time | How long does the delivery take? |
        how long does delivery usually take | How long would a delivery take |
        what's the usual delivery time | when will it be delivered if I order today |
        how many working days for delivery | how fast can you deliver | how long does it take for delivery |
        How long does it take to ship? | if I order now when will I get it | do you deliver the next day |
        how long does the delivery takes to arrive | How long does a delivery usually take, please? |
        tell me about delivery times | can you deliver by Friday | how long to deliver
    """,
    "shipping-cost": """
        how much does shipping cost | how much is delivery | what do you charge for delivery |
        is shipping free | do you offer free delivery | what's the delivery fee | delivery charges |
        how much does it cost to ship | is there a delivery charge | do I pay for shipping | shipping cost |
        how expensive is the delivery | what does postage cost | how much is the shipping fee |
        do you charge for shipping | what are your delivery charges | how much do I pay for shipping |
        what's the cost of delivery | do I have to pay for delivery | how much would the shipping be |
        is the delivery free of charge | what does it cost to ship a lamp | is there free shipping |
        delivery costs
    """,
    "returns": """
        I'd like to return something | can I return this | can I send it back | how do I send it back |
        I want to make a return | I need to return an item | how can I return something |
        what's your returns policy | return policy | is it possible to return an item |
        I bought a chair and I want to return it | how many days do I have to return something |
        can I bring it back to the store | how do I return my order | I want to retern a lamp |
        I want to return my order | how can I return an item I bought | it doesn't fit can I give it back |
        I would like to return a product | How do I return a product? | What is the return policy? |
        could you tell me about returns please | How can I return something? | How do I return an item? |
        I'd like to return a lamp I bought | can I return items | what is your policy on returns |
        how do I give something back | I don't want it can I send it back | How can I return it |
        I want to bring something back | how can I returned something | where do I return my parcel |
        can I still return it after two weeks | I have to return a chair | What's your return policy? |
        How can I retain something
    """,
    "refund-time": """
        when will I get my refund | how long do refunds take | I'm still waiting for my refund |
        where's my money | I want my money back | refund status | I haven't received my refund |
        when do I get refunded | how long until I get my money back | I returned it but got no refund |
        can I get a refund | how do I get a refund | my refund hasn't arrived |
        when will the money be back in my account | I'd like a refund | when do I get the refund |
        how long does it take to get a refund | my refund has not come | I want a refund |
        where's my refund | When will I receive my refund? | have you refunded me | how long for a refund |
        give me my money back
    """,
    "payment-methods": """
        what payment methods do you take | how do I pay | which payment methods do you accept |
        do you accept credit cards | can I pay with a card | can I use PayPal | do you take visa |
        can I pay by bank transfer | can I pay with Apple Pay | payment options | can I pay in cash |
        what are the payment options | ways to pay | how can I pay for my order |
        can I pay by invoice later | do you accept debit cards | is it possible to pay in installments |
        How can I pay? | what cards do you take | do you take credit cards | is PayPal possible |
        Do you accept PayPal? | which cards do you accept | can I pay on delivery |
        what are my payment options | can I pay by card | Which payment methods do you offer? |
        do you accept American Express | can I pay with Google Pay | how could I pay
    """,
    "invoice": """
        I need a receipt | can I have an invoice | where's my invoice | could you send me a bill |
        please send me the invoice for my order | I need an invoice for my company | I didn't get a receipt |
        I lost my receipt | where can I download the invoice | how do I get an invoice |
        can I get a receipt | please send me a receipt | where is my invoice | I need the invoice again |
        could I have a copy of my invoice
    """,
    "warranty": """
        what's the warranty | do you have a warranty | how long is the guarantee | is there a guarantee |
        my lamp stopped working | what warranty do you give | how many years of warranty do I get |
        does it come with a warranty | does the lamp have a warranty | is the table under warranty |
        do you offer a guarantee on furniture | is there a warranty | do I have a warranty |
        my lamp broke after half a year | what does the guarantee cover | How long is the warranty? |
        how long is the lamp guaranteed | can you repair my chair
    """,
    "opening-hours": """
        what time do you open | when do you open | what time do you close today | are you open today |
        opening hours | what are your hours | are you open on Sunday | what are your business hours |
        when does the shop open | when is the store open | until when are you open | how late are you open |
        are you open at weekends | what time does the store close | are you open on holidays |
        what are your working hours | When are you open? | What are the opening hours? |
        what time do you guys open | could you tell me your opening hours please |
        what are your opening ours | is the shop open tomorrow | What are your opening hours? |
        When do you open? | at what time do you open | when do you close on Saturday | are you open now |
        are you open this evening | is the store open on Sunday | what days are you open |
        When are you open | What time do you close? | till what time are you open | do you open on Mondays |
        what hours are you open | When does your store open? | your opening hours please |
        when can I come by | Are you open on the weekend?
    """,
    "shop-address": """
        where are you | where is your store | what's your address | where can I find you |
        where is the shop | do you have a physical store | do you have a shop in Bristol |
        can I visit your shop | how do I find your shop | what's the address of the shop |
        where is your showroom | where is the nearest store | is there a shop near me |
        where's the store located | Where is your shop? | where's your shop located |
        can I come to your shop | what street are you on | which city are you in |
        where exactly is the store | Where are you located? | give me your address
    """,
    "cancelling": """
        please cancel my order | I'd like to cancel my order | can I cancel my order |
        how can I cancel my order | cancel my order | I want to cancel | I need to cancel an order |
        is it possible to cancel my order | I don't want it anymore please cancel |
        I no longer want the order | I made a mistake with my order and want to cancel it |
        cancel the older please | I want to cancel my purchase | cancel the order please |
        Can I cancel my order? | I have to cancel my order | how to cancel |
        could you cancel my order for me | I would like to cancel the order I placed yesterday
    """,
    "address-change": """
        I want to change my address | can I change the delivery address | I entered the wrong address |
        I need to change the shipping address | I've moved house | the address on my order is wrong |
        can you deliver to a different address | please update my address | how do I change my address |
        I put in the wrong address | I need to update my delivery address |
        can you change the address on my order | I typed the wrong address |
        I want it delivered to another address | change of address | Can I change my delivery address?
    """,
    "exchange": """
        can I exchange this | I want to exchange it | it's the wrong size can I swap it |
        can I get a different colour | can I exchange it for a bigger size | I'd like to exchange an item |
        do you do exchanges | can I change it for another size | I want another size | exchange |
        can I swap this for a different colour | could I exchange the chair | I need a bigger size |
        can you exchange it | How do I exchange an item? | I'd like it in a different size
    """,
    "damaged": """
        my order arrived broken | it's broken | my package is damaged | I got the wrong item |
        you sent me the wrong thing | something is missing from my order | the lamp arrived damaged |
        the item is defective | the glass arrived broken | a part is missing |
        the vase was smashed when it came | I received a damaged item | it arrived in pieces |
        the plate was broken | my lamp came broken | the box was damaged | I got a broken lamp |
        the wrong item was delivered | there's a piece missing | I received the wrong product |
        it has scratches | my parcel is damaged
    """,
    "gift-cards": """
        do you have gift cards | can I buy a gift card | I want to buy a gift card | do you sell vouchers |
        can I use a gift card | how do gift cards work | how long is a gift card valid | gift cards |
        Do you sell gift cards? | how can I use a gift card | I got a gift card | can I get a gift voucher
    """,
    "coupon": """
        do you have any discounts | is there a discount | my code doesn't work | my coupon doesn't work |
        do you have any offers | do you have a discount code | can I get a discount |
        where do I put the discount code | are you having a sale | any promotions |
        Do you have any discounts? | my promo code isn't working | is there any discount |
        do you have any sales | do you have vouchers or coupons for new customers
    """,
    "contact-email": """
        what's your email | what's your email address | can I email you | how can I contact you by email |
        where can I write to | can you give me your email | how do I contact you | how can I reach you |
        email address | is there an email I can write to | What is your email address? |
        what's your mail address | how do I email you | can I contact you by e-mail | How can I contact you?
    """,
    "@person": """
        can I talk to someone | I want to talk to a person | let me talk to a human being |
        can I speak to a human | I'd like to speak with an agent | give me a real person |
        can you put me through to someone | I want to speak to a representative |
        connect me to customer service | I need to talk to a colleague |
        can I speak with your manager | transfer me to an agent | speak to an operator | please transfer me |
        can you transfer me to a colleague | Can I talk to a human? | I want to speak to someone |
        could you put me through to a colleague | please connect me with an agent |
        I need to speak to a real person | can I speak with someone please | Let me talk to a person. |
        I'd like to talk to customer service | get me a human | human please | I want to talk to your boss |
        put me through to a person
    """,
    "@goodbye": """
        thank you goodbye | bye | okay bye bye | that's all thanks | thanks that was all | good bye |
        thank you bye | Thank you. Goodbye. | Thank you very much, goodbye. |
        no that's everything thank you | ok thanks bye | alright goodbye | have a good day |
        have a nice day bye | Thank you. Bye. | Thanks, goodbye. | That's all, thank you. | goodbye then |
        okay that's all bye | thank you bye bye | Thank you, goodbye! | no thanks goodbye |
        that will be all | I have to go now bye | Thank you good bye.
    """,
    "@repeat": """
        can you repeat that | sorry can you say that again | what | I didn't hear you | what was that |
        could you repeat please | please repeat | sorry I didn't understand that can you repeat |
        say it again please | pardon me | Sorry, what did you say? | Could you repeat that? | say again |
        can you say that one more time | Pardon? | please say that again
    """,
    "hello": """
        hello | hi | good afternoon | hello hello | good evening | hey there
    """,
    "thanks": """
        thanks | thank you so much | thank you very much | great thanks | okay thank you
    """,
    "@zh": """
        can you speak Chinese | do you speak Mandarin | I want to speak Chinese | Chinese please |
        is there someone who speaks Chinese
    """,
    "complaints": "I want to make a complaint",
    "assistant": "are you a robot | am I speaking to a computer",
    "place-order": "can I order by phone",
    "prices": "how much does the lamp cost | how much is the oak table",
    "stock": "do you have the blue sofa in stock",
}

ENGLISH_OTHER = """
    what is the weather on Mars | do you sell rocking chairs for children | tell me a joke |
    what is the capital of France | how tall is the tower | my cat is very happy today |
    which wood is the table made of | is the sofa comfortable | how do I clean the lamp shade |
    what colour goes with a green sofa | can I bring my dog | do you have any jobs |
    who founded your company | I like trains | how heavy is the table | what is the time |
    what is your name | how old are you | do you have parking | is there a toilet in the shop |
    can you recommend a gift for my mother | what is the meaning of life | how many people work there |
    do you sell mattresses | is this made of plastic | what size is the dining table |
    how do I assemble the chair | can you sing a song | I had a dream about a lamp |
    the quick brown fox jumps over the lazy dog | she walked to the station in the rain |
    is the lamp dimmable | how many watts does the bulb need | what do you think about politics |
    my neighbour plays the trumpet | do you ship to America | how long is the table |
    can I wash the cushion | I'd like to know who painted this picture | does the chair have arms |
    is this suitable for children | which lamp is the brightest | can I dim the light |
    how wide is the sofa | what is it made of | the train leaves at noon | we went swimming yesterday |
    is it raining | my son plays football on Saturdays | I need help with my homework |
    what is two plus two | who won the match | how do I get a stain out of the carpet |
    does this come with a bulb | can two people carry it | does it need assembly |
    do you have children's beds | which sofa do you recommend | how high is the shelf | is the wood oiled |
    I met a friend in town | please sing a song | my grandmother likes tea |
    where do you get your wood from | are your lamps made in China | do you deliver pizza |
    what did you have for lunch | the cat is on the roof | can I eat this |
    what is the population of London | are there any plants in the garden | turn on the light |
    set an alarm for seven
"""

CHINESE = {
    "order-status": """
        我的订单现在到哪里了 | 我想查一下我的订单 | 帮我查下快递到哪了 | 我的东西怎么还没送到 |
        我上周买的灯还没到 | 包裹到哪儿了 | 订单状态 | 我的订单什么时候发货 | 快递怎么还没来 |
        我的货什么时候能到 | 请问我的订单发货了没有 | 我想问一下我的订单 | 订单到哪了 | 查物流 |
        我买的椅子怎么还没有收到 | 我的定单到哪里了 | 查一下我的包裹 | 为什么我的快递这么慢 |
        我的包裹还没收到 | 我想知道我的订单到哪里了 | 我的订单呢 | 帮我看一下我的订单 | 我的包裹怎么还没到 |
        请问我的快递到哪里了 | 我下的单怎么还没发货 | 我想查一下快递 | 我的东西到哪里了 |
        我的订单怎么还没到 | 能帮我查一下物流吗 | 都一个星期了还没收到 | 我的快递呢 | 什么时候给我发货 |
        我的单子到哪了 | 请问我的包裹现在在哪里 | 我想查订单
    """,
    "delivery-time": """
        请问送货要多长时间 | 送货要多久 | 多久能送到 | 几天能送到 | 一般多久到货 | 配送时间 | 配送要几天 |
        发货需要几天 | 要等几天才能收到 | 什么时候能发货 | 快递要几天 | 配送要多久 | 请问配送需要多久 |
        今天下单什么时候能到 | 明天能到吗 | 送货需要几天 | 大概几天到 | 最快什么时候到 | 下单后多久发货 |
        送或要多长时间 | 派送需要多久 | 请问配送要多长时间 | 送货要多长时间 | 请问送或要多长时间 | 多久能到 |
        要多久才能送到 | 几天可以送到 | 配送时间是多久 | 请问几天能到货 | 多长时间能送到 | 发货要多长时间 |
        快递多久能到 | 一般要多久 | 大概几天能收到 | 送货要几天 | 下单后几天能收到 | 什么时候可以送到 |
        配送需要几天 | 请问多久发货
    """,
    "shipping-cost": """
        运费怎么算 | 要运费吗 | 邮费多少 | 快递费多少钱 | 送货要钱吗 | 配送费多少 | 免运费吗 | 请问包邮吗 |
        多少钱包邮 | 运费贵吗 | 送货收费吗 | 运非多少钱 | 请问运费多少 | 快递费是多少 | 送货要收费吗 |
        要不要运费 | 包不包邮 | 配送费怎么算 | 邮费怎么算 | 多少钱可以包邮 | 运费要多少钱
    """,
    "returns": """
        我想退货应该怎么办 | 怎么退 | 我要退货 | 能退货吗 | 可以退货吗 | 请问怎么退货 | 退货怎么办理 |
        东西不合适可以退吗 | 退货流程是什么 | 我买的东西想退 | 七天无理由退货 | 不喜欢可以退吗 |
        我想把东西退了 | 你们的退货政策 | 怎么申请退货 | 多少天之内能退货 | 我想退火 | 退货需要什么条件 |
        这个可以退吗 | 我想退货，应该怎么办？ | 退货怎么退 | 我想退掉这个 | 请问可以退货吗 |
        我不想要这个了想退 | 怎么办理退货 | 买错了可以退吗 | 要怎么退货 | 我想退或应该怎么办 |
        我要把东西退回去 | 退货要怎么弄 | 退换货怎么办理 | 如何退货
    """,
    "refund-time": """
        退款多久到账 | 什么时候退款 | 我的退款怎么还没到 | 钱什么时候退 | 退款需要几天 | 我要退款 |
        怎么退款 | 退的钱什么时候到 | 退款到哪里了 | 多久能退款 | 我的钱还没退回来 | 退款几天到账 |
        我的退款什么时候到 | 为什么还没退款 | 钱还没退给我 | 退款一般多久 | 什么时候能退款给我 | 如何退款 |
        退款到哪了
    """,
    "payment-methods": """
        怎么支付 | 可以刷卡吗 | 支持微信吗 | 能用支付宝吗 | 有哪些付款方式 | 付款方式有哪些 |
        可以货到付款吗 | 能不能用信用卡 | 支付方式 | 怎么付钱 | 可以分期吗 | 请问可以用微信付款吗 |
        可以用什么付款 | 怎么付款 | 能用微信吗 | 可以用支付宝付款吗 | 支持信用卡吗 | 请问有什么支付方式 |
        能刷信用卡吗 | 可以现金付款吗 | 如何付款 | 可以微信支付吗 | 你们支持什么付款方式
    """,
    "invoice": """
        能开发票吗 | 我需要发票 | 发票怎么开 | 请给我开发票 | 发票在哪里 | 我想要一张发票 |
        可以开电子发票吗 | 开票 | 你们能开增值税发票吗 | 发飘怎么开 | 请问怎么开发票 | 我想开发票 |
        可以给我开一张发票吗 | 发票什么时候给我 | 发票怎么下载 | 需要开票
    """,
    "warranty": """
        保修期多久 | 保修几年 | 有保修吗 | 质保多久 | 坏了能修吗 | 质量有保证吗 | 坏了可以保修吗 |
        灯不亮了能修吗 | 你们保修多长时间 | 请问保修多久 | 有质保吗 | 保修期是多长时间 | 坏了怎么修 |
        你们有保修吗 | 这个灯保修几年
    """,
    "opening-hours": """
        你们几点上班 | 几点营业 | 你们什么时候开门 | 你们几点关门 | 今天营业吗 | 周末开门吗 | 星期天营业吗 |
        营业时间 | 请问营业时间是几点到几点 | 晚上几点关门 | 你们营业到几点 | 周日上班吗 | 节假日营业吗 |
        你们现在开门吗 | 请问你们几点开始营业 | 赢业时间 | 什么时候关门 | 你们营业时间是几点到几点 |
        请问几点开门 | 几点关门 | 你们今天开门吗 | 周末上班吗 | 你们几点下班 | 星期六营业吗 |
        请问你们什么时候营业 | 店里几点开门 | 早上几点开门 | 你们晚上开到几点 | 春节营业吗 | 请问营业时间
    """,
    "shop-address": """
        你们的店在哪 | 店在哪里 | 你们地址在哪 | 地址是什么 | 你们有门店吗 | 有没有实体店 | 怎么去你们店里 |
        你们在哪里 | 门店地址 | 你们店在什么地方 | 离我最近的店在哪里 | 请问你们店在哪里 | 店铺在哪里 |
        你们的地址 | 有没有门店 | 你们在哪个城市 | 实体店在哪里 | 你们店怎么走 | 我想去你们店里看看
    """,
    "cancelling": """
        取消订单 | 我想取消订单 | 帮我取消订单 | 能取消吗 | 订单怎么取消 | 我要取消 | 可以取消订单吗 |
        不想要了能取消吗 | 我买错了想取消 | 请帮我把订单取消 | 我想把订单取消 | 请帮我取消订单 | 不想买了 |
        订单能取消吗 | 如何取消订单 | 取消一下订单 | 我要退订
    """,
    "address-change": """
        我想改地址 | 能改地址吗 | 地址写错了 | 修改地址 | 换个收货地址 | 可以改收货地址吗 | 我想换个地址 |
        收货地址错了 | 怎么改地址 | 收货地址填错了 | 我想修改收货地址 | 可以改一下地址吗 |
        送到别的地址可以吗 | 我要换地址 | 怎么改收货地址
    """,
    "exchange": """
        我想换货 | 能换货吗 | 换个颜色可以吗 | 能换个大一点的吗 | 尺寸不合适想换 | 怎么换 | 可以换一个吗 |
        换货怎么办 | 想换别的颜色 | 我想换一个 | 可以换别的颜色吗 | 能换尺寸吗 | 如何换货 | 换货怎么换 |
        颜色不喜欢想换一个
    """,
    "damaged": """
        收到的是坏的 | 东西坏了 | 灯罩碎了 | 发错了 | 你们发错东西了 | 收到的货破了 | 少发了一件 |
        有一个零件没有 | 杯子碎了 | 包装破了 | 收到就是坏的 | 收到的杯子是碎的 | 灯是坏的 | 你们给我发错了 |
        收到的东西不对 | 少了一件东西 | 玻璃破了 | 包裹里少东西 | 质量有问题是坏的
    """,
    "gift-cards": """
        有没有礼品卡 | 可以买礼品卡吗 | 礼品卡怎么买 | 礼品卡怎么使用 | 你们卖礼品卡吗 | 购物卡怎么用 |
        请问有礼品卡吗 | 礼品卡能用多久
    """,
    "coupon": """
        有优惠吗 | 有没有折扣 | 优惠券怎么用 | 有什么优惠活动 | 可以打折吗 | 现在有活动吗 | 能便宜点吗 |
        优惠码不能用 | 有没有优惠 | 有优惠券吗 | 现在打折吗 | 可以便宜一点吗 | 有什么折扣 | 优惠券不能用
    """,
    "contact-email": """
        你们邮箱是多少 | 邮箱地址 | 可以发邮件吗 | 怎么联系你们 | 邮箱是什么 | 给你们发邮件发到哪里 |
        电子邮箱 | 你们的邮箱地址是多少 | 请问邮箱是多少 | 怎么给你们发邮件 | 怎么联系到你们
    """,
    "@person": """
        转人工 | 我要人工 | 人工客服 | 帮我转人工 | 我想和人说话 | 找客服 | 我要找经理 | 请转人工服务 |
        接人工 | 给我转一个真人 | 我想跟客服说话 | 转仁工 | 可以转人工吗 | 我想找人工客服 |
        请帮我转人工 | 转接人工 | 我要跟人工说话 | 请转人工 | 我想跟真人说话 | 帮我找一下经理 |
        叫个人来跟我说 | 我要找你们领导 | 人工 | 人工服务 | 转接客服
    """,
    "@goodbye": """
        再见 | 拜拜 | 谢谢再见 | 好的再见 | 没有了 | 没事了谢谢 | 没有了再见 | 好的谢谢再见 | 谢谢，再见。 |
        就这样谢谢 | 不用了谢谢再见 | 没别的事了 | 好的，谢谢，再见。 | 那再见了 | 没问题了谢谢 |
        没事了再见 | 谢谢拜拜 | 好，再见 | 就这些了谢谢 | 不需要了谢谢
    """,
    "@repeat": """
        再说一遍 | 没听清楚 | 请再说一遍 | 你说什么 | 什么 | 重复一下 | 刚才说什么 | 不好意思没听清 |
        能再说一次吗 | 你说什么我没听清 | 我没听懂再说一次 | 能重复一遍吗 | 再讲一遍 | 啊什么
    """,
    "hello": """
        你好 | 喂 | 喂你好 | 您好 | 早上好 | 下午好
    """,
    "thanks": """
        谢谢 | 好的谢谢 | 谢谢你 | 非常感谢 | 谢谢啊
    """,
    "@en": """
        说英文 | 可以讲英语吗 | 会英语吗 | 能说英语吗 | 换英文 | 英语服务
    """,
    "complaints": "我要投诉",
    "assistant": "你是机器人吗",
    "prices": "这张桌子多少钱 | 沙发多少钱",
    "stock": "蓝色沙发有货吗",
}

CHINESE_OTHER = """
    今天天气怎么样 | 火星上的天气怎么样 | 给我讲个笑话 | 法国的首都是哪里 | 你们卖摇椅吗 |
    这个桌子是什么木头做的 | 沙发舒服吗 | 灯罩怎么清洗 | 绿色沙发配什么颜色好 | 可以带狗吗 | 你们招人吗 |
    你叫什么名字 | 现在几点了 | 有停车位吗 | 我喜欢坐火车 | 餐桌多重 | 推荐一个送妈妈的礼物 | 你多大了 |
    这是塑料的吗 | 椅子怎么安装 | 唱首歌吧 | 昨天我去爬山了 | 我家的猫很可爱 | 灯可以调光吗 | 灯泡多少瓦 |
    桌子有白色的吗 | 你们公司是谁创办的 | 你们有多少员工 | 邻居家在装修 | 床垫有多厚 | 抱枕可以水洗吗 |
    桌子有多长 | 你觉得人工智能怎么样 | 股市今天涨了吗 | 他在图书馆看书 | 明天会下雨吗 | 你们的老板是谁 |
    这幅画是谁画的 | 椅子有扶手吗 | 适合小孩吗 | 哪个灯最亮 | 沙发有多宽 | 是什么材料做的 | 火车中午出发 |
    我们昨天去游泳了 | 今天下雨了吗 | 二加二等于几 | 谁赢了比赛 | 地毯上的污渍怎么去 | 需要自己组装吗 |
    你推荐哪个沙发 | 架子有多高 | 我奶奶喜欢喝茶 | 你们的木头从哪里来 | 灯是哪里生产的 | 你午饭吃了什么 |
    猫在屋顶上 | 伦敦有多少人口 | 打开灯 | 定一个七点的闹钟 | 我想听音乐 | 附近有地铁站吗 | 儿童床有吗 |
    茶具可以放洗碗机吗 | 你喜欢什么颜色 | 帮我写一首诗 | 北京离上海有多远 | 这个字怎么念 | 我今天很开心 |
    月亮上有人吗
"""
