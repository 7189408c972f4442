"""Rows of places and people; each holds only what makes it valid."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import factory
from factory.django import DjangoModelFactory

from committees.models import Affiliation, MemberOrganisation, Person, Place, TrainingBase
from committees.models.people import Post
from committees.services.places import LEVEL_OF_KIND


class PlaceFactory(DjangoModelFactory):
    """A committee without anything above it unless `parent` is given; path and level follow."""

    class Meta:
        model = Place

    name_zh = factory.Sequence(lambda n: f"样本{n}居委会")
    kind = Place.Kind.RESIDENTIAL
    level = factory.LazyAttribute(lambda o: LEVEL_OF_KIND[Place.Kind(o.kind)])
    parent = None
    path = factory.LazyFunction(lambda: f"new:{uuid.uuid4()}")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        place = super()._create(model_class, *args, **kwargs)
        if place.path.startswith("new:"):
            place.path = f"{place.parent.path if place.parent else '/'}{place.pk}/"
            place.save(update_fields=["path"])
        return place


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name_zh = factory.Sequence(lambda n: f"样本{n}")
    pinyin = factory.Sequence(lambda n: f"yangben {n}")
    initials = "yb"


class AffiliationFactory(DjangoModelFactory):
    """An open service as secretary of a new committee; the person's unit is that committee."""

    class Meta:
        model = Affiliation

    person = factory.SubFactory(PersonFactory)
    post = Post.SECRETARY
    place = factory.SubFactory(PlaceFactory)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        affiliation = super()._create(model_class, *args, **kwargs)
        if affiliation.place and affiliation.to_on is None:
            affiliation.person.unit = affiliation.place
            affiliation.person.save(update_fields=["unit"])
        return affiliation


class TrainingBaseFactory(DjangoModelFactory):
    """A base that stands in and serves one new district, or the `districts` given."""

    class Meta:
        model = TrainingBase
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"BASE{n}")
    name_zh = factory.Sequence(lambda n: f"样本基地{n}")
    host = factory.SubFactory(PlaceFactory, kind=Place.Kind.DISTRICT, name_zh="样本区")

    @factory.post_generation
    def districts(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            self.districts.set([self.host] if extracted is None else extracted)


class MemberOrganisationFactory(DjangoModelFactory):
    class Meta:
        model = MemberOrganisation

    place = factory.SubFactory(PlaceFactory, kind=Place.Kind.STREET, name_zh="样本街道")
    name_zh = factory.Sequence(lambda n: f"样本单位{n}")
    kind = MemberOrganisation.Kind.ENTERPRISE_PUBLIC


@dataclass
class District:
    """A small tree: province > city > district > streets > committees."""

    province: Place
    city: Place
    district: Place
    streets: list[Place] = field(default_factory=list)
    committees: list[Place] = field(default_factory=list)

    def committees_of(self, street: Place) -> list[Place]:
        return [place for place in self.committees if place.parent_id == street.pk]


def make_district(name: str = "样本", streets: int = 2, committees: int = 2) -> District:
    """A district with `streets` sub-districts of `committees` committees each; few queries."""
    province = PlaceFactory(kind=Place.Kind.PROVINCE, name_zh=f"{name}省")
    city = PlaceFactory(kind=Place.Kind.CITY, name_zh=f"{name}市", parent=province)
    district = PlaceFactory(kind=Place.Kind.DISTRICT, name_zh=f"{name}区", parent=city)
    made = District(province, city, district)
    made.streets = _below(
        [(district, Place.Kind.STREET, f"{name}{n}街道") for n in range(1, streets + 1)]
    )
    made.committees = _below(
        [
            (street, Place.Kind.RESIDENTIAL, f"{street.name_zh}第{n}居委会")
            for street in made.streets
            for n in range(1, committees + 1)
        ]
    )
    return made


def _below(wanted: list[tuple[Place, str, str]]) -> list[Place]:
    rows = Place.objects.bulk_create(
        [
            Place(
                parent=parent,
                kind=kind,
                level=LEVEL_OF_KIND[Place.Kind(kind)],
                name_zh=name,
                path=f"new:{uuid.uuid4()}",
            )
            for parent, kind, name in wanted
        ]
    )
    for row in rows:
        assert row.parent is not None
        row.path = f"{row.parent.path}{row.pk}/"
    Place.objects.bulk_update(rows, ["path"])
    return rows
