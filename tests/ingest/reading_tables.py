"""Messy text files and what they say: see reading_cases."""

from collections.abc import Mapping, Sequence
from typing import Any

KPV = ("kpi", "period", "value")
KPVR = (*KPV, "region")
LINES = ("kpi,period,value", "revenue,2026-10,100", "churn,2026-10,2.5")
ROWS = [(2, "revenue", "2026-10", "100"), (3, "churn", "2026-10", "2.5")]
PLAIN = "\n".join(LINES) + "\n"
REGIONS = {
    "german": ("München", "Köln", "Düsseldorf"),
    "french": ("Île-de-France", "Rhône-Alpes", "Genève"),
    "polish": ("Łódź", "Kraków", "Wrocław"),
    "russian": ("Москва", "Казань", "Сибирь"),
    "greek": ("Αθήνα", "Θεσσαλονίκη", "Πάτρα"),
    "turkish": ("İstanbul", "Iğdır", "Muğla"),
    "japanese": ("東京", "大阪", "名古屋"),
    "chinese": ("北京", "上海", "广州"),
    "taiwanese": ("臺北", "高雄", "新竹"),
    "korean": ("서울", "부산", "대구"),
}


def _case(
    name: str,
    content: str | bytes,
    rows: Sequence[tuple[Any, ...]] = ROWS,
    *,
    columns: Sequence[str] = KPV,
    issues: Sequence[tuple[int, str]] = (),
    evidence: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "name": name,
        "content": content.encode() if isinstance(content, str) else content,
        "columns": columns,
        "rows": rows,
        "issues": issues,
        "evidence": evidence or {},
        "options": options or {},
    }


def _refused(
    name: str, content: str | bytes, code: str = "unreadable_file", *, row: int = 1, **more: Any
) -> dict[str, Any]:
    return _case(name, content, (), columns=(), issues=[(row, code)], **more)


def _few(codec: str, *regions: str) -> bytes:
    """A short file with few words beyond ASCII."""
    rows = (f"k,2026-{at:02},1,{region}" for at, region in enumerate(regions, start=1))
    return "\n".join([",".join(KPVR), *rows, ""]).encode(codec)


def _encoded(
    language: str, codec: str, *, name: str | None = None, mark: bytes = b"", said: str | None = None
) -> dict[str, Any]:
    rows = [
        (at, "k", f"2026-{at:02}", "1", region) for at, region in enumerate(REGIONS[language] * 2, start=2)
    ]
    text = "\r\n".join([",".join(KPVR), *(",".join(row[1:]) for row in rows), ""])
    return _case(
        f"{name or codec}-{language}.csv",
        mark + text.encode(codec),
        rows,
        columns=KPVR,
        evidence={"encoding": said or codec},
    )


