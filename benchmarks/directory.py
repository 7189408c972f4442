"""What the directory costs with 40,000 people, as a multiple of a bare Django view.

    .venv/bin/python -m benchmarks.directory [--requests 200] [--rounds 3] [--only NAME]

The measure is that of benchmarks.pages, floor and all; the portal is filled with a city of eight
districts, 3,000 committees and 40,000 people with usual names, and seen by the city's department
(everybody) and by one sub-district's organiser. Writes benchmarks/results/directory.json.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import sys
import uuid
from collections.abc import Sequence
from typing import Any

import django

from benchmarks import pages
from benchmarks.visits import Page, visits

PEOPLE = 40_000
DISTRICTS, STREETS_EACH, COMMITTEES_EACH = 8, 15, 25
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
GIVEN = "秀英丽敏静磊强洋艳勇军杰娟涛明超霞平刚桂芳燕红玉兰梅建国文华志海云鹏婷婉晨曦佳宁浩然"
LIST, PERSON, PLACE = (
    "committees:person-list",
    "committees:person-detail",
    "committees:place-detail",
)
PAGES = (
    Page("list, city", "city", LIST),
    Page("list, organiser", "organiser", LIST),
    Page("list, city, in the middle", "city", LIST, query="letter=m"),
    Page("filter, city", "city", LIST, query="sex=f&education=bachelor"),
    Page("filter by post, city", "city", LIST, query="post=secretary&since=new"),
    Page("name, city", "city", LIST, query="q=曾丽"),
    Page("given name, city", "city", LIST, query="q=丽娟"),
    Page("surname, city", "city", LIST, query="q=王"),
    Page("pinyin, city", "city", LIST, query="q=zengli"),
    Page("given pinyin, city", "city", LIST, query="q=lijuan"),
    Page("initials, city", "city", LIST, query="q=zlj"),
    Page("initials, organiser", "organiser", LIST, query="q=zlj"),
    Page("nobody, city", "city", LIST, query="q=没有此人"),
    Page("person, organiser", "organiser", PERSON, ("person",)),
    Page("committee, organiser", "organiser", PLACE, ("committee",)),
    # The limit is for list, search, person and committee; these two are boards.
    Page("district, city", "city", PLACE, ("district",), limit=3.0),
    Page("secretaries, city", "city", "committees:place-roster", ("district",), limit=3.0),
)


class City:
    """Eight districts with their people; the same rows in every run."""

    def __init__(self) -> None:
        self.dice = random.Random(20_260_401)

    def fill(self) -> dict[str, Any]:
        self.places()
        self.people()
        return self.accounts()

    def places(self) -> None:
        from committees import names
        from committees.models import Place

        def made(rows: Sequence[tuple[Any, str, int, str]]) -> list[Place]:
            places = Place.objects.bulk_create(
                (
                    Place(
                        parent=parent,
                        kind=kind,
                        level=level,
                        name_zh=name,
                        pinyin=names.spell_place(name).pinyin,
                        path=f"new:{uuid.uuid4()}",
                    )
                    for parent, kind, level, name in rows
                ),
                batch_size=1_000,
            )
            for place in places:
                place.path = f"{place.parent.path if place.parent else '/'}{place.pk}/"
            Place.objects.bulk_update(places, ["path"], batch_size=500)
            return places

        (province,) = made([(None, "province", 1, "量测省")])
        (self.city,) = made([(province, "city", 2, "量测市")])
        self.districts = made([(self.city, "district", 3, f"量测{n}区") for n in range(DISTRICTS)])
        self.streets = made(
            [
                (district, "street", 4, f"{district.name_zh}{n}街道")
                for district in self.districts
                for n in range(STREETS_EACH)
            ]
        )
        self.committees = made(
            [
                (street, "residential", 5, f"{street.name_zh}第{n}居委会")
                for street in self.streets
                for n in range(COMMITTEES_EACH)
            ]
        )

    def people(self) -> None:
        from committees import names
        from committees.models import Affiliation, Person

        def person(number: int) -> Person:
            given = "".join(self.dice.choice(GIVEN) for _ in range(self.dice.choice((1, 2, 2, 2))))
            name = self.dice.choice(SURNAMES) + given
            spelling = names.spell_person(name)
            return Person(
                name_zh=name,
                pinyin=spelling.pinyin,
                initials=spelling.initials,
                sex=self.dice.choice("ffm"),
                birth_year=1962 + self.dice.randrange(40),
                education=self.dice.choice(("college", "bachelor", "bachelor", "master", "")),
                mobile_mask=f"199****{number % 10_000:04}",
                unit=self.committees[number % len(self.committees)],
            )

        self.persons = Person.objects.bulk_create(
            (person(number) for number in range(PEOPLE)), batch_size=1_000
        )
        posts = ("secretary", "committee_head", *["committee_member"] * 11, "community_worker")
        Affiliation.objects.bulk_create(
            (
                Affiliation(
                    person=person,
                    place=person.unit,
                    post=posts[number // len(self.committees)],
                    from_on=datetime.date(2012 + number % 14, 1 + number % 12, 1),
                    source=self.dice.choice(("outstanding_worker", "assigned", "")),
                )
                for number, person in enumerate(self.persons)
            ),
            batch_size=1_000,
        )

    def accounts(self) -> dict[str, Any]:
        from accounts.models import RoleGrant, User

        street = self.streets[0]
        roles = {"city": ("district", self.city), "organiser": ("organiser", street)}
        facts: dict[str, Any] = {}
        for name, (role, place) in roles.items():
            user = User.objects.create(username=name, password="!", large_text=False)
            RoleGrant.objects.create(
                user=user,
                role=role,
                place=place,
                from_on=datetime.date(2020, 1, 1),
                review_on=datetime.date(2099, 1, 1),
            )
            facts[name] = user.pk
        facts["person"] = str(self.persons[0].public_id)
        facts["committee"], facts["district"] = self.committees[0].pk, self.districts[0].pk
        return facts


def main() -> None:
    """Without arguments of its own: fill, or list the visits, or measure."""
    if sys.argv[1:] == ["fill"] or (len(sys.argv) == 3 and sys.argv[1].startswith("{")):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingbase.settings")
        django.setup()
        if sys.argv[1] == "fill":
            from django.db import transaction

            with transaction.atomic():
                print(json.dumps(City().fill()))
        else:
            print(json.dumps(visits(json.loads(sys.argv[1]), sys.argv[2], PAGES)))
        return
    pages.main(
        pages.Suite(("benchmarks.directory", "fill"), "benchmarks.directory", "directory.json")
    )


if __name__ == "__main__":
    main()
