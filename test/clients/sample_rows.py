"""Three rows of every common type, an empty one and one of nothing among them."""

from datetime import date, datetime
from decimal import Decimal

# What Python has of them: the same from Spark and, read as JSON, from Athena.
FIRST = (1, True, 0.5, Decimal("12.34"), "ä", date(2024, 2, 29), datetime(2024, 2, 29, 12, 30, 1, 123000), ["a", None], {"k": 2**60}, (1.5, 2), "even")
SECOND = (2, False, -0.0, Decimal("-9999999999.99"), "", date(1950, 1, 1), datetime(1950, 1, 1), [], {}, (None, None), "odd")
THIRD = (3, *[None] * 9, "odd")
AS_TEXT = """id, flag, ratio, exact, word, day, at, json_format(CAST(tags AS JSON)),
    json_format(CAST(attributes AS JSON)), json_format(CAST(point AS JSON)), kind"""
TEXTS = [
    ["1", "true", "0.5", "12.34", "ä", "2024-02-29", "2024-02-29 12:30:01.123", '["a",null]', '{"k":1152921504606846976}', '{"x":1.5,"y":2}', "even"],
    ["2", "false", "-0.0", "-9999999999.99", "", "1950-01-01", "1950-01-01 00:00:00.000", "[]", "{}", '{"x":null,"y":null}', "odd"],
    ["3", *[None] * 9, "odd"],
]
