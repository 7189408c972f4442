"""Reading what a row says about a person: name, sex, birth, mobile, post, day."""

from __future__ import annotations

import re

from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Person
from committees.roster.answers import number_question, post_question
from committees.roster.outcomes import Outcome, PlannedRow
from committees.roster.positions import read_position
from core.crypto import MOBILE, WrongMobile, normalise_mobile
from core.sheets.dates import NotADate, When, read_when
from core.sheets.model import Cell, Note, Problem
from core.sheets.text import close_up, expand_scientific, is_scientific

HANZI = "㐀-鿿豈-﫿\U00020000-\U0003ffff〇"
_NAME = re.compile(f"[{HANZI}]{{2,20}}(?:·[{HANZI}]{{1,20}})*|[{HANZI}](?:·[{HANZI}]{{1,20}})+")
_LATIN = re.compile(r"[A-Za-zÀ-ž][A-Za-zÀ-ž .'’-]{1,78}")
_DOTS = re.compile(f"(?<=[{HANZI}]) ?[•・‧∙．.·●] ?(?=[{HANZI}])")
_SEX_BEHIND = re.compile(r"\s*[（(]([男女])(?:[，,][^）)]*)?[）)]$")
_INJECTION = re.compile(r"\s*[=+\-@\t]")
VACANT = frozenset({"空缺", "暂缺", "缺", "待定", "空", "暂无", "缺位", "空岗", "无"})
SEXES = {"男": Person.Sex.MALE, "女": Person.Sex.FEMALE}
SEX_WORDS = {
    "男": "男", "男性": "男", "m": "男", "male": "男",
    "女": "女", "女性": "女", "f": "女", "female": "女",
}  # fmt: skip
EDUCATIONS = (
    ("博士|硕士|研究生", Person.Education.MASTER),
    ("本科|学士|大学", Person.Education.BACHELOR),
    ("大专|专科|高职", Person.Education.COLLEGE),
    ("高中|中专|初中|小学|职高|技校", Person.Education.SCHOOL),
)
_LABEL = re.compile(
    r"^(?:手机号?码?|联系电话|移动电话|电话|联系方式|mobile|tel|phone)\s*[:：]?\s*", re.I
)
_SEVERAL = re.compile(r"[/、;；,，|]|或")
_LANDLINE = re.compile(r"(?:\(?0\d{2,3}\)?-?)?[2-8]\d{6,7}(?:-\d{1,5})?")
_ID_NUMBER = re.compile(r"\d{6}(\d{4})(\d{2})\d{2}\d{2}(\d)[\dXx]")
YOUNGEST, OLDEST = 16, 100


def unusable(row: PlannedRow, cell: Cell, what: object) -> bool:
    """Error cells and formulas without a value: nothing is known."""
    if cell.problem is None:
        return False
    text = {
        Problem.ERROR: _("%(what)s: the cell shows an error."),
        Problem.NO_VALUE: _("%(what)s: the formula has no value; open the file and save it once."),
    }[cell.problem]
    row.add("D18_formula_no_cache", Outcome.ERROR, text % {"what": what})
    return True


def tidied(row: PlannedRow, cell: Cell, what: object, code: str) -> None:
    """Say what was cleaned in a cell."""
    if cell.notes & {Note.SPACES, Note.INVISIBLE}:
        row.add(code, Outcome.NORMALISE, _("%(what)s: spaces removed.") % {"what": what})
    if Note.FULL_WIDTH in cell.notes:
        row.add(
            "D17_fullwidth", Outcome.NORMALISE, _("%(what)s: digits made narrow.") % {"what": what}
        )


def read_name(row: PlannedRow, cell: Cell) -> None:
    """The name; a row that says the post is vacant is skipped."""
    what = _("name")
    if unusable(row, cell, what):
        return
    if isinstance(cell.raw, str) and _INJECTION.match(cell.raw) and cell.text:
        row.name = cell.text
        row.add("formula_injection", Outcome.ERROR, _("This is a formula, not a name."))
        return
    text = close_up(cell.text)
    if text in VACANT:
        row.add("vacant", Outcome.SKIP, _("The post is vacant."))
        return
    if not text:
        row.add("D07_name_missing", Outcome.ERROR, _("The name is missing."))
        return
    if said := _SEX_BEHIND.search(text):
        text, row.sex = text[: said.start()], said[1]
    row.name = _DOTS.sub("·", text)
    tidied(row, cell, what, "D16_spaces")
    if row.name != cell.text:
        row.add("D16_spaces", Outcome.NORMALISE, _("%(what)s: written as usual.") % {"what": what})
    if not _NAME.fullmatch(row.name) and not _LATIN.fullmatch(row.name):
        row.add("D08_name_invalid", Outcome.ERROR, _("“%(text)s” is no name.") % {"text": row.name})


def read_sex(row: PlannedRow, cell: Cell) -> None:
    if cell.problem or not cell.text:
        return
    sex = SEX_WORDS.get(cell.text.lower())
    if sex is None or (row.sex and row.sex != sex):
        message = _("Sex: “%(text)s” is not understood.") % {"text": cell.text}
        row.add("D20_sex", Outcome.REVIEW, message)
        return
    row.sex = sex
    if sex != cell.text or cell.notes:
        row.add("D20_sex", Outcome.NORMALISE, "")


