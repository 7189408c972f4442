"""Accounts of people, found or made, and locked in one order."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from committees.models import Person
from records.models import HourAccount


def account_for(person: Person) -> HourAccount:
    """The account that takes new entries of `person`: the first, made when there is none."""
    return accounts_for([person])[person.pk]


def accounts_for(people: Collection[Person]) -> dict[int, HourAccount]:
    """For each person, by number, the account that takes new entries. Two queries when all have
    one."""
    found = _first_accounts({person.pk for person in people})
    missing = {person.pk for person in people} - found.keys()
    if missing:
        with transaction.atomic():
            # Two causes at once wait here, so that a person does not get two accounts.
            waiting = Person.objects.filter(pk__in=missing).order_by("pk").only("pk")
            list(waiting.select_for_update(no_key=True))
            found |= _first_accounts(missing)
            HourAccount.objects.bulk_create(
                HourAccount(person_id=pk) for pk in sorted(missing - found.keys())
            )
            found |= _first_accounts(missing)
    return found


def _first_accounts(people: Iterable[int]) -> dict[int, HourAccount]:
    rows = HourAccount.objects.filter(person__in=set(people)).order_by("-pk")
    return {account.person_id: account for account in rows}


def lock_accounts(accounts: Iterable[HourAccount | int]) -> list[int]:
    """Accounts that this transaction writes to, in the order everybody takes them."""
    keys = {account if isinstance(account, int) else account.pk for account in accounts}
    rows = HourAccount.objects.filter(pk__in=keys).order_by("pk")
    return list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
