"""An invented district for the demonstration's living data: nobody and nothing in it is real.

Names are put together from lists by a fixed seed, so that every run makes the same people; days are
counted back from the day of the run.
"""

from __future__ import annotations

import datetime
import random

from django.utils.translation import gettext_noop

from committees.models import (
    Affiliation,
    MemberOrganisation,
    Person,
    Place,
    ReportedIndicator,
    TrainingBase,
)
from committees.models.people import Post
from committees.services.appointments import appoint, end_appointment
from committees.services.people import create_person
from committees.services.places import create_place, save_profile, save_words
from core.demo import Demo

SOURCE = gettext_noop("Demonstration data, entirely invented")
SEED = 20_260_401
VACANT = (12, 23)  # committees without a secretary, so that a vacancy is seen
STREETS = (
    ("春和路街道（演示）", "Chunhe Road Sub-district (demo)", Place.Kind.STREET),
    ("清溪街道（演示）", "Qingxi Sub-district (demo)", Place.Kind.STREET),
    ("云桥镇（演示）", "Yunqiao Town (demo)", Place.Kind.TOWN),
    ("白榆镇（演示）", "Baiyu Town (demo)", Place.Kind.TOWN),
)
# Seven areas in each; the last two of a town are villages.
AREAS = (
    ("春和一居", "春和二居", "槐荫里", "梧桐苑", "拾光里", "望春园", "和风家园"),
    ("清溪一居", "清溪二居", "荷塘里", "临溪苑", "听泉坊", "竹影里", "溪岸新苑"),
    ("云桥一居", "云桥二居", "桥东里", "石桥苑", "云栖里", "南桥", "云岭"),
    ("白榆一居", "白榆二居", "榆荫里", "杏林苑", "麦香里", "东榆", "稻香"),
)
AREAS_EN = (
    ("Chunhe 1", "Chunhe 2", "Huaiyin Lane", "Wutong Court", "Shiguang Lane", "Wangchun Garden",
     "Hefeng Homes"),
    ("Qingxi 1", "Qingxi 2", "Hetang Lane", "Linxi Court", "Tingquan Lane", "Zhuying Lane",
     "Brookside Homes"),
    ("Yunqiao 1", "Yunqiao 2", "Qiaodong Lane", "Shiqiao Court", "Yunqi Lane", "Nanqiao",
     "Yunling"),
    ("Baiyu 1", "Baiyu 2", "Yuyin Lane", "Xinglin Court", "Maixiang Lane", "Dongyu", "Daoxiang"),
)  # fmt: skip
SURNAMES = "林周陈沈陆顾曾单解仇吕任查华盖许唐蒋韩徐傅严戴宋夏田方石姚汪范金江史侯邵孟龙万段钱汤"
FEMALE = (
    *(
        "晓雯",
        "静怡",
        "丽萍",
        "慧芳",
        "雪梅",
        "佳宁",
        "美娟",
        "春燕",
        "玉兰",
        "思敏",
        "文君",
        "海燕",
    ),
    *(
        "秀英",
        "雅琴",
        "若兰",
        "婷婷",
        "云霞",
        "晨曦",
        "红梅",
        "欣悦",
        "月华",
        "桂芳",
        "诗涵",
        "素珍",
    ),
)
MALE = (
    *("志明", "建国", "文涛", "海波", "晓东", "立新", "国强", "俊杰", "永康", "宏伟"),
    *("子轩", "天佑", "德华", "振宇", "家豪", "明远", "卫东", "少华", "一鸣", "长青"),
)


