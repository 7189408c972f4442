"""Dates, figures, words, signs and chips as pages write them."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from committees.models import WordSet
from core.templatetags import house, rows

SHANGHAI = ZoneInfo("Asia/Shanghai")
THURSDAY = datetime.date(2026, 4, 30)
AFTERNOON = datetime.datetime(2026, 4, 30, 14, 0, tzinfo=SHANGHAI)

pytestmark = [pytest.mark.usefixtures("in_november")]


@pytest.fixture(name="in_november")
def _in_november():
    with time_machine.travel(datetime.datetime(2026, 11, 22, 12, tzinfo=SHANGHAI), tick=False):
        yield


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh-hans", "4月30日（周四）"), ("en", "Thu 30 Apr")],
)
def test_a_day_of_this_year_leaves_its_year_out(language: str, expected: str) -> None:
    with translation.override(language):
        assert house.day(THURSDAY) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh-hans", "2025年4月30日（周三）"), ("en", "Wed 30 Apr 2025")],
)
def test_a_day_of_another_year_names_it(language: str, expected: str) -> None:
    with translation.override(language):
        assert house.day(THURSDAY.replace(year=2025)) == expected
        assert house.full_day(THURSDAY.replace(year=2025)) == expected


def test_a_moment_is_told_in_the_portals_time_zone() -> None:
    noon_in_london = datetime.datetime(2026, 4, 30, 6, 0, tzinfo=datetime.UTC)

    with translation.override("zh-hans"):
        assert house.moment(noon_in_london) == "4月30日（周四） 14:00"
        assert house.clock(noon_in_london) == "14:00"


def test_a_span_within_a_day_says_the_day_once() -> None:
    with translation.override("zh-hans"):
        html = house.when(AFTERNOON, AFTERNOON.replace(hour=16, minute=30))

    assert html == (
        '<time datetime="2026-04-30T14:00+08:00">'
        "<span>4月30日（周四）</span> <wbr><span>14:00–16:30</span></time>"
    )


def test_a_span_over_days_names_both() -> None:
    with translation.override("en"):
        html = house.when(THURSDAY, THURSDAY + datetime.timedelta(days=1))

    assert html == (
        '<time datetime="2026-04-30"><span>Thu 30 Apr–</span><wbr><span>Fri 1 May</span></time>'
    )


def test_nothing_has_no_date() -> None:
    assert [house.day(None), house.moment(None), house.clock(None), house.when(None)] == [""] * 4


def test_the_square_of_a_day_shows_month_day_and_weekday() -> None:
    with translation.override("zh-hans"):
        html = rendered("{% day_mark value %}", value=THURSDAY)

    assert html.strip() == '<span class="tb-day">4月<strong>30</strong>周四</span>'


@pytest.mark.parametrize(
    ("quarters", "expected"), [(0, "0"), (1, "0.25"), (4, "1"), (6, "1.5"), (224, "56"), (40, "10")]
)
def test_class_hours_are_quarters_without_needless_zeros(quarters: int, expected: str) -> None:
    assert house.hours(quarters) == expected


def test_unknown_hours_are_a_dash() -> None:
    assert house.hours(None) == "—"


def test_shares_are_capped_for_drawing_and_true_in_words() -> None:
    assert (house.share_of(75, 50), house.percent(75, 50)) == ("100.0", "150%")
    assert (house.share_of(43, 70), house.percent(43, 70)) == ("61.4", "61.4%")


def test_a_share_of_nothing_is_a_dash_and_an_empty_ring() -> None:
    assert (house.share_of(3, 0), house.percent(3, 0)) == ("0", "—")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("13800001234", "138****1234"),
        ("+86 138 0000 1234", "138****1234"),
        ("021-5550", "****50"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_phone_number_is_masked(number: str | None, expected: str) -> None:
    assert house.masked_phone(number) == expected


def test_a_word_is_the_districts_own() -> None:
    xixia = SimpleNamespace(area_zh="社区", tutoring_zh="帮带", area_en="community")

    with translation.override("zh-hans"):
        assert rendered('{% word "area" of=words %}', words=xixia) == "社区"
        assert rendered('{% word "tutoring" of=words %}', words=xixia) == "帮带"
    with translation.override("en"):
        assert rendered('{% word "area" of=words %}', words=xixia) == "community"
        assert rendered('{% word "tutoring" of=words %}', words=xixia) == "tutoring"


def test_who_is_tutored_is_called_after_the_districts_word_for_tutoring() -> None:
    with translation.override("zh-hans"):
        assert (
            rendered('{% word "pupil" of=words %}', words=WordSet(tutoring_zh="帮带")) == "帮带对象"
        )
        assert rendered('{% word "pupils" %}') == "带教对象"
    with translation.override("en"):
        assert (
            rendered('{% word "pupils" of=words %}', words=WordSet(tutoring_zh="帮带")) == "pupils"
        )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_large_counts_are_grouped_in_one_way(language: str) -> None:
    with translation.override(language):
        shown = [rows.figure(value) for value in (4072, "4072", "1,208", 48, "61.4%", "007", None)]

    assert shown == ["4,072", "4,072", "1,208", "48", "61.4%", "007", None]


def test_an_unknown_word_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        rendered('{% word "tuition" %}')


def test_an_icon_without_label_is_hidden_from_readers() -> None:
    assert 'aria-hidden="true"' in house.icon("bell")
    assert house.icon("bell").endswith('icons.svg#bell"></use></svg>')


def test_an_icon_with_label_is_an_image_with_a_name() -> None:
    html = house.icon("bell", label='<b>"')

    assert 'role="img" aria-label="&lt;b&gt;&quot;"' in html
    assert "aria-hidden" not in html


def test_a_known_state_has_its_tone_and_icon_and_any_other_is_neutral() -> None:
    assert 'tb-chip-success"' in house.status_chip("confirmed", "已确认")
    assert "#check-circle" in house.status_chip("confirmed", "已确认")
    assert 'tb-chip-neutral"' in house.status_chip("never-heard-of", "?")


def test_a_chip_escapes_what_people_wrote() -> None:
    assert "&lt;script&gt;" in house.chip("<script>")


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        (1, [1, 2, 0, 16]),
        (2, [1, 2, 3, 0, 16]),
        (8, [1, 0, 7, 8, 9, 0, 16]),
        (16, [1, 0, 15, 16]),
    ],
)
def test_page_numbers_skip_what_is_far_away(here: int, expected: list[int]) -> None:
    assert house.page_numbers(Paginator(range(312), 20).page(here)) == expected


def test_a_link_to_another_page_keeps_the_filters() -> None:
    request = RequestFactory().get("/", {"q": "柳巷", "page": "3"})

    assert rendered("{% here_with page=4 %}", request=request) == "?q=%E6%9F%B3%E5%B7%B7&amp;page=4"
    assert rendered("{% here_with page=None q='' %}", request=request) == "?"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/109.0 MicroMessenger/8.0", "WeChat · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("curl/8.0", "curl/8.0"),
        ("", "—"),
    ],
)
def test_a_device_is_named_in_short(sent: str, shown: str) -> None:
    assert house.browser_name(sent) == shown


def test_a_placeholder_never_stands_for_a_label() -> None:
    class Form(forms.Form):
        town = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "Town"}))

    html = rendered("{% include 'components/form.html' %}", form=Form())

    assert "placeholder" not in html
    assert '<label class="tb-label" for="id_town">Town</label>' in html


def test_a_field_in_error_is_described_by_its_message() -> None:
    class Form(forms.Form):
        town = forms.CharField(help_text="Where it is")

    html = rendered("{% include 'components/form.html' %}", form=Form({}))

    assert 'aria-describedby="id_town_helptext id_town_error"' in html
    assert 'id="id_town_helptext"' in html
    assert 'id="id_town_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<a href="#id_town">' in html


@pytest.mark.parametrize(
    ("language", "written", "expected"),
    [
        ("zh-hans", "2021-05-17", "2021年5月17日"),
        ("zh-hans", "2021-05", "2021年5月"),
        ("en", "2021-05-17", "17 May 2021"),
        ("en", "2021-05", "May 2021"),
        ("en", "2021-13-40", "2021-13-40"),
        ("en", "end of 2020", "end of 2020"),
        ("en", "", ""),
    ],
)
def test_the_day_of_a_document_is_said_as_the_reader_says_days(language, written, expected):
    with translation.override(language):
        assert rows.dated(written) == expected


def test_a_known_source_is_shown_in_the_language_of_the_reader() -> None:
    with translation.override("zh-hans"):
        assert rows.source_text("Secretary Training Base") == "书记培训基地"
    with translation.override("en"):
        assert rows.source_text("Secretary Training Base") == "Secretary Training Base"


def test_a_source_nobody_translated_is_shown_as_written_and_says_its_language() -> None:
    with translation.override("en"):
        shown = rows.source_text("<区委组织部>")
        assert shown == '<span lang="zh-Hans">&lt;区委组织部&gt;</span>'
        assert rows.source_text("") == ""
    with translation.override("zh-hans"):
        assert rows.source_text("区委组织部来函") == "区委组织部来函"


def test_a_dot_between_pieces_never_begins_a_line() -> None:
    assert rows.dotted("Class · course · day") == "Class\u00a0· course\u00a0· day"


@pytest.mark.parametrize(
    ("cell", "figure"),
    [(12, True), ("3/4", True), ("90%", True), ("—", True), ("371 days past", False)],
)
def test_only_figures_stand_right_in_a_list(cell: object, figure: bool) -> None:
    assert rows.is_figure(cell) is figure