ENCODINGS = [
    _encoded("german", "utf-8"),
    _encoded("japanese", "utf-8", name="utf-8-mark", mark=b"\xef\xbb\xbf"),
    _encoded("german", "utf-16-le", name="utf-16-le-mark", mark=b"\xff\xfe"),
    _encoded("japanese", "utf-16-be", name="utf-16-be-mark", mark=b"\xfe\xff"),
    _encoded("german", "utf-16-le"),
    _encoded("russian", "utf-16-be"),
    _encoded("german", "utf-32-le", name="utf-32-le-mark", mark=b"\xff\xfe\0\0"),
    _encoded("german", "utf-32-be"),
    _encoded("german", "cp1252"),
    _encoded("french", "latin-1", said="cp1252"),
    _encoded("polish", "cp1250"),
    _encoded("russian", "cp1251"),
    _encoded("russian", "koi8-r"),
    _encoded("greek", "cp1253"),
    _encoded("turkish", "cp1254"),
    _encoded("japanese", "cp932"),
    _encoded("japanese", "iso2022_jp"),
    _encoded("chinese", "gb18030"),
    _encoded("taiwanese", "cp950"),
    _encoded("korean", "cp949"),
    _case(
        "one-accent.csv",
        PLAIN.replace("revenue", "café").encode("cp1252"),
        [(2, "café", "2026-10", "100"), ROWS[1]],
        evidence={"encoding": "cp1252"},
    ),
    _case(
        "pounds-and-dashes.csv",
        "kpi,period,value,note\nk,2026-10,£5,“ok” – done\n".encode("cp1252"),
        [(2, "k", "2026-10", "£5", "“ok” – done")],
        columns=(*KPV, "note"),
        options={"encoding": "cp1252"},
    ),
    _case(
        "euc-jp-said.csv",
        "kpi,period,value\n東京,2026-10,1\n".encode("euc_jp"),
        [(2, "東京", "2026-10", "1")],
        options={"encoding": "euc_jp"},
    ),
    _case(
        "single-quotes-and-cr.csv",
        "'kpi';'period';'value'\r'revenue';'2026-10';'100'\r'churn';'2026-10';'2.5'\r",
        evidence={"quote": "'", "delimiter": ";"},
    ),
    # each of these makes words of a kind in another encoding
    _refused("russian-in-gb18030.csv", _few("gb18030", "Москва", "Казань"), row=2),
    _case(
        "german-in-euc-jp.csv",
        _few("euc_jp", "Köln", "Zürich"),
        [(2, "k", "2026-01", "1", "Köln"), (3, "k", "2026-02", "1", "Zürich")],
        columns=KPVR,
        evidence={"encoding": "euc_jp"},
    ),
    _refused("german-in-mac-roman.csv", _few("mac_roman", "Köln", "Zürich")),
    _refused("japanese-in-latin-2.csv", _few("gb18030", "名古屋", "10u海道"), row=2),
    _refused("euc-jp-or-gb.csv", "kpi,period,value\n東京,2026-10,1\n大阪,2026-10,2\n".encode("euc_jp")),
    _case(
        "encoding-said.csv",
        "kpi,period,value\nπ,2026-10,1\n".encode("cp1253"),
        [(2, "π", "2026-10", "1")],
        options={"encoding": "cp1253"},
        evidence={"encoding": "cp1253"},
    ),
    _refused("lone-byte.csv", b"kpi,period,value\nk,2026-10,\xff\n", row=2),
    _refused(
        "damaged-utf-8.csv",
        "kpi,period,value\nMünchen,2026-10,1\nKöln,2026-10,2\n".encode() + b"N\xfcrnberg,2026-10,3\n",
        row=4,
    ),
    _refused("nul.csv", b"kpi,period,value\nk,2026-10,1\nk,2026-11,\0\n", row=3),
    _refused(
        "wrong-encoding-said.csv",
        PLAIN.replace("churn", "café").encode("cp1252"),
        row=3,
        options={"encoding": "utf-8"},
    ),
    _refused("no-such-encoding.csv", PLAIN, options={"encoding": "klingon"}),
]

DELIMITERS = [
    _case("comma.csv", PLAIN, evidence={"encoding": "utf-8", "delimiter": ","}),
    _case(
        "semicolon-decimal-comma.csv",
        "kpi;period;value\nrevenue;2026-10;1,5\nchurn;2026-10;2,5\n",
        [(2, "revenue", "2026-10", "1,5"), (3, "churn", "2026-10", "2,5")],
        evidence={"delimiter": ";"},
    ),
    _case("tab.tsv", PLAIN.replace(",", "\t"), evidence={"delimiter": "\t"}),
    _case(
        "tab-with-commas-in-text.txt",
        "kpi\tperiod\tvalue\nSales, net\t2026-10\t1,234\nSales, gross\t2026-10\t2,345\n",
        [(2, "Sales, net", "2026-10", "1,234"), (3, "Sales, gross", "2026-10", "2,345")],
        evidence={"delimiter": "\t"},
    ),
    _case("pipe.txt", PLAIN.replace(",", "|"), evidence={"delimiter": "|"}),
    _case(
        "pipe-with-names.txt",
        "kpi|period|value\nSmith, John|2026-10|1\nDoe, Jane|2026-10|2\n",
        [(2, "Smith, John", "2026-10", "1"), (3, "Doe, Jane", "2026-10", "2")],
        evidence={"delimiter": "|"},
    ),
    _case(
        "colon.txt", "kpi:period:value\nrevenue:2026-10:100\nchurn:2026-10:2.5\n", evidence={"delimiter": ":"}
    ),
    _case("caret.txt", PLAIN.replace(",", "^"), evidence={"delimiter": "^"}),
    _case("tilde.txt", PLAIN.replace(",", "~"), evidence={"delimiter": "~"}),
    _case("control-character.txt", PLAIN.replace(",", "\x01"), evidence={"delimiter": "\x01"}),
    _case(
        "times-are-no-colons.csv",
        "kpi,period,value\nk,2026-10-01 10:00,1\nk,2026-10-02 11:30,2\n",
        [(2, "k", "2026-10-01 10:00", "1"), (3, "k", "2026-10-02 11:30", "2")],
        evidence={"delimiter": ","},
    ),
    _case(
        "lists-in-cells.csv",
        "kpi,period,value,note\nk,2026-10,1,a;b;c\nk,2026-11,2,a;b;c\nk,2026-12,3,a;b;c\n",
        [
            (2, "k", "2026-10", "1", "a;b;c"),
            (3, "k", "2026-11", "2", "a;b;c"),
            (4, "k", "2026-12", "3", "a;b;c"),
        ],
        columns=(*KPV, "note"),
        evidence={"delimiter": ","},
    ),
    _case(
        "declared.csv",
        "sep=;\r\nkpi;period;value\r\nrevenue;2026-10;100\r\nchurn;2026-10;2.5\r\n",
        evidence={"delimiter": ";"},
    ),
    _case(
        "declared-oddly.csv",
        "sep=^\nkpi^period^value\nrevenue^2026-10^100\nchurn^2026-10^2.5\n",
        evidence={"delimiter": "^"},
    ),
    _case(
        "unicode-text-of-excel.txt",
        b"\xff\xfe" + PLAIN.replace(",", "\t").replace("\n", "\r\n").encode("utf-16-le"),
        evidence={"encoding": "utf-16-le", "delimiter": "\t"},
    ),
    _case(
        "delimiter-said.csv",
        "kpi!period!value\nrevenue!2026-10!100\nchurn!2026-10!2.5\n",
        options={"delimiter": "!"},
    ),
    _case("one-column.csv", "kpi\nrevenue\nchurn\n", [(2, "revenue"), (3, "churn")], columns=("kpi",)),
    _refused("impossible-delimiter.csv", PLAIN, options={"delimiter": "::"}),
]

