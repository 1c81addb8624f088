"""The OpenAPI document as a template can write it: calls by subject, and the objects that they take and give."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from drf_spectacular.generators import SchemaGenerator

Shape = Mapping[str, Any]
PREFIX: Final = "#/components/schemas/"
MOST_SHOWN: Final = 12
"""Values of an enumeration that are written out; longer ones say how many there are."""
SAMPLES: Final = {"integer": 1, "number": 1.5, "boolean": True, "array": [], "object": {}}


@dataclass(frozen=True, slots=True)
class Field:
    """One value: what it is called, its type in words, and the object that it refers to, where it is one."""

    name: str
    type: str
    refers_to: str
    is_required: bool
    about: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with what it means, and the object in its body."""

    status: str
    about: str
    refers_to: str


@dataclass(frozen=True, slots=True)
class Call:
    """One method at one address. ``example`` is a line for a shell, without the site's origin."""

    key: str
    method: str
    path: str
    about: str
    is_open: bool
    parameters: tuple[Field, ...]
    body: str
    fields: tuple[Field, ...]
    answers: tuple[Answer, ...]
    sample: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A named object of the document."""

    name: str
    about: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything: calls by subject, in the order of the alphabet, and the objects."""

    calls: dict[str, tuple[Call, ...]]
    entities: tuple[Entity, ...]


@lru_cache(maxsize=1)
def reference() -> Reference:
    """The reference of this process's code. Made once: the document costs a second."""
    return read(SchemaGenerator().get_schema(request=None, public=True))  # type: ignore[no-untyped-call]


def read(document: Shape) -> Reference:
    """The reference that an OpenAPI 3.1 document describes."""
    shapes = document["components"]["schemas"]
    calls: dict[str, list[Call]] = {}
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            calls.setdefault(call["tags"][0], []).append(_call(path, method, call, shapes))
    objects = {name: shape for name, shape in shapes.items() if "properties" in shape}
    entities = tuple(
        Entity(name, shape.get("description", ""), tuple(_fields(shape, shapes))) for name, shape in objects.items()
    )
    return Reference({subject: tuple(calls[subject]) for subject in sorted(calls)}, entities)


def _call(path: str, method: str, call: Shape, shapes: Shape) -> Call:
    body = _first(call.get("requestBody", {}).get("content", {}))
    name = _referred(body)
    taken = shapes.get(name, body)
    return Call(
        key=call["operationId"],
        method=method.upper(),
        path=path,
        about=call.get("description", ""),
        is_open={} in call.get("security", [{}]),
        parameters=tuple(_parameter(each, shapes) for each in call.get("parameters", [])),
        body=name,
        fields=tuple(_fields(taken, shapes)),
        answers=tuple(_answers(call["responses"])),
        sample=json.dumps(_sample(taken, shapes)) if taken.get("required") else "",
    )


def _first(content: Shape) -> Shape:
    """The shape of the first media type, which is JSON wherever there is more than one."""
    first: Shape = next(iter(content.values())) if content else {}
    shape: Shape = first.get("schema", {})
    return shape


def _answers(responses: Shape) -> Iterator[Answer]:
    for status in sorted(responses):
        answer = responses[status]
        yield Answer(status, answer.get("description", ""), _referred(_first(answer.get("content", {}))))


def _parameter(parameter: Shape, shapes: Shape) -> Field:
    shape = parameter.get("schema", {})
    where = "" if parameter["in"] == "query" else f" ({parameter['in']})"
    return Field(
        name=parameter["name"],
        type=_type(shape, shapes) + where,
        refers_to=_entity(shape, shapes),
        is_required=parameter.get("required", False),
        about=parameter.get("description", ""),
        choices=_choices(shape, shapes),
    )


def _fields(shape: Shape, shapes: Shape) -> Iterator[Field]:
    required = shape.get("required", [])
    for name, each in shape.get("properties", {}).items():
        about = each.get("description", "")
        kind, of = _type(each, shapes), _entity(each, shapes)
        yield Field(name, kind, of, name in required, about, _choices(each, shapes))


def _parts(shape: Shape) -> list[Shape]:
    """The shapes that a value may have, without the one that says that it may be missing."""
    parts = shape.get("oneOf") or shape.get("anyOf") or shape.get("allOf") or [shape]
    return [part for part in parts if part.get("type") != "null" and not part.get("$ref", "").endswith("/NullEnum")]


def _referred(shape: Shape) -> str:
    """The name of the shape that this one, its items or its only possibility refer to; empty where there is none."""
    for part in _parts(shape):
        found: str = part.get("$ref") or part.get("items", {}).get("$ref", "")
        if found:
            return found.removeprefix(PREFIX)
    return ""


def _entity(shape: Shape, shapes: Shape) -> str:
    """The same, where it is an object: enumerations are written out in place."""
    name = _referred(shape)
    return name if "properties" in shapes.get(name, {}) else ""


def _choices(shape: Shape, shapes: Shape) -> tuple[str, ...]:
    choices = shapes.get(_referred(shape), shape).get("enum", [])
    return tuple(str(each) for each in choices if each not in ("", None))[:MOST_SHOWN]


def _type(shape: Shape, shapes: Shape) -> str:
    """Such as "string", "list of Package", "integer or null"."""
    parts = _parts(shape)
    words = " or ".join(dict.fromkeys(_one_type(part, shapes) for part in parts)) or "any"
    return f"{words} or null" if len(parts) < len(shape.get("oneOf", parts)) else words


def _one_type(shape: Shape, shapes: Shape) -> str:
    if name := shape.get("$ref", "").removeprefix(PREFIX):
        return name if "properties" in shapes[name] else str(shapes[name].get("type", "string"))
    kinds = shape.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if "array" in kinds:
        kinds[kinds.index("array")] = f"list of {_type(shape.get('items', {}), shapes)}"
    return " or ".join(kinds) + (f" ({shape['format']})" if "format" in shape else "")


def _sample(shape: Shape, shapes: Shape) -> dict[str, Any]:
    """The smallest body that has what must be there."""
    properties = shape.get("properties", {})
    return {name: _value(properties.get(name, {}), shapes) for name in shape.get("required", [])}


def _value(shape: Shape, shapes: Shape) -> Any:
    resolved = shapes.get(_referred(shape), shape)
    if choices := resolved.get("enum"):
        return choices[0]
    kind = resolved.get("type", "string")
    kind = kind if isinstance(kind, str) else kind[0]
    if kind == "object" and "properties" in resolved:
        return _sample(resolved, shapes)
    return SAMPLES.get(kind, "…")
