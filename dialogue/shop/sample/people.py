"""Who buys in the sample shop: names and places to draw from. Nobody here is a real person."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

_ENGLISH_FIRST = (
    "Alice|Amelia|Anna|Arthur|Ben|Bridget|Caleb|Clara|Daniel|Diana|Edward|Elena|Felix|Fiona|George|Grace|"
    "Hannah|Henry|Iris|Isaac|Jack|Julia|Karen|Kevin|Laura|Leo|Maria|Martin|Nora|Oliver|Paula|Peter|Quinn|"
    "Rachel|Robert|Samuel|Sofia|Thomas|Ursula|Victor|Wendy|William|Zoë|José"
)
_ENGLISH_LAST = (
    "Adams|Baker|Bennett|Brooks|Carter|Chen|Collins|Cooper|Díaz|Edwards|Evans|Fisher|Foster|García|Graham|"
    "Hall|Harris|Hughes|Jenkins|Kelly|Kim|Lewis|Mason|Miller|Müller|Nguyen|O'Brien|Parker|Patel|Reed|Rossi|"
    "Shaw|Sullivan|Turner|Walker|Ward|West|Young"
)
_CHINESE_LAST = (
    "王 wang|李 li|张 zhang|刘 liu|陈 chen|杨 yang|赵 zhao|黄 huang|周 zhou|吴 wu|徐 xu|孙 sun|马 ma|"
    "朱 zhu|胡 hu|郭 guo|何 he|高 gao|林 lin|郑 zheng|欧阳 ouyang"
)
_CHINESE_FIRST = (
    "伟 wei|芳 fang|娜 na|敏 min|静 jing|丽 li|强 qiang|磊 lei|军 jun|洋 yang|勇 yong|艳 yan|杰 jie|"
    "涛 tao|明 ming|秀英 xiuying|建国 jianguo|小红 xiaohong|志强 zhiqiang|雨桐 yutong|子涵 zihan|"
    "思远 siyuan|佳怡 jiayi|浩然 haoran|欣怡 xinyi|梓轩 zixuan|晓梅 xiaomei|国栋 guodong"
)
_STREETS = (
    "Maple Street|Oak Avenue|River Road|Hill Street|Park Lane|Cedar Drive|Lake View|Mill Road|Pine Street"
)
_UNITS = ("", "", "Apt {n}", "Suite {n}")
_CITIES = (
    ("Portland", "OR", "972"),
    ("Seattle", "WA", "981"),
    ("Denver", "CO", "802"),
    ("Austin", "TX", "787"),
    ("Chicago", "IL", "606"),
    ("Boston", "MA", "021"),
    ("Atlanta", "GA", "303"),
    ("Phoenix", "AZ", "850"),
)
_CHINESE_STREETS = "人民路|建设路|中山路|解放路|和平街|文化路|新华街|长江路|学院路"
_CHINESE_CITIES = (
    ("北京市", "北京市", "1000"),
    ("上海市", "上海市", "2000"),
    ("广州市", "广东省", "5100"),
    ("深圳市", "广东省", "5180"),
    ("杭州市", "浙江省", "3100"),
    ("成都市", "四川省", "6100"),
    ("南京市", "江苏省", "2100"),
    ("武汉市", "湖北省", "4300"),
)


def person(random: Random, language: str) -> tuple[dict[str, str], str]:
    """A name, and the part of it that ids and e-mail addresses begin with."""
    if language == "zh":
        last, last_sound = _pair(random, _CHINESE_LAST)
        first, first_sound = _pair(random, _CHINESE_FIRST)
        return {"first_name": first, "last_name": last}, f"{first_sound}_{last_sound}"
    first, last = (random.choice(names.split("|")) for names in (_ENGLISH_FIRST, _ENGLISH_LAST))
    plain = f"{first}_{last}".lower().translate(str.maketrans("ëéíü", "eeiu", "'"))
    return {"first_name": first, "last_name": last}, plain


def _pair(random: Random, pairs: str) -> tuple[str, str]:
    written, sound = random.choice(pairs.split("|")).split()
    return written, sound


def address(random: Random, language: str) -> dict[str, str]:
    """A postal address in a city of the language."""
    if language == "zh":
        city, state, code = random.choice(_CHINESE_CITIES)
        unit = f"{random.randint(1, 28)}号楼{random.randint(1, 30)}0{random.randint(1, 6)}室"
        street = random.choice(_CHINESE_STREETS.split("|"))
        return {
            "address1": f"{street}{random.randint(1, 300)}号",
            "address2": unit if random.random() < 0.8 else "",
            "city": city,
            "state": state,
            "country": "中国",
            "zip": f"{code}{random.randint(0, 99):02d}",
        }
    city, state, code = random.choice(_CITIES)
    return {
        "address1": f"{random.randint(10, 999)} {random.choice(_STREETS.split('|'))}",
        "address2": random.choice(_UNITS).format(n=random.randint(1, 999)),
        "city": city,
        "state": state,
        "country": "USA",
        "zip": f"{code}{random.randint(0, 99):02d}",
    }


def methods(random: Random, language: str) -> dict[str, dict[str, Any]]:
    """One to three payment methods by id; most customers have a gift card."""
    kinds: Sequence[str] = (
        ("credit_card", "alipay", "wechat_pay") if language == "zh" else ("credit_card", "paypal")
    )
    chosen = random.sample(kinds, random.randint(1, 2))
    if random.random() < 0.6:
        chosen.append("gift_card")
    return {method["id"]: method for method in (_method(random, kind, language) for kind in chosen)}


def _method(random: Random, kind: str, language: str) -> dict[str, Any]:
    method: dict[str, Any] = {"source": kind, "id": f"{kind}_{random.randint(1_000_000, 9_999_999)}"}
    if kind == "credit_card":
        brands = ("unionpay",) if language == "zh" else ("visa", "mastercard")
        method |= {"brand": random.choice(brands), "last_four": f"{random.randint(0, 9999):04d}"}
    if kind == "gift_card":
        method["balance"] = round(random.choice((0, 10, 25, 50, 100, 200)) + random.random() * 20, 2)
    return method
