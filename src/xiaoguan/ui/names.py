"""The mark of a person or a company: one Chinese character or Latin initials, and a quiet colour. Pure."""

import re
import zlib

HUES = "abcdef"
# A company's place says little: 宁波海铭 is known as 海铭.
PLACES = re.compile(
    r"""^(?:
    内蒙古|黑龙江|北京|上海|天津|重庆|河北|山西|辽宁|吉林|江苏|浙江|安徽|福建|江西|山东|
    河南|湖北|湖南|广东|广西|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|香港|
    澳门|台湾|广州|深圳|杭州|宁波|温州|苏州|无锡|常州|南京|南通|扬州|泰州|昆山|常熟|
    江阴|太仓|武汉|长沙|成都|西安|青岛|济南|烟台|大连|沈阳|哈尔滨|长春|厦门|福州|泉州|
    合肥|芜湖|南昌|郑州|石家庄|太原|昆明|贵阳|南宁|东莞|佛山|珠海|惠州|嘉兴|绍兴|台州|
    金华
    )[省市]?(?=[\u3400-\u9fff])""",
    re.VERBOSE,
)


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name)


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words).upper() or "?"


def person_mark(name: str) -> str:
    """The family name of a Chinese name (its first character), else the first and last initial."""
    name = name.strip()
    if name and _is_han(name[0]):
        return name[0]
    words = _words(name)
    return _initials(words if len(words) < 3 else [words[0], words[-1]])


def company_mark(name: str) -> str:
    """The first character after the place (宁波海铭 → 海), else the initials of the first two words."""
    name = name.strip()
    if not name or not _is_han(name[0]):
        return _initials(_words(name)[:2])
    return PLACES.sub("", name)[0]


def hue(key: object) -> str:
    """One of six letters, always the same for the same key."""
    return HUES[zlib.crc32(str(key).encode()) % len(HUES)]
