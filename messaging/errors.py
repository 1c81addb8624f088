"""Why something cannot be written."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from marketplace.errors import IllegalMove, InvalidInput, NotAllowed, TooFast


class NotTold(NotAllowed):
    """The client writes to somebody who does not know of the request."""

    code = "not_told"
    message = _("This provider does not know of your request yet. Invite them first.")


class NoReasonToWrite(NotAllowed):
    """A provider writes who was neither told of the request nor answered it."""

    code = "not_in_touch"
    message = _("You can write to this client once you were matched or invited, or have sent a proposal.")


class Blocked(NotAllowed):
    """The member has blocked the other one."""

    code = "you_blocked"
    message = _("You have blocked this member. Unblock them to write.")


class BlockedByOther(NotAllowed):
    """The other one has blocked the member."""

    code = "blocked"
    message = _("This member does not take messages from you. What was written stays readable.")


class AwaitsAnswer(NotAllowed):
    """A provider has written as much as is possible before the client answers."""

    code = "awaits_answer"
    message = _("You have written three messages. You can go on as soon as the client answers.")


class ConversationClosed(IllegalMove):
    """The request ended some time ago, and these two did not come together."""

    code = "conversation_closed"
    message = _(
        "This request ended more than 30 days ago, so nothing can be added here. You can still read everything."
    )


class RequestEnded(IllegalMove):
    """There is no conversation yet, and the request no longer looks for anybody."""

    code = "request_ended"
    message = _("This request has ended, so no new conversation about it can begin.")


class NothingWritten(InvalidInput):
    """Neither text nor files."""

    code = "required"
    message = _("Write something, or attach a file.")

    def __init__(self) -> None:
        super().__init__()
        self.fields = {"body": [{"code": self.code, "message": str(self.message)}]}


class TooManyMessages(TooFast):
    """More than people can write."""

    code = "too_many_messages"
    message = _("You are writing very fast. Please wait a minute; your text is still here.")
    retry_after = timedelta(minutes=1)
