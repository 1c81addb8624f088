"""Names of days, months, small numbers and units of time in English, German, Spanish and French, flat."""

from typing import Final

from services.sentence.number_words import ONES

DAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag lunes lundi",
            "tuesday tue tues dienstag martes mardi",
            "wednesday wed weds mittwoch miercoles mercredi",
            "thursday thu thur thurs donnerstag jueves jeudi",
            "friday fri freitag viernes vendredi",
            "saturday sat samstag sonnabend sabado samedi",
            "sunday sun sonntag domingo dimanche",
        )
    )
    for name in names.split()
}
SHORT_DAYS: Final = frozenset({"mon", "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun"})
"""English names of days that are words as well: "the sun", "the SAT", French "mon"."""
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janner enero janvier",
            "february feb februar febrero fevrier",
            "march mar marz maerz marzo mars",
            "april apr abril avril",
            "may mai mayo",
            "june jun juni junio juin",
            "july jul juli julio juillet",
            "august aug agosto aout",
            "september sep sept septiembre septembre",
            "october oct oktober okt octubre octobre",
            "november nov noviembre novembre",
            "december dec dezember dez diciembre decembre",
        ),
        start=1,
    )
    for name in names.split()
}
NUMBERS: Final = {
    **{name: number for name, number in ONES.items() if number <= 10},  # "once" is eleven in Spanish only
    **dict.fromkeys(("einem", "einer", "eines"), 1),
    **dict.fromkeys(("couple", "paar", "par"), 2),
    "few": 3,
}
UNITS: Final = {
    **dict.fromkeys(("day", "days", "tag", "tage", "tagen", "dia", "dias", "jour", "jours"), 1),
    **dict.fromkeys(("week", "weeks", "woche", "wochen", "semana", "semanas", "semaine", "semaines"), 7),
    **dict.fromkeys(("month", "months", "monat", "monate", "monaten", "mes", "meses", "mois"), 30),
}
