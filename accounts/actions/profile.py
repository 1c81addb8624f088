"""A member's profile."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import Member
from marketplace.places import City


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile says. ``photo``: a new one, None to keep the present one; ``drop_photo`` removes it."""

    name: str
    headline: str
    place: City | None
    time_zone: str
    languages: tuple[str, ...]
    photo: ContentFile[bytes] | None = None
    drop_photo: bool = False


def update_profile(*, actor: Member, profile: Profile) -> Member:
    """The actor's own profile as given. The old photo's file goes once the new state is committed."""
    with transaction.atomic():
        member: Member = Member.objects.select_for_update().get(pk=actor.pk)
        member.name, member.headline = profile.name, profile.headline
        member.time_zone, member.languages = profile.time_zone, list(profile.languages)
        _set_place(member, profile.place)
        _set_photo(member, profile)
        member.full_clean(exclude=["password", "email"])
        member.save()
    return member


def _set_place(member: Member, place: City | None) -> None:
    member.country, member.city = (place.country, place.name) if place else ("", "")
    member.latitude, member.longitude = (place.latitude, place.longitude) if place else (None, None)


def _set_photo(member: Member, profile: Profile) -> None:
    if profile.photo is None and not profile.drop_photo:
        return
    old, storage = member.photo.name, member.photo.storage
    member.photo = ""
    if profile.photo is not None:
        member.photo.save(profile.photo.name or "photo.webp", profile.photo, save=False)
    if old:
        transaction.on_commit(lambda: storage.delete(old))
