"""Which package of a page a client has ordered."""

from requests.models import BudgetType, ServiceRequest, Visibility
from services.models import Pricing, ServicePage
from services.rules.packages import Package


def ordered_package(request: ServiceRequest, page: ServicePage) -> Package | None:
    """The package whose price is exactly what the client offers to this provider; None where there is none.

    A client who asks for something else changes the budget with it, and then nothing is taken for granted.
    """
    offers_exactly = request.budget_type == BudgetType.FIXED and request.budget_min == request.budget_max
    if not (offers_exactly and request.visibility == Visibility.INVITED and request.currency == page.currency):
        return None
    offered = page.packages if page.pricing == Pricing.PACKAGES else []
    return next((package for package in offered if package["price"] == request.budget_max), None)
