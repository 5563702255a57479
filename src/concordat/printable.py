r"""Text of strangers (SDKs, servers, registries, packages) made fit for the place where it is shown.

There is one function for each kind of output:

    terminal_text   a text of several lines for a terminal or a log
    terminal_entry  one entry of it: lines after its first are indented, so none can pass for a line of ours
    terminal_word   a name in a line or a table: always one line
    xml_text        a text or attribute of XML
    json_text       a JSON document that is printed; it stays the same JSON
    markdown_text   a text inside a line or a table's cell of Markdown
    markdown_code   the same as code
    html_text       a text of HTML, before the template engine escapes it

Characters that a reader cannot see, that end a line other than by a line feed, that turn the direction of text, or that
a terminal obeys (C0, DEL, C1) become escapes such as `\x1b`. So do the beginnings of commands that CI services obey in
a log: `::error::` at the start of a line, `##[error]` and `##vso[...]` anywhere.
"""

from __future__ import annotations

import re

__all__ = [
    "html_text",
    "json_text",
    "markdown_code",
    "markdown_text",
    "terminal_entry",
    "terminal_text",
    "terminal_word",
    "xml_text",
]

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Every control character but tab and line feed, separators of lines, bidirectional and invisible ones, surrogates."""
_COMMAND = re.compile(r"^(?P<space>[^\S\n]*):(?=:)|\#(?=\#\w*\[)", re.MULTILINE)
_BYTE = 0x100
_PLANE = 0x10000
_INLINE = re.compile(r"[\\`*|~]|(?<!\w)_|_(?!\w)|\](?=[(\[:])")
_BLOCK = re.compile(r"^(?:[#>+=-]|\d{1,9}(?P<ordered>[.)]))(?=[\s#=-]|$)")
_ENTITY = re.compile(r"&(?=#?\w+;)")


def terminal_text(text: str) -> str:
    """Return a text of one or several lines as a terminal or a log may show it."""
    return _COMMAND.sub(_broken, _UNSEEN.sub(_escape, text))


def terminal_entry(text: str) -> str:
    """Return one entry of an output: its further lines are indented by two more than its first."""
    first, *rest = text.split("\n")
    indent = " " * (len(first) - len(first.lstrip(" ")) + 2)
    return terminal_text("\n".join([first, *(f"{indent}{line}".rstrip() for line in rest)]))


def terminal_word(text: str) -> str:
    """Return a name as one line."""
    return terminal_text(text).replace("\n", "\\n").replace("\t", "\\t")


def xml_text(text: str) -> str:
    """Return text that XML 1.0 can hold, as `terminal_text`: a CI service prints JUnit files in its log."""
    return terminal_text(text)


def html_text(text: object) -> str:
    """Return text of HTML with what a reader cannot see as escapes; the template engine escapes the markup."""
    return terminal_text(str(text))


def json_text(document: str) -> str:
    """Return a JSON document whose strings hold the same text, written with escapes where a log would obey it."""
    # Outside a string neither occurs: a colon at the start of a line is alone, and `#` is no JSON.
    return _COMMAND.sub(
        lambda found: _json_escape(found[0]), _UNSEEN.sub(lambda found: _json_escape(found[0]), document)
    )


def markdown_text(text: str) -> str:
    """Return text that stays text in a line, a list's item or a table's cell: one line, nothing in it is markup."""
    flat = " ".join(_UNSEEN.sub(_escape, text).split())
    plain = _INLINE.sub(lambda found: f"\\{found[0]}", flat)
    plain = _BLOCK.sub(_plain_start, plain)
    plain = _ENTITY.sub("&amp;", plain).replace("<", "&lt;")
    return _COMMAND.sub(lambda found: "#\\" if found[0] == "#" else f"{found['space']}\\:", plain)


def markdown_code(text: str) -> str:
    """Return text as inline code, for a table's cell too."""
    flat = " ".join(terminal_text(text).split())
    fence = "`" * (max((len(run) for run in re.findall("`+", flat)), default=0) + 1)
    space = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{space}{flat}{space}{fence}".replace("|", "\\|")


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < _BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _PLANE else f"\\U{code:08x}"


def _broken(found: re.Match[str]) -> str:
    return f"{found['space'] or ''}\\x{ord(found[0][-1]):02x}"


def _json_escape(text: str) -> str:
    pairs = text.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{pairs[at : at + 4]}" for at in range(0, len(pairs), 4))


def _plain_start(found: re.Match[str]) -> str:
    whole = found[0]
    return f"{whole[:-1]}\\{whole[-1]}"
