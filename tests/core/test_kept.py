"""What a template keeps between requests, and what it never may."""

from __future__ import annotations

from django.template import Context, Template
from django.utils import translation


def rendered(template: Template, **facts: object) -> str:
    return template.render(Context(facts))


def test_what_is_the_readers_own_is_written_anew_for_each_reader() -> None:
    page = Template("{% kept frame %}<nav>{% live %}{{ name }}{% endlive %}</nav>{% endkept %}")
    assert rendered(page, frame=("a",), name="<Wang>") == "<nav>&lt;Wang&gt;</nav>"
    assert rendered(page, frame=("a",), name="Li") == "<nav>Li</nav>"


def test_a_kept_part_is_rendered_once_for_each_key_and_language() -> None:
    page = Template("{% load i18n %}{% kept key %}{{ word }} {% translate 'Today' %}{% endkept %}")
    with translation.override("en"):
        assert rendered(page, key=1, word="first") == "first Today"
        assert rendered(page, key=1, word="second") == "first Today"
        assert rendered(page, key=2, word="second") == "second Today"
    with translation.override("zh-hans"):
        assert rendered(page, key=1, word="third").startswith("third ")


def test_a_live_piece_sees_the_names_it_lists_as_they_were() -> None:
    page = Template(
        "{% kept %}{% for link in links %}{{ link }}"
        "{% live link %}:{{ link }}{{ count }}{% endlive %} {% endfor %}{% endkept %}"
    )
    assert rendered(page, links=["a", "b"], count=1) == "a:a1 b:b1 "
    assert rendered(page, links=["a", "b"], count=2) == "a:a2 b:b2 "


def test_a_kept_part_inside_another_keeps_nobody_either() -> None:
    page = Template(
        "{% kept %}[{% kept %}{% live %}{{ name }}{% endlive %}{% endkept %}]{% endkept %}"
    )
    assert rendered(page, name="Wang") == "[Wang]"
    assert rendered(page, name="Li") == "[Li]"


def test_a_live_piece_outside_of_a_kept_part_is_plain() -> None:
    assert rendered(Template("{% live %}{{ name }}{% endlive %}"), name="Li") == "Li"


def test_a_mark_in_a_readers_name_is_only_text() -> None:
    page = Template("{% kept %}{% live %}{{ name }}{% endlive %}{% endkept %}")
    rendered(page, name="Wang")
    assert rendered(page, name="\x000\x00") == "\x000\x00"
