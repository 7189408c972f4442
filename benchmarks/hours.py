"""What five years of class hours cost: "my hours", the lists of a district, and posting a class.

    .venv/bin/python -m benchmarks.hours [--members 4000] [--rounds 25]

Makes a private PostgreSQL with a district of 575 secretaries and 4,000 members, and 22 entries a
person and year for five years (more than 500,000, each with its decision). Pages are asked for
through Django's test client in this process, so a figure is server time without a socket; beside
each stands one bare query for fifty rows of the ledger, measured right before it.
Beside the wall time stands the CPU time of this process and of PostgreSQL together, which holds on
a busy machine too. Writes benchmarks/results/hours.json.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import statistics
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.pages import cpu_ms, postmaster
from launch.servers import postgres

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "hours.json"
LIMITS = {"my hours": 60.0, "hour-gap list": 300.0}
SECRETARIES, STREETS, YEARS, A_YEAR = 575, 12, 5, 22

ENTRIES = """
INSERT INTO records_hourentry (account_id, year, session_on, category, quarters, unit_id, title_zh,
    title_en, source, source_ref, key, evidence, from_paper, measure, session_ref, session_quarters,
    training_kind, completes, reason, needs_decision, after_lock, posted_at, actor_label)
SELECT a.id, y, make_date(y, 1 + n %% 9, 1 + n),
    (ARRAY['centralised', 'online', 'collective', 'field', 'online'])[1 + n %% 5], 4 + n %% 8,
    p.unit_id, '量测培训第' || n || '讲', '', 'session', '',
    'bench:' || a.id || ':' || y || ':' || n, '', false, '', gen_random_uuid(), 16, 'rotation',
    n %% 5 = 0 AND a.id %% 3 > 0, '', false, false, now(), ''
FROM records_houraccount a JOIN committees_person p ON p.id = a.person_id,
    generate_series(%s, %s) y, generate_series(1, %s) n
WHERE (a.id + n + y) %% 23 > 0
"""
DECISIONS = """
INSERT INTO records_hourdecision (entry_id, kind, account_id, year, category, quarters, reason,
    after_lock, decided_at, actor_label)
