"""How people say that something is urgent, or not: patterns for flat text."""

from typing import Final

from services.sentence.flat import words

_SO: Final = (
    r"(?: (?:very|that|all that|so|too|really|super|terribly|overly|particularly|at all|sehr|allzu|besonders|wirklich"
    r"|ganz so|muy|tan|nada|demasiado|tres|si|trop|du tout|vraiment|specialement))?"
)
_WORKS: Final = r"(?<!geht\s)(?<!funktioniert\s)(?<!lauft\s)(?<!marche\s)(?<!fonctionne\s)"
"""What "nicht" and "pas" belong to in "Heizung geht nicht dringend"."""
_NOT: Final = (
    r"(?:(?:it|this|that) (?:is not|isn't)|(?:it|that)'s not|not|non|no es|no|nada"
    rf"|(?:(?:es )?ist |{_WORKS})nicht|(?:(?:ce )?n'est |c'est |je ne suis |nous ne sommes |{_WORKS})pas)"
)
_NOT_URGENT: Final = (
    rf"{_NOT}{_SO}[ -](?:urgent(?! care)|dringend|eilig|urgente|pressee?s?)"
    r"|nothing urgent|nichts dringendes|rien d'urgent|pas d'urgence|(?:es )?eilt nicht(?: (?:so|sehr))?"
)
_NEED_NOT: Final = (
    r"(?:(?:(?:it|this) )?(?:does not|doesn't|need not|needn't)(?: (?:have|need) to)?(?: be)?(?: (?:done|ready))?"
    rf"|(?:(?:i|we) )?(?:don't|do not) need (?:it|this|them)|not(?: needed)?|(?:muss |{_WORKS})nicht|{_WORKS}pas|no)"
)
_NOT_AT_ONCE: Final = (
    rf"{_NEED_NOT} (?:asap|as soon as possible|urgently|immediately|right away|right now|at once|ab sofort|sofort"
    r"|immediatement|tout de suite|de inmediato|inmediatamente|ahora mismo)(?: sein)?"
)
NO_RUSH: Final = words(
    rf"{_NOT_URGENT}|{_NOT_AT_ONCE}|no rush|no hurry|not in a (?:rush|hurry)|no deadline"
    r"|(?:i am|i'm|we are|we're) flexible|flexible (?:on )?(?:timing|time|dates?|deadline)|any ?time|whenever"
    r"|keine eile|zeitlich flexibel|jederzeit|sin prisas?|no (?:hay|tengo|corre) prisa|sin urgencia|rien ne presse"
)
URGENT: Final = words(
    r"a\.?s\.?a\.?p\.?|as soon as possible|as fast as possible|(?:very )?urgent(?! care)|urgently|immediately|right"
    r" away|right now|at once|(?:sehr )?dringend|ab sofort|sofort|eilig|eilt|so schnell wie moglich|so bald wie moglich"
    r"|schnellstmoglich|baldmoglichst|(?:muy )?urgente"
    r"|urgentemente|cuanto antes|lo antes posible|de inmediato|tres urgente?"
    r"|en urgence|d'urgence|des que possible|le plus vite possible|au plus vite|immediatement|tout de suite"
    r"|maintenant|ahora mismo"
)