def read_birth(row: PlannedRow, cell: Cell, date1904: bool) -> None:
    """Year and month; the day is never kept."""
    if unusable(row, cell, _("born in")) or not cell.text:
        return
    try:
        birth = read_when(cell, date1904=date1904)
    except NotADate:
        message = _("“%(text)s” is no month of birth.") % {"text": cell.text}
        row.add("D10_bad_date", Outcome.ERROR, message)
        return
    row.birth = When(birth.year, birth.month)
    if not YOUNGEST <= timezone.localdate().year - birth.year <= OLDEST:
        message = _("Born in %(year)s: is this right?") % {"year": birth.year}
        row.add("D19_birth_format", Outcome.REVIEW, message)
    elif not birth.usual or birth.day:
        row.add("D19_birth_format", Outcome.NORMALISE, _("Month of birth written as usual."))
    if Note.FULL_WIDTH in cell.notes:
        row.add("D17_fullwidth", Outcome.NORMALISE, "")


def read_id_number(row: PlannedRow, cell: Cell) -> None:
    """Identity numbers are dropped. They may say birth and sex where the row does not."""
    if Note.LOST_DIGITS in cell.notes:
        row.add("D28_id_number_as_float", Outcome.ACCEPT, "")
    found = _ID_NUMBER.fullmatch(cell.text)
    if not found or Note.LOST_DIGITS in cell.notes:
        return
    year, month = int(found[1]), int(found[2])
    if row.birth is None and 1900 <= year <= timezone.localdate().year and 1 <= month <= 12:
        row.birth = When(year, month)
        row.add("from_id", Outcome.NORMALISE, _("Month of birth taken from the identity number."))
    if not row.sex:
        row.sex = "男" if int(found[3]) % 2 else "女"
        row.add("from_id", Outcome.NORMALISE, _("Sex taken from the identity number."))


def read_phone(row: PlannedRow, cell: Cell) -> None:
    """Eleven digits, or the row waits for a person."""
    if unusable(row, cell, _("mobile")):
        return
    text = _LABEL.sub("", cell.text)
    if is_scientific(text):
        text = expand_scientific(text) or text
    if not text or text in VACANT:
        row.add("D15_phone_missing", Outcome.REVIEW, _("The mobile number is missing."))
        return
    numbers = list(dict.fromkeys(filter(None, (_mobile(part) for part in _SEVERAL.split(text)))))
    others = [part for part in _SEVERAL.split(text) if part.strip() and not _mobile(part)]
    if len(numbers) > 1:
        row.numbers = numbers
        question = number_question("D14_phone_invalid", numbers)
        row.ask("D14_phone_invalid", _("Two mobile numbers: which one?"), question)
    elif not numbers or not all(_LANDLINE.fullmatch(part.strip()) for part in others):
        row.add("D14_phone_invalid", Outcome.ERROR, _("This is no mobile number of 11 digits."))
    else:
        row.mobile = numbers[0]
        _say_phone(row, cell)


def _mobile(text: str) -> str:
    try:
        return normalise_mobile(text)
    except WrongMobile:
        return ""


def _say_phone(row: PlannedRow, cell: Cell) -> None:
    if Note.NUMBER in cell.notes:
        row.add("D12_phone_float", Outcome.NORMALISE, _("Mobile: number read as text."))
    elif not (isinstance(cell.raw, str) and MOBILE.fullmatch(cell.raw)):
        row.add("D13_phone_format", Outcome.NORMALISE, _("Mobile: written as 11 digits."))


def read_position_cell(row: PlannedRow, cell: Cell, usual: str) -> None:
    """The post; `usual` is what the sheet's heading says where the column is absent or empty."""
    if unusable(row, cell, _("post")):
        return
    text = cell.text or usual
    if not text:
        question = post_question("D24_position_missing")
        row.ask("D24_position_missing", _("The post is missing."), question)
        return
    position = read_position(text)
    row.position, row.posts = position.text, position.posts
    row.in_charge, row.concurrent = position.in_charge, position.concurrent
    if not position.posts:
        message = _("“%(text)s”: which post is this?") % {"text": text}
        row.ask("D25_position_variant", message, post_question("D25_position_variant"))
    elif position.variant:
        message = _("Post “%(text)s” read as “%(full)s”.")
        row.add(
            "D25_position_variant",
            Outcome.NORMALISE,
            message % {"text": text, "full": position.text},
        )
    elif position.text != cell.raw:
        row.add("D17_fullwidth", Outcome.NORMALISE, _("Post written as usual."))


def read_appointed(row: PlannedRow, cell: Cell, date1904: bool) -> None:
    """The first day in post; where only the month is known, the first day of the month."""
    if unusable(row, cell, _("in post since")) or not cell.text:
        return
    try:
        when = read_when(cell, date1904=date1904)
    except NotADate:
        message = _("“%(text)s” is no day.") % {"text": cell.text}
        row.add("D10_bad_date", Outcome.ERROR, message)
        return
    row.appointed = when
    if when.first_day() > timezone.localdate():
        message = _("In post since %(day)s: that day is still to come.") % {"day": when}
        row.add("D10_bad_date", Outcome.ERROR, message)
    elif row.birth and when.year - row.birth.year < YOUNGEST:
        message = _("In post since %(day)s, born in %(birth)s: one of them is wrong.")
        row.add("D10_bad_date", Outcome.REVIEW, message % {"day": when, "birth": row.birth})
    elif when.day is None:
        row.add(
            "D11_date_format", Outcome.NORMALISE, _("Day in post not given: taken from the first.")
        )
    elif not when.usual:
        row.add("D11_date_format", Outcome.NORMALISE, _("Day in post written as usual."))


def read_education(row: PlannedRow, cell: Cell) -> None:
    row.education = next((key for words, key in EDUCATIONS if re.search(words, cell.text)), "")


def read_party(row: PlannedRow, cell: Cell) -> None:
    if re.search("中共(预备)?党员|^党员$|^是$", cell.text):
        row.is_party_member = True
    elif re.search("群众|团员|无党派|民主党派|^否$", cell.text):
        row.is_party_member = False
