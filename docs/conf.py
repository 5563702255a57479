"""Settings of the documentation site. `tox run -e docs` builds it and treats every warning as an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "Concordat"
author = "the Concordat maintainers"
copyright = f"2026, {author}"  # noqa: A001 - Sphinx reads this name
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
default_role = "code"  # docstrings write names between single backticks
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
add_module_names = False
nitpicky = True  # a reference without a target is a warning
nitpick_ignore = [("py:class", "Contract")]  # an internal class in the type of a public attribute

# The theme has its own style sheets and uses the system fonts of the reader: a page requests nothing from other hosts.
html_theme = "furo"
html_title = f"Concordat {release}"
html_show_sphinx = False


def hide_parameters(*event: Any) -> tuple[str, str | None] | None:
    """Return a signature without parameters for fixtures and classes, and None for other objects.

    Readers call neither: pytest calls the fixtures, and Concordat constructs the objects that they return.
    """
    _app, kind, name, _object, _options, _signature, returns = event
    fixture = name.startswith("concordat.pytest_plugin.plugin.")
    if fixture:
        return "()", returns
    return ("", None) if kind == "class" else None


def setup(app: Sphinx) -> None:
    """Connect the change of signatures."""
    app.connect("autodoc-process-signature", hide_parameters)
