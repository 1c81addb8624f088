"""Data of the services app."""

from services.models.catalogue import CatalogueLoad, CatalogueRow, Question, Service, ServiceGroup
from services.models.exchange import ExchangeRate
from services.models.page import PageAddress, PageQuerySet, PageService, PageStatus, Pricing, ServicePage, WorkLocation

__all__ = [
    "CatalogueLoad",
    "CatalogueRow",
    "ExchangeRate",
    "PageAddress",
    "PageQuerySet",
    "PageService",
    "PageStatus",
    "Pricing",
    "Question",
    "Service",
    "ServiceGroup",
    "ServicePage",
    "WorkLocation",
]
