"""Names of days, months, small numbers and units of time in English, German, Spanish and French, flat."""

from typing import Final

DAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag lunes lundi",
            "tuesday tue dienstag martes mardi",
            "wednesday wed mittwoch miercoles mercredi",
            "thursday thu donnerstag jueves jeudi",
            "friday fri freitag viernes vendredi",
            "saturday sat samstag sonnabend sabado samedi",
            "sunday sun sonntag domingo dimanche",
        )
    )
    for name in names.split()
}
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
    name: number
    for number, names in enumerate(
        (
            "one a an ein eine einem einer eines un una une",
            "two zwei dos deux couple paar par",
            "three drei tres trois few",
            "four vier cuatro quatre",
            "five funf cinco cinq",
            "six sechs seis",
            "seven sieben siete sept",
            "eight acht ocho huit",
            "nine neun nueve neuf",
            "ten zehn diez dix",
        ),
        start=1,
    )
    for name in names.split()
}
UNITS: Final = {
    **dict.fromkeys(("day", "days", "tag", "tage", "tagen", "dia", "dias", "jour", "jours"), 1),
    **dict.fromkeys(("week", "weeks", "woche", "wochen", "semana", "semanas", "semaine", "semaines"), 7),
    **dict.fromkeys(("month", "months", "monat", "monate", "monaten", "mes", "meses", "mois"), 30),
}
