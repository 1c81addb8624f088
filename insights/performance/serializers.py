"""What the API says of a member's own numbers."""

from typing import Any

from rest_framework import serializers


class CountSerializer(serializers.Serializer[Any]):
    """How many in the range and in the one before; ``change`` is a fraction, null where there was nothing before."""

    value = serializers.IntegerField()
    before = serializers.IntegerField()
    change = serializers.FloatField(allow_null=True)


class ShareSerializer(serializers.Serializer[Any]):
    """A share as a fraction, null where there is no case; ``change`` is the difference of the two."""

    value = serializers.FloatField(allow_null=True)
    before = serializers.FloatField(allow_null=True)
    change = serializers.FloatField(allow_null=True)


class WaitSerializer(serializers.Serializer[Any]):
    """A median time, and of how many cases."""

    seconds = serializers.FloatField(allow_null=True)
    cases = serializers.IntegerField()


class ItemSerializer(serializers.Serializer[Any]):
    """One thing to do."""

    title = serializers.CharField()
    who = serializers.CharField(allow_blank=True)
    url = serializers.CharField()


class TaskSerializer(serializers.Serializer[Any]):
    """What waits, by kind: how many, and the first three."""

    kind = serializers.CharField(source="kind.key")
    text = serializers.CharField(source="kind.label")
    count = serializers.IntegerField()
    items = ItemSerializer(many=True)


class WindowSerializer(serializers.Serializer[Any]):
    """UTC days from ``since`` to ``last``, both included; the range before begins on ``before``."""

    range = serializers.CharField()
    before = serializers.DateField()
    since = serializers.DateField()
    last = serializers.DateField()


class SeenDaySerializer(serializers.Serializer[Any]):
    """The numbers of one day."""

    day = serializers.DateField()
    impressions = serializers.IntegerField()
    views = serializers.IntegerField()
    matches = serializers.IntegerField()
    proposals = serializers.IntegerField()
    wins = serializers.IntegerField()


class PerformanceSerializer(WindowSerializer):
    """A provider's numbers. Without a page everything is nought and ``page`` is null."""

    page = serializers.CharField(allow_null=True)
    impressions = CountSerializer()
    views = CountSerializer()
    matches = CountSerializer()
    proposals = CountSerializer()
    wins = CountSerializer()
    jobs = CountSerializer()
    reviews = CountSerializer()
    win_rate = ShareSerializer()
    response_time = WaitSerializer()
    rating = serializers.FloatField(allow_null=True)
    rating_count = serializers.IntegerField()
    days = SeenDaySerializer(many=True)
    waiting = TaskSerializer(many=True)


class AgreedSerializer(serializers.Serializer[Any]):
    """What was agreed in one currency: the sum of fixed prices in minor units, and the numbers of agreements."""

    currency = serializers.CharField()
    fixed_sum = serializers.IntegerField()
    fixed = serializers.IntegerField()
    hourly = serializers.IntegerField()


class MonthSerializer(serializers.Serializer[Any]):
    """The numbers of one month, such as ``2026-11``."""

    month = serializers.CharField()
    requests = serializers.IntegerField()
    proposals = serializers.IntegerField()
    hired = serializers.IntegerField()


class RequestsSummarySerializer(WindowSerializer):
    """A client's numbers."""

    open = serializers.IntegerField()
    requests = CountSerializer()
    proposals = CountSerializer()
    hired = CountSerializer()
    first_match = WaitSerializer()
    first_proposal = WaitSerializer()
    agreed = AgreedSerializer(many=True)
    months = MonthSerializer(many=True)
    waiting = TaskSerializer(many=True)
