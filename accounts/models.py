"""Accounts, what they may reach, invitations and API tokens."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import grants_in_reach
from committees.models import MemberOrganisation, Person, Place, TrainingBase
from core.prepared import prepared
from core.scope import Role, scope_of

if TYPE_CHECKING:
    from core.scope import Scope


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, viewer: Any) -> UserQuerySet:
        """My own account; for those who manage accounts, those of people they see."""
        scope = scope_of(viewer)
        if scope.has(Role.SYSTEM_ADMIN):
            return self.all()
        condition = Q(pk=scope.user_id)
        if scope.has(Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN):
            condition |= Q(person__in=Person.objects.present_to(viewer))
            in_reach = RoleGrant.objects.filter(grants_in_reach(scope))
            condition |= Q(pk__in=in_reach.values("user_id"))
        return self.filter(condition)

    def managed_by(self, viewer: Any) -> UserQuerySet:
        """Accounts the viewer may change: all their open grants lie within the viewer's reach, and
        those without any belong to a person in it. Never the own account."""
        scope = scope_of(viewer)
        others = self.exclude(pk=scope.user_id)
        if scope.has(Role.SYSTEM_ADMIN):
            return others
        today = timezone.localdate()
        standing = RoleGrant.objects.filter(Q(to_on=None) | Q(to_on__gte=today))
        in_reach = standing.filter(grants_in_reach(scope))
        beyond = standing.exclude(pk__in=in_reach.values("pk"))
        here = scope.under("person__unit__path", Role.DISTRICT, Role.ORGANISER)
        return others.filter(here | Q(pk__in=in_reach.values("user_id"))).exclude(
            pk__in=beyond.values("user_id")
        )

    def found_by(self, search: str) -> UserQuerySet:
        """Those whose user name, person's name, pinyin or initials contain `search`."""
        if not search:
            return self
        return self.filter(
            Q(username__icontains=search)
            | Q(person__name_zh__icontains=search)
            | Q(person__pinyin__icontains=search)
            | Q(person__initials__istartswith=search)
        )

    def with_roles(self) -> UserQuerySet:
        """With person and standing grants, in the order of names: three queries for any page."""
        today = timezone.localdate()
        standing = RoleGrant.objects.valid_on(today).in_words()
        grants = models.Prefetch("grants", queryset=standing, to_attr="standing_grants")
        rows = self.select_related("person__unit").prefetch_related(grants)
        return rows.order_by("-is_active", "person__pinyin", "username")


