"""`manage.py import_divisions`: its summary and its exit codes."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from committees.models import Place
from tests.committees.registers import AFTER, BEFORE, write

pytestmark = pytest.mark.django_db


def run(*arguments, **options):
    """Output and exit code of the command, in English."""
    out = io.StringIO()
    with translation.override("en"):
        try:
            call_command("import_divisions", *map(str, arguments), stdout=out, **options)
        except SystemExit as end:
            return out.getvalue(), end.code
    return out.getvalue(), 0


def test_all_good_is_0_and_again_says_0_changes(tmp_path, capfd):
    path = write(tmp_path, BEFORE, "register_2020.csv.gz")

    text, code = run(path)

    assert code == 0
    assert text.splitlines()[:2] == [
        "Register 2020 of 上海市: 9 rows.",
        "9 changes: 9 created, 0 renamed, 0 recoded, 0 moved, 0 corrected, 0 taken over, 0 closed.",
    ]
    assert re.search(
        r"^\d+ rows/s without pinyin, \d+ rows/s with the pinyin of 9 names", text, re.M
    )
    bars = capfd.readouterr().err
    assert "register_2020.csv.gz: 100%" in bars
    assert "pinyin: 100%" in bars
    again, code = run(path)
    assert (again.splitlines()[1], code) == ("0 changes.", 0)


def test_codes_that_are_gone_are_listed_with_exit_code_2(tmp_path):
    run(write(tmp_path, BEFORE), verbosity=0)

    text, code = run(write(tmp_path, AFTER, "register_2021.csv"), verbosity=0)

    assert code == 2
    assert "Codes: 1 new, 1 gone, of these 0 under a new code here." in text
    assert "1 places are closed, their successors wait to be confirmed" in text
    assert "  310105102201 新泾村委会" in text


def test_a_dry_run_with_nothing_to_look_at_is_0(tmp_path):
    text, code = run(write(tmp_path, BEFORE), dry_run=True, verbosity=0)

    assert code == 0
    assert "Dry run: nothing was changed." in text
    assert not Place.objects.exists()


def test_a_dry_run_with_codes_gone_is_2(tmp_path):
    run(write(tmp_path, BEFORE), verbosity=0)

    _text, code = run(write(tmp_path, AFTER), edition=2021, dry_run=True, verbosity=0)

    assert code == 2


@pytest.mark.parametrize(
    ("name", "lines", "says"),
    [
        ("register.csv", BEFORE, "The name register.csv has no single year"),
        ("2020_2021.csv", BEFORE, "The name 2020_2021.csv has no single year"),
        ("register_2020.csv", [*BEFORE, BEFORE[-1]], "Line 11: the code 310105102401"),
    ],
)
def test_nothing_done_is_1_with_one_sentence(tmp_path, name, lines, says):
    with pytest.raises(CommandError) as refused:
        run(write(tmp_path, lines, name), verbosity=0)

    assert refused.value.returncode == 1
    assert str(refused.value).startswith(says)
    assert "\n" not in str(refused.value)
    assert not Place.objects.exists()


def test_verbosity_0_draws_no_bars(tmp_path, capfd):
    run(write(tmp_path, BEFORE), verbosity=0)

    assert capfd.readouterr().err == ""
