"""Files that members attach: what is taken, as what, under which name, and who reads it."""

import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import close_old_connections, connection
from django.db.models import Q
from django.test import Client
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import ApiToken, Member
from attachments import access, actions
from attachments.actions import UploadQuotaReached, attach, discard_attachment, forget_unattached, upload_attachment
from attachments.errors import AlreadyAttached, RefusedFile, TooManyFiles, UnknownAttachment
from attachments.fields import AttachmentsField
from attachments.models import Attachment, AttachmentKind
from attachments.names import clean_name
from marketplace.errors import MarketplaceError
from tests.pictures import photo_with_place, picture, picture_that_claims, upload

pytestmark = pytest.mark.django_db
API = "/api/v1/attachments/"
LogIn = Callable[[Member | None], Client]
Api = Callable[[Member | None], APIClient]


def archive(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name in names:
            made.writestr(name, "contents")
    return written.getvalue()


def hand_in(member: Member, name: str = "notes.txt", contents: bytes = b"Some notes.") -> Attachment:
    return upload_attachment(actor=member, upload=upload(name, contents), now=timezone.now())


PLACE = b"\0\0\0\x1e\xa9xyz\0\x12\x15\xc7+48.2082+016.3738/"
MOVIE = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x2emoov\0\0\0\x26udta" + PLACE + b"\0" * 40
"""The beginning of a film with the place where it was taken."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + b"\xec\xa5\xc1\x00" + b"\0" * 2000
OFFICE = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")


class TestTypes:
    @pytest.mark.parametrize(
        ("name", "contents", "stored_as", "content_type"),
        [
            ("a.txt", b"hello", "a.txt", "text/plain"),
            ("umlauts.csv", "Größe;Preis\n".encode("cp1252"), "umlauts.csv", "text/plain"),
            ("wide.txt", "hello".encode("utf-16"), "wide.txt", "text/plain"),
            ("page.html", b"<html><script>alert(1)</script>", "page.html", "text/plain"),
            ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "logo.svg", "text/plain"),
            ("run.sh", b"#!/bin/sh\nrm -rf /\n", "run.sh", "text/plain"),
            ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"\0" * 50, "a.pdf", "application/pdf"),
            ("a.zip", archive("x"), "a.zip", "application/zip"),
            ("offer.docx", OFFICE, "offer.docx", "wordprocessingml.document"),
            ("old.doc", OLE, "old.doc", "application/msword"),
            ("film.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 90, "film.mp4", "video/mp4"),
            ("model.blend", b"\0\1\2\3" * 40, "model.blend", "application/octet-stream"),
            ("no ending", b"\0\1\2\3" * 40, "no ending", "application/octet-stream"),
        ],
    )
    def test_downloads_are_named_by_their_contents(
        self, paul: Member, name: str, contents: bytes, stored_as: str, content_type: str
    ) -> None:
        made = hand_in(paul, name, contents)
        assert (made.kind, made.name) == (AttachmentKind.FILE, stored_as)
        assert made.content_type.endswith(content_type)
        assert made.file.read() == contents

    @pytest.mark.parametrize("written_as", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
    def test_pictures_are_pictures_whatever_the_browser_says(self, paul: Member, written_as: str) -> None:
        made = hand_in(paul, f"x.{written_as.lower()}", picture(written_as))
        assert (made.kind, made.width, made.height) == (AttachmentKind.IMAGE, 40, 20)
        assert made.content_type == ("image/webp" if written_as == "AVIF" else f"image/{written_as.lower()}")

    @pytest.mark.parametrize(
        ("name", "contents", "code"),
        [
            ("empty.txt", b"", "empty"),
            ("large.bin", b"x" * (20 * 1024 * 1024 + 1), "too_large"),
            ("photo.jpg", b"<html><script>alert(1)</script>", "wrong_type"),
            ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "wrong_type"),
            ("invoice.pdf", b"MZ\x90\0" + b"\0" * 200, "wrong_type"),
            ("invoice.pdf", picture("PNG"), "wrong_type"),
            ("notes.txt", b"\0\1\2\3" * 100, "wrong_type"),
            ("letter.docx", b"\x7fELF" + b"\0" * 200, "wrong_type"),
            ("setup", b"MZ\x90\0" + b"\0" * 200, "executable"),
            ("setup.bin", b"\x7fELF" + b"\0" * 200, "executable"),
            ("start.bat", b"del *.*", "executable"),
            ("photo.heic", b"\0\0\0\x18ftypheic" + b"\0" * 90, "unsupported_picture"),
            ("photo.jpg", b"\0\0\0\x18ftypheic" + b"\0" * 90, "unsupported_picture"),
            ("broken.png", picture("PNG")[:60], "unreadable"),
            ("bomb.png", picture_that_claims(9000, 6000), "too_many_pixels"),
            ("bomb.png", picture_that_claims(60000, 60000), "too_many_pixels"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_is_refused_says_why_and_leaves_nothing(
        self, paul: Member, name: str, contents: bytes, code: str
    ) -> None:
        with pytest.raises(MarketplaceError) as refused:
            hand_in(paul, name, contents)
        assert refused.value.code == code
        assert len(str(refused.value.message)) > 15
        assert not Attachment.objects.exists()

    def test_a_wrong_ending_among_pictures_is_set_right(self, paul: Member) -> None:
        assert hand_in(paul, "scan.jpg", picture("PNG")).name == "scan.png"

    def test_twenty_megabytes_are_taken(self, paul: Member) -> None:
        assert hand_in(paul, "x.bin", b"\0" * (20 * 1024 * 1024)).size == 20 * 1024 * 1024


class TestPictures:
    def test_only_pixels_survive(self, paul: Member) -> None:
        made = hand_in(paul, "IMG_1234.JPG", photo_with_place())
        raw = made.file.read()
        for secret in (b"SecretCamera", b"written at home", b"script", b"Exif", b"GPS"):
            assert secret not in raw
        with Image.open(io.BytesIO(raw)) as stored:
            assert not stored.getexif()
            assert stored.size == (20, 40), "it was turned as its metadata asked"
        assert (made.width, made.height, made.size) == (20, 40, len(raw))

    def test_texts_in_pngs_are_left_behind(self, paul: Member) -> None:
        from PIL.PngImagePlugin import PngInfo

        words = PngInfo()
        words.add_text("Author", "Paul at home", zip=True)
        assert b"Author" not in hand_in(paul, "x.png", picture("PNG", pnginfo=words)).file.read()

    def test_transparency_and_animation_are_kept(self, paul: Member) -> None:
        frames = [Image.new("RGBA", (20, 20), (shade, 0, 0, shade)) for shade in (10, 120, 240)]
        written = io.BytesIO()
        frames[0].save(written, "WEBP", save_all=True, append_images=frames[1:], duration=[50, 60, 70], lossless=True)
        with Image.open(hand_in(paul, "a.webp", written.getvalue()).file) as stored:
            assert (getattr(stored, "n_frames", 1), stored.mode) == (3, "RGBA")

    def test_very_many_frames_are_refused(self, paul: Member) -> None:
        frames = [Image.new("L", (2, 2), number % 256) for number in range(600)]
        written = io.BytesIO()
        frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
        with pytest.raises(MarketplaceError) as refused:
            hand_in(paul, "a.gif", written.getvalue())
        assert refused.value.code == "too_many_pixels"


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\paul\\cv.pdf", "cv.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u200bb\x00c\r\nd.txt", "abcd.txt"),
        ("  spaces   inside .txt ", "spaces inside.txt"),
        ("...", "file"),
        ("", "file"),
        (None, "file"),
        ('a"b<c>:d?.txt', "a_b_c__d_.txt"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("Größe.pdf", "Größe.pdf"),
        ("Gro\u0308sse.pdf", "Grösse.pdf"),
        ("می‌خواهم.txt", "می‌خواهم.txt"),
    ],
)
def test_names_are_cleaned(given: str | None, cleaned: str) -> None:
    assert clean_name(given) == cleaned


class TestAttaching:
    def test_ones_own_once_and_in_order(self, paul: Member) -> None:
        first, second = hand_in(paul), hand_in(paul)
        now = timezone.now()
        assert attach(actor=paul, ids=[second.pk, first.pk, second.pk], now=now) == [second, first]
        with pytest.raises(UnknownAttachment):
            attach(actor=paul, ids=[first.pk], now=now)
        with pytest.raises(AlreadyAttached):
            discard_attachment(actor=paul, attachment=first)

    def test_not_somebody_elses_nor_unknown_nor_too_many(self, paul: Member, sam: Member) -> None:
        mine, now = hand_in(paul), timezone.now()
        with pytest.raises(UnknownAttachment):
            attach(actor=sam, ids=[mine.pk], now=now)
        with pytest.raises(UnknownAttachment):
            attach(actor=paul, ids=[mine.pk, uuid4()], now=now)
        with pytest.raises(TooManyFiles):
            attach(actor=paul, ids=[uuid4() for _number in range(11)], now=now)
        mine.refresh_from_db()
        assert mine.attached_at is None

    def test_nothing_costs_nothing(self, paul: Member, django_assert_num_queries: Callable[[int], object]) -> None:
        assert attach(actor=paul, ids=[], now=timezone.now()) == []

    def test_the_sweep_takes_old_uploads_with_their_files(
        self, paul: Member, django_capture_on_commit_callbacks: Callable[..., object]
    ) -> None:
        now = timezone.now()
        old, kept, fresh = hand_in(paul), hand_in(paul), hand_in(paul)
        Attachment.objects.filter(pk__in=[old.pk, kept.pk]).update(created_at=now - timedelta(hours=25))
        attach(actor=paul, ids=[kept.pk], now=now)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            assert forget_unattached(now=now) == 1
        assert {each.pk for each in Attachment.objects.all()} == {kept.pk, fresh.pk}
        assert not Path(old.file.path).exists()
        assert Path(kept.file.path).exists()
        assert forget_unattached(now=now) == 0

    def test_files_go_with_the_account(
        self, paul: Member, django_capture_on_commit_callbacks: Callable[..., object]
    ) -> None:
        path = Path(hand_in(paul).file.path)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            paul.delete()
        assert not path.exists()

    def test_quota(self, paul: Member, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.RATE_LIMITS = True
        monkeypatch.setattr(actions.upload, "MOST_A_DAY", 2)
        hand_in(paul), hand_in(paul)
        with pytest.raises(UploadQuotaReached):
            hand_in(paul)
        Attachment.objects.update(created_at=timezone.now() - timedelta(hours=25))
        assert hand_in(paul).pk


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_have_one_winner(paul: Member) -> None:
    mine, now = hand_in(paul), timezone.now()

    def claim(_number: int) -> bool:
        close_old_connections()
        try:
            return bool(attach(actor=paul, ids=[mine.pk], now=now))
        except UnknownAttachment:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(claim, range(8))) == 1


class TestContents:
    def test_the_uploader_reads_it_and_nobody_else(self, paul: Member, sam: Member, log_in: LogIn) -> None:
        mine = hand_in(paul)
        url = mine.get_absolute_url()
        answer = log_in(paul).get(url)
        assert b"".join(answer.streaming_content) == b"Some notes."  # type: ignore[attr-defined]
        assert log_in(sam).get(url).status_code == 404
        assert log_in(None).get(url).status_code == 302
        assert log_in(paul).get(url.replace("notes", "other")).status_code == 404
        assert log_in(paul).post(url).status_code == 405
        assert log_in(paul).get(f"/attachments/{uuid4()}/notes.txt").status_code == 404

    def test_a_token_that_may_read_is_as_good_as_the_log_in(self, paul: Member, sam: Member, api: Api) -> None:
        url = api(paul).post(API, {"file": upload("notes.txt", b"Some notes.")}, format="multipart").json()["url"]
        assert b"".join(api(paul).get(url).streaming_content) == b"Some notes."  # type: ignore[attr-defined]
        assert api(sam).get(url).status_code == 404
        reads_nothing = ApiToken.issue(member=paul, name="test", scopes=["staff"])[1]
        for given in (reads_nothing, "x" * 40):
            answer = Client(headers={"authorization": f"Token {given}"}).get(url)
            assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")

    @pytest.mark.parametrize("asked", ["", "?inline=1", "?download"])
    @pytest.mark.parametrize(
        ("name", "contents"),
        [
            ("film.mp4", MOVIE),
            ("film.mov", b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + MOVIE[24:]),
            ("song.mp3", b"ID3\x03" + b"\0" * 90),
            ("scan.tif", b"II*\0\x08\0\0\0" + b"\0" * 90),
        ],
    )
    def test_what_may_hold_a_place_is_never_shown_in_place(
        self, paul: Member, log_in: LogIn, name: str, contents: bytes, asked: str
    ) -> None:
        made = hand_in(paul, name, contents)
        assert not made.is_picture
        answer = log_in(paul).get(made.get_absolute_url() + asked)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"

    def test_the_form_says_so(self, paul: Member) -> None:
        assert "videos and other files are passed on as they are" in str(AttachmentsField().help_text)

    def test_a_rule_lets_others_read(
        self, paul: Member, sam: Member, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mine = hand_in(paul)
        monkeypatch.setattr(access, "_rules", [])
        access.register(lambda member: Q(pk=mine.pk) if member == sam else Q(pk__in=[]))
        assert log_in(sam).get(mine.get_absolute_url()).status_code == 200

    @pytest.mark.parametrize(
        ("name", "contents", "disposition"),
        [
            ("evil.html", b"<script>alert(document.cookie)</script>", "attachment"),
            ("evil.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "attachment"),
            ("a.pdf", b"%PDF-1.7\n" + b"\0" * 50, "attachment"),
            ("x.png", picture("PNG"), "inline"),
        ],
    )
    def test_nothing_runs(self, paul: Member, log_in: LogIn, name: str, contents: bytes, disposition: str) -> None:
        answer = log_in(paul).get(hand_in(paul, name, contents).get_absolute_url())
        assert answer["Content-Disposition"] == f'{disposition}; filename="{name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"].startswith("private")
        assert "html" not in answer["Content-Type"]
        assert "svg" not in answer["Content-Type"]

    def test_a_picture_can_be_downloaded_too(self, paul: Member, log_in: LogIn) -> None:
        answer = log_in(paul).get(hand_in(paul, "x.png", picture("PNG")).get_absolute_url() + "?download")
        assert answer["Content-Disposition"].startswith("attachment")

    def test_a_lost_file_is_missing_and_no_error(self, paul: Member, log_in: LogIn) -> None:
        mine = hand_in(paul)
        Path(mine.file.path).unlink()
        assert log_in(paul).get(mine.get_absolute_url()).status_code == 404


class TestApi:
    def test_upload_look_discard(self, paul: Member, sam: Member, api: Api) -> None:
        answer = api(paul).post(API, {"file": upload("../a.png", picture("PNG"))}, format="multipart")
        body = answer.json()
        assert answer.status_code == 201
        assert {**body, "size": 0} == {
            "id": body["id"],
            "name": "a.png",
            "kind": "image",
            "content_type": "image/png",
            "size": 0,
            "url": f"/attachments/{body['id']}/a.png",
        }
        assert api(paul).get(f"{API}{body['id']}/").json() == body
        assert api(sam).get(f"{API}{body['id']}/").status_code == 404
        assert api(sam).delete(f"{API}{body['id']}/").status_code == 404
        assert api(paul).delete(f"{API}{body['id']}/").status_code == 204
        assert api(paul).get(f"{API}{body['id']}/").status_code == 404

    def test_refusals(self, paul: Member, api: Api) -> None:
        def code(status: int, data: object, form: str = "multipart") -> str:
            answer = api(paul).post(API, data, format=form)
            assert answer.status_code == status, answer.content
            return str(answer.json()["code"])

        assert code(400, {"file": upload("a.txt", b"")}) == "empty"
        assert code(400, {"file": upload("a.pdf", b"x")}) == "wrong_type"
        assert code(400, {}) == "invalid"
        assert code(400, {"file": "words"}) == "invalid"
        assert code(400, {"file": upload("a.txt", b"x"), "name": "b"}) == "unknown_field"
        assert code(415, {"file": "words"}, "json") == "unsupported_media_type"
        assert api(None).post(API, {"file": upload("a.txt", b"x")}, format="multipart").status_code == 401
        assert api(paul).post(f"{API}?x=1", {"file": upload("a.txt", b"x")}, format="multipart").status_code == 400

    def test_attached_is_not_discarded(self, paul: Member, api: Api) -> None:
        mine = hand_in(paul)
        attach(actor=paul, ids=[mine.pk], now=timezone.now())
        answer = api(paul).delete(f"{API}{mine.pk}/")
        assert (answer.status_code, answer.json()["code"]) == (409, "already_attached")

    def test_a_key_makes_two_uploads_one(self, paul: Member, api: Api) -> None:
        def send(contents: bytes) -> object:
            data = {"file": upload("a.txt", contents)}
            return api(paul).post(API, data, format="multipart", headers={"Idempotency-Key": "k"})

        first, again, other = send(b"x"), send(b"x"), send(b"y")
        assert first.json() == again.json()  # type: ignore[attr-defined]
        assert again["Idempotent-Replayed"] == "true"  # type: ignore[index]
        assert other.status_code == 409  # type: ignore[attr-defined]
        assert Attachment.objects.count() == 1

    def test_the_quota_says_when_to_come_back(
        self, paul: Member, api: Api, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.RATE_LIMITS = True
        monkeypatch.setattr(actions.upload, "MOST_A_DAY", 0)
        answer = api(paul).post(API, {"file": upload("a.txt", b"x")}, format="multipart")
        assert (answer.status_code, answer.json()["code"]) == (429, "upload_quota_reached")
        assert int(answer["Retry-After"]) > 0


def test_refusals_are_about_the_field() -> None:
    assert list(RefusedFile("No.").fields or {}) == ["file"]
