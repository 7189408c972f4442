"""The frame of the pages in a real browser: looks, keys, forms, large text, no script."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests.browser.inspect_page import Look, inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [
    Look(360, "light", "zh-hans"),
    Look(360, "dark", "en"),
    Look(1280, "dark", "zh-hans"),
    Look(1280, "light", "en"),
]
looks = pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)


@looks
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/"])
def test_the_door_keeps_every_rule(open_page, look: Look, address: str) -> None:
    page, findings = open_page(look)

    page.goto(address)
    page.wait_for_load_state("networkidle")
    inspect(page, findings)

    assert findings.troubles == []


@looks
def test_every_component_keeps_every_rule(open_page, look: Look) -> None:
    page, findings = open_page(look, role="system_admin")

    page.goto("/styleguide/")
    page.wait_for_load_state("networkidle")
    inspect(page, findings)

    assert findings.troubles == []
    assert page.locator("[data-tb-chart] svg").count() == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_auto_follows_the_device_before_the_first_paint(open_page, theme: str) -> None:
    page, _ = open_page(Look(theme=theme))

    page.goto("/accounts/login/", wait_until="commit")
    page.wait_for_selector("body", state="attached")

    assert page.get_attribute("html", "data-bs-theme") == theme


@pytest.mark.parametrize(("theme", "ground"), [("light", "247, 248, 250"), ("dark", "16, 22, 29")])
def test_auto_follows_the_device_without_script_too(open_page, theme: str, ground: str) -> None:
    page, _ = open_page(Look(theme=theme), script=False)

    page.goto("/accounts/login/")

    colour = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert colour == f"rgb({ground})"


def test_signing_in_works_without_script(open_page) -> None:
    page, _ = open_page(role="", script=False)

    assert page.locator("h1").inner_text() != ""
    assert "/login/" not in page.url


def test_a_chosen_theme_stays(open_page) -> None:
    page, _ = open_page(Look(theme="light"), role="")

    page.locator(".tb-account summary").click()
    with page.expect_navigation():
        page.locator("button[name=theme][value=dark]").click()
    page.goto("/")

    assert page.get_attribute("html", "data-bs-theme") == "dark"
    assert User.objects.get().theme == "dark"


def test_large_text_is_offered_once_and_makes_everything_larger(open_page) -> None:
    page, _ = open_page(Look(360), role="", large_text=None)
    small = page.locator("h1").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")

    with page.expect_navigation():
        page.locator(".tb-banner button[value='1']").click()
    page.goto("/")

    large = page.locator("h1").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    body = page.locator("body").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert (page.locator(".tb-banner").count(), body, large / small) == (0, 20, 1.25)


def test_buttons_of_large_text_are_sixty_pixels(open_page) -> None:
    page, findings = open_page(Look(360), role="", large_text=True)

    page.goto("/accounts/2fa/")
    heights = page.locator("main .btn:visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    inspect(page, findings)

    assert heights
    assert min(heights) >= 60
    assert findings.troubles == []


def test_a_question_mark_opens_the_list_of_keys(open_page) -> None:
    page, _ = open_page(role="")

    page.keyboard.press("?")
    assert page.locator("#keys-help").is_visible()

    page.keyboard.press("Escape")
    assert not page.locator("#keys-help").is_visible()


def test_a_slash_searches_and_never_while_typing(open_page) -> None:
    page, _ = open_page(role="system_admin")
    page.goto("/styleguide/")

    page.keyboard.press("/")
    page.keyboard.type("a/b?")

    assert page.locator("#q").input_value() == "a/b?"
    assert not page.locator("#keys-help").is_visible()


def test_a_menu_closes_by_escape_and_gives_the_focus_back(open_page) -> None:
    page, _ = open_page(role="")
    menu = page.locator(".tb-account")

    menu.locator("summary").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_first_tab_stop_leads_past_the_navigation(open_page) -> None:
    page, _ = open_page(role="")
    page.goto("/accounts/2fa/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_wrong_input_is_summed_up_and_a_link_leads_to_the_field(open_page) -> None:
    page, findings = open_page(role="")
    page.goto("/accounts/password/change/")

    page.locator("main form button").first.click()
    page.wait_for_selector("[data-tb-errors]")
    summary = page.evaluate("document.activeElement.hasAttribute('data-tb-errors')")
    title = page.title()
    page.locator("[data-tb-errors] a").first.click()
    inspect(page, findings)

    assert summary
    assert title.startswith(("错误", "Error"))
    assert page.evaluate("document.activeElement.name") == "oldpassword"
    assert [one for one in findings.troubles if not one.startswith("console")] == []


def test_a_second_press_does_not_send_twice(open_page) -> None:
    page, _ = open_page(role="")
    page.goto("/accounts/2fa/")

    sent = page.eval_on_selector(
        "button[name=theme][value=dark]",
        """(button) => {
          let sent = 0;
          document.addEventListener("submit", (event) => {
            if (!event.defaultPrevented) sent += 1;
            event.preventDefault();
          });
          button.form.requestSubmit(button);
          button.form.requestSubmit(button);
          return sent;
        }""",
    )

    assert sent == 1


def test_a_plain_page_is_light(open_page, live_server) -> None:
    """Everything a first visit loads, packed as a server packs it: at most 150 kB."""
    import gzip

    page, _ = open_page()
    bodies: dict[str, int] = {}

    def weigh(response) -> None:
        if response.url.startswith(live_server.url):
            bodies[response.url] = len(gzip.compress(response.body(), 6))

    page.on("response", weigh)
    page.goto("/accounts/login/")
    page.wait_for_load_state("networkidle")

    assert len(bodies) >= 8
    assert sum(bodies.values()) <= 150_000
