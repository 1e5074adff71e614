"""Mandarin measure words, units, sizes and loan words, and what is said for them."""

from __future__ import annotations

from tts.spoken_plain import words

# Before these 2 is 两. Left out on purpose: 月 号 日 楼 级 代 等 线 手 维, before which it stays 二.
MEASURES = words(
    "个 件 条 双 只 台 部 张 款 套 份 箱 包 袋 瓶 盒 支 枝 把 块 片 本 册 颗 粒 根 卷 顶 辆 串 "
    "组 对 副 位 人 名 口 家 间 座 栋 层 天 年 周 晚 夜 秒 分 点 次 遍 回 趟 种 类 样 项 笔 单 "
    "步 站 米 千米 公里 厘米 毫米 公斤 千克 克 斤 吨 升 毫升 英寸 寸 尺 倍 岁 元 角 毛 页 章 节 段 "
    "句 字 行 列 排 打 杯 碗 桶 罐 听 期 万 亿 千 档 票 声 格 枚 门 扇 盏 床 圈 批 处 小时 分钟 "
    "秒钟 星期 礼拜 季 场 局 轮 折 度 摄氏度 伏 瓦 安 像素 美元 欧元 英镑 港元 港币 日元 刀 块钱 平方米 "
    "平米 立方米 平 "
)
# Words that begin like a measure word and are none.
NOT_MEASURED = r"(?!单元|年级|次元|分之|点\d|度空间|人转)"

UNITS = {
    "kg": "公斤",
    "g": "克",
    "mg": "毫克",
    "km": "公里",
    "m": "米",
    "cm": "厘米",
    "mm": "毫米",
    "sqm": "平方米",
    "ml": "毫升",
    "mL": "毫升",
    "L": "升",
    "l": "升",
    "inch": "英寸",
    "ft": "英尺",
    "lb": "磅",
    "oz": "盎司",
    "V": "伏",
    "W": "瓦",
    "kW": "千瓦",
    "A": "安",
    "mA": "毫安",
    "mAh": "毫安时",
    "Wh": "瓦时",
    "kWh": "千瓦时",
    "Hz": "赫兹",
    "kHz": "千赫兹",
    "MHz": "兆赫兹",
    "GHz": "吉赫兹",
    "Mbps": "兆每秒",
    "dB": "分贝",
    "km/h": "公里每小时",
    "fps": "帧每秒",
    "rpm": "转每分钟",
    "px": "像素",
    "h": "小时",
    "min": "分钟",
    "s": "秒",
    "pcs": "件",
    "GB": " G B",
    "MB": " M B",
    "TB": " T B",
    "x": "倍",
    "X": "倍",
    "×": "倍",
    "°C": "摄氏度",
    "°F": "华氏度",
    "°": "度",
    "w": "万",
}

CURRENCY = {
    "¥": "元",
    "CN¥": "元",
    "RMB": "元",
    "CNY": "元",
    "$": "美元",
    "US$": "美元",
    "USD": "美元",
    "HK$": "港币",
    "HKD": "港币",
    "€": "欧元",
    "EUR": "欧元",
    "£": "英镑",
    "GBP": "英镑",
    "JPY": "日元",
}

SIZES = {
    "XXXS": "三特小码",
    "XXS": "双特小码",
    "XS": "特小码",
    "S": "小码",
    "M": "中码",
    "L": "大码",
    "XL": "特大码",
    "XXL": "双特大码",
    "XXXL": "三特大码",
}
SIZES |= {f"{n}XL": f"{said}特大码" for n, said in zip("23456", "双三四五六", strict=True)}

# Latin words that Mandarin speakers say in Mandarin.
LOANS = {
    "SVIP": "超级贵宾",
    "VIP": "贵宾",
    "Vip": "贵宾",
    "vip": "贵宾",
    "OK": "好",
    "Ok": "好",
    "ok": "好",
    "okay": "好",
    "WiFi": "无线网",
    "WIFI": "无线网",
    "wifi": "无线网",
    "Wifi": "无线网",
    "email": "邮箱",
    "Email": "邮箱",
    "EMAIL": "邮箱",
    "vs": "对",
    "VS": "对",
}
