"""Loading a register: what it makes, what it leaves alone, how a later edition is taken."""

from __future__ import annotations

import datetime

import pytest

from committees.models import Place, PlaceHistory, RegisterEdition
from committees.register.reading import RegisterError
from committees.registered import check_committees
from committees.services.places import close_place, create_place
from committees.services.register import Progress, import_register
from core.models import AuditEvent
from tests.committees.registers import AFTER, BEFORE, write
from tests.factories.committees import make_district

pytestmark = pytest.mark.django_db


def load(folder, lines=BEFORE, edition=2020, **wishes):
    return import_register(actor=None, path=write(folder, lines), edition=edition, **wishes)


def snapshot():
    rows = Place.objects.order_by("pk").values_list()
    return list(rows), list(PlaceHistory.objects.values_list())


def test_a_register_makes_the_whole_tree(tmp_path):
    report = load(tmp_path)

    assert (report.rows, report.changes["created"], report.roots) == (9, 9, ["上海市"])
    village = Place.objects.get(code="310105102201")
    line = ["310000000000", "310100000000", "310105000000", "310105102000", "310105102201"]
    keys = [Place.objects.get(code=code).pk for code in line]
    assert village.path == "/" + "".join(f"{key}/" for key in keys)
    assert village.parent_id == keys[-2]
    assert (village.kind, village.level, village.edition) == ("village", 5, 2020)
    assert (village.pinyin, village.initials) == ("xin jing cun wei hui", "xjcwh")


def test_kinds_follow_the_digits_and_carrier_rows_are_hidden(tmp_path):
    load(tmp_path)

    kinds = dict(Place.objects.values_list("code", "kind"))
    assert [kinds[code] for code in ("310105001000", "310105102000")] == ["street", "town"]
    assert [kinds[code] for code in ("310105001001", "310105102201", "310105102401")] == [
        "residential",
        "village",
        "quasi",
    ]
    assert list(Place.objects.filter(hidden=True).values_list("name_zh", flat=True)) == ["市辖区"]


def test_the_same_file_again_changes_nothing(tmp_path):
    load(tmp_path)
    before, acts = snapshot(), AuditEvent.objects.count()

    report = load(tmp_path)

    assert (report.total, report.codes_gone, report.spelled) == (0, 0, 0)
    assert snapshot() == before
    assert AuditEvent.objects.count() == acts


def test_the_figure_of_committees_follows(tmp_path):
    load(tmp_path)
    assert list(check_committees()) == []

    load(tmp_path, AFTER, 2021)
    assert list(check_committees()) == []


def test_a_later_edition_makes_renames_keeps_the_past_and_closes_what_is_gone(tmp_path):
    load(tmp_path)
    held = Place.objects.get(code="310105001002")

    report = load(tmp_path, AFTER, 2021)

    assert (report.changes["created"], report.changes["renamed"], report.total) == (1, 1, 3)
    assert [closure.place.code for closure in report.closures] == ["310105102201"]
    held.refresh_from_db()
    assert (held.name_zh, held.edition) == ("华阳路第二居委会", 2021)
    assert held.pinyin == "hua yang lu di er ju wei hui"
    past = PlaceHistory.objects.get()
    assert (past.place_id, past.name_zh, past.code) == (held.pk, "华阳路二居委会", held.code)
    assert (past.to_on, past.edition) == (datetime.date(2020, 12, 31), 2020)
    gone = Place.objects.get(code="310105102201")
    assert (gone.closed_on, gone.edition) == (datetime.date(2021, 1, 1), 2020)


def test_a_place_that_hangs_elsewhere_moves_with_all_below_it(tmp_path):
    load(tmp_path)
    committee = Place.objects.get(code="310105001001")
    kept_by_hand = create_place(
        actor=None, parent=Place.objects.get(code="310105001000"), kind="quasi", name_zh="园区"
    )
    moved = "310105001000,华阳路街道,street,310106000000,111"
    lines = [*BEFORE[:3], "310106000000,静安区,district,310100000000,", moved, *BEFORE[4:]]

    report = load(tmp_path, lines, 2021)

    assert (report.changes["created"], report.changes["moved"]) == (1, 1)
    street = Place.objects.get(code="310105001000")
    assert street.parent == Place.objects.get(code="310106000000")
    assert street.path == f"{Place.objects.get(code='310106000000').path}{street.pk}/"
    for place in (committee, kept_by_hand):
        place.refresh_from_db()
        assert place.path == f"{street.path}{place.pk}/"
    assert street.parent_since == datetime.date(2021, 1, 1)
    assert PlaceHistory.objects.get().parent == Place.objects.get(code="310105000000")


