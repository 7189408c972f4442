"""Accounts, what they may reach, invitations and API tokens."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.models import MemberOrganisation, Person, Place, TrainingBase
from core.scope import Role, scope_of

if TYPE_CHECKING:
    from core.scope import Scope


class UserManager(BaseUserManager["User"]):
    """Accounts by name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)

    def visible_to(self, viewer: Any) -> models.QuerySet[User]:
        """My own account; for those who manage accounts, those of people they see."""
        scope = scope_of(viewer)
        if scope.has(Role.SYSTEM_ADMIN):
            return self.all()
        condition = Q(pk=scope.user_id)
        if scope.has(Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN):
            condition |= Q(person__in=Person.objects.visible_to(viewer))
        return self.filter(condition)


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


class Invitation(models.Model):
    """A single-use link that lets one person make an account with one role."""

    token_hash = models.CharField(_("token hash"), max_length=64, unique=True)
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, verbose_name=_("person")
    )
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

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.person or self.role}"


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

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
