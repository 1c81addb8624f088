"""Languages that people work in, as the whole project knows them."""

from marketplace.languages import LANGUAGES, language_choices, language_name

__all__ = ["LANGUAGES", "language_choices", "language_name"]
