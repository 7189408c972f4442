"""The demonstration's tutoring: Xixia as reported, and a plainly invented round under way."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop

from committees.models import Affiliation, Person, Place
from committees.models.people import Post
from committees.services import people as people_services
from core.demo import Demo
from tutors import services
from tutors.models import Batch, BatchMention, Pairing

ARTICLE_ZH = "2021年5月17日关于西夏区导师帮带制的报道"
ARTICLE_EN = gettext_noop("Article of 17 May 2021 on the tutorial system of Xixia")
LAUNCH = datetime.date(2021, 5, 12)
INVENTED_ZH, INVENTED_EN = "演示数据（虚构）", gettext_noop("Demonstration (invented)")

FOCUSES = (
    ("组织一次听证会", "Preparing a hearing"),
    ("楼组长队伍建设", "Building a team of building leaders"),
    ("停车协商", "Talks about parking"),
    ("加装电梯的群众工作", "Work with residents on a new elevator"),
)
# (tutor, state) of the running round's pairs; a tutor may have two pupils.
ROUND = (
    (0, "active"), (0, "active"), (1, "active"), (2, "active"), (2, "paused"), (3, "active"),
    (4, "active"), (5, "active"), (6, "proposed"), (7, "proposed"), (8, "active"),
)  # fmt: skip
TUTORS = 9


def load(demo: Demo) -> None:
    """Both batches; needs the places, people and accounts of the earlier steps."""
    _xixia(demo)
    _running(demo)


def _xixia(demo: Demo) -> None:
    """Exactly what the article says: three figures, one pair, one more pupil."""
    district: Place = demo.made["place.xixia"]
    batch = Batch.objects.create(
        district=district,
        name_zh="西夏区导师帮带制试点（2021）",
        name_en="Pilot of the tutorial system, Xixia (2021)",
        launched_on=LAUNCH,
        historical=True,
        reported_tutors=39,
        reported_pupils=42,
        reported_pairs=42,
        about_zh="文昌路街道结对6对，涉及4个社区，覆盖全部新任年轻干部和重点支持社区。",
        about_en="Wenchang Road Sub-district has 6 tutor-pupil pairs in 4 communities; they cover "
        "all newly employed young cadres and the communities in need of support.",
        source_zh=ARTICLE_ZH,
        source_en=ARTICLE_EN,
    )
    tutor = _named(demo, "liu_lijuan", name_zh="刘丽娟", name_en="Liu Lijuan")
    pupil = _named(demo, "zhu_xiaoli", name_en="Zhu Xiaoli")
    Pairing.objects.create(
        batch=batch,
        tutor=tutor,
        pupil=pupil,
        tutor_unit=_unit(demo, tutor, "gongxiang"),
        pupil_unit=_unit(demo, pupil, "tonganyuan"),
        state=Pairing.State.REPORTED,
        from_on=LAUNCH,
    )
    third = _named(demo, "ma_lan", name_en="Ma Lan")
    BatchMention.objects.create(
        batch=batch,
        person=third,
        unit=_unit(demo, third, "huanghua"),
        side=BatchMention.Side.PUPIL,
    )
    demo.made["batch.xixia"] = batch


def _named(demo: Demo, key: str, *, name_en: str, name_zh: str = "") -> Person:
    """The person of the article: made by the step of places, else made here."""
    known = demo.made.get(f"person.{key}")
    if isinstance(known, Person):
        return known
    wanted = Q(name_zh=name_zh) if name_zh else Q(name_en=name_en)
    found = Person.objects.filter(wanted).order_by("pk").first()
    return found or people_services.create_person(
        actor=None, source=ARTICLE_EN, name_zh=name_zh, name_en=name_en
    )


def _unit(demo: Demo, person: Person, key: str) -> Place:
    """Where the person serves, else the committee that the article names."""
    place: Place = person.unit or demo.made[f"place.{key}"]
    return place


def _running(demo: Demo) -> None:
    """An invented round, begun about four months before the day of the demonstration."""
    district: Place = demo.made["place.demo_district"]
    launched = demo.today - datetime.timedelta(days=121)
    actor = demo.made["users"]["district"]
    batch = services.create_batch(
        actor=actor,
        district=district,
        name_zh="晨光区书记带教行动（演示）",
        name_en="Chenguang secretaries tutor each other (demonstration)",
        launched_on=launched,
        ends_on=launched + datetime.timedelta(days=365),
        about_zh=INVENTED_ZH,
        about_en=INVENTED_EN,
    )
    demo.made["batch.demo"] = batch
    tutors, pupils = _sides(demo)
    for tutor in tutors:
        services.appoint_tutor(
            actor=actor,
            person=tutor,
            district=district,
            from_on=launched - datetime.timedelta(days=14),
            source=INVENTED_EN,
        )
    for number, (tutor_number, state) in enumerate(ROUND):
        _pair(demo, batch, tutors[tutor_number], pupils[number], number, state)


def _sides(demo: Demo) -> tuple[list[Person], list[Person]]:
    """Tutors: the account of the demonstration's tutor and the longest serving secretaries;
    pupils: the account of its secretary and the newest, of as many streets as possible."""
    users: dict[str, Any] = demo.made["users"]
    first_tutor, first_pupil = users["tutor"].person, users["secretary"].person
    services_ = Affiliation.objects.filter(
        person__in=[person.pk for person in demo.made["people.demo_secretaries"]],
        post=Post.SECRETARY,
        to_on=None,
    )
    taken = {first_tutor.pk, first_pupil.pk}
    ranked = [
        row.person
        for row in services_.select_related("person__unit").order_by("from_on", "pk")
        if row.person_id not in taken
    ]
    tutors = [first_tutor, *ranked[: TUTORS - 1]]
    return tutors, [first_pupil, *ranked[::-1][: len(ROUND) - 1]]


def _pair(demo: Demo, batch: Batch, tutor: Person, pupil: Person, number: int, state: str) -> None:
    focus_zh, focus_en = FOCUSES[number % len(FOCUSES)]
    recent = state == Pairing.State.PROPOSED
    begin = demo.today if recent else batch.launched_on
    pairing = services.propose_pairing(
        actor=None,
        batch=batch,
        tutor=tutor,
        pupil=pupil,
        from_on=begin,
        to_on=batch.ends_on,
        focus_zh=focus_zh,
        focus_en=focus_en,
    )
    if recent:
        return
    for person in (tutor, pupil):
        pairing = services.accept_pairing(actor=None, pairing=pairing, person=person)
    pairing = services.activate_pairing(actor=None, pairing=pairing, signed_on=batch.launched_on)
    if state == Pairing.State.PAUSED:
        services.pause_pairing(actor=None, pairing=pairing)
