"""What pytest loads by itself: a name for the plugin, so that `-p concordat.plugin` may be said besides."""

__all__ = ["pytest_plugins"]

pytest_plugins = ("concordat.plugin",)
