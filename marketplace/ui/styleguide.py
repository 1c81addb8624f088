"""The page that shows every component; development only."""

from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

ICONS = [
    *("search", "bell", "star", "map-pin", "calendar", "clock", "wallet", "languages", "globe", "briefcase", "users"),
    *("clipboard-list", "target", "send", "pencil", "pause", "play", "trash-2", "check", "x", "plus", "arrow-right"),
    *("chart-line", "settings", "log-out"),
]
TONES = ("info", "success", "warning", "error")


class SampleForm(forms.Form):
    """One field of every kind."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("What you do, in a few words."))
    email = forms.EmailField(label=_("Email"), required=False)
    about = forms.CharField(
        label=_("About"), widget=forms.Textarea, required=False, help_text=_("Markdown works here.")
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[("EUR", "EUR"), ("USD", "USD"), ("JPY", "JPY")])
    rate = forms.DecimalField(label=_("Hourly rate"), min_value=1, help_text=_("Before tax."))
    start = forms.DateField(label=_("Start"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    place = forms.ChoiceField(
        label=_("Where do you work?"),
        choices=[("remote", _("Remote")), ("on_site", _("On site")), ("both", _("Remote and on site"))],
        widget=forms.RadioSelect,
    )
    days = forms.ChoiceField(
        label=_("How soon?"),
        choices=[("now", _("Now")), ("week", _("This week"))],
        widget=forms.RadioSelect,
        required=False,
    )
    skills = forms.MultipleChoiceField(
        label=_("Skills"),
        choices=[(word, word) for word in ("Django", "PostgreSQL", "Typography", "Illustration", "Copywriting")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    photo = forms.FileField(label=_("Photo"), required=False)
    agree = forms.BooleanField(label=_("I agree to the terms"), help_text=_("You can read them in the footer."))


def styleguide(request: HttpRequest) -> HttpResponse:
    """All components in all their states."""
    if request.GET.get("toasts"):
        for level, tone in zip((20, 25, 30, 40), TONES, strict=True):
            messages.add_message(request, level, f"This is a message of the tone “{tone}”.")
    invalid = SampleForm({"title": "", "email": "not an address", "rate": "-5", "currency": "XXX"}, prefix="invalid")
    people = [
        SimpleNamespace(pk=number, display_name=name, photo="")
        for number, name in enumerate(
            ["Ada Lovelace", "محمد علي", "Grace", "李小龙", "Ólafur Arnalds", "🦊 Fox"], start=3
        )
    ]
    context = {
        "form": SampleForm(initial={"place": "remote", "skills": ["Django", "Typography"]}),
        "invalid": invalid,
        "icons": ICONS,
        "people": people,
        "crumbs": [("Services", "/services/"), ("Design", "/services/?service=design"), ("Ada Lovelace", "")],
        "steps": [
            {"key": "what", "label": "What you do", "url": "#what", "done": True},
            {"key": "where", "label": "Where", "url": "#where", "done": True},
            {"key": "price", "label": "Price", "url": "", "done": False},
            {"key": "preview", "label": "Preview", "url": "", "done": False},
        ],
        "tones": TONES,
    }
    return render(request, "styleguide.html", context)
