"""What clients are asked."""

from services.models import Question, Service


def questions_for(service: Service) -> list[Question]:
    """The questions for a client who wants this service: its group's, then its own. One query."""
    questions = Question.objects.filter(group_id=service.group_id, is_active=True)
    mine = [question for question in questions if question.service_id in (None, service.pk)]
    return sorted(mine, key=lambda question: (question.service_id is not None, question.position))
