"""People and where they serve, each service with its dates."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from committees.lookups import NameField, PinyinField
from committees.models.base import TrainingBase
from committees.models.organisation import MemberOrganisation
from committees.models.place import Place
from committees.names import search_key, written_name
from core.registries import person_scopes
from core.scope import Role, Scope, nothing, scope_of
from core.words import in_language

# Whose work is with the people of an area.
READERS = (Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR)
# Who keeps sight of somebody's time in the own area after she has left it (ADR 0076).
KEEPERS = (Role.DISTRICT, Role.ORGANISER, Role.AUDITOR)


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, viewer: Any) -> PersonQuerySet:
        """Those of `present_to`, and people who served in my area before: of these the name and
        what was written in that time, nothing of today (`permissions.is_former`)."""
        scope = scope_of(viewer)
        served = Affiliation.objects.filter(
            scope.under("place__path", *KEEPERS), person=OuterRef("pk")
        )
        kept = Q(Exists(served)) if scope.paths(*KEEPERS) else Q(pk__in=())
        return self.standing().filter(_present_to(scope) | kept)

    def present_to(self, viewer: Any) -> PersonQuerySet:
        """Myself, people of units in my scope today, and those whom a higher app shows me (my
        pupils, people taking part in what I run). Lists, choices and accounts ask this."""
        return self.standing().filter(_present_to(scope_of(viewer)))

    def close_to(self, viewer: Any) -> PersonQuerySet:
        """Myself and those whom a higher app shows me. Nobody to a base: of its guests it sees
        the name and its own records."""
        scope = scope_of(viewer)
        condition = Q(pk=scope.person_id) if scope.person_id else Q(pk__in=())
        if not scope.has(Role.BASE_ADMIN):
            for extra in person_scopes:
                condition |= extra(scope)
        return self.filter(condition)

    def serving_in_reach_of(self, viewer: Any) -> PersonQuerySet:
        """Those of `visible_to` who serve in the viewer's area today, by one condition that an
        index can follow."""
        here = scope_of(viewer).under("unit__path", *READERS)
        return self.filter(here)

    def standing(self) -> PersonQuerySet:
        """Records that have not been merged into another one."""
        return self.filter(merged_into=None)

    def in_charge_of(self, viewer: Any) -> PersonQuerySet:
        """People whose records the viewer keeps: those of units of the own sub-district or
        district, and those without a unit who once served there."""
        scope = scope_of(viewer)
        keepers = (Role.DISTRICT, Role.ORGANISER)
        served = Affiliation.objects.filter(scope.under("place__path", *keepers))
        return self.standing().filter(
            scope.under("unit__path", *keepers) | Q(unit=None, pk__in=served.values("person"))
        )

    def named(self, text: str) -> PersonQuerySet:
        """People whose name holds `text`, or whose pinyin, initials or given name's pinyin begin
        with it. Each way has its index; no way mixes with one that has none."""
        text = " ".join(text.split())
        if not text:
            return self
        if not text.isascii():
            return self.filter(name_zh__holds=text)
        key = search_key(text)
        return self.sounding(key) if key else self.none()

    def sounding(self, key: Any) -> PersonQuerySet:
        """People whose pinyin, initials or given name begin with the letters of a search key."""
        return self.filter(
            Q(initials__begins=key) | Q(pinyin__sounds=key) | Q(pinyin__given_sounds=key)
        )


def _present_to(scope: Scope) -> Q:
    condition = Q(pk=scope.person_id) if scope.person_id else Q(pk__in=())
    condition |= scope.under("unit__path", *READERS)
    for extra in person_scopes:
        condition |= extra(scope)
    return condition


class Person(models.Model):
    """Someone the bases know. No identity number, no religion, no health text is kept."""

    class Sex(models.TextChoices):
        FEMALE = "f", _("Female")
        MALE = "m", _("Male")

    class Education(models.TextChoices):
        SCHOOL = "school", _("Senior secondary or below")
        COLLEGE = "college", _("Junior college")
        BACHELOR = "bachelor", _("Bachelor")
        MASTER = "master", _("Master or above")

    public_id = models.UUIDField(_("public key"), default=uuid.uuid4, unique=True, editable=False)
    name_zh = NameField(_("name"), max_length=50, blank=True)
    # For people whose characters are not known: the spelling of the source, never invented hanzi.
    name_en = models.CharField(_("name in letters"), max_length=80, blank=True)
    pinyin = PinyinField(_("pinyin"), max_length=160, blank=True)
    initials = models.CharField(_("initials"), max_length=50, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(_("month of birth"), null=True, blank=True)
    education = models.CharField(_("education"), max_length=10, choices=Education, blank=True)
    is_party_member = models.BooleanField(_("Party member"), null=True, blank=True)
    mobile_cipher = models.TextField(_("mobile, encrypted"), blank=True)
    mobile_index = models.CharField(_("mobile index"), max_length=64, blank=True, db_index=True)
    mobile_mask = models.CharField(_("mobile"), max_length=11, blank=True)
    # Maintained by committees.services.appointments from the open affiliations.
    unit = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("current unit"),
        db_index=False,  # the indexes below begin with it
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    # None: added before this was noted.
    added_at = models.DateTimeField(_("added at"), null=True, default=timezone.now, editable=False)
    # Set: this record was found to be the same person as another. It keeps its name and public
    # key, so that old addresses lead on; nothing else hangs on it (committees.services.merging).
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )

    objects = PersonQuerySet.as_manager()

    # Taking the demonstration away empties these pointers instead of deleting a real person.
    demo_released: ClassVar[tuple[str, ...]] = ("unit", "merged_into")
    # Of records merged one after the other each leads to the next: no third row is locked.
    stays_in_merge: ClassVar[tuple[str, ...]] = ("merged_into",)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=~Q(name_zh="") | ~Q(name_en=""), name="person_named"),
            models.CheckConstraint(
                condition=Q(birth_month=None) | Q(birth_month__range=(1, 12)),
                name="person_birth_month_known",
            ),
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__range=(1900, 2100)),
                name="person_birth_year_plausible",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="person_not_merged_into_herself",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(unit=None, mobile_index="", mobile_cipher=""),
                name="person_merged_is_a_shell",
            ),
        ]
        # Three more, on what a search compares, stand in migration 0006: PostgreSQL only.
        indexes = [
            models.Index(fields=["unit", "pinyin"], name="person_by_unit_pinyin"),
            # PostgreSQL counts a filtered list from it alone; SQLite makes no such index.
            models.Index(
                fields=["unit"],
                include=["sex", "education", "birth_year", "birth_month"],
                name="person_by_unit_traits",
            ),
            models.Index(fields=["pinyin", "id"], name="person_by_pinyin"),
            models.Index(
                fields=["initials"], name="person_by_initials", opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh or self.name_en

    @property
    def name(self) -> str:
        """The name as the reader writes names: in English the kept spelling, else the pinyin."""
        return written_name(self.name_zh, self.name_en, lambda: self.pinyin)


class Post(models.TextChoices):
    """Posts that a person can hold somewhere."""

    SECRETARY = "secretary", _("Party secretary")
    # Sent from outside beside the secretary; takes no seat and is not counted as secretary.
    FIRST_SECRETARY = "first_secretary", _("First secretary")
    DEPUTY = "deputy_secretary", _("Deputy secretary")
    HEAD = "committee_head", _("Committee head")
    MEMBER = "committee_member", _("Two-committee member")
    WORKER = "community_worker", _("Community worker")
    STREET_CADRE = "street_cadre", _("Sub-district cadre")
    ORGANISER = "organiser", _("Sub-district organiser")
    DISTRICT_STAFF = "district_staff", _("District department staff")
    BASE_STAFF = "base_staff", _("Training base staff")
    EXPERT = "expert", _("Expert")
    DEPUTY_CONGRESS = "deputy", _("People's congress deputy")
    CPPCC = "cppcc_member", _("CPPCC member")
    CONTACT = "contact", _("Contact person of a member organisation")
    OTHER = "other", _("Other post")


# Who does a secretary's work: the secretary, or whoever is in charge while the post is vacant.
# Targets, coverage, figures and the directory all ask this, or `counts_as_secretary` of one row.
SECRETARIAL = Q(post=Post.SECRETARY) | Q(in_charge=True)
# Posts whose holder can be put in charge.
CAN_BE_IN_CHARGE = (Post.DEPUTY, Post.FIRST_SECRETARY, Post.HEAD, Post.MEMBER, Post.OTHER)


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def open(self) -> AffiliationQuerySet:
        """Services that have not ended."""
        return self.filter(to_on=None)

    def counting(self) -> AffiliationQuerySet:
        """Services that count as a secretary's, whether they have ended or not."""
        return self.filter(SECRETARIAL)

    def secretaries(self) -> AffiliationQuerySet:
        """Open services that count as a secretary's: one for each seat filled. A person who holds
        two seats stands here twice; `persons` counts her once."""
        return self.open().counting()

    def persons(self) -> int:
        """How many different people these services are of."""
        return self.order_by().values("person").distinct().count()

    def visible_to(self, viewer: Any) -> AffiliationQuerySet:
        """My own; services in my area, ended or not; the other open ones of people who are in my
        area today. What somebody did elsewhere before coming, or does after leaving, is not mine to
        see (ADR 0076). A base sees no posts of its guests."""
        scope = scope_of(viewer)
        if scope.everywhere(Role.AUDITOR):
            return self.all()
        here = scope.under("place__path", *READERS)
        here |= scope.under("member_org__place__path", *READERS)
        here |= Q(base__in=scope.base_ids(Role.BASE_ADMIN))
        today = scope.under("person__unit__path", *READERS)
        today |= Q(person__in=Person.objects.close_to(viewer))
        mine = Q(person=scope.person_id) if scope.person_id else nothing()
        return self.filter(mine | here | (Q(to_on=None) & today))


