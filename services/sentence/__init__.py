"""A sentence such as "logo for a bakery in Berlin under 500 euros, by Friday" as what it means: budget, time, place,
way of working, languages, skills and the words that are left. Pure, but for ``services.sentence.catalogue``."""
