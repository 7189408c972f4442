"""The first account of a new portal, or a way back in for its administrator."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import create_account, grant_role, set_password
from core.errors import DomainError
from core.scope import Role


class Command(BaseCommand):
    help = "Make an account with the role of system administrator, or give it a new password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--password-from-stdin",
            action="store_true",
            help="read the password from the first line of standard input instead of asking",
        )
        parser.add_argument(
            "--renew", action="store_true", help="give an existing administrator a new password"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = self._password(from_stdin=options["password_from_stdin"])
        try:
            if options["renew"]:
                self._renew(options["username"], password)
            else:
                self._create(options["username"], options["email"], password)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _password(self, *, from_stdin: bool) -> str:
        if from_stdin:
            first = input()
        else:
            first = getpass.getpass(_("Password: "))
            if getpass.getpass(_("Password again: ")) != first:
                raise CommandError(_("The two passwords differ."))
        if not first:
            raise CommandError(_("The password is empty."))
        return first

    def _create(self, username: str, email: str, password: str) -> None:
        with transaction.atomic():
            user = create_account(actor=None, username=username, email=email, password=password)
            grant_role(actor=None, user=user, role=Role.SYSTEM_ADMIN)
        self.stdout.write(
            _("%(name)s can sign in as system administrator.") % {"name": user.username}
        )

    def _renew(self, username: str, password: str) -> None:
        user = User.objects.filter(username__iexact=username).first()
        if user is None or not user.scope.has(Role.SYSTEM_ADMIN):
            raise CommandError(_("There is no system administrator of this name."))
        set_password(actor=None, user=user, password=password)
        self.stdout.write(
            _("%(name)s can sign in with the new password.") % {"name": user.username}
        )
