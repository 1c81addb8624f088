"""Budgets in sentences, and numbers that must not be taken for one."""

import pytest

from tests.sentences import understood


@pytest.mark.parametrize(
    ("text", "locale", "least", "most", "currency", "hourly"),
    [
        ("logo under 500 €", "en_US", None, 50000, "EUR", False),
        ("logo for a bakery under 500 euros", "en_US", None, 50000, "EUR", False),
        ("website between 1k and 2k dollars", "en_US", 100000, 200000, "USD", False),
        ("website between 1 and 2k dollars", "en_US", 100000, 200000, "USD", False),
        ("react dev €40/h", "en_GB", None, 4000, "EUR", True),
        ("max 300 USD", "en_US", None, 30000, "USD", False),
        ("up to $1,500 for a logo", "en_US", None, 150000, "USD", False),
        ("$40-60/h designer", "en_US", 4000, 6000, "USD", True),
        ("EUR 40 per hour", "en_GB", None, 4000, "EUR", True),
        ("at least 50 usd per hour", "en_US", 5000, None, "USD", True),
        ("my budget is 300-500 EUR", "en_US", 30000, 50000, "EUR", False),
        ("iPhone 12 repair under $100", "en_US", None, 10000, "USD", False),
        ("a logo under $300", "en_CA", None, 30000, "CAD", False),
        ("dog walker, max £15/h", "en_GB", None, 1500, "GBP", True),
        ("budget 500", "en_GB", None, 50000, "GBP", False),
        ("mobile app, budget 10k-15k USD", "en_US", 1000000, 1500000, "USD", False),
        ("wedding cake, no more than 300 pounds", "en_GB", None, 30000, "GBP", False),
        ("catering for up to 20 people, £400 budget", "en_GB", None, 40000, "GBP", False),
        ("50 Euro pro Stunde", "de_DE", None, 5000, "EUR", True),
        ("Webseite für höchstens 1.500 €", "de_DE", None, 150000, "EUR", False),
        ("von 500 bis 800 Euro", "de_DE", 50000, 80000, "EUR", False),
        ("2.000-3.000 €", "de_DE", 200000, 300000, "EUR", False),
        ("Budget: 2 Tsd. Euro", "de_DE", None, 200000, "EUR", False),
        ("40,50 €/Std.", "de_DE", None, 4050, "EUR", True),
        ("Stundensatz max 60 €", "de_DE", None, 6000, "EUR", True),
        ("Umzug für 300 Franken", "de_CH", None, 30000, "CHF", False),
        ("hasta 500 euros", "es_ES", None, 50000, "EUR", False),
        ("entre 200 y 400 €", "es_ES", 20000, 40000, "EUR", False),
        ("20 euros la hora", "es_ES", None, 2000, "EUR", True),
        ("menos de 1.000 dólares", "es_ES", None, 100000, "USD", False),
        ("2 mil euros", "es_ES", None, 200000, "EUR", False),
        ("hasta 5000 pesos", "es_MX", None, 500000, "MXN", False),
        ("moins de 500 euros", "fr_FR", None, 50000, "EUR", False),
        ("entre 1 000 et 2 000 €", "fr_FR", 100000, 200000, "EUR", False),
        ("30 € de l'heure", "fr_FR", None, 3000, "EUR", True),
        ("jusqu'à 300 euros", "fr_FR", None, 30000, "EUR", False),
        ("website, budget 10k", "en_GB", None, 1000000, "GBP", False),
        ("website, 10k budget", "en_US", None, 1000000, "USD", False),
        ("Budget 50-80k", "de_DE", 5000000, 8000000, "EUR", False),
        ("react developer $50-80k", "en_US", 5000000, 8000000, "USD", False),
        ("logo for two hundred euros", "en_GB", None, 20000, "EUR", False),
        ("at most one thousand five hundred dollars", "en_US", None, 150000, "USD", False),
        ("cleaner, twenty pounds an hour", "en_GB", None, 2000, "GBP", True),
        ("Logo für höchstens fünfhundert Euro", "de_DE", None, 50000, "EUR", False),
        ("zweihundertfünfzig Euro", "de_DE", None, 25000, "EUR", False),
        ("hasta mil quinientos euros", "es_ES", None, 150000, "EUR", False),
        ("por doscientos euros", "es_ES", None, 20000, "EUR", False),
        ("moins de deux mille euros", "fr_FR", None, 200000, "EUR", False),
        ("£30ph gardener", "en_GB", None, 3000, "GBP", True),
        ("Putzfrau, 15 euro std", "de_DE", None, 1500, "EUR", True),
        ("Logo, 300,- €", "de_DE", None, 30000, "EUR", False),
        ("Logo für 300.- CHF", "de_CH", None, 30000, "CHF", False),
        ("Logo 300 EUR netto", "de_DE", None, 30000, "EUR", False),
        ("logo, 300 EUR plus VAT", "en_GB", None, 30000, "EUR", False),
        ("un logo 500 € HT", "fr_FR", None, 50000, "EUR", False),
        ("logo [200€]", "en_GB", None, 20000, "EUR", False),
        ("logo <$500", "en_US", None, 50000, "USD", False),
        ("website > 500 euro", "en_GB", 50000, None, "EUR", False),
        ("logo for kr 500", "nb_NO", None, 50000, "NOK", False),
        ("plumber, can pay 80 quid", "en_GB", None, 8000, "GBP", False),
        ("Videoschnitt, 200 EUR Festpreis", "de_DE", None, 20000, "EUR", False),
        ("logo Rs. 5000", "en_IN", None, 500000, "INR", False),
    ],
)
def test_budgets(text: str, locale: str, least: int | None, most: int | None, currency: str, hourly: bool) -> None:
    """Amounts in four languages, with what they are for."""
    budget = understood(text, locale).budget
    assert budget is not None
    assert (budget.least, budget.most, budget.currency, budget.hourly) == (least, most, currency, hourly)


@pytest.mark.parametrize(
    "text",
    [
        "20 € shirts printed",
        "essay under 500 words",
        "£50-£60 per session",
        "5 pages max",
        "a shop with 200 products",
        "translate 2000 words at 0.05 € per word",
        "open 24/7 shop",
        "company with 10 employees",
        "covid-19 tests",
        "OWASP top 10",
        "logo under 500 € and website under 2000 €",
        "between 900 and 300 euros",
        "one euro shop",
        "a thousand followers",
        "hundred thousand words",
        "a 50-80k word novel",
        "two hundred euros per page",
        "10 Blogartikel, je 80 Euro",
        "Hausmeister, ca. 5 Std/Woche",
        "editor, 15€ por vídeo",
        "ten pages, 80 euros each",
    ],
)
def test_other_numbers_are_no_budget(text: str) -> None:
    """Counts, prices of other things, rates by the word, and several budgets at once."""
    assert understood(text, "en_US").budget is None