QUOTED = '"kpi","period","value"\n'
QUOTES = [
    _case("all-quoted.csv", QUOTED + '"revenue","2026-10","100"\n"churn","2026-10","2.5"\n'),
    _case(
        "doubled-quotes.csv",
        QUOTED + '"the ""big"" one","2026-10","1"\n',
        [(2, 'the "big" one', "2026-10", "1")],
    ),
    _case(
        "backslash-quotes.csv",
        QUOTED + '"the \\"big\\" one","2026-10","1"\n',
        [(2, 'the "big" one', "2026-10", "1")],
        evidence={"quote": '"'},
    ),
    _case(
        "backslash-and-paths.csv",
        QUOTED + '"C:\\temp\\\\x \\"y\\"","2026-10","1"\n',
        [(2, 'C:\\temp\\x "y"', "2026-10", "1")],
    ),
    _case(
        "paths-without-escapes.csv",
        QUOTED + '"C:\\temp\\","2026-10","1"\n',
        [(2, "C:\\temp\\", "2026-10", "1")],
    ),
    _case(
        "single-quotes.csv",
        "'kpi','period','value'\n'a, b','2026-10','1'\n'it''s','2026-11','2'\n",
        [(2, "a, b", "2026-10", "1"), (3, "it's", "2026-11", "2")],
        evidence={"quote": "'"},
    ),
    _case(
        "apostrophes-are-text.csv",
        "kpi,period,value\n'007,2026-10,1\nit's,2026-11,2\n",
        [(2, "'007", "2026-10", "1"), (3, "it's", "2026-11", "2")],
    ),
    _case(
        "inches.csv",
        'kpi,period,value\n5" disk,2026-10,1\n3.5" disk,2026-11,2\n',
        [(2, '5" disk', "2026-10", "1"), (3, '3.5" disk', "2026-11", "2")],
    ),
    _case(
        "delimiters-in-quotes.csv",
        'kpi,period,value\n"a, b, c",2026-10,1\nd,2026-11,"1,5"\n',
        [(2, "a, b, c", "2026-10", "1"), (3, "d", "2026-11", "1,5")],
    ),
    _case(
        "line-ends-in-quotes.csv",
        'kpi,period,value\r\n"two\r\nlines",2026-10,1\r\nk,2026-11,2\r\n',
        [(2, "two\r\nlines", "2026-10", "1"), (3, "k", "2026-11", "2")],
    ),
    _case(
        "quotes-said-to-be-text.csv",
        'kpi,period,value\n"k,2026-10,1\n"l",2026-11,2\n',
        [(2, '"k', "2026-10", "1"), (3, '"l"', "2026-11", "2")],
        options={"quote": "none"},
        evidence={"quote": "none"},
    ),
    _refused("never-closed.csv", 'kpi,period,value\nk,2026-10,1\n"k,2026-11,2\nk,2026-12,3\n', row=3),
    _refused("text-after-a-quote.csv", 'kpi,period,value\nk,2026-10,1\n"k"x,2026-11,2\n', row=3),
]

