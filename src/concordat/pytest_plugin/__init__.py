"""The pytest plugin: options, case items, public fixtures. pytest loads this package by its entry point.

The plugin itself is `concordat.pytest_plugin.plugin`, so that `-p concordat.pytest_plugin.plugin` works too.
"""

__all__ = ["pytest_plugins"]

pytest_plugins = ("concordat.pytest_plugin.plugin",)
