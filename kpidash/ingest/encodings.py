"""Bytes → UTF-8: which encoding a text is in, and where it breaks.

Marks and NUL bytes settle the wide encodings, a strict check UTF-8; only what is left is guessed, on the
lines beyond ASCII, and a guess must give words of one script. What fails that is asked, not read.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, pairwise

from kpidash.ingest.evidence import Evidence
from kpidash.ingest.issues import IssueCode, Issues, of_file

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_JAPANESE = frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH", "FULLWIDTH"})
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_SUPERSETS = {
    "shift_jis": "cp932", "euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950",
    "iso8859-1": "cp1252", "latin-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874", "ascii": "cp1252",
    "iso8859-11": "cp874", "big5hkscs": "cp950",
}  # fmt: skip
_DOUBLE_BYTE = frozenset({"cp932", "euc_jp", "gb18030", "cp949", "cp950"})
_COMMON = _DOUBLE_BYTE | {
    "cp1250", "iso8859-2", "cp1251", "koi8-r", "cp866", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256",
    "cp874",
}  # fmt: skip
_SURE, _EVEN, _FAINT = 1.75, 1.1, 0.1
"""How much likelier than its rivals an encoding must be: than one of two bytes a character, or the most usual
one where it is hardly likely itself; and than any other."""
_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_LINES = 5_000
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_LINE_END = re.compile(rb"[\r\n]")
_VALID = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_MIXED = 0.6
_LEAST_ASCII = 0.2
_BETWEEN = re.compile(
    r"[^\W\d_][«»‹›„“”‚†‡•‰™§©®¨´¿¡¼½¾¯¶¬¦¤£¥€≤≥≠∞√\u2500-\u259f][^\W\d_]|[A-Za-z][\u0591-\u05c7\u064b-\u065f]"
)
"""Signs that never stand between two letters, and marks that never stand on Latin ones."""
_WORD = re.compile(r"[^\W\d_]+")
_SINGLES = frozenset("€£¥¢§©®°±²³µ·¹º¼½¾×÷–—‘’‚“”„†‡•…‰‹›™«»¿¡¨´ª−√≤≥₹₽₩№ \u00a0\u202f\u3000")
_ALONE = frozenset("àèéìíòóùúåöäÀÈÉÌÍÒÓÙÚÅÖÄ")

Text = tuple[bytes, Evidence | None, Issues]


def utf8_of(content: bytes, encoding: str | None = None) -> Text:
    """The text as UTF-8 without byte-order mark, what settled its encoding, or the issue that prevents it."""
    if encoding is not None:
        return _as_told(content, encoding)
    for mark, codec in _MARKS:
        if content.startswith(mark) and (codec != "utf-32-le" or len(content) % 4 == 0):
            return _converted(content[len(mark) :], codec, "its first bytes, a byte-order mark, say so")
    if b"\0" in content[:_SAMPLE] and (wide := _wide(content)):
        return _converted(content, wide, "every character has NUL bytes where this encoding puts them")
    if (at := content.find(b"\0")) >= 0:
        return _broken(content, at, "a NUL byte, which no text has")
    if content.isascii():
        if b"\x1b$" in content or b"\x1b(" in content:
            return _converted(content, "iso2022_jp", "escape sequences switch to its characters")
        return content, Evidence("encoding", "utf-8", "The text is plain ASCII."), Issues()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _guessed(content, error.start)
    sentence = "The text is in UTF-8: all of its bytes follow that encoding's rules."
    return content, Evidence("encoding", "utf-8", sentence), Issues()


def told(encoding: str | None) -> Issues:
    """What is wrong with the person's word for the encoding."""
    try:
        "".encode(encoding or "utf-8")
    except (LookupError, TypeError, ValueError):
        message = f"There is no text encoding called '{encoding}'; utf-8, cp1252 and shift_jis are some."
        return of_file(IssueCode.UNREADABLE_FILE, message)
    return Issues()


