"""What the sample shop sells: a home and outdoor shop, as in the example flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an option, in English and Chinese, and what it adds to the price."""

    en: str
    zh: str
    adds: float = 0.0


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: its name in English and Chinese, and the choices."""

    en: str
    zh: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Good:
    """A type of product; `price` is that of the plainest variant."""

    en: str
    zh: str
    price: float
    options: Sequence[Option]


_COLOURS = Option(
    "color",
    "颜色",
    (Choice("black", "黑色"), Choice("white", "白色"), Choice("blue", "蓝色", 2), Choice("green", "绿色", 2)),
)
_SIZES = Option(
    "size",
    "尺码",
    (Choice("S", "小号"), Choice("M", "中号"), Choice("L", "大号", 1), Choice("XL", "加大号", 3)),
)
_SHOES = Option(
    "size",
    "尺码",
    tuple(Choice(f"{us}", f"{eu}码") for us, eu in ((6, 37), (7, 39), (8, 41), (9, 42), (10, 43))),
)


def _option(en: str, zh: str, *choices: tuple[str, str, float]) -> Option:
    return Option(en, zh, tuple(Choice(*choice) for choice in choices))


GOODS: Sequence[Good] = (
    Good("Desk Lamp", "台灯", 39.9, (
        _COLOURS,
        _option("light", "亮度", ("warm", "暖光", 0), ("bright", "明亮", 6), ("adjustable", "可调光", 15)),
    )),
    Good("Electric Kettle", "电热水壶", 34.5, (
        _COLOURS, _option("capacity", "容量", ("1 litre", "1升", 0), ("1.7 litres", "1.7升", 8)),
    )),
    Good("Coffee Grinder", "咖啡研磨机", 58.0, (
        _option("drive", "驱动方式", ("manual", "手动", 0), ("electric", "电动", 32)),
        _option("burr", "磨芯", ("steel", "钢制", 0), ("ceramic", "陶瓷", 12)),
    )),
    Good("Cotton T-Shirt", "纯棉T恤", 18.5, (_COLOURS, _SIZES)),
    Good("Rain Jacket", "雨衣外套", 79.0, (_COLOURS, _SIZES)),
    Good("Fleece Sweater", "抓绒衫", 49.5, (_COLOURS, _SIZES)),
    Good("Hiking Boots", "登山靴", 119.0, (
        _SHOES, _option("material", "材质", ("leather", "皮革", 18), ("synthetic", "合成材料", 0)),
    )),
    Good("Running Shoes", "跑步鞋", 88.0, (_SHOES, _COLOURS)),
    Good("Backpack", "双肩背包", 64.0, (
        _COLOURS, _option("capacity", "容量", ("20 litres", "20升", 0), ("35 litres", "35升", 22)),
    )),
    Good("Two-Person Tent", "双人帐篷", 149.0, (
        _option("color", "颜色", ("green", "绿色", 0), ("orange", "橙色", 0)),
        _option("season", "季节", ("three seasons", "三季", 0), ("four seasons", "四季", 70)),
    )),
    Good("Sleeping Bag", "睡袋", 72.0, (
        _option("filling", "填充物", ("synthetic", "合成棉", 0), ("down", "羽绒", 65)),
        _option("warmth", "适温", ("to 5 degrees", "5度以上", 0), ("to minus 5 degrees", "零下5度以上", 24)),
    )),
    Good("Water Bottle", "水壶", 21.0, (
        _COLOURS, _option("capacity", "容量", ("500 ml", "500毫升", 0), ("750 ml", "750毫升", 4)),
    )),
    Good("Wireless Earphones", "无线耳机", 69.0, (
        _COLOURS, _option("noise cancelling", "降噪", ("no", "无降噪", 0), ("yes", "主动降噪", 45)),
    )),
    Good("Mechanical Keyboard", "机械键盘", 94.0, (
        _option("switches", "轴体", ("linear", "红轴", 0), ("tactile", "茶轴", 4), ("clicky", "青轴", 4)),
        _option("backlight", "背光", ("none", "无光", 0), ("white", "白光", 9), ("RGB", "彩光", 18)),
    )),
    Good("Wireless Mouse", "无线鼠标", 32.0, (
        _COLOURS, _option("hand", "适用手", ("right", "右手", 0), ("either", "左右手通用", 5)),
    )),
    Good("Power Bank", "充电宝", 36.0, (
        _option("capacity", "容量", ("10000 mAh", "10000毫安时", 0), ("20000 mAh", "20000毫安时", 17)),
        _option("color", "颜色", ("black", "黑色", 0), ("white", "白色", 0)),
    )),
    Good("Robot Vacuum", "扫地机器人", 289.0, (
        _option("station", "基站", ("charging", "充电", 0), ("self-emptying", "自动集尘", 130)),
        _option("mop", "拖地", ("without mop", "不带拖地", 0), ("with mop", "带拖地", 60)),
    )),
    Good("Air Purifier", "空气净化器", 159.0, (
        _option("room", "适用面积", ("small room", "小房间", 0), ("large room", "大房间", 85)),
        _option("filter", "滤网", ("standard", "标准", 0), ("carbon", "活性炭", 20)),
    )),
    Good("Cast Iron Pan", "铸铁煎锅", 44.0, (
        _option("diameter", "直径", ("20 cm", "20厘米", 0), ("26 cm", "26厘米", 11), ("30 cm", "30厘米", 19)),
        _option("lid", "锅盖", ("without lid", "不带盖", 0), ("with lid", "带盖", 14)),
    )),
    Good("Bed Linen", "床上四件套", 76.0, (
        _option("material", "面料", ("cotton", "纯棉", 0), ("linen", "亚麻", 48), ("silk", "真丝", 160)),
        _option("width", "床宽", ("1.5 metres", "1.5米", 0), ("1.8 metres", "1.8米", 15)),
    )),
    Good("Bookshelf", "书架", 129.0, (
        _option("wood", "木材", ("pine", "松木", 0), ("oak", "橡木", 90)),
        _option("height", "高度", ("80 cm", "80厘米", 0), ("180 cm", "180厘米", 75)),
    )),
    Good("Office Chair", "办公椅", 179.0, (
        _option("cover", "面料", ("mesh", "网布", 0), ("leather", "皮革", 85)),
        _option("armrests", "扶手", ("fixed", "固定扶手", 0), ("adjustable", "可调扶手", 30)),
    )),
    Good("Yoga Mat", "瑜伽垫", 27.0, (
        _COLOURS, _option("thickness", "厚度", ("4 mm", "4毫米", 0), ("6 mm", "6毫米", 5)),
    )),
    Good("Tea Set", "茶具套装", 62.0, (
        _option("material", "材质", ("porcelain", "瓷器", 0), ("clay", "紫砂", 38), ("glass", "玻璃", 0)),
        _option("cups", "杯数", ("four cups", "四杯", 0), ("six cups", "六杯", 13)),
    )),
)  # fmt: skip
