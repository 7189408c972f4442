"""Surnames are read as surnames, places as places."""

import pytest

from committees import names


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("曾丽娟", "zeng lijuan", "zlj"),
        ("单美玲", "shan meiling", "sml"),
        ("解放", "xie fang", "xf"),
        ("仇英", "qiu ying", "qy"),
        ("区志强", "ou zhiqiang", "ozq"),
        ("吕小红", "lü xiaohong", "lxh"),
        ("查良", "zha liang", "zl"),
        ("任静", "ren jing", "rj"),
        ("朴正", "piao zheng", "pz"),
        ("盖平", "ge ping", "gp"),
        ("欧阳明", "ouyang ming", "oym"),
        ("欧阳", "ou yang", "oy"),
        ("阿依古丽·买买提", "a yigulimaimaiti", "ayglmmt"),
        ("Zhu Xiaoli", "zhu xiaoli", "zx"),
        ("王", "wang", "w"),
    ],
)
def test_names_of_people(name, pinyin, initials):
    assert names.spell_person(name) == names.Spelling(pinyin, initials)


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("华阳路街道", "hua yang lu jie dao", "hyljd"),
        ("任家村村委会", "ren jia cun cun wei hui", "rjccwh"),
        ("单桥居委会", "dan qiao ju wei hui", "dqjwh"),
        ("莘庄镇", "xin zhuang zhen", "xzz"),
        ("殷行街道", "yin hang jie dao", "yhjd"),
        ("大场镇", "da chang zhen", "dcz"),
        ("长宁区", "chang ning qu", "cnq"),
        ("第二、二社区居委会", "di er er she qu ju wei hui", "deesqjwh"),
        ("Tonganyuan", "tonganyuan", "t"),
        ("3号院", "3 hao yuan", "3hy"),
    ],
)  # fmt: skip
def test_names_of_places(name, pinyin, initials):
    assert names.spell_place(name) == names.Spelling(pinyin, initials)


def test_a_search_takes_v_for_ü_and_drops_signs():
    assert names.search_key(" LV xiao-hong ") == "lüxiaohong"


def test_a_surname_without_a_known_sound_is_no_obstacle() -> None:
    assert names.spell_person("𠮷田") == names.Spelling("tian", "t")
