"""Chinese surnames, and how people tell which sign is meant: 弓长张, 立早章."""

from __future__ import annotations

from dialogue.words import pinyin

SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段章钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟"
    "安颜倪严牛温芦季俞鲁葛伍韦申尤毕聂焦向柳邢岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳"
) | frozenset(("欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容"))
"""The commonest ones."""

_DESCRIPTIONS = (
    "弓长张 立早章 木子李 耳东陈 双木林 古月胡 口天吴 言午许 人可何 三横王 走肖赵 禾呈程 双口吕 文刀刘 "
    "木易杨 草头黄 干勾于 "
    "人未余 水工江 女丘姜 美女姜 草将蒋 双人徐 子小孙 十八子李 撇未朱 高兴高 享耳郭 四夕罗 三点梁 宝盖宋 "
    "关耳郑 言身谢 "
    "十早韩 广隶唐 两点冯 草重董 草肖萧 吉袁袁 又耳邓 人傅傅 三点沈 曾经曾 草办苏 草祭蔡 西贝贾 田心思 "
    "人韦伟 "
    "草头萧 草头蔡 草头苏 草头范 牛口告 人王全 白水泉 日月明 王文玟 三木森 三水淼 三石磊 三金鑫 走召超 "
    "女子好 立青靖 "
    "日京景 火华烨 人可何 双木林 言己记 禾火秋 口十叶 卯金刘 耳火耿 马户驴 月半胖"
)

DESCRIBED = {pinyin(words): words[-1] for words in _DESCRIPTIONS.split()}
"""The sign that a description means, by the description's pinyin: recognisers write any sign of a sound."""
