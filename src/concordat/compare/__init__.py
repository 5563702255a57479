"""How two JSON values, or two requests, differ: canonical form, numbers of any size, differences."""
