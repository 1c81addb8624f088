"""What helps those who try a marketplace out, and is nothing in production.

{% demo_log_ins %}          buttons that log in as the demo's people, where there is a demo
{% development_mail email %}  where the mail is that was just sent
"""

from typing import Any

from django import template
from django.conf import settings

from accounts.demo_log_ins import PASSWORD, demo_log_ins

register = template.Library()


@register.inclusion_tag("account/trial/log_ins.html", takes_context=True, name="demo_log_ins")
def log_ins(context: template.Context) -> dict[str, Any]:
    """The three, each a form of its own. One query; none in production."""
    heading = {name: context.get(name) for name in ("csrf_token", "redirect_field")}
    return {"people": demo_log_ins(), "password": PASSWORD, **heading}


@register.inclusion_tag("account/trial/mail.html")
def development_mail(email: str) -> dict[str, Any]:
    """A notice for whoever waits for mail to ``email`` that is kept here instead."""
    is_kept_here = not settings.PRODUCTION and settings.EMAIL_URL.startswith("development:")
    return {"email": email, "is_kept_here": is_kept_here}
