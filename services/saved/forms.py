"""Forms about saved searches."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.fields import LineField
from services.actions.saved_searches import LONGEST_NAME
from services.models import Alert


class SavedSearchForm(forms.Form):
    """The name of a saved search, and when its member hears of what is new."""

    name = LineField(
        most=LONGEST_NAME, required=False, label=_("Name"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    alert = forms.ChoiceField(choices=Alert.choices, label=_("Tell me of new ones"), initial=Alert.INSTANT)


class NewSavedSearchForm(SavedSearchForm):
    """A search to save: its kind, and the parameters of its page as they stand in the address."""

    kind = forms.CharField(max_length=20, widget=forms.HiddenInput)
    address = forms.CharField(required=False, max_length=8000, widget=forms.HiddenInput)
