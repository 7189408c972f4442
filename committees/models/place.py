"""Places: one tree from province to committee, with its past."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from committees.lookups import PinyinField
from committees.names import search_key
from core.fields import PathField
from core.scope import Role, scope_of
from core.words import in_language


def sounds_like(text: str) -> Q:
    """Filter by a name as a person types it: hanzi, English, pinyin or initials. Empty: all."""
    text = " ".join(text.split())
    if not text:
        return Q()
    condition = Q(name_zh__contains=text) | Q(name_en__icontains=text)
    if text.isascii() and (key := search_key(text)):
        condition |= Q(initials__startswith=key) | Q(pinyin__sounds=key)
    return condition


class PlaceQuerySet(models.QuerySet["Place"]):
    def visible_to(self, viewer: Any) -> PlaceQuerySet:
        """Places below the viewer's grants, and the line of places above them."""
        scope = scope_of(viewer)
        if scope.everywhere(Role.SYSTEM_ADMIN, Role.AUDITOR):
            return self.all()
        return self.filter(scope.under("path") | Q(pk__in=scope.line_ids()))

    def under(self, place: Place) -> PlaceQuerySet:
        """`place` itself and everything below it."""
        return self.filter(path__under=place.path)

    def standing(self) -> PlaceQuerySet:
        """Places that exist today."""
        return self.filter(closed_on=None)

    def vacant(self) -> PlaceQuerySet:
        """Standing committees whose last secretary has left, where nobody followed or is in charge.

        A committee that never had one entered is not vacant: the portal just does not know.
        """
        from committees.models.people import Affiliation  # stands on this module

        served = Affiliation.objects.counting().filter(place=OuterRef("pk"))
        return self.standing().filter(
            Exists(served), ~Exists(served.filter(to_on=None)), level=Place.Level.COMMITTEE
        )

    def shown_below(self, place: Place | int) -> PlaceQuerySet:
        """Standing places directly below `place` (or the place of that key); a hidden row gives
        way to its own children."""
        direct = Q(parent=place) | Q(parent__parent=place, parent__hidden=True)
        return self.standing().filter(direct, hidden=False)

    def named(self, text: str) -> PlaceQuerySet:
        """Places whose name holds `text`, or whose pinyin or initials begin with it."""
        return self.filter(sounds_like(text))