@prepared
def _with_person(pk: int) -> QuerySet[User]:
    return User.objects.select_related("person").filter(pk=pk)[:1]


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Accounts by name, whatever its case."""

    def get(self, *args: Any, **kwargs: Any) -> User:
        """One account together with its person: every page names her (saves a query a page)."""
        if not args and kwargs.keys() == {"pk"}:
            found: User | None = _with_person(kwargs["pk"]).first()
            if found is None:
                raise self.model.DoesNotExist
            return found
        user: User = self.get_queryset().select_related("person").get(*args, **kwargs)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        user: User = self.get(username__iexact=username)
        return user


class User(AbstractBaseUser):
    """An account. A person is apart: an account may have none, a person needs no account."""

    username = models.CharField(_("user name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    # A mobile identifies; it proves nothing until an SMS gateway is set. Unique among accounts.
    mobile_index = models.CharField(_("mobile index"), max_length=64, null=True, unique=True)
    mobile_mask = models.CharField(_("mobile"), max_length=11, blank=True)
    person = models.OneToOneField(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="user",
        verbose_name=_("person"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("theme"), max_length=5, default="auto")
    # None: never asked; the first sign-in offers it once.
    large_text = models.BooleanField(_("large text"), null=True, blank=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_name_once"),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_once"),
            models.CheckConstraint(
                condition=Q(theme__in=["auto", "light", "dark"]), name="user_theme_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person) if self.person_id else self.username

    @cached_property
    def scope(self) -> Scope:
        """What this account may reach today; computed once per request."""
        from accounts.scopes import scope_for

        return scope_for(self)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def valid_on(self, day: Any) -> RoleGrantQuerySet:
        return self.filter(Q(from_on__lte=day), Q(to_on=None) | Q(to_on__gte=day))

    def in_words(self) -> RoleGrantQuerySet:
        """With everything a sentence about a grant needs."""
        return self.select_related("user__person", "place__parent", "base", "member_org__place")

    def visible_to(self, viewer: Any) -> RoleGrantQuerySet:
        """Grants of the accounts the viewer sees."""
        return self.filter(user__in=User.objects.visible_to(viewer))


class RoleGrant(models.Model):
    """A role within one scope for a time. Rights are the union of valid grants."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    base = models.ForeignKey(
        TrainingBase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("training base"),
    )
    member_org = models.ForeignKey(
        MemberOrganisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("member organisation"),
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        constraints = [
            models.CheckConstraint(
                name="grant_ends_or_is_reviewed",
                condition=Q(to_on__isnull=False) | Q(review_on__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_ends_after_start",
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
            ),
            models.CheckConstraint(
                name="grant_one_scope",
                condition=(
                    Q(place__isnull=False, base=None, member_org=None)
                    | Q(place=None, base__isnull=False, member_org=None)
                    | Q(place=None, base=None, member_org__isnull=False)
                    | Q(
                        place=None,
                        base=None,
                        member_org=None,
                        role__in=["system_admin", "auditor"],
                    )
                ),
            ),
            # Operating and auditing are kept apart.
            models.CheckConstraint(
                name="grant_system_roles_everywhere",
                condition=~Q(role="system_admin") | Q(place=None, base=None, member_org=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"

    @property
    def where(self) -> str:
        """The place, base or organisation the role is held for; empty: everywhere."""
        held_for = self.place or self.base or self.member_org
        return held_for.name if held_for else ""

    @property
    def is_over(self) -> bool:
        return self.to_on is not None and self.to_on < timezone.localdate()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, viewer: Any) -> InvitationQuerySet:
        """Those the viewer sent; the system administrator sees all."""
        scope = scope_of(viewer)
        if scope.has(Role.SYSTEM_ADMIN):
            return self.all()
        return self.filter(invited_by_id=scope.user_id)

    def in_words(self) -> InvitationQuerySet:
        """With everything a line of the list needs."""
        return self.select_related(
            "person", "user__person", "place", "base", "member_org", "invited_by__person"
        )


class Invitation(models.Model):
    """A single-use link: for a new account with one role, or (`user` set) for a new password."""

    user = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name=_("account"),
    )
    token_hash = models.CharField(_("token hash"), max_length=64, unique=True)
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, verbose_name=_("person")
    )
    for_name = models.CharField(_("for whom"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, blank=True)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    base = models.ForeignKey(
        TrainingBase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("training base"),
    )
    member_org = models.ForeignKey(
        MemberOrganisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("member organisation"),
    )
    invited_by = models.ForeignKey(
        User, models.CASCADE, related_name="invitations", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted by"),
    )

    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                name="invitation_role_or_account",
                condition=(~Q(role="") & Q(user=None)) | (Q(role="") & Q(user__isnull=False)),
            ),
            models.CheckConstraint(
                name="invitation_used_or_withdrawn",
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.person or self.for_name or self.get_role_display())

    @property
    def where(self) -> str:
        held_for = self.place or self.base or self.member_org
        return held_for.name if held_for else ""

    @property
    def is_open(self) -> bool:
        """Can it still be used?"""
        unused = self.accepted_at is None and self.withdrawn_at is None
        return unused and self.expires_at > timezone.now()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, viewer: Any) -> ApiTokenQuerySet:
        """My own tokens and nobody else's."""
        return self.filter(user_id=scope_of(viewer).user_id)

    def usable(self) -> ApiTokenQuerySet:
        """Neither revoked nor expired, of an account that stands."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True)


class ApiToken(models.Model):
    """A person's key to the API: shown once, kept as a hash, with scope and expiry."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="api_tokens", verbose_name=_("account")
    )
    name = models.CharField(_("what it is for"), max_length=60)
    prefix = models.CharField(_("begins with"), max_length=12)
    token_hash = models.CharField(_("token hash"), max_length=64, unique=True)
    may_write = models.BooleanField(_("may change data"), default=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class GuessCount(models.Model):
    """How often a key (an account, an address) was guessed at since it was last quiet."""

    key = models.CharField(_("key"), max_length=80, unique=True)
    tried = models.PositiveSmallIntegerField(_("guesses"), default=0)
    last_at = models.DateTimeField(_("last guess"), db_index=True)

    class Meta:
        verbose_name = _("count of guesses")
        verbose_name_plural = _("counts of guesses")

    def __str__(self) -> str:
        return f"{self.key}: {self.tried}"