def test_a_file_speaks_only_below_its_own_top(tmp_path):
    load(tmp_path)

    report = load(tmp_path, AFTER[3:7], 2021)

    assert report.roots == ["华阳路街道"]
    assert report.codes_gone == 0  # the village is not below 华阳路街道
    assert Place.objects.get(code="310105102000").edition == 2020


def test_an_older_edition_is_refused_unless_forced(tmp_path):
    load(tmp_path, AFTER, 2021)
    before = snapshot()

    with pytest.raises(RegisterError):
        load(tmp_path)
    assert snapshot() == before

    report = load(tmp_path, force=True)
    assert (report.changes["created"], report.changes["renamed"]) == (1, 1)
    assert Place.objects.get(code="310105001002").name_zh == "华阳路二居委会"
    assert Place.objects.get(code="310105001003").closed_on is None  # an older file closes nothing


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path):
    load(tmp_path)
    before, acts = snapshot(), AuditEvent.objects.count()

    dry = load(tmp_path, AFTER, 2021, dry_run=True)

    assert snapshot() == before
    assert AuditEvent.objects.count() == acts
    real = load(tmp_path, AFTER, 2021)
    assert (dry.changes, dry.codes_gone) == (real.changes, real.codes_gone)


def test_places_made_by_hand_are_taken_over_by_their_code(tmp_path):
    tree = make_district()
    Place.objects.filter(pk=tree.province.pk).update(code="310000000000")
    Place.objects.filter(pk=tree.city.pk).update(code="310100000000")
    Place.objects.filter(pk=tree.district.pk).update(code="310105000000")

    report = load(tmp_path)

    assert (report.changes["adopted"], report.changes["created"]) == (3, 6)
    tree.district.refresh_from_db()
    assert (tree.district.name_zh, tree.district.edition) == ("长宁区", 2020)
    assert Place.objects.get(code="310105001001").path.startswith(tree.district.path)


def test_a_closed_place_that_the_edition_has_stands_again(tmp_path):
    load(tmp_path)
    place = Place.objects.get(code="310105001002")
    close_place(actor=None, place=place, on=datetime.date(2020, 6, 1))

    report = load(tmp_path)

    assert report.changes["corrected"] == 1
    place.refresh_from_db()
    assert place.closed_on is None
    assert list(check_committees()) == []


def test_an_empty_class_code_erases_nothing_and_a_new_one_is_taken(tmp_path):
    load(tmp_path)
    lines = [line.replace(",111", ",") for line in BEFORE]
    assert load(tmp_path, lines, 2021).total == 0
    assert Place.objects.get(code="310105001001").class_code == "111"

    lines = [line.replace(",111", ",112") for line in BEFORE]
    assert load(tmp_path, lines, 2021).changes["corrected"] == 3
    assert Place.objects.get(code="310105001001").class_code == "112"


def test_pinyin_may_be_left_out_and_added_later(tmp_path):
    load(tmp_path, spell=False)
    assert set(Place.objects.values_list("pinyin", flat=True)) == {""}

    report = load(tmp_path)

    assert (report.total, report.spelled) == (0, 9)
    assert not Place.objects.filter(pinyin="").exists()


def test_names_are_spelled_once_each(tmp_path):
    twin = "310105102001,华阳路一居委会,community,310105102000,"

    assert load(tmp_path, [*BEFORE, twin]).spelled == 9


def test_a_parent_may_stand_after_its_child(tmp_path):
    assert load(tmp_path, BEFORE[::-1]).changes["created"] == 9
    assert Place.objects.get(code="310105001001").parent == Place.objects.get(code="310105001000")


def test_a_street_may_stand_directly_below_a_city(tmp_path):
    lines = ["440000000000,广东省,province,,", "441900000000,东莞市,city,440000000000,"]
    lines += ["441900003000,东城街道,street,441900000000,"]
    load(tmp_path, [*lines, "441900003001,岗贝社区居委会,community,441900003000,"])

    street = Place.objects.get(code="441900003000")
    assert street.parent == Place.objects.get(code="441900000000")
    assert street.children.get().path == f"{street.path}{street.children.get().pk}/"


def test_the_edition_and_the_act_are_on_record(tmp_path):
    load(tmp_path)

    edition = RegisterEdition.objects.get()
    assert (edition.root.name_zh, edition.year, edition.rows) == ("上海市", 2020, 9)
    act = AuditEvent.objects.get(action="place.register")
    assert (act.after["file"], act.after["created"]) == ("register_2020.csv", 9)


def test_progress_is_told_in_bytes_and_names(tmp_path):
    read: list[int] = []
    spelled: list[tuple[int, int]] = []
    load(
        tmp_path,
        progress=Progress(read.append, lambda done, total: spelled.append((done, total))),
    )

    assert sum(read) == (tmp_path / "register_2020.csv").stat().st_size
    assert spelled == [(9, 9)]
