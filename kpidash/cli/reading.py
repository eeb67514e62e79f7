"""Options that say how the bytes of a file are to be read, where it is not as it seems."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from kpidash.ingest.evidence import ReadOptions

_Command = TypeVar("_Command", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--encoding", metavar="E", help="The encoding of the text: utf-8, cp1252, shift_jis, …"),
    click.option("--delimiter", metavar="D", help="What splits cells: one character, or tab, semicolon, …"),
    click.option("--quote", metavar="Q", help="What quotes cells: one character, or none."),
    click.option("--header-row", type=click.IntRange(min=1), metavar="N", help="The row with the headers."),
    click.option("--footer", type=click.Choice(["skip", "read"]), help="Totals and notes below the table."),
    click.option("--sheet", metavar="S", help="The sheet of a workbook: its name, or its number from 1."),
)


def reading_options(command: _Command) -> _Command:
    """The command with these options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def taken_from(options: dict[str, Any]) -> "ReadOptions":
    """What was said, taken out of a command's options. Raises BadParameter for what cannot be meant."""
    from kpidash.ingest.read import ReadOptions, wrong_words

    footer = options.pop("footer")
    said = {name: options.pop(name) for name in ("encoding", "delimiter", "quote", "header_row", "sheet")}
    for name in ("encoding", "delimiter", "quote"):
        if said[name] == "" or (issues := wrong_words(ReadOptions(**{name: said[name]}))):
            message = "it is empty" if said[name] == "" else issues.kept[0].message
            raise click.BadParameter(message, param_hint=f"--{name}")
    return ReadOptions(**said, skip_footer=None if footer is None else footer == "skip")