def particulars_of(in_charge: bool, concurrent: bool) -> str:
    """The rule of `Affiliation.particulars`."""
    said = gettext(" (in charge)") if in_charge else ""
    return said + (gettext(" (held concurrently)") if concurrent else "")


class Affiliation(models.Model):
    """A person's dated service in one post of one organisation."""

    class Source(models.TextChoices):
        OUTSTANDING_WORKER = "outstanding_worker", _("Outstanding community worker")
        SOCIAL_RECRUITMENT = "social_recruitment", _("Social recruitment")
        ASSIGNED = "assigned", _("Assigned by the organisation")
        OTHER = "other", _("Other")

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="affiliations", verbose_name=_("person")
    )
    post = models.CharField(_("post"), max_length=20, choices=Post)
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="affiliations",
        verbose_name=_("place"),
    )
    base = models.ForeignKey(
        TrainingBase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="affiliations",
        verbose_name=_("training base"),
    )
    member_org = models.ForeignKey(
        MemberOrganisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="affiliations",
        verbose_name=_("member organisation"),
    )
    external = models.CharField(_("outside organisation"), max_length=120, blank=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("until"), null=True, blank=True)
    # In charge of a committee's Party organisation while nobody is its secretary.
    in_charge = models.BooleanField(_("in charge"), default=False)
    # A further seat as secretary: the person's own is elsewhere, and counts the person.
    concurrent = models.BooleanField(_("held concurrently"), default=False)
    source = models.CharField(_("source of secretary"), max_length=20, choices=Source, blank=True)
    note_zh = models.CharField(_("note in Chinese"), max_length=200, blank=True)
    note_en = models.CharField(_("note in English"), max_length=200, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = [
            models.CheckConstraint(
                name="affiliation_one_organisation",
                condition=(
                    Q(place__isnull=False, base=None, member_org=None, external="")
                    | Q(place=None, base__isnull=False, member_org=None, external="")
                    | Q(place=None, base=None, member_org__isnull=False, external="")
                    | (Q(place=None, base=None, member_org=None) & ~Q(external=""))
                ),
            ),
            models.CheckConstraint(
                name="affiliation_ends_after_start",
                condition=Q(to_on=None) | Q(from_on=None) | Q(to_on__gte=F("from_on")),
            ),
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(to_on=None) & (Q(post="secretary") | Q(in_charge=True)),
                name="affiliation_one_open_secretary",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(to_on=None, concurrent=False, place__isnull=False)
                & (Q(post="secretary") | Q(in_charge=True)),
                name="affiliation_one_own_seat",
            ),
            models.CheckConstraint(
                name="affiliation_in_charge_of_a_place",
                condition=Q(in_charge=False)
                | Q(
                    place__isnull=False,
                    post__in=[
                        "deputy_secretary",
                        "first_secretary",
                        "committee_head",
                        "committee_member",
                        "other",
                    ],
                ),
            ),
            models.CheckConstraint(
                name="affiliation_concurrent_is_a_seat",
                condition=Q(concurrent=False)
                | (Q(place__isnull=False) & (Q(post="secretary") | Q(in_charge=True))),
            ),
        ]
        # Whether a committee ever had a secretary, without reading all services.
        indexes = [models.Index(fields=["place"], condition=SECRETARIAL, name="affiliation_seats")]

    def __str__(self) -> str:
        where = self.place or self.base or self.member_org or self.external
        return f"{self.person} · {where} · {self.get_post_display()}"

    @property
    def note(self) -> str:
        return in_language(self.note_zh, self.note_en)

    @property
    def counts_as_secretary(self) -> bool:
        """Does this service count as a secretary's? The rule of `SECRETARIAL` for one row."""
        return self.post == Post.SECRETARY or self.in_charge

    @property
    def particulars(self) -> str:
        """What is said after the post's name: nothing, in charge, held concurrently."""
        return particulars_of(self.in_charge, self.concurrent)

    @property
    def title(self) -> str:
        """The post with what is particular about it."""
        return f"{self.get_post_display()}{self.particulars}"
