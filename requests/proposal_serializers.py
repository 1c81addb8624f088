"""Shape of the API's input and answers about proposals. What values may be, the rules say."""

from typing import Any

from rest_framework import serializers

from marketplace.api import EmptiedByNull, StrictSerializer
from requests.models import PriceType, Proposal, ProposalStatus, Side

AnySerializer = serializers.Serializer[Any]


class TermsInput(EmptiedByNull):
    """What the two sides negotiate. ``amount`` is in minor units of ``currency``, an hour where the type is hourly."""

    price_type = serializers.ChoiceField(choices=PriceType.choices, required=False, allow_null=True)
    amount = serializers.IntegerField(required=False, allow_null=True)
    currency = serializers.CharField(required=False, allow_null=True, allow_blank=True, help_text="ISO 4217")
    days = serializers.IntegerField(required=False, allow_null=True, help_text="from agreement to delivery")
    scope = serializers.CharField(required=False, allow_null=True, allow_blank=True, help_text="Markdown")


class ProposalChanges(TermsInput):
    """What a provider writes; a client can change nothing but ``client_note``, which nobody else sees.

    With ``version`` a change is refused where the proposal has changed since.
    """

    answers = serializers.DictField(
        required=False, allow_null=True, help_text="by the keys of the request's screening questions"
    )
    ai_assisted = serializers.BooleanField(required=False, help_text="written with the help of AI")
    attachments = serializers.ListField(
        child=serializers.CharField(), required=False, allow_null=True, help_text="ids, at most 10"
    )
    client_note = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    version = serializers.IntegerField(required=False)


class ProposalInput(ProposalChanges):
    """A new proposal, sent at once unless ``draft``. What an earlier draft holds need not be repeated."""

    client_note = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]
    draft = serializers.BooleanField(required=False, default=False)


class CounterInput(TermsInput):
    """Other terms; what is left out stays as it is. ``note`` is a short word to the other side."""

    note = serializers.CharField(required=False, allow_blank=True, default="")
    version = serializers.IntegerField(required=False)


class Refusal(StrictSerializer):
    """Why: a code, or a line in words of one's own, which is kept as ``other``; ``words`` may say more."""

    reason = serializers.CharField(help_text="such as price; or up to 300 characters of your own")
    words = serializers.CharField(required=False, allow_blank=True, default="")


class Withdrawal(Refusal):
    """The same, where a reason is not asked for."""

    reason = serializers.CharField(required=False, default="other")


class ProposerSerializer(AnySerializer):
    """Who proposes."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class TermsSerializer(AnySerializer):
    """Terms that one side named at some time. ``restored``: the other side took its own back, so these stand again."""

    number = serializers.IntegerField()
    offered_by = serializers.ChoiceField(choices=Side.choices)
    price_type = serializers.ChoiceField(choices=PriceType.choices)
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    days = serializers.IntegerField(allow_null=True)
    scope = serializers.CharField()
    note = serializers.CharField()
    restored = serializers.BooleanField(source="is_restored")
    created_at = serializers.DateTimeField()


class OutcomeSerializer(AnySerializer):
    """Why the proposal was declined, withdrawn or not chosen."""

    reason = serializers.CharField()
    words = serializers.CharField()


class SimilarSerializer(AnySerializer):
    """Another proposal whose text this one nearly repeats: a hint for the client, never a refusal."""

    proposal = serializers.UUIDField()
    share = serializers.FloatField(help_text="of the shorter text that stands in the other, 0 to 1")


class WarningSerializer(AnySerializer):
    """Something that the provider may want to know; the proposal was taken all the same."""

    code = serializers.CharField()
    message = serializers.CharField()


class ProposalSerializer(AnySerializer):
    """A proposal as its two sides and staff see it. ``offered_by`` named the standing terms; the other side may accept
    them. ``client_note`` and ``similar`` are for the client alone."""

    id = serializers.UUIDField()
    request = serializers.UUIDField()
    page = serializers.UUIDField()
    provider = ProposerSerializer()
    status = serializers.ChoiceField(choices=ProposalStatus.choices)
    price_type = serializers.ChoiceField(choices=PriceType.choices, allow_null=True)
    amount = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    days = serializers.IntegerField(allow_null=True)
    scope = serializers.CharField()
    answers = serializers.DictField(child=serializers.CharField())
    ai_assisted = serializers.BooleanField()
    attachments = serializers.ListField(child=serializers.UUIDField())
    offered_by = serializers.ChoiceField(choices=Side.choices)
    terms = TermsSerializer(many=True)
    outcome = OutcomeSerializer(allow_null=True)
    client_note = serializers.CharField(required=False)
    similar = SimilarSerializer(required=False, allow_null=True)
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    viewed_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    warnings = WarningSerializer(many=True, required=False)

    def to_representation(self, proposal: Proposal) -> dict[str, Any]:
        """The answer for ``context["reader"]``."""
        answer = _offer(proposal) | _course(proposal)
        if self.context["reader"].pk == proposal.request.client_id:
            answer |= {"client_note": proposal.client_note, "similar": _similar(proposal)}
        if "warnings" in self.context:
            answer["warnings"] = self.context["warnings"]
        return answer


def _offer(proposal: Proposal) -> dict[str, Any]:
    provider = proposal.page.member
    return {
        "id": proposal.pk,
        "request": proposal.request_id,
        "page": proposal.page_id,
        "provider": {"id": provider.pk, "name": provider.display_name},
        "price_type": proposal.price_type or None,
        "amount": proposal.amount,
        "currency": proposal.currency or None,
        "days": proposal.days,
        "scope": proposal.scope,
        "answers": proposal.answers,
        "ai_assisted": proposal.is_ai_assisted,
        "attachments": [file.pk for file in proposal.attachments.all()],
        "offered_by": proposal.offered_by,
        "terms": TermsSerializer(proposal.terms.all(), many=True).data,
    }


def _course(proposal: Proposal) -> dict[str, Any]:
    outcome = {"reason": proposal.outcome_reason, "words": proposal.outcome_words}
    return {
        "status": proposal.status,
        "outcome": outcome if proposal.outcome_reason else None,
        "created_at": proposal.created_at,
        "submitted_at": proposal.submitted_at,
        "viewed_at": proposal.viewed_at,
        "decided_at": proposal.decided_at,
        "version": proposal.version,
    }


def _similar(proposal: Proposal) -> dict[str, Any] | None:
    if proposal.similar_to_id is None:
        return None
    return {"proposal": proposal.similar_to_id, "share": proposal.similarity}
