"""Who may change a page, and the row lock under which it is changed."""

from uuid import UUID

from accounts.models import Member
from marketplace.errors import NotAllowed
from services.models import ServicePage


def is_own_or_staff(member_id: UUID, *, actor: Member, permission: str) -> bool:
    """Whether something is the actor's own, or she is staff with this permission."""
    return member_id == actor.pk or (actor.is_staff and actor.has_perm(permission))


def lock_page(page: ServicePage, *, actor: Member) -> ServicePage:
    """The page as it is now, locked until the transaction ends.

    Raises NotAllowed unless it is the actor's own, or the actor is staff who may change pages in the admin.
    """
    if not is_own_or_staff(page.member_id, actor=actor, permission="services.change_servicepage"):
        raise NotAllowed
    # ``of`` leaves out the joined rows; no key update: other tables may go on referring to the page.
    return ServicePage.objects.select_for_update(no_key=True).get(pk=page.pk)
