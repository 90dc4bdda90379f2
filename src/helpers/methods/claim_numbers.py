"""STAND-IN until the screen is merged."""

import re

NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*(%|kg|g|t\b|tonnes?|litres?|heures?)")


def claimed_numbers(text: str, language: str) -> list[dict]:
    year = re.search(r"\b(20\d\d)\b", text)
    return [
        {
            "value": float(m[1].replace(",", ".")), "unit": m[2], "start": m.start(), "end": m.end(),
            "sign": -1 if re.search(r"en moins|less", text[m.end() : m.end() + 25]) else 0, "year": int(year[1]) if year else None,
        }
        for m in NUMBER.finditer(text)
    ]  # fmt: skip
