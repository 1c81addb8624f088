"""The profile: places in one line, photos written anew, languages, time zones; and the pages of tokens."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from accounts.forms import ProfileForm
from accounts.models import ApiToken, Member
from accounts.photos import SIDE
from marketplace.place_names import UnclearPlace, label, resolve
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
PROFILE = "/accounts/profile/"
GOOD = {
    "name": "Clara Client",
    "headline": "Runs a bakery",
    "place": "Vienna, Austria",
    "time_zone": "Europe/Vienna",
    "languages": ["de", "en"],
}


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600), **options: Any) -> SimpleUploadedFile:
    contents = io.BytesIO()
    mode = "RGBA" if kind in {"PNG", "WEBP"} else "RGB"
    Image.new(mode, size, "rebeccapurple").save(contents, kind, **options)
    return SimpleUploadedFile("../../evil.html", contents.getvalue(), content_type="text/html")


class TestProfile:
    def test_saves_everything(self, log_in: LogIn, clara: Member) -> None:
        answer: Any = log_in(clara).post(PROFILE, GOOD)
        assert answer.url == PROFILE
        clara.refresh_from_db()
        assert (clara.headline, clara.country, clara.city) == ("Runs a bakery", "AT", "Vienna")
        assert clara.latitude == pytest.approx(48.2, abs=0.1)
        assert (clara.time_zone, clara.languages) == ("Europe/Vienna", ["de", "en"])

    def test_form_shows_what_is_stored(self, log_in: LogIn, clara: Member) -> None:
        browser = log_in(clara)
        browser.post(PROFILE, GOOD)
        page = browser.get(PROFILE).content.decode()
        assert 'value="Vienna, Austria"' in page
        assert '<option value="Europe/Vienna" selected>' in page
        assert browser.post(PROFILE, GOOD | {"place": ""}).status_code == 302
        clara.refresh_from_db()
        assert (clara.city, clara.latitude) == ("", None)

    def test_browser_may_guess_only_while_nothing_was_chosen(self, clara: Member) -> None:
        assert "data-time-zone" in str(ProfileForm.filled(clara)["time_zone"])
        clara.time_zone = "Europe/Rome"
        assert "data-time-zone" not in str(ProfileForm.filled(clara)["time_zone"])

    def test_anonymous_is_sent_to_log_in(self, client: Client) -> None:
        answer: Any = client.get(PROFILE)
        assert answer.url == "/accounts/login/?next=/accounts/profile/"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", "a\0b"),
            ("name", "x" * 1_000_000),
            ("headline", "x" * 161),
            ("headline", "\x07"),
            ("place", "Springfield"),
            ("place", "Nowhereville"),
            ("place", "Vienna, Atlantis"),
            ("place", "\0"),
            ("place", "x" * 1_000_000),
            ("place", ",,,"),
            ("time_zone", "Mars/Olympus"),
            ("time_zone", ""),
            ("languages", ["xx"]),
            ("languages", ["\0"]),
            ("languages", ["de", "en", "fr", "es", "it", "pt", "nl", "sv", "da", "fi", "el"]),
            ("photo", SimpleUploadedFile("photo.png", b"<svg onload=alert(1)>")),
            ("photo", SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50)),
            ("photo", SimpleUploadedFile("empty.png", b"")),
        ],
    )
    def test_bad_input_is_told_and_the_form_kept(self, log_in: LogIn, clara: Member, field: str, value: Any) -> None:
        answer = log_in(clara).post(PROFILE, GOOD | {field: value})
        assert answer.status_code == 400
        page = answer.content.decode()
        assert "Please have another look" in page
        assert "Runs a bakery" in page or field == "headline"
        clara.refresh_from_db()
        assert clara.headline == ""

    def test_unclear_place_offers_what_it_may_mean(self, log_in: LogIn, clara: Member) -> None:
        page = log_in(clara).post(PROFILE, GOOD | {"place": "springfield"}).content.decode()
        assert '<option value="Springfield, IL, United States">' in page
        assert "Which one do you mean?" in page
        assert 'value="springfield"' in page
        answer = log_in(clara).post(PROFILE, GOOD | {"place": "Springfield, IL, United States"})
        assert answer.status_code == 302

    def test_candidates_do_not_leak_into_other_forms(self) -> None:
        unclear = ProfileForm(GOOD | {"place": "Springfield"})
        assert not unclear.is_valid()
        assert "<option" not in str(ProfileForm(GOOD)["place"])

    def test_queries(self, log_in: LogIn, clara: Member, django_assert_max_num_queries: Any) -> None:
        browser = log_in(clara)
        with django_assert_max_num_queries(7):
            browser.get(PROFILE)


class TestPhoto:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_becomes_a_square_webp_under_a_new_name(self, log_in: LogIn, clara: Member, kind: str) -> None:
        browser = log_in(clara)
        assert browser.post(PROFILE, GOOD | {"photo": picture(kind)}).status_code == 302
        clara.refresh_from_db()
        assert re.fullmatch(r"members/[0-9a-f]{32}\.webp", clara.photo.name or "")
        with Image.open(clara.photo.path) as stored:
            assert (stored.format, stored.size) == ("WEBP", (SIDE, SIDE))
        answer = browser.get(clara.photo.url)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_loses_metadata_and_stands_upright(self, log_in: LogIn, clara: Member) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned by a quarter
        exif[0x010E] = "taken at home"
        exif[0x8825] = {1: "N", 2: (48.0, 12.0, 0.0)}
        half = Image.new("RGB", (400, 400), "white")
        half.paste("black", (0, 0, 400, 200))
        contents = io.BytesIO()
        half.save(contents, "JPEG", exif=exif)
        log_in(clara).post(PROFILE, GOOD | {"photo": SimpleUploadedFile("a.jpg", contents.getvalue())})
        clara.refresh_from_db()
        with Image.open(clara.photo.path) as stored:
            assert not stored.getexif()
            right = stored.convert("L").getpixel((SIDE - 20, SIDE // 2))
            assert isinstance(right, int)
            assert right < 60  # what was on top is now on the right
        assert b"taken at home" not in clara.photo.read()

    @pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
    def test_too_large_and_too_many_pixels(self, log_in: LogIn, clara: Member) -> None:
        text = PngImagePlugin.PngInfo()
        text.add_text("padding", "x" * (9 * 1024 * 1024))
        browser = log_in(clara)
        assert "8 MB" in browser.post(PROFILE, GOOD | {"photo": picture("PNG", pnginfo=text)}).content.decode()
        bomb = picture("PNG", (12_000, 12_000))
        assert "too many pixels" in browser.post(PROFILE, GOOD | {"photo": bomb}).content.decode()

    def test_old_file_goes_with_the_new_one_and_on_removal(
        self, log_in: LogIn, clara: Member, django_capture_on_commit_callbacks: Any
    ) -> None:
        browser = log_in(clara)
        browser.post(PROFILE, GOOD | {"photo": picture()})
        clara.refresh_from_db()
        first, storage = str(clara.photo.name), clara.photo.storage
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(PROFILE, GOOD | {"photo": picture()})
        clara.refresh_from_db()
        assert clara.photo.name != first
        assert not storage.exists(first)
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(PROFILE, GOOD | {"drop_photo": "on"})
        assert not storage.exists(str(clara.photo.name))
        clara.refresh_from_db()
        assert not clara.photo

    @pytest.mark.parametrize(
        "path", ["../settings.py", "members/none.webp", "members/", "members/x.html", "%2e%2e/x.webp"]
    )
    def test_nothing_else_is_served(self, client: Client, path: str) -> None:
        assert client.get(f"/media/{path}").status_code in {400, 404}


class TestPlaces:
    def test_suggestions(self, client: Client) -> None:
        answer = client.get("/places/?q=vien")
        first = answer.json()["results"][0]
        assert (first["label"], first["country"], first["time_zone"]) == ("Vienna, Austria", "AT", "Europe/Vienna")
        assert "public" in answer["Cache-Control"]
        assert client.get("/places/?q=Wien, Austria").json()["results"][0]["city"] == "Vienna"

    @pytest.mark.parametrize("text", ["", " ", "zzzzzz", "x" * 10_000, "<?!>", "😀"])
    def test_nothing_found(self, client: Client, text: str) -> None:
        answer = client.get("/places/", {"q": text})
        assert (answer.status_code, answer.json()) == (200, {"results": []})

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("vienna", "Vienna, Austria"),
            ("MÜNCHEN, de", "Munich, Germany"),
            ("London, Canada", "London, Canada"),
            ("springfield, il, usa", "Springfield, IL, United States"),
            ("San José, Costa Rica", "San José, Costa Rica"),
        ],
    )
    def test_lines_are_understood(self, text: str, found: str) -> None:
        assert label(resolve(text)) == found
        assert resolve(found) == resolve(text)

    @pytest.mark.parametrize("text", ["Springfield", "Springfield, United States", "Wien, Deutschland", "", "Qwertz"])
    def test_unclear_lines_are_not_guessed(self, text: str) -> None:
        with pytest.raises(UnclearPlace):
            resolve(text)


class TestTokenPages:
    @pytest.fixture
    def browser(self, log_in: LogIn, clara: Member) -> Client:
        browser = log_in(clara)
        browser.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
        return browser

    def test_secret_is_shown_once_and_works(self, browser: Client, clara: Member) -> None:
        answer = browser.post("/accounts/tokens/", {"name": "Calendar", "scope": "read"})
        found = re.search(r"<code data-secret>([^<]+)</code>", answer.content.decode())
        assert found
        assert "no-store" in answer["Cache-Control"]
        assert Client().get("/api/v1/me/", headers={"authorization": f"Token {found[1]}"}).status_code == 200
        later = browser.get("/accounts/tokens/").content.decode()
        assert "Calendar" in later
        assert found[1] not in later
        assert ApiToken.objects.get().scopes == ["read"]

    @pytest.mark.parametrize(
        "form", [{}, {"name": "x"}, {"name": "x", "scope": "staff"}, {"name": "a\0", "scope": "read"}]
    )
    def test_bad_form(self, browser: Client, form: dict[str, str]) -> None:
        assert browser.post("/accounts/tokens/", form).status_code == 400
        assert not ApiToken.objects.exists()

    def test_staff_may_choose_staff_powers(self, log_in: LogIn, ada: Member) -> None:
        browser = log_in(ada)
        browser.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
        assert browser.post("/accounts/tokens/", {"name": "x", "scope": "staff"}).status_code == 200
        assert ApiToken.objects.get().allows("staff")

    def test_revoke_own_only_and_not_by_link(self, browser: Client, log_in: LogIn, clara: Member, sam: Member) -> None:
        token, _secret = ApiToken.issue(member=clara, name="x")
        address = f"/accounts/tokens/{token.pk}/revoke/"
        assert log_in(sam).post(address).status_code == 404
        assert browser.get(address).status_code == 405
        assert browser.post(address).status_code == 302
        assert not ApiToken.objects.exists()

    def test_list_costs_the_same_for_many(
        self, browser: Client, clara: Member, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(8):
            ApiToken.issue(member=clara, name=f"token {number}")
        with django_assert_max_num_queries(7):
            browser.get("/accounts/tokens/")
