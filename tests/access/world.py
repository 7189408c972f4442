"""A small world of two districts: everybody who asks is of the own one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from committees.models import MemberOrganisation, Person, Place, TrainingBase
from core.scope import Role
from tests.factories.accounts import user_with
from tests.factories.committees import (
    AffiliationFactory,
    District,
    MemberOrganisationFactory,
    PersonFactory,
    TrainingBaseFactory,
    make_district,
)


@dataclass
class Side:
    """One district with a base, its people, and what the apps add to `things`."""

    tree: District
    base: TrainingBase
    member_org: MemberOrganisation
    people: dict[str, Person] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    @property
    def district(self) -> Place:
        return self.tree.district

    @property
    def street(self) -> Place:
        return self.tree.streets[0]

    @property
    def committee(self) -> Place:
        return self.tree.committees[0]


@dataclass
class World:
    own: Side
    foreign: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.own, self.foreign


def build_world() -> World:
    """Both districts with one account per role each, and one account without a role."""
    world = World(_side("本"), _side("他"))
    for side in world.sides:
        _accounts(side)
    return world


def _side(name: str) -> Side:
    tree = make_district(name)
    base = TrainingBaseFactory(host=tree.streets[0], name_zh=f"{name}基地")
    base.districts.set([tree.district])
    organisation = MemberOrganisationFactory(place=tree.streets[0])
    return Side(tree, base, organisation)


def _accounts(side: Side) -> None:
    committee, other = side.tree.committees[:2]
    for role, post, place in (
        ("secretary", "secretary", committee),
        ("member", "committee_member", committee),
        ("tutor", "secretary", other),
    ):
        row = AffiliationFactory(post=post, place=place)
        side.people[role] = row.person
    for role in ("lecturer", "observer", "panel", "member_org", "none", "managed"):
        side.people[role] = PersonFactory()
    side.people["managed"].unit = committee
    side.people["managed"].save(update_fields=["unit"])
    where: dict[str, dict[str, Any]] = {
        Role.SYSTEM_ADMIN: {},
        Role.BASE_ADMIN: {"base": side.base},
        Role.DISTRICT: {"place": side.district},
        Role.ORGANISER: {"place": side.street},
        Role.SECRETARY: {"place": committee},
        Role.MEMBER: {"place": committee},
        Role.TUTOR: {"place": side.district},
        Role.LECTURER: {"base": side.base},
        Role.OBSERVER: {"base": side.base},
        Role.PANEL: {"place": side.district},
        Role.MEMBER_ORG: {"member_org": side.member_org},
        Role.AUDITOR: {"place": side.district},
        "none": {},
    }
    for role, scope in where.items():
        held = "" if role == "none" else role
        side.users[role] = user_with(held, person=side.people.get(role), **scope)
    # Somebody whom an organiser looks after.
    side.users["managed"] = user_with("member", person=side.people["managed"], place=committee)
