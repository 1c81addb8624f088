"""The tag that writes the options of long selects."""

from django.template import Context, Template

HTML = "{% options choices chosen %}"


def written(chosen: object, *choices: tuple[object, object]) -> str:
    """What the tag makes of them."""
    return Template(HTML).render(Context({"choices": choices, "chosen": chosen}))


def test_the_chosen_one_is_selected() -> None:
    shown = written("de", ("at", "Austria"), ("de", "Germany"))
    assert shown == '<option value="at">Austria</option><option value="de" selected>Germany</option>'


def test_numbers_are_chosen_by_what_they_read() -> None:
    assert written("2", (1, "One"), (2, "Two")).count(" selected") == 1


def test_nothing_is_markup() -> None:
    shown = written('"', ('"', "<b>&"))
    assert shown == '<option value="&quot;" selected>&lt;b&gt;&amp;</option>'
