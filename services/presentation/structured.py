"""A page as schema.org JSON-LD, for search engines."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from services.models import Pricing, ServicePage, WorkLocation
from services.money import plain

ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
"""What could end the script element, or a line of it."""


def json_ld(
    page: ServicePage,
    *,
    url: str,
    description: str,
    services: Sequence[str],
    photo: str = "",
    more: Mapping[str, Any] | None = None,
) -> SafeString:
    """The contents of ``<script type="application/ld+json">``. ``services`` are names; addresses are absolute.

    ``more`` holds further properties of the service, such as its reviews.
    """
    data = {
        "@context": "https://schema.org",
        "@type": "Service",
        "@id": url,
        "url": url,
        "name": page.title,
        "description": description,
        "serviceType": list(services),
        "provider": _provider(page, photo),
        "areaServed": _area(page),
        "offers": list(_offers(page, url)),
        "aggregateRating": _rating(page),
        **(more or {}),
    }
    filled = {name: value for name, value in data.items() if value}
    return mark_safe(json.dumps(filled, ensure_ascii=False).translate(ESCAPES))  # noqa: S308  escaped just now


def _provider(page: ServicePage, photo: str) -> dict[str, Any]:
    person: dict[str, Any] = {"@type": "Person", "name": page.member.display_name, "knowsLanguage": page.languages}
    if page.country:
        address = {"@type": "PostalAddress", "addressCountry": page.country, "addressLocality": page.city}
        person["address"] = {name: value for name, value in address.items() if value}
    if photo:
        person["image"] = photo
    return person


def _area(page: ServicePage) -> dict[str, Any] | None:
    if page.work_location == WorkLocation.REMOTE or page.latitude is None or page.radius_km is None:
        return None
    middle = {"@type": "GeoCoordinates", "latitude": page.latitude, "longitude": page.longitude}
    return {"@type": "GeoCircle", "geoMidpoint": middle, "geoRadius": page.radius_km * 1000}


def _offers(page: ServicePage, url: str) -> Iterator[dict[str, Any]]:
    offer = {"@type": "Offer", "url": url, "priceCurrency": page.currency}
    if page.pricing == Pricing.PACKAGES:
        for package in page.packages:
            yield {**offer, "name": package["name"] or package["tier"], "price": plain(package["price"], page.currency)}
    elif page.rate is not None:
        price = plain(page.rate, page.currency)
        unit = {"@type": "UnitPriceSpecification", "priceCurrency": page.currency}
        if page.pricing == Pricing.HOURLY:
            yield {**offer, "price": price, "priceSpecification": {**unit, "price": price, "unitCode": "HUR"}}
        else:
            yield {**offer, "priceSpecification": {**unit, "minPrice": price}}


def _rating(page: ServicePage) -> dict[str, Any] | None:
    if page.rating is None:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": round(page.rating, 2),
        "reviewCount": page.rating_count,
        "bestRating": 5,
        "worstRating": 1,
    }
