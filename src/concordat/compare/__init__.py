"""The one difference engine of JSON values and requests: canonical form, numbers of any size, matchers, differences."""
