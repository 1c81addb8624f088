"""Pictures of pages for people who look at them, and what axe says about their accessibility.

    python tests/screens.py URL [URL ...] OUTDIR [--login EMAIL [--password P]] [--width 1280] [--theme light]

Takes each page full length at 1280 and 360 px, light and dark, as OUTDIR/<path>-<width>-<theme>.png, and prints axe's
findings (WCAG 2.2 A and AA), what overflows sideways, and what the console says. ``--login`` logs in first through the
site's own form (default password: that of the demo). Ends with 1 where something was found.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage", "--hide-scrollbars"]
WIDTHS = (1280, 360)
THEMES = ("light", "dark")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STILL = """() => Promise.all(document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime !== Infinity).map(each => each.finished.catch(() => {})))
    .then(() => {})"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The distribution's Chromium, closed afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def axe_findings(page: Page) -> list[str]:
    """What axe finds in the page once nothing moves: one line a rule with the first elements it concerns."""
    # Half faded in, any text is too pale; and what arrives live while axe looks must not fade in either.
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(STILL)
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARDS}})
    page.emulate_media(reduced_motion="null")
    lines = []
    for violation in results.response["violations"]:
        places = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
        why = violation["nodes"][0]["failureSummary"].splitlines()[-1].strip()
        lines.append(f"{violation['id']} ({violation['impact']}, {len(violation['nodes'])}×): {places} | {why}")
    return lines


def log_in(context: BrowserContext, origin: str, email: str, password: str) -> None:
    """Logs the browser in through the site's own form."""
    page = context.new_page()
    page.goto(f"{origin}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    with page.expect_navigation():
        page.locator("form:has(input[name=password]) button[type=submit]").click()
    if "/accounts/login" in page.url:
        raise SystemExit(f"{email} could not log in: {page.locator('main').inner_text()[:300]}")
    page.close()


def file_name(url: str) -> str:
    """A file name made from the path and the query of an address."""
    parts = urlsplit(url)
    return re.sub(r"[^a-z0-9]+", "-", f"{parts.path} {parts.query}".lower()).strip("-") or "home"


def open_context(browser: Browser, theme: str) -> BrowserContext:
    """A fresh browser session whose system asks for the colours of ``theme``."""
    return browser.new_context(color_scheme="dark" if theme == "dark" else "light")


def photograph(context: BrowserContext, url: str, target: Path, width: int) -> list[str]:
    """One picture of one page; the answer is what was found wrong with it."""
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    answer = page.goto(url, wait_until="load")
    page.wait_for_timeout(350)
    if answer is not None and answer.status >= 500:
        said.append(f"status {answer.status}")
    if (wide := page.evaluate(OVERFLOW)) > 0:
        said.append(f"overflows sideways by {wide} px")
    said += axe_findings(page)
    page.screenshot(path=target, full_page=True)
    page.close()
    return said


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--login", metavar="EMAIL")
    parser.add_argument("--password", default="demo-marketplace")
    parser.add_argument("--width", type=int, action="append")
    parser.add_argument("--theme", choices=THEMES, action="append")
    return parser.parse_args()


def main() -> int:
    """Takes the pictures; 1 where anything was found."""
    chosen = options()
    chosen.outdir.mkdir(parents=True, exist_ok=True)
    found = False
    with chromium() as browser:
        for theme in chosen.theme or THEMES:
            context = open_context(browser, theme)
            if chosen.login:
                origin = "{0.scheme}://{0.netloc}".format(urlsplit(chosen.urls[0]))
                log_in(context, origin, chosen.login, chosen.password)
            for url in chosen.urls:
                for width in chosen.width or WIDTHS:
                    target = chosen.outdir / f"{file_name(url)}-{width}-{theme}.png"
                    said = photograph(context, url, target, width)
                    found = found or bool(said)
                    print(f"{target}: {'fine' if not said else ''}")  # noqa: T201
                    for line in said:
                        print(f"    {line}")  # noqa: T201
            context.close()
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