SELECT id, 'verified', account_id, year, category, quarters, '', false, now(), ''
FROM records_hourentry
"""


def setup(database: str) -> None:
    os.environ |= {"DATABASE_URL": database, "DEBUG": "1", "REDIS_URL": ""}
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ.pop("TEST_DATABASE_URL", None)
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False
    django.setup()
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0, interactive=False)


def fill(members: int) -> dict[str, Any]:
    """The district with its people and their hours; returns what the measured pages need."""
    from django.db import connection
    from django.utils import timezone

    from committees.models import Affiliation, Person
    from records.models import HourAccount, HourEntry
    from tests.factories.accounts import user_with
    from tests.factories.committees import make_district

    tree = make_district("量测", streets=STREETS, committees=SECRETARIES // STREETS + 1)
    units = tree.committees[:SECRETARIES]
    people = Person.objects.bulk_create(
        (
            Person(
                name_zh=f"量测{number:04}",
                pinyin=f"liangce {number:04}",
                initials="lc",
                is_party_member=number % 5 > 0,
                mobile_mask="199****0000",
                unit=units[number % len(units)],
            )
            for number in range(SECRETARIES + members)
        ),
        batch_size=1_000,
    )
    Affiliation.objects.bulk_create(
        (
            Affiliation(
                person=person,
                place=person.unit,
                post="secretary" if number < SECRETARIES else "committee_member",
                from_on=datetime.date(2012 + number % 15, 1 + number % 10, 1),
            )
            for number, person in enumerate(people)
        ),
        batch_size=1_000,
    )
    HourAccount.objects.bulk_create((HourAccount(person=one) for one in people), batch_size=1_000)
    year, begun = timezone.localdate().year, time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [year - YEARS + 1, year, A_YEAR + 1])
        cursor.execute(DECISIONS)
        cursor.execute("VACUUM ANALYZE")
    filled = time.perf_counter() - begun
    secretary = user_with("secretary", place=people[0].unit, person=people[0])
    district = user_with("district", place=tree.district)
    return {
        "entries": HourEntry.objects.count(),
        "filled_s": round(filled, 1),
        "secretary": secretary,
        "district": district,
        "place": tree.district,
        "class": people[100:160],
    }


def used_ms(work: Callable[[], Any], rounds: int, database: int) -> float:
    """CPU milliseconds of this process and of PostgreSQL for one round."""
    before, own = cpu_ms(database), time.process_time()
    for _ in range(rounds):
        work()
    return ((time.process_time() - own) * 1000 + cpu_ms(database) - before) / rounds


def median_ms(work: Callable[[], Any], rounds: int) -> float:
    work()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def bare() -> list[Any]:
    """One query for fifty rows of the ledger."""
    from records.models import HourEntry

    return list(HourEntry.objects.order_by("pk").values_list("pk", "title_zh", "quarters")[:50])


def page(user: Any, url: str, rounds: int, database: int) -> dict[str, Any]:
    from django.db import connection

    from tests.factories.accounts import client_of

    client, asked = client_of(user), []

    def note(execute: Any, *arguments: Any) -> Any:
        asked.append(arguments[0])
        return execute(*arguments)

    assert client.get(url).status_code == 200, url
    with connection.execute_wrapper(note):
        client.get(url)
    floor = median_ms(bare, rounds)
    ms = median_ms(lambda: client.get(url), rounds)
    cpu = used_ms(lambda: client.get(url), rounds, database)
    return {
        "ms": round(ms, 1),
        "cpu_ms": round(cpu, 1),
        "bare_ms": round(floor, 2),
        "ratio": round(ms / floor, 1),
        "queries": len(asked),
    }


def post_class(people: list[Any]) -> float:
    """Milliseconds of posting ten sessions for a class."""
    from records import services
    from tests.factories.records import posting

    day = datetime.date(2026, 3, 5)
    sessions = [(uuid.uuid4(), 16) for _ in range(10)]
    postings = [
        posting(one, session_on=day, session_ref=ref, session_quarters=most, quarters=most)
        for one in people
        for ref, most in sessions
    ]
    begun = time.perf_counter()
    services.post_all(actor=None, postings=postings, verified=True)
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=25)
    chosen = parser.parse_args()
    with postgres() as url:
        setup(url)
        from django.utils import timezone

        facts, database = fill(chosen.members), postmaster(url)
        key = facts["place"].pk
        pages = {
            "my hours": page(facts["secretary"], "/hours/", chosen.rounds, database),
            "hour-gap list": page(
                facts["district"], f"/hours/places/{key}/gap/", chosen.rounds, database
            ),
            "backstop list": page(
                facts["district"], f"/hours/places/{key}/backstop/", chosen.rounds, database
            ),
            "figures": page(facts["district"], f"/hours/places/{key}/", chosen.rounds, database),
            "desk": page(facts["district"], "/hours/desk/", chosen.rounds, database),
        }
        found = {
            "on": f"{timezone.localdate()}",
            "entries": facts["entries"],
            "people": SECRETARIES + chosen.members,
            "fill_s": facts["filled_s"],
            "post_600_ms": round(post_class(facts["class"]), 1),
            "pages": pages,
        }
    for name, row in pages.items():
        limit = LIMITS.get(name)
        verdict = "" if limit is None else f"  limit {limit:g} ms: CPU {row['cpu_ms'] <= limit}"
        print(
            f"{name:14} {row['ms']:7.1f} ms  {row['ratio']:6.1f} x  {row['queries']:2} SQL{verdict}"
        )
    print(f"{facts['entries']} entries; 600 hours posted in {found['post_600_ms']:.0f} ms")
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