class People:
    """Makes invented people, the same in every run."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self.dice = random.Random(SEED)  # noqa: S311 -- invented names, no secret
        self.used: set[str] = set()
        self.number = 0

    def _name(self, female: bool) -> str:
        while True:
            name = self.dice.choice(SURNAMES) + self.dice.choice(FEMALE if female else MALE)
            if name not in self.used:
                self.used.add(name)
                return name

    def make(self, ages: tuple[int, int]) -> Person:
        """A person of an age within `ages`, in years."""
        female = self.dice.random() < 0.6
        self.number += 1
        return create_person(
            actor=None,
            name_zh=self._name(female),
            sex=Person.Sex.FEMALE if female else Person.Sex.MALE,
            birth_year=self.today.year - self.dice.randint(*ages),
            birth_month=self.dice.randint(1, 12),
            education=self.dice.choice(("college", "bachelor", "bachelor", "master")),
            is_party_member=True,
            mobile=f"1990000{self.number:04}",
            source=SOURCE,
        )

    def ago(self, years: tuple[float, float]) -> datetime.date:
        """A day between `years` ago."""
        return self.today - datetime.timedelta(days=round(self.dice.uniform(*years) * 365))


def step(demo: Demo) -> None:
    """The tree, the base, then everyone who serves there."""
    _places(demo)
    people = People(demo.today)
    _committees(demo, people)
    _offices(demo, people)
    _reported(demo)


# What an invented document says of the secretaries, to stand beside what the portal counts.
REPORTED = (
    ("women", "女性占比", "Women among the secretaries", "64%", "", ""),
    ("college", "大专及以上学历占比", "Junior college or above", "96%", "", ""),
    ("age", "书记平均年龄", "Average age of the secretaries", "43.8", "岁", "years"),
)


def _reported(demo: Demo) -> None:
    for key, zh, en, value, unit_zh, unit_en in REPORTED:
        ReportedIndicator.objects.create(
            key=f"demo-secretaries-{key}",
            place=demo.made["place.demo_district"],
            label_zh=zh,
            label_en=en,
            value=value,
            unit_zh=unit_zh,
            unit_en=unit_en,
            as_of=str(demo.today.year - 1),
            source_zh="演示数据，完全虚构",
            source_en="Demonstration data, entirely invented",
        )


def _places(demo: Demo) -> None:
    def place(parent: Place | None, kind: str, zh: str, en: str) -> Place:
        return create_place(
            actor=None, parent=parent, kind=kind, name_zh=zh, name_en=en, source=SOURCE
        )

    province = place(None, Place.Kind.PROVINCE, "示例省（演示）", "Example Province (demo)")
    city = place(province, Place.Kind.CITY, "示例市（演示）", "Example City (demo)")
    district = place(
        city, Place.Kind.DISTRICT, "晨光区（演示）", "Chenguang District (demonstration)"
    )
    save_words(actor=None, district=district, area_zh="居民区", tutoring_zh="带教")
    streets = [place(district, kind, zh, en) for zh, en, kind in STREETS]
    committees = []
    for street, names, names_en in zip(streets, AREAS, AREAS_EN, strict=True):
        for number, (zh, en) in enumerate(zip(names, names_en, strict=True), start=1):
            village = street.kind == Place.Kind.TOWN and number > 5
            kind = Place.Kind.VILLAGE if village else Place.Kind.RESIDENTIAL
            ending = ("村委会", "Village") if village else ("居委会", "Residents' Committee")
            committees.append(
                place(street, kind, f"{zh}{ending[0]}（演示）", f"{en} {ending[1]} (demo)")
            )
    base = TrainingBase.objects.create(
        code="DEMO",
        name_zh="晨光区书记实训基地（演示）",
        name_en="Chenguang Secretary Training Base (demonstration)",
        host=streets[0],
        about_zh="演示用的虚构基地：班次、报名、学时和带教都在这里运行，与任何真实单位无关。",
        about_en="An invented base: the demonstration's classes, enrolments, hours and tutoring "
        "run here. It has nothing to do with any real unit.",
        source=SOURCE,
    )
    base.districts.set([district])
    demo.made |= {
        "place.demo_province": province,
        "place.demo_city": city,
        "place.demo_district": district,
        "place.demo_streets": streets,
        "place.demo_committees": committees,
        "base.DEMO": base,
    }


def _committees(demo: Demo, people: People) -> None:
    """26 secretaries, 90 members; a third of the secretaries is new or young in the post."""
    secretaries, members = [], []
    for number, committee in enumerate(demo.made["place.demo_committees"]):
        save_profile(
            actor=None,
            place=committee,
            households=people.dice.randrange(1100, 2800, 10),
            two_committee_seats=5 + (number % 5 == 0),
            grids=people.dice.randint(3, 6),
            station=f"{committee.name_zh.removesuffix('（演示）')[:-3]}党群服务站",
            key_support=number in (5, 19),
            as_of=str(demo.today.year),
            source=SOURCE,
        )
        if number in VACANT:
            _former_secretary(people, committee)
        else:
            secretaries.append(_secretary(people, number, committee))
        for seat in range(3 + (number % 5 == 0)):
            member = people.make((26, 55))
            head = seat == 0 and (number in VACANT or number % 3 == 0)
            appoint(
                actor=None,
                person=member,
                post=Post.HEAD if head else Post.MEMBER,
                place=committee,
                from_on=people.ago((0.5, 8)),
            )
            members.append(member)
    demo.made["people.demo_secretaries"] = secretaries
    demo.made["people.demo_members"] = members


def _secretary(people: People, number: int, committee: Place) -> Person:
    """Every third is at most three years in post, two of them less than six months."""
    new, young = number in (3, 16), number % 3 == 1
    person = people.make((29, 40) if new or young else (38, 57))
    since = people.ago((0.1, 0.4) if new else (0.8, 2.8) if young else (3.5, 14))
    sources = Affiliation.Source
    appoint(
        actor=None,
        person=person,
        post=Post.SECRETARY,
        place=committee,
        from_on=since,
        source=people.dice.choice(
            [sources.OUTSTANDING_WORKER, sources.SOCIAL_RECRUITMENT, sources.ASSIGNED]
        ),
    )
    if number % 3:  # one person, two posts: secretary and head of the committee
        appoint(actor=None, person=person, post=Post.HEAD, place=committee, from_on=since)
    return person


def _former_secretary(people: People, committee: Place) -> None:
    """Somebody retired a few weeks ago, and the post is not filled again yet."""
    service = appoint(
        actor=None,
        person=people.make((58, 60)),
        post=Post.SECRETARY,
        place=committee,
        from_on=people.ago((5, 9)),
    )
    end_appointment(actor=None, affiliation=service, to_on=people.ago((0.05, 0.1)))


def _offices(demo: Demo, people: People) -> None:
    """Organisers, district and base staff, experts, panel seats, member organisations."""
    district, base = demo.made["place.demo_district"], demo.made["base.DEMO"]
    streets = demo.made["place.demo_streets"]

    def serve(post: str, ages: tuple[int, int] = (30, 55), **where: object) -> Person:
        person = people.make(ages)
        appoint(actor=None, person=person, post=post, from_on=people.ago((1, 6)), **where)  # type: ignore[arg-type]
        return person

    organisations = [
        MemberOrganisation.objects.create(
            place=streets[0], name_zh=zh, name_en=en, kind=kind, source=SOURCE
        )
        for zh, en, kind in (
            ("示例银行春和支行（演示）", "Example Bank, Chunhe Branch (demo)", "enterprise_public"),
            ("晨光邻里公益服务社（演示）", "Chenguang Neighbours (demo)", "two_new"),
            ("春和一居党总支（演示）", "Chunhe 1 General Branch (demo)", "quarter_branch"),
        )
    ]
    demo.made |= {
        "people.demo_organisers": [serve(Post.ORGANISER, place=street) for street in streets],
        "people.demo_district_staff": [
            serve(Post.DISTRICT_STAFF, place=district) for _ in range(2)
        ],
        "people.demo_base_staff": [serve(Post.BASE_STAFF, base=base) for _ in range(2)],
        "people.demo_experts": [
            serve(Post.EXPERT, (38, 62), external="示例大学社会学系（演示）") for _ in range(3)
        ],
        "people.demo_panel": [
            serve(Post.DEPUTY_CONGRESS, external="晨光区人大代表（演示）"),
            serve(Post.CPPCC, external="晨光区政协委员（演示）"),
        ],
        "organisations.demo": organisations,
        "people.demo_contacts": [
            serve(Post.CONTACT, member_org=organisation) for organisation in organisations[:2]
        ],
    }
