r"""Escapes for third-party text (of SDKs, servers, registries, packages), by the output that shows it.

Each kind of output has one function:

    terminal_text   a text of several lines for a terminal or a log
    terminal_entry  one entry of such a text: later lines are indented, so that none looks like another entry
    terminal_word   a name in a line or a table: always one line
    xml_text        a text or attribute of XML
    json_text       a printed JSON document, with unchanged values
    markdown_text   a text inside a line or a table cell of Markdown
    markdown_code   the same as code
    html_text       a text of HTML, before the template engine escapes it

Escapes such as `\x1b` replace characters that are invisible, that end a line other than by a line feed, that change the
direction of text, or that control a terminal (C0, DEL, C1). They also break the commands that CI services execute from
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

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Control characters except tab and line feed, line separators, bidirectional and invisible characters, surrogates."""
_COMMAND = re.compile(r"^(?P<space>[^\S\n]*):(?=:)|\#(?=\#\w*\[)", re.MULTILINE)
_BYTE = 0x100
_PLANE = 0x10000
_INLINE = re.compile(r"[\\`*|~]|(?<!\w)_|_(?!\w)|\](?=[(\[:])")
_BLOCK = re.compile(r"^(?:[#>+=-]|\d{1,9}(?P<ordered>[.)]))(?=[\s#=-]|$)")
_ENTITY = re.compile(r"&(?=#?\w+;)")


def terminal_text(text: str) -> str:
    """Return a text of one or several lines, escaped for a terminal or a log."""
    return _COMMAND.sub(_escape_command, _INVISIBLE.sub(_escape, text))


def terminal_entry(text: str) -> str:
    """Return one entry of an output, with its later lines indented by two more than its first."""
    first, *rest = text.split("\n")
    indent = " " * (len(first) - len(first.lstrip(" ")) + 2)
    return terminal_text("\n".join([first, *(f"{indent}{line}".rstrip() for line in rest)]))


def terminal_word(text: str) -> str:
    """Return a name as one line."""
    return terminal_text(text).replace("\n", "\\n").replace("\t", "\\t")


def xml_text(text: str) -> str:
    """Return text that is valid in XML 1.0, escaped as `terminal_text`: CI services print JUnit files in their logs."""
    return terminal_text(text)


def html_text(text: object) -> str:
    """Return text for HTML with invisible characters escaped; the template engine escapes the markup."""
    return terminal_text(str(text))


def json_text(document: str) -> str:
    """Return an equal JSON document, with escapes in its strings for invisible characters and for commands of a log."""
    # Neither occurs outside a string: no line of JSON begins with two colons, and `#` is not JSON syntax.
    return _COMMAND.sub(
        lambda found: _json_escape(found[0]), _INVISIBLE.sub(lambda found: _json_escape(found[0]), document)
    )


def markdown_text(text: str) -> str:
    """Return a text as one line without markup, for a line, a list item or a table cell."""
    flat = " ".join(_INVISIBLE.sub(_escape, text).split())
    plain = _INLINE.sub(lambda found: f"\\{found[0]}", flat)
    plain = _BLOCK.sub(_escape_block, plain)
    plain = _ENTITY.sub("&amp;", plain).replace("<", "&lt;")
    return _COMMAND.sub(lambda found: "#\\" if found[0] == "#" else f"{found['space']}\\:", plain)


def markdown_code(text: str) -> str:
    """Return a text as inline code, which a table cell may contain."""
    flat = " ".join(terminal_text(text).split())
    fence = "`" * (max((len(run) for run in re.findall("`+", flat)), default=0) + 1)
    space = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{space}{flat}{space}{fence}".replace("|", "\\|")


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < _BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _PLANE else f"\\U{code:08x}"


def _escape_command(found: re.Match[str]) -> str:
    return f"{found['space'] or ''}\\x{ord(found[0][-1]):02x}"


def _json_escape(text: str) -> str:
    pairs = text.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{pairs[at : at + 4]}" for at in range(0, len(pairs), 4))


def _escape_block(found: re.Match[str]) -> str:
    whole = found[0]
    return f"{whole[:-1]}\\{whole[-1]}"
