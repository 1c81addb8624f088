"""Shape of what is typed into pages about engagements."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from engagements.models import LONGEST_REPLY, LONGEST_TEXT, CancelReason
from marketplace.errors import MarketplaceError
from marketplace.fields import LineField, ParagraphsField

STARS = (
    (1, _("1 star: bad")),
    (2, _("2 stars: poor")),
    (3, _("3 stars: fair")),
    (4, _("4 stars: good")),
    (5, _("5 stars: excellent")),
)


class ReviewForm(forms.Form):
    """Stars and words about the other side."""

    rating = forms.TypedChoiceField(label=_("Your rating"), choices=STARS, coerce=int, widget=forms.RadioSelect)
    text = ParagraphsField(
        label=_("Your review"),
        most=LONGEST_TEXT,
        help_text=_("What was the work, how did it go, would you do it again?"),
    )


class ReplyForm(forms.Form):
    """The one public answer."""

    text = ParagraphsField(
        label=_("Your reply"), most=LONGEST_REPLY, help_text=_("Everybody can read it, and it cannot be changed.")
    )


class CancelForm(forms.Form):
    """Why."""

    reason = forms.ChoiceField(label=_("Why?"), choices=[("", _("Choose a reason")), *CancelReason.choices])
    words = LineField(label=_("In your own words"), most=500, required=False, help_text=_("The other side reads both."))


class SetBackForm(forms.Form):
    """What is missing."""

    words = LineField(label=_("What is missing?"), most=500, help_text=_("The other side reads it."))


def first_problem(form: forms.Form) -> str:
    """What is wrong with a short form, in one line."""
    errors: list[Any] = [error for found in form.errors.values() for error in found]
    return str(errors[0]) if errors else ""


class PastClientForm(forms.Form):
    """Somebody for whom the provider worked outside."""

    name = LineField(label=_("Their name"), most=60)
    email = forms.EmailField(label=_("Their email address"), max_length=254)
    consent = forms.BooleanField(
        label=_("This person was my client, and agrees to get this one mail and one reminder."), required=False
    )

    def add_problems(self, error: MarketplaceError) -> None:
        """Shows what an action found, at the fields that it names, or above the form."""
        if not error.fields:
            self.add_error(None, str(error.message))
        for name, problems in (error.fields or {}).items():
            for problem in problems:
                self.add_error(name, problem["message"])


class OutsideReviewForm(ReviewForm):
    """What a past client from outside writes."""

    name = LineField(label=_("Your name"), most=60, help_text=_("As everybody will read it. Initials will do."))
