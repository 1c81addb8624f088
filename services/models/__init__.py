"""Data of the services app."""

from services.models.catalogue import CatalogueLoad, CatalogueRow, Question, Service, ServiceGroup
from services.models.counters import CountedBatch, PageDay
from services.models.exchange import ExchangeRate
from services.models.input import PageInput
from services.models.page import PageAddress, PageQuerySet, PageService, PageStatus, Pricing, ServicePage, WorkLocation
from services.models.page_list import ListedPage, PageList
from services.models.saved_search import Alert, SavedSearch
from services.models.search import PageVector, SearchChange, SearchEntry, SearchStatistics, SearchWord
from services.models.sitemap import SitemapChunk

__all__ = [
    "Alert",
    "CatalogueLoad",
    "CatalogueRow",
    "CountedBatch",
    "ExchangeRate",
    "ListedPage",
    "PageAddress",
    "PageDay",
    "PageInput",
    "PageList",
    "PageQuerySet",
    "PageService",
    "PageStatus",
    "PageVector",
    "Pricing",
    "Question",
    "SavedSearch",
    "SearchChange",
    "SearchEntry",
    "SearchStatistics",
    "SearchWord",
    "Service",
    "ServiceGroup",
    "ServicePage",
    "SitemapChunk",
    "WorkLocation",
]