LINE_ENDS = [
    _case("line-feeds.csv", PLAIN),
    _case("carriage-returns.csv", PLAIN.replace("\n", "\r")),
    _case("both.csv", PLAIN.replace("\n", "\r\n")),
    _case("mixed-line-ends.csv", "kpi,period,value\r\nrevenue,2026-10,100\rchurn,2026-10,2.5\n"),
    _case("no-last-line-end.csv", PLAIN.rstrip()),
    _case(
        "blank-lines.csv",
        "\n\nkpi,period,value\n\nrevenue,2026-10,100\n\n\nchurn,2026-10,2.5\n\n",
        [(5, *ROWS[0][1:]), (8, *ROWS[1][1:])],
        evidence={"header_row": "3"},
    ),
    _case("rows-of-delimiters.csv", PLAIN + ",,\n,,\n"),
    _refused("nothing.csv", b"", "empty_file"),
    _refused("only-blank-lines.csv", "\n\r\n \n", "empty_file"),
    _refused("only-a-header.csv", "kpi,period,value\n", "empty_file"),
]

THIRD = [(3, *ROWS[0][1:]), (4, *ROWS[1][1:])]
FRAMES = [
    _case(
        "title.csv",
        "Sales report October 2026\n" + PLAIN,
        THIRD,
        evidence={"header_row": "2", "preamble": "1"},
    ),
    _case(
        "title-of-excel.csv",
        "Sales report October 2026,,\n,,\n" + PLAIN,
        [(4, *ROWS[0][1:]), (5, *ROWS[1][1:])],
        evidence={"header_row": "3", "preamble": "1"},
    ),
    _case(
        "labels-above.csv",
        "Report:,Sales\nDate:,2026-11-02\n\n" + PLAIN,
        [(5, *ROWS[0][1:]), (6, *ROWS[1][1:])],
        evidence={"header_row": "4", "preamble": "1,2"},
    ),
    _case(
        "title-with-a-comma.csv",
        "Exported on 3 March, 2026 by the system\n" + PLAIN,
        THIRD,
        evidence={"preamble": "1"},
    ),
    _case(
        "comments-above.csv",
        "# made by the ERP\n# do not edit, please\n" + PLAIN,
        [(4, *ROWS[0][1:]), (5, *ROWS[1][1:])],
        evidence={"preamble": "1,2", "header_row": "3"},
    ),
    _case(
        "comments-inside.csv",
        "# from the ERP\nkpi,period,value\nrevenue,2026-10,100\n# corrected on Monday\nchurn,2026-10,2.5\n",
        [(3, *ROWS[0][1:]), (5, *ROWS[1][1:])],
        evidence={"comments": "4", "preamble": "1"},
    ),
    _case(
        "commented-out.csv",
        "# made by the ERP\nkpi,period,value\nrevenue,2026-10,100\n# churn,2026-10,9\nchurn,2026-10,2.5\n",
        [(3, *ROWS[0][1:]), (5, *ROWS[1][1:])],
        evidence={"comments": "4", "preamble": "1"},
    ),
    _case(
        "codes-with-a-hash.csv",
        "kpi,period,value\n#1,2026-10,1\n#2,2026-10,2\n",
        [(2, "#1", "2026-10", "1"), (3, "#2", "2026-10", "2")],
    ),
    _case(
        "header-with-a-hash.csv",
        "#,kpi,period,value\n1,revenue,2026-10,100\n2,churn,2026-10,2.5\n",
        [(2, "1", "revenue", "2026-10", "100"), (3, "2", "churn", "2026-10", "2.5")],
        columns=("#", *KPV),
    ),
    _case("total.csv", PLAIN + "Total,,102.5\n", evidence={"footer": "4"}),
    _case("german-total.csv", (PLAIN + "Summe,,102.5\n").replace(",", ";"), evidence={"footer": "4"}),
    _case("short-total.csv", PLAIN + "Total:,102.5\n", evidence={"footer": "4"}),
    _case("source.csv", PLAIN + "\nSource: ERP ledger\n", evidence={"footer": "5"}),
    _case(
        "total-and-source.csv",
        PLAIN + "Total,,102.5\n\nSource: ERP ledger\nPrinted 2 Nov\n",
        evidence={"footer": "4,6,7"},
    ),
    _case("rows-affected.txt", PLAIN.replace(",", "|") + "\n(2 rows affected)\n", evidence={"footer": "5"}),
    _case(
        "footer-kept.csv",
        PLAIN + "Total,,102.5\n",
        [*ROWS, (4, "Total", "", "102.5")],
        options={"skip_footer": False},
    ),
    _case(
        "kpi-called-total.csv",
        "kpi,period,value\nrevenue,2026-10,100\nTotal,2026-10,102.5\n",
        [ROWS[0], (3, "Total", "2026-10", "102.5")],
    ),
    _case(
        "full-total-said.csv",
        "kpi,2026-10,2026-11\nrevenue,1,2\nTotal,1,2\n",
        [(2, "revenue", "1", "2")],
        columns=("kpi", "2026-10", "2026-11"),
        options={"skip_footer": True},
        evidence={"footer": "3"},
    ),
    _case(
        "cut-off-at-the-end.csv",
        "kpi,period,value\nrevenue,2026-10,100\nchu",
        [ROWS[0]],
        issues=[(3, "missing_value")],
    ),
    _case(
        "pages.csv",
        "Sales\nkpi,period,value\nrevenue,2026-10,100\nSales\nkpi,period,value\nchurn,2026-10,2.5\n",
        [(3, *ROWS[0][1:]), (6, *ROWS[1][1:])],
        evidence={"repeated_header": "4,5", "preamble": "1"},
    ),
    _case(
        "numbered-pages.csv",
        "kpi,period,value\nrevenue,2026-10,100\nPage 2 of 2\nkpi,period,value\nchurn,2026-10,2.5\n",
        [ROWS[0], (5, *ROWS[1][1:])],
        evidence={"repeated_header": "3,4"},
    ),
    _case(
        "empty-columns.csv",
        "kpi,,period,value,\nrevenue,,2026-10,100,\nchurn,,2026-10,2.5,\n",
        [(2, "revenue", "", "2026-10", "100", ""), (3, "churn", "", "2026-10", "2.5", "")],
        columns=("kpi", "", "period", "value", ""),
    ),
    _case(
        "delimiter-at-the-end-of-rows.csv",
        "kpi,period,value\nrevenue,2026-10,100,\nchurn,2026-10,2.5,\n",
        [(*row, "") for row in ROWS],
        columns=(*KPV, ""),
    ),
    _case(
        "delimiter-at-the-end-of-the-header.csv",
        "kpi,period,value,\nrevenue,2026-10,100\nchurn,2026-10,2.5\n",
    ),
    _case(
        "ragged.csv",
        PLAIN + "a,2026-11\nb,2026-11,1,5\nc,2026-11,3\n",
        [*ROWS, (6, "c", "2026-11", "3")],
        issues=[(4, "missing_value"), (5, "unknown_column")],
    ),
    _case(
        "unquoted-decimal-commas.csv",
        "kpi,period,value\nk,2026-10,1,5\nk,2026-11,2,5\n",
        issues=[(2, "unknown_column"), (3, "unknown_column")],
        rows=(),
    ),
    _case(
        "header-said.csv",
        "a,b,c\nkpi,period,value\nrevenue,2026-10,100\nchurn,2026-10,2.5\n",
        THIRD,
        options={"header_row": 2},
        evidence={"header_row": "2", "preamble": "1"},
    ),
    _refused("header-said-wrongly.csv", PLAIN, options={"header_row": 999}),
    _case(
        "wide-header-in-two-rows.csv",
        ",2026,,2027,\nkpi,H1,H2,H1,H2\na,1,2,3,4\nb,5,6,7,8\n",
        [(3, "a", "1", "2", "3", "4"), (4, "b", "5", "6", "7", "8")],
        columns=("kpi", "H1", "H2", "H1", "H2"),
        evidence={"header_row": "2", "preamble": "1"},
    ),
    _case(
        "text-is-text.csv",
        "kpi,period,value\n"
        + "".join(
            f"k,2026-10,{text}\n" for text in ("NA", "007", "1e400", "True", " 1", "=1+1", "@x", "-5", "null")
        ),
        [
            (at, "k", "2026-10", text)
            for at, text in enumerate(
                ("NA", "007", "1e400", "True", " 1", "=1+1", "@x", "-5", "null"), start=2
            )
        ],
    ),
    _case("mark-inside.csv", "kpi,period,value\n\ufeffk,2026-10,1\n", [(2, "\ufeffk", "2026-10", "1")]),
]

CSV_CASES = [*ENCODINGS, *DELIMITERS, *QUOTES, *LINE_ENDS, *FRAMES]