class Place(models.Model):
    """A node of the tree. Never deleted: closed or merged, its records stay with it."""

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("Province-level unit")
        CITY = 2, _("City")
        DISTRICT = 3, _("District")
        SUBDISTRICT = 4, _("Sub-district or town")
        COMMITTEE = 5, _("Residents' or village committee")

    class Kind(models.TextChoices):
        PROVINCE = "province", _("Province-level unit")
        CITY = "city", _("City")
        DISTRICT = "district", _("District")
        STREET = "street", _("Sub-district")
        TOWN = "town", _("Town")
        TOWNSHIP = "township", _("Township")
        OTHER = "other", _("Other unit")
        RESIDENTIAL = "residential", _("Residents' committee")
        VILLAGE = "village", _("Village committee")
        QUASI = "quasi", _("Quasi-committee")

    code = models.CharField(_("code"), max_length=12, null=True, blank=True, unique=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    pinyin = PinyinField(_("pinyin"), max_length=240, blank=True)
    initials = models.CharField(_("initials"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        # place_by_parent_name below finds children; one index less to write for 665,271 rows.
        db_index=False,
        verbose_name=_("belongs to"),
    )
    parent_since = models.DateField(_("belongs there since"), null=True, blank=True)
    path = PathField(_("path"), unique=True)
    class_code = models.CharField(_("urban-rural class"), max_length=3, blank=True)
    # Rows of a register that are no real place ("市辖区") carry the tree but are not shown.
    hidden = models.BooleanField(_("hidden"), default=False)
    edition = models.PositiveSmallIntegerField(_("register edition"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="place_level_known"),
            models.CheckConstraint(condition=~Q(name_zh=""), name="place_named"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")), name="place_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(code=None) | Q(code__regex=r"^[0-9]{12}$"), name="place_code_12_digits"
            ),
        ]
        indexes = [
            models.Index(fields=["parent", "name_zh"], name="place_by_parent_name"),
            models.Index(fields=["level", "pinyin"], name="place_by_level_pinyin"),
        ]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> str:
        """The name in the reader's language where both are known."""
        return in_language(self.name_zh, self.name_en)

    @property
    def ancestor_ids(self) -> list[int]:
        """Keys of the places above, from the root down; read from the path."""
        return [int(part) for part in self.path.strip("/").split("/")[:-1]]

    @staticmethod
    def demo_taken_over() -> Q:
        """Places that a loaded register speaks for, and the line above them: taking the
        demonstration away leaves them."""
        tops = Place.objects.filter(edition__isnull=False, parent__edition__isnull=True)
        above = {key for top in tops.only("path") for key in top.ancestor_ids}
        return Q(edition__isnull=False) | Q(pk__in=above)


class PlaceHistory(models.Model):
    """What a place was called, coded and belonged to before; the present stands on the place."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="past", verbose_name=_("place"))
    code = models.CharField(_("code"), max_length=12, blank=True)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    parent = models.ForeignKey(
        Place, models.PROTECT, null=True, related_name="+", verbose_name=_("belonged to")
    )
    from_on = models.DateField(_("from"), null=True)
    to_on = models.DateField(_("until"))
    edition = models.PositiveSmallIntegerField(_("register edition"), null=True)

    class Meta:
        verbose_name = _("former state of a place")
        verbose_name_plural = _("former states of places")

    def __str__(self) -> str:
        return f"{self.name_zh} –{self.to_on}"


class PlaceProfile(models.Model):
    """What is known of a place, each figure as reported with its date and source."""

    place = models.OneToOneField(
        Place, models.CASCADE, related_name="profile", verbose_name=_("place")
    )
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    population = models.PositiveIntegerField(_("registered population"), null=True, blank=True)
    area_km2 = models.DecimalField(
        _("area in km²"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    committees = models.PositiveIntegerField(_("committees"), null=True, blank=True)
    grids = models.PositiveIntegerField(_("grids"), null=True, blank=True)
    micro_grids = models.PositiveIntegerField(_("micro-grids"), null=True, blank=True)
    meta_grids = models.PositiveIntegerField(_("meta-grids"), null=True, blank=True)
    two_committee_seats = models.PositiveSmallIntegerField(
        _("seats of the two committees"), null=True, blank=True
    )
    station = models.CharField(_("Party-mass service station"), max_length=80, blank=True)
    parlor = models.CharField(_("governance parlor"), max_length=80, blank=True)
    # Seen by the district and its own organiser only; a considerate word on screen: 重点支持.
    key_support = models.BooleanField(_("key support"), default=False)
    notes_zh = models.TextField(_("notes in Chinese"), blank=True)
    notes_en = models.TextField(_("notes in English"), blank=True)
    as_of = models.CharField(_("as of"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("profile of a place")
        verbose_name_plural = _("profiles of places")

    def __str__(self) -> str:
        return str(self.place)

    @property
    def notes(self) -> str:
        return in_language(self.notes_zh, self.notes_en)


class WordSet(models.Model):
    """Words as a district says them. Everything below the district uses its words."""

    district = models.OneToOneField(
        Place, models.CASCADE, related_name="words", verbose_name=_("district")
    )
    area_zh = models.CharField(_("word for a committee's area"), max_length=20, default="居民区")
    tutoring_zh = models.CharField(_("word for tutoring"), max_length=20, default="带教")
    org_department_zh = models.CharField(
        _("overseeing department"), max_length=40, default="区委组织部"
    )
    society_department_zh = models.CharField(
        _("society-work department"), max_length=40, default="区委社会工作部"
    )
    area_en = models.CharField(
        _("word for a committee's area in English"), max_length=40, default="residential area"
    )
    org_department_en = models.CharField(
        _("overseeing department in English"),
        max_length=80,
        default="District Organization Department",
    )

    class Meta:
        verbose_name = _("word set")
        verbose_name_plural = _("word sets")

    def __str__(self) -> str:
        return f"{self.district}: {self.area_zh}, {self.tutoring_zh}"

    @property
    def pupil_zh(self) -> str:
        """Who is tutored is called after the word for tutoring: 带教对象, 帮带对象."""
        return f"{self.tutoring_zh}对象"

    @property
    def pupils_zh(self) -> str:
        return self.pupil_zh


class RegisterEdition(models.Model):
    """A register file that was loaded: which subtree, which year, what it did."""

    root = models.ForeignKey(
        Place, models.CASCADE, related_name="editions", verbose_name=_("top of the subtree")
    )
    year = models.PositiveSmallIntegerField(_("edition"))
    rows = models.PositiveIntegerField(_("rows"))
    created = models.PositiveIntegerField(_("created"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    loaded_at = models.DateTimeField(_("loaded at"))

    class Meta:
        verbose_name = _("register edition")
        verbose_name_plural = _("register editions")
        constraints = [
            models.UniqueConstraint(fields=["root", "year"], name="register_edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.root} {self.year}"
