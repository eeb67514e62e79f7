"""Words by which files call their columns, in English and a few other languages."""

from collections.abc import Mapping

from kpidash.ingest.locales import folded

_WORDS = {
    "kpi": (
        "kpi|kpi code|kpi name|kpi id|metric|metric name|indicator|measure|measure name|"
        "key figure|kennzahl|indikator|messgröße|indicateur|indicador|metrica"
    ),
    "period": (
        "period|date|day|month|week|quarter|year|fiscal year|reporting period|report date|"
        "period start|month end|week ending|as of|datum|tag|monat|woche|quartal|jahr|"
        "zeitraum|periode|berichtsmonat|mois|jour|semaine|trimestre|annee|fecha|mes|dia|"
        "semana|ano|periodo|data"
    ),
    "value": (
        "value|actual|actuals|amount|result|reading|actual value|reported|reported value|"
        "number|wert|ist|istwert|ist-wert|betrag|ergebnis|valeur|realise|montant|valor|"
        "real|importe|valore"
    ),
    "numerator": ("numerator|numer|num|part|zähler|numerateur|numerador"),
    "denominator": ("denominator|denom|den|whole|base|nenner|denominateur|denominador"),
    "target": (
        "target|targets|goal|plan|planned|budget|target value|plan value|quota|ziel|soll|"
        "sollwert|zielwert|planwert|objectif|cible|objetivo|meta"
    ),
    "low": ("low|lower|lower bound|minimum target|min target|untergrenze"),
    "high": ("high|upper|upper bound|maximum target|max target|obergrenze"),
    "note": (
        "note|notes|comment|comments|remark|remarks|kommentar|bemerkung|notiz|commentaire|comentario|nota"
    ),
}
ROLES = tuple(_WORDS)
_TOTALS = (
    "total|totals|grand total|subtotal|sub total|sub-total|overall total|sum|summe|gesamt|gesamtsumme|"
    "zwischensumme|insgesamt|somme|total général|sous-total|suma|totale|totaal|ytd|year to date"
)
TOTALS = frozenset(folded(word) for word in _TOTALS.split("|"))
"""Words that name a total over the rows above or the columns before it, folded."""


def spaced(name: str) -> str:
    """A header as it is compared: folded, with spaces for underscores and hyphens."""
    return " ".join(folded(name).replace("_", " ").replace("-", " ").split())


MEANINGS: Mapping[str, str] = {
    spaced(word): role for role, words in _WORDS.items() for word in words.split("|")
}
"""Usual words for columns, spaced, and the role that each means."""


def is_total(text: str) -> bool:
    """Whether a label is a word for a total."""
    return folded(text.rstrip(": ")) in TOTALS
