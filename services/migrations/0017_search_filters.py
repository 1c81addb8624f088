from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, BtreeGinExtension, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    """One index of words, services, languages and countries, instead of one for words and one for services: what a search
    asks for together is intersected within the index. Ratings and prices get the orders in which they are browsed.

    All of them are built beside other people's writing; the old ones go when the new ones are there.
    """

    atomic = False
    dependencies = [("services", "0016_came_back")]

    operations = [
        BtreeGinExtension(),
        AddIndexConcurrently(
            "SearchEntry",
            GinIndex(
                fields=["words", "service_ids", "languages", "country"], name="services_search_filters", fastupdate=False
            ),
        ),
        AddIndexConcurrently(
            "SearchEntry",
            models.Index(F("rating").desc(nulls_last=True), F("rating_count").desc(), "page", name="services_search_rating"),
        ),
        AddIndexConcurrently(
            "SearchEntry",
            models.Index(F("rate_eur").asc(nulls_last=True), "page", name="services_search_price"),
        ),
        RemoveIndexConcurrently("SearchEntry", "services_search_words"),
        RemoveIndexConcurrently("SearchEntry", "services_search_services"),
    ]