def _as_told(content: bytes, encoding: str) -> Text:
    if issues := told(encoding):
        return b"", None, issues
    name = codecs.lookup(encoding).name
    for mark, codec in _MARKS:
        if content.startswith(mark) and codec.startswith(name.removesuffix("-sig")):
            return _converted(content[len(mark) :], codec, "you said so")
    return _converted(content, {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(name, name), "you said so")


def _converted(content: bytes, codec: str, why: str) -> Text:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    text = bytearray()
    for start in range(0, len(content), _CHUNK):
        chunk = content[start : start + _CHUNK]
        last = start + _CHUNK >= len(content)
        try:
            text += decoder.decode(chunk, last).encode("utf-8")
        except UnicodeDecodeError as error:
            at = start + len(chunk) - len(error.object) + error.start
            before = bytes(text) + error.object[: error.start].decode(codec, errors="ignore").encode()
            return _broken(content, at, f"a byte that is not {codec}", read=before)
        except UnicodeError:
            return _broken(content, start, f"a character that is not {codec}", read=bytes(text))
    if (at := text.find(b"\0")) >= 0:
        return _broken(bytes(text), at, "a NUL character, which no text has")
    return bytes(text), Evidence("encoding", codec, f"The text is in {codec}: {why}."), Issues()


def _wide(content: bytes) -> str | None:
    """The UTF-16 or UTF-32 without mark whose reading has line ends and the most ASCII; None for neither."""
    best, most = None, _LEAST_ASCII
    for codec in _WIDE:
        sample = content[:_SAMPLE]
        try:
            text = codecs.getincrementaldecoder(codec)("strict").decode(sample)
        except UnicodeDecodeError:
            continue
        if not text or "\0" in text or not any(sign in text for sign in ",;\t|\r\n"):
            continue
        if any(unicodedata.category(character) in {"Cn", "Co"} for character in set(text)):
            continue
        share = sum(character.isascii() for character in text) / len(text)
        if share > most:
            best, most = codec, share
    return best


def _guessed(content: bytes, broken: int) -> Text:
    lines = _beyond_ascii(content, broken)
    valid = sum(len(found) for found in _VALID.findall(lines))
    beyond = sum(byte > 0x7F for byte in lines)
    if valid >= _MIXED * beyond:
        return _broken(content, broken, f"byte 0x{content[broken]:02x}, which is not UTF-8 as the rest is")
    fitting = [(codec, words, sure) for codec, sure in _candidates(lines) if (words := _words(lines, codec))]
    if not fitting:
        return _broken(content, broken, f"byte 0x{content[broken]:02x}, which is not UTF-8")
    codec, words, sure = fitting[0]
    if odd := [word for word in words if _odd_case(word)]:
        doubt = f"The text is in no encoding that is certain: in {codec} it says '{odd[0]}'; say which it is."
        return b"", None, of_file(IssueCode.UNREADABLE_FILE, doubt)
    for rival, others, less in fitting[1:]:
        # a rare encoding is believed only where no usual one makes words, too
        clear = _SURE if rival in _DOUBLE_BYTE or (rival == "cp1252" and sure < _FAINT) else _EVEN
        lead = 0.0 if codec not in _COMMON else less * clear
        if rival in _COMMON and others != words and (not lead or sure < lead):
            doubt = f"The text may be in {codec} ('{words[0]}') or {rival} ('{others[0]}'); say which."
            return b"", None, of_file(IssueCode.UNREADABLE_FILE, doubt)
    shown = ", ".join(f"'{word}'" for word in words[:3])
    why = f"it is not UTF-8, and these bytes make words in it (such as {shown}); say so if it is another"
    return _converted(content, codec, why)


def _beyond_ascii(content: bytes, broken: int) -> bytes:
    """Distinct lines with bytes beyond ASCII, the first broken one among them, as many as a sample takes."""
    start = max(content.rfind(b"\n", 0, broken), content.rfind(b"\r", 0, broken), broken - _SAMPLE) + 1
    lines: dict[bytes, None] = {}
    size = 0
    for begin in (start, 0):
        for line in islice(_with_others(content, begin), _LINES):
            if size > _SAMPLE:
                break
            size += 0 if line in lines else len(line)
            lines[line] = None
    return b"\n".join(lines)


def _with_others(content: bytes, begin: int) -> Iterator[bytes]:
    """The lines from a place on that have bytes beyond ASCII, each cut to a sample."""
    while found := _BEYOND_ASCII.search(content, begin):
        at = found.start()
        first = max(content.rfind(end, begin, at) for end in (b"\n", b"\r")) + 1
        ended = _LINE_END.search(content, at)
        begin = ended.start() if ended else len(content)
        yield content[max(first, at - _SAMPLE // 2) : begin][:_SAMPLE]


def _candidates(lines: bytes) -> list[tuple[str, float]]:
    """Encodings that the text may be in, the likeliest first, with how sure that is."""
    import chardet  # its models take 40 ms to load, and most files are UTF-8

    found = chardet.detect_all(lines, ignore_threshold=True)
    named = [(one["encoding"], one["confidence"]) for one in found if one["encoding"]]
    candidates: dict[str, float] = {}
    for name, sure in [*named, ("cp1252", 0.0)]:
        codec = codecs.lookup(name).name
        candidates.setdefault(_SUPERSETS.get(codec, codec), sure)
    order = dict.fromkeys([next(iter(candidates)), "cp1252", *(one for one in candidates if one in _COMMON)])
    return [(codec, candidates[codec]) for codec in order]


def _words(lines: bytes, codec: str) -> list[str] | None:
    """The words beyond ASCII; None where the codec does not give words of one script each."""
    try:
        text = lines.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    for word in words:
        alone = len(word) == 1 and ord(word) < 0x250 and word not in _ALONE
        if alone or len({_script(letter) for letter in word}) > 1 or _accents_only(word):
            return None
    if _BETWEEN.search(text) or 2 * sum(map(_odd_case, words)) > len(words):
        return None
    # a letter or a sign alone tells little: only the usual code pages are trusted with it
    if not words and not codec.startswith("cp125"):
        return None
    if words and 2 * sum(len(word) == 1 and _script(word) != "CJK" for word in words) > len(words):
        return None  # bytes of chance, not words
    for character in text:
        if not character.isascii() and not character.isalpha() and not _usual(character):
            return None
    others = [character for character in text if not character.isascii() and not character.isalpha()]
    return list(dict.fromkeys([*words, *others])) or None


def _odd_case(word: str) -> bool:
    """Whether small letters and capitals alternate as bytes of chance have it and words do not."""
    if any(one.islower() and other.isupper() for one, other in pairwise(word)):
        return True
    return len(word) > 2 and word[:2].isupper() and any(map(str.islower, word))


def _accents_only(word: str) -> bool:
    """Whether a longer Latin word has no plain letter at all: another script's bytes, read as accents."""
    plain = any(letter.isascii() for letter in word)
    return len(word) > 3 and not plain and all(_script(letter) == "LATIN" for letter in word)


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").split()[0]
    return (
        "CJK"
        if name in {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH", "FULLWIDTH"}
        else name
    )


def _usual(character: str) -> bool:
    if "\u2500" <= character <= "\u259f":  # lines and blocks to draw with
        return False
    return character in _SINGLES or (ord(character) > 0x2FF and unicodedata.category(character)[0] in "MPSNZ")


def _broken(content: bytes, at: int, what: str, *, read: bytes | None = None) -> Text:
    text, at = (content, at) if read is None else (read, len(read))
    line = line_at(text, at)
    byte = at - max(text.rfind(b"\n", 0, at), text.rfind(b"\r", 0, at))
    message = f"Line {line} has {what} (at its byte {byte}); save the file as CSV (UTF-8)."
    return b"", None, of_file(IssueCode.UNREADABLE_FILE, message, row=line)


def line_at(text: bytes, at: int) -> int:
    """The number of the line in which a byte of the text stands."""
    both = text.count(b"\r\n", 0, at)
    return text.count(b"\n", 0, at) + text.count(b"\r", 0, at) - both + 1
