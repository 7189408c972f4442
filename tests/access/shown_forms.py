"""The forms that the portal's pages really show: who sees which fields, and where they lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from django.urls import Resolver404, resolve

SKIPPED = {"csrfmiddlewaretoken"}
CHOICES = {"select", "radio"}


@dataclass
class Field:
    """One field of a form, with what it would send as it stands."""

    name: str
    kind: str  # the type of the input, or "select" or "textarea"
    value: str = ""
    options: list[str] = field(default_factory=list)

    def filled(self) -> str:
        """What somebody of good will would send."""
        if self.kind in CHOICES:
            return self.value or next((option for option in self.options if option), "")
        if self.value or self.kind in ("hidden", "checkbox"):
            return self.value
        return {"date": "2026-03-05", "time": "09:00", "number": "1"}.get(self.kind, "样本")


@dataclass
class Form:
    """A form of a page; `route` is where it leads."""

    method: str
    route: str
    fields: dict[str, Field] = field(default_factory=dict)


class FormReader(HTMLParser):
    """Reads the forms of a page, and the parameters of its links."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.links: list[tuple[str, set[str]]] = []  # route, names of its parameters
        self._form: Form | None = None
        self._list: Field | None = None
        self._text: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("method", "get").lower(), self._route(given.get("action")))
            self.forms.append(self._form)
        elif tag == "a":
            query = urlsplit(given.get("href", "")).query
            if query and not given["href"].startswith(("http:", "https:", "mailto:")):
                self.links.append(
                    (self._route(given["href"]), {key for key, _ in parse_qsl(query)})
                )
        elif tag == "option" and self._list is not None:
            self._list.options.append(given.get("value", ""))
            if "selected" in given:
                self._list.value = given.get("value", "")
        elif tag in ("input", "select", "textarea", "button"):
            self._add(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._list = None
        elif tag == "textarea":
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.value += data.strip()

    def _add(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if self._form is None or not name or name in SKIPPED or "disabled" in given:
            return
        kind = given.get("type", "text") if tag == "input" else tag
        value = given.get("value", "")
        known = self._form.fields.get(name)
        if kind in ("radio", "checkbox") and known is not None:
            known.options.append(value)
            known.value = value if "checked" in given else known.value
            return
        shown = Field(name, "hidden" if kind == "button" else kind, value, [value])
        if kind in ("radio", "checkbox") and "checked" not in given:
            shown.value = ""
        self._form.fields.setdefault(name, shown)
        self._list = shown if tag == "select" else self._list
        self._text = shown if tag == "textarea" else self._text

    def _route(self, action: str | None) -> str:
        path = urlsplit(action or "").path or self.path
        try:
            return resolve(path).view_name
        except Resolver404:
            return ""


def read(path: str, page: str) -> FormReader:
    reader = FormReader(path)
    reader.feed(page)
    return reader
