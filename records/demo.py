"""Hours of the demonstration: claims in each state, online study, classes from paper.

Invented people only; the hours of classes come from their roll calls.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from committees.models import Person, Place
from core.files import PDF
from records import services
from records.conversion import quarters_of
from records.measuring import conversion_at
from records.models import HourCategory, HourClaim, HourEntry
from records.services import Posting
from records.services.claims import Facts
from records.services.paper import NewClass, keep_classes, say_complete_since

if TYPE_CHECKING:
    from core.demo import Demo

DAY = datetime.timedelta(days=1)
LESSON = HourEntry.Measure.ONLINE_MINUTE
# Minutes of the lessons each person has studied online; the second one is beyond what may count.
ONLINE = ((50, 45, 45, 40, 38, 32), (45,) * 32, (48, 31, 12), (25,), (45, 45, 30))
LESSONS = (
    "民法典与社区治理（网络课程，演示）",
    "网格治理实务（网络课程，演示）",
    "应急处置与协调（网络课程，演示）",
)
# Secretaries whose register holds a training of before the portal: some reach the target by it.
REGISTERED = slice(2, 12)
# A page with a line of text, as small as the form allows.
_STREAM = b"BT /F1 14 Tf 72 760 Td (Sample evidence \\(demonstration\\)) Tj ET"
_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(_STREAM), _STREAM),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
)


def step(demo: Demo) -> None:
    """Run after places, people and accounts, and before the classes."""
    _claims(demo)
    _online(demo)
    _register(demo)
    _paper(demo)


# --- Claims ---------------------------------------------------------------------------------------
def _claims(demo: Demo) -> None:
    """One that waits, one returned with a reason, one verified; and one more for the organiser."""
    users = demo.made["users"]
    me, other = users["demo-secretary"], users["demo-secretary2"]
    organiser = users["demo-organiser"]
    _claim(demo, me, "居民区党组织书记论坛（演示）", "市委党校（演示）", 12, amount=16)
    returned = _claim(demo, me, "跟班学习（演示）", "邻区党建办（演示）", 35, amount=12)
    services.reject(
        actor=organiser, entry=returned.entry, reason="请补充跟班单位盖章的证明后再报送"
    )
    verified = _claim(demo, me, "物业管理专题研修（演示）", "区房管局（演示）", 60, amount=24)
    services.verify(actor=organiser, entry=verified.entry)
    _claim(demo, other, "垃圾分类现场教学（演示）", "区绿化市容局（演示）", 9, amount=8)


def _claim(demo: Demo, user: Any, title: str, host: str, ago: int, *, amount: int) -> HourClaim:
    day = demo.today - ago * DAY
    facts = Facts(
        title=title,
        host=host,
        category=HourCategory.CENTRALISED,
        from_on=day,
        to_on=day,
        measure=HourClaim.Measure.HOUR,
        amount=amount,
    )
    sheet = SimpleUploadedFile("结业证明（演示）.pdf", _sheet(), PDF)
    return services.hand_in(actor=user, person=user.person, facts=facts, uploads=[sheet])


def _sheet() -> bytes:
    """A PDF of one line, the same bytes each time."""
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(_OBJECTS, 1):
        places.append(len(data))
        data += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return data + head + table + tail % (len(places) + 1, len(data))


# --- Online study ---------------------------------------------------------------------------------
def _online(demo: Demo) -> None:
    """Lessons taken over from the district's list, each worth what the rule of its length says."""
    people: list[Person] = demo.made["people.demo_secretaries"]
    rules = conversion_at(demo.made["place.demo_district"], demo.today)
    postings = []
    for person, lessons in zip(people, ONLINE, strict=False):
        for number, minutes in enumerate(lessons):
            day = demo.today - (20 + 9 * number) * DAY
            postings.append(
                Posting(
                    person=person,
                    unit=person.unit,
                    session_on=day,
                    category=HourCategory.ONLINE,
                    quarters=quarters_of(minutes, LESSON, rules),
                    title_zh=LESSONS[number % len(LESSONS)],
                    source="paper",
                    source_ref="区网络学习记录（演示）",
                    key=f"demo-online:{person.public_id}:{number}",
                    evidence="区网络学习平台导出（演示）",
                    from_paper=True,
                    measure=LESSON,
                    amount=minutes,
                )
            )
    services.post_all(actor=None, postings=postings, verified=True)


def _register(demo: Demo) -> None:
    """A training of the time before the portal, as a register of the district has it."""
    people: list[Person] = demo.made["people.demo_secretaries"][REGISTERED]
    day = max(datetime.date(demo.today.year, 1, 1), demo.today - 260 * DAY)
    postings = [
        Posting(
            person=person,
            unit=person.unit,
            session_on=day,
            category=HourCategory.CENTRALISED,
            quarters=24 * 4,
            title_zh="党组织书记年初集中培训（演示）",
            source="paper",
            source_ref="学时台账（演示）",
            key=f"demo-register:{person.public_id}",
            evidence="区委党校（演示）",
            from_paper=True,
        )
        for person in people
    ]
    services.post_all(actor=None, postings=postings, verified=True)


# --- From paper -----------------------------------------------------------------------------------
def _paper(demo: Demo) -> None:
    """Two classes of a ledger without names; and since when the data are complete."""
    street: Place = demo.made["place.demo_streets"][0]
    first = datetime.date(demo.today.year, 1, 1)
    day = max(first, demo.today - 240 * DAY)
    keep_classes(
        actor=None,
        classes=[
            NewClass(
                unit_id=street.pk,
                begins_on=day,
                ends_on=day,
                title=title,
                host="街道党建办（演示）",
                venue="街道党群服务中心（演示）",
                lecturers="",
                category=HourCategory.CENTRALISED,
                quarters=16,
                people=people,
                evidence="培训台账（演示）",
                source_ref="培训台账（演示）",
                key=f"demo-paper-class:{street.pk}:{people}",
            )
            for title, people in (("社区工作者集中培训（演示）", 58), ("楼组长培训（演示）", 124))
        ],
    )
    say_complete_since(
        actor=None, place=demo.made["place.demo_district"], since=first, note="演示数据"
    )
