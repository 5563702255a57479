"""The catalogue as pytest items: one for each case (or row) and client.

The items are not functions of this module; `concordat.pytest_plugin.plugin` collects them here (see `items` there).
"""
