"""What clients are asked."""

from collections.abc import Iterable

from services.models import Question, Service


def questions_for(service: Service) -> list[Question]:
    """The questions for a client who wants this service: its group's, then its own. One query."""
    return questions_among(questions_of_group(service.group_id), service)


def questions_of_group(group_id: int) -> list[Question]:
    """All questions of a group, its services' included. One query."""
    return list(Question.objects.filter(group_id=group_id, is_active=True))


def questions_among(questions: Iterable[Question], service: Service) -> list[Question]:
    """Those of a group's questions that are asked for this service: the group's, then its own."""
    mine = [question for question in questions if question.service_id in (None, service.pk)]
    return sorted(mine, key=lambda question: (question.service_id is not None, question.position))
