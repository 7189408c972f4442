"""Accounts of the demonstration: one per role of the invented district, one per real base.

Accounts of real bases have no person behind them: nothing is invented about real people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.services import create_account, grant_role
from core.demo import PASSWORD
from core.scope import Role

if TYPE_CHECKING:
    from core.demo import Demo

REAL_BASES = ("CAOYANG", "HUAYANG", "BAOSHAN", "XIXIA", "PINGLIANG")


def step(demo: Demo) -> None:
    """Make the accounts, give the roles, and note how to sign in."""
    users: dict[str, User] = {}
    password = make_password(PASSWORD)  # hashed once: every account has the same
    for name, role, person, where in _invented(demo) + _real(demo):
        user = create_account(actor=None, username=name, person=person)
        user.password = password
        user.save(update_fields=["password"])
        for held, place in where:
            grant_role(actor=None, user=user, role=held, from_on=demo.today, **place)
        label = str(Role(role).label)
        first = next(iter(where[0][1].values()), "") if where else ""
        demo.accounts.append((f"{label} · {first}" if first else label, name, PASSWORD))
        users.setdefault(role, user)
        users[name] = user
    demo.made["users"] = users


Line = tuple[str, str, Any, list[tuple[str, dict[str, Any]]]]


def _invented(demo: Demo) -> list[Line]:
    made = demo.made
    base, district = made["base.DEMO"], made["place.demo_district"]
    street = made["place.demo_streets"][0]
    secretaries = made["people.demo_secretaries"]
    member = made["people.demo_members"][0]
    tutor = secretaries[2]
    lecturer, observer = made["people.demo_experts"][:2]
    at = {"place": district}
    return [
        ("demo-admin", Role.SYSTEM_ADMIN, None, [(Role.SYSTEM_ADMIN, {})]),
        (
            "demo-base",
            Role.BASE_ADMIN,
            made["people.demo_base_staff"][0],
            [(Role.BASE_ADMIN, {"base": base})],
        ),
        (
            "demo-district",
            Role.DISTRICT,
            made["people.demo_district_staff"][0],
            [(Role.DISTRICT, at)],
        ),
        (
            "demo-organiser",
            Role.ORGANISER,
            made["people.demo_organisers"][0],
            [(Role.ORGANISER, {"place": street})],
        ),
        _serving("demo-secretary", Role.SECRETARY, secretaries[0]),
        _serving("demo-secretary2", Role.SECRETARY, secretaries[1]),
        _serving("demo-member", Role.MEMBER, member),
        (
            "demo-tutor",
            Role.TUTOR,
            tutor,
            [(Role.TUTOR, at), (Role.SECRETARY, {"place": tutor.unit})],
        ),
        ("demo-lecturer", Role.LECTURER, lecturer, [(Role.LECTURER, {"base": base})]),
        ("demo-observer", Role.OBSERVER, observer, [(Role.OBSERVER, {"base": base})]),
        ("demo-panel", Role.PANEL, made["people.demo_panel"][0], [(Role.PANEL, at)]),
        (
            "demo-memberorg",
            Role.MEMBER_ORG,
            made["people.demo_contacts"][0],
            [(Role.MEMBER_ORG, {"member_org": made["organisations.demo"][0]})],
        ),
        ("demo-auditor", Role.AUDITOR, None, [(Role.AUDITOR, at)]),
    ]


def _serving(name: str, role: Role, person: Any) -> Line:
    return (name, role, person, [(role, {"place": person.unit})])


def _real(demo: Demo) -> list[Line]:
    lines: list[Line] = [
        (
            f"demo-{code.lower()}",
            Role.BASE_ADMIN,
            None,
            [(Role.BASE_ADMIN, {"base": demo.made[f"base.{code}"]})],
        )
        for code in REAL_BASES
    ]
    xixia, wenchang = demo.made["place.xixia"], demo.made["place.wenchang"]
    return [
        *lines,
        ("demo-xixia-district", Role.DISTRICT, None, [(Role.DISTRICT, {"place": xixia})]),
        ("demo-xixia-organiser", Role.ORGANISER, None, [(Role.ORGANISER, {"place": wenchang})]),
    ]
