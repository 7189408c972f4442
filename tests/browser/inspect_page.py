"""What a page must never do, seen in a real Chromium: for tests and contact sheets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "var" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LISTEN = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  const over = document.documentElement.scrollWidth - width;
  if (over <= 0) return null;
  const wide = [...document.querySelectorAll("body *")].filter(
    (one) => one.getBoundingClientRect().right > width + 1);
  const shown = wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 90)).join(" | ");
  return `${over} px too wide: ${shown}`;
}"""
RUN_AXE = """async (tags) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return found.violations.map((one) =>
    `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`);
}"""


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    width: int = 1280
    theme: str = "light"
    language: str = "zh-hans"

    @property
    def name(self) -> str:
        return f"{self.width}-{self.theme}-{self.language}"

    def options(self) -> dict[str, Any]:
        """For `browser.new_context`."""
        return {
            "viewport": {"width": self.width, "height": 800 if self.width > 600 else 740},
            "color_scheme": self.theme,
            "locale": "zh-CN" if self.language.startswith("zh") else "en-GB",
            "has_touch": self.width < 600,
            "reduced_motion": "reduce",  # colours are looked at when they have arrived
            "timezone_id": "Asia/Shanghai",
        }


@dataclass
class Findings:
    """Troubles noticed while pages were open, and what they weighed on the wire."""

    troubles: list[str] = field(default_factory=list)
    weight: int = 0

    def add(self, kind: str, text: str) -> None:
        self.troubles.append(f"{kind}: {text}")


@contextmanager
def watched(context: Any, base: str) -> Iterator[Findings]:
    """Note requests that leave `base`, console errors and uncaught errors of all pages."""
    findings = Findings()
    home = urlsplit(base).netloc

    def on_request(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != home:
            findings.add("foreign request", request.url)

    def on_console(message: Any) -> None:
        if message.type == "error":
            findings.add("console", f"{message.text} {message.location.get('url', '')}")

    def on_page(page: Any) -> None:
        page.on("console", on_console)
        page.on("pageerror", lambda error: findings.add("script error", str(error)))

    context.add_init_script(LISTEN)
    context.on("request", on_request)
    context.on("page", on_page)
    yield findings


def inspect(page: Any, findings: Findings, *, axe: bool = True) -> None:
    """Add to `findings` what is wrong with the page now open."""
    for violation in page.evaluate("window.__violations ?? []"):
        findings.add("content policy", violation)
    overflow = page.evaluate(OVERFLOW)
    if overflow:
        findings.add("overflow", overflow)
    if axe:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        for violation in page.evaluate(RUN_AXE, RULES):
            findings.add("axe", violation)


def sign_in(page: Any, base: str, username: str, password: str) -> None:
    """Through the page that people use; raises when it does not let one in."""
    page.goto(f"{base}/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    page.click("main form:not([data-tb-passkey]) button[type=submit]")
    page.wait_for_load_state()
    if "/login/" in page.url:
        raise RuntimeError(f"{username} could not sign in")


def choose(page: Any, base: str, name: str, value: str) -> None:
    """Press the button `name`=`value` of the preferences (language, theme, large_text)."""
    page.goto(f"{base}/")
    button = f"form button[name={name}][value='{value}']"
    with page.expect_navigation():
        page.eval_on_selector(button, "button => button.form.requestSubmit(button)")
