"""Pinyin and initials of names, for sorting and searching.

pypinyin reads a surname as the common word (曾 as céng), so the first character of a person's name
goes through an own table first. Place names never do: 任 in a place is not a surname.
`ü` is kept; a search turns `v` into it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "区": "ou", "吕": "lü", "查": "zha",
    "任": "ren", "华": "hua", "朴": "piao", "盖": "ge", "乐": "yue", "尉": "wei", "洗": "xian",
    "冼": "xian", "缪": "miao", "宓": "mi", "翟": "zhai", "员": "yun", "折": "she", "黑": "he",
    "秘": "bi", "种": "chong", "繁": "po", "召": "shao", "逄": "pang", "郇": "xun", "燕": "yan",
    "应": "ying", "宁": "ning", "曲": "qu", "晁": "chao", "臧": "zang", "哈": "ha", "纪": "ji",
    "过": "guo", "句": "gou", "那": "na", "隗": "wei", "葛": "ge", "褚": "chu", "柏": "bai",
    "牟": "mu", "訾": "zi", "佴": "nai", "阚": "kan", "祭": "zhai", "能": "nai", "令": "ling",
    "车": "che", "沈": "shen", "石": "shi", "万": "wan", "贾": "jia", "覃": "qin", "幺": "yao",
    "佘": "she", "谌": "chen", "卜": "bu", "柯": "ke", "长": "chang", "都": "du", "缴": "jiao",
    "撒": "sa", "适": "kuo", "洪": "hong", "兴": "xing", "俞": "yu", "於": "yu", "郗": "xi",
}  # fmt: skip
COMPOUND_SURNAMES = {
    "欧阳": "ouyang", "上官": "shangguan", "司马": "sima", "诸葛": "zhuge", "尉迟": "yuchi",
    "长孙": "zhangsun", "皇甫": "huangfu", "令狐": "linghu", "慕容": "murong", "司徒": "situ",
    "夏侯": "xiahou", "公孙": "gongsun", "东方": "dongfang", "端木": "duanmu", "南宫": "nangong",
    "万俟": "moqi", "澹台": "tantai", "宇文": "yuwen", "呼延": "huyan", "单于": "chanyu",
    "申屠": "shentu", "独孤": "dugu", "轩辕": "xuanyuan", "闻人": "wenren", "西门": "ximen",
}  # fmt: skip
# Words of place names that pypinyin's phrase list reads otherwise.
PLACE_WORDS = {
    "莘庄": "xin zhuang", "莘松": "xin song", "莘光": "xin guang", "殷行": "yin hang",
    "杨行": "yang hang", "庙行": "miao hang", "闵行": "min hang", "大场": "da chang",
    "居委会": "ju wei hui", "村委会": "cun wei hui", "长征镇": "chang zheng zhen",
    "六安": "lu an", "番禺": "pan yu", "蔚县": "yu xian", "铅山": "yan shan",
    "长子县": "zhang zi xian", "长": "chang", "曾": "zeng", "单县": "shan xian",
    "大城县": "dai cheng xian", "乐亭": "lao ting", "台州": "tai zhou", "丽水": "li shui",
}  # fmt: skip

_HANZI = re.compile("[㐀-鿿豈-﫿\U00020000-\U0003ffff]+")
_LATIN = re.compile("[0-9a-zü]+")
_PLACE_WORD = re.compile("|".join(sorted(PLACE_WORDS, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a name sounds: `pinyin` sorts, `initials` are what a person types to find it."""

    pinyin: str
    initials: str


def written_name(zh: str, en: str, pinyin: Callable[[], str]) -> str:
    """As the reader writes names: in English the kept spelling, else the pinyin. That is asked for
    when it is needed: rows for Chinese readers come without it."""
    if (get_language() or "").startswith("en"):
        return en or pinyin().title() or zh
    return zh or en


def _syllables(text: str) -> list[str]:
    """One syllable for each hanzi, Latin words and numbers as they are, signs dropped."""
    from pypinyin import Style, lazy_pinyin  # loads 10 MB: only who writes names needs it

    found: list[str] = []
    for chunk in lazy_pinyin(text, style=Style.NORMAL, v_to_u=True):
        found.extend(_LATIN.findall(chunk.lower()))
    return found


def _initials(syllables: list[str]) -> str:
    return "".join(part if part.isdigit() else part[0] for part in syllables)


@lru_cache(maxsize=4096)
def spell_place(name: str) -> Spelling:
    """华阳路街道 -> "hua yang lu jie dao", "hyljd"."""
    syllables: list[str] = []
    start = 0
    for word in _PLACE_WORD.finditer(name):
        syllables += _syllables(name[start : word.start()])
        syllables += PLACE_WORDS[word.group()].split()
        start = word.end()
    syllables += _syllables(name[start:])
    return Spelling(" ".join(syllables)[:240], _initials(syllables)[:80])


@lru_cache(maxsize=4096)
def spell_person(name: str) -> Spelling:
    """曾丽娟 -> "zeng lijuan", "zlj": the surname, a space, the given name."""
    if not _HANZI.match(name):
        words = _LATIN.findall(name.lower())
        return Spelling(" ".join(words)[:160], "".join(word[0] for word in words)[:50])
    surname, given = _split_person(name)
    parts = _syllables(given)
    # A compound surname is one word with two initials.
    # A surname so rare that its sound is not known has none.
    letters = _initials(_syllables(name[:2])) if len(_surname_of(name)) > 1 else surname[:1]
    return Spelling(
        " ".join(filter(None, [surname, "".join(parts)]))[:160], (letters + _initials(parts))[:50]
    )


def _surname_of(name: str) -> str:
    return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]


def _split_person(name: str) -> tuple[str, str]:
    surname = _surname_of(name)
    known = COMPOUND_SURNAMES if len(surname) > 1 else SURNAMES
    return known.get(surname) or "".join(_syllables(surname)), name[len(surname) :]


def masked_name(name: str) -> str:
    """张晓丽 -> 张*丽, 张丽 -> 张*, 欧阳娜娜 -> 欧阳**, 阿不都·热合曼 -> 阿**·热**, Li -> L***.

    Enough to tell that a paper and its bearer fit, too little to learn a name from.
    """
    if not _HANZI.match(name.strip()):
        return " ".join(f"{word[0]}***" for word in name.split())
    parts = [part for part in re.split("[·•・]", "".join(name.split())) if part]
    if len(parts) > 1:
        return "·".join(f"{part[0]}**" for part in parts)
    whole = parts[0]
    surname = _surname_of(whole)
    # The last sign of a given name stays, unless it would be the whole of it.
    shown = whole[-1] if len(surname) == 1 and len(whole) > 2 else ""
    hidden = max(len(whole) - len(surname) - len(shown), 1)
    return f"{surname}{'*' * hidden}{shown}"


def search_key(text: str) -> str:
    """What somebody typed, as it is compared with initials and with pinyin without spaces."""
    return "".join(_LATIN.findall(text.lower().replace("v", "ü")))
