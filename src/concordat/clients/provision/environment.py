"""The environment of installation and build steps: an allow list, because a package's build runs code of its own."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from concordat.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PASSED_ON", "tool_environment"]

PASSED_ON = "CONCORDAT_INSTALL_ENV"
"""The variable that names further variables for the tools, such as the token of a private registry."""

# fmt: off
_NAMES = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TMP", "TEMP", "LANG", "LANGUAGE", "TZ",
        "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
        "XDG_STATE_HOME", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy",
        "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS", "CC", "CXX", "CFLAGS", "CPPFLAGS", "CXXFLAGS", "LDFLAGS", "PKG_CONFIG_PATH",
        "SDKROOT", "MACOSX_DEPLOYMENT_TARGET", "CARGO_HOME", "RUSTUP_HOME", "PYENV_ROOT", "PYENV_VERSION",
        "VOLTA_HOME", "NVM_DIR", "ASDF_DIR", "ASDF_DATA_DIR", "MISE_DATA_DIR", "JAVA_HOME", "MAVEN_HOME",
        "M2_HOME", "MAVEN_OPTS", "MAVEN_ARGS", "GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", "GOTMPDIR",
        "GOENV", "GOFLAGS", "GOTOOLCHAIN", "GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB",
        "GOINSECURE", "GOVCS", "GOAUTH", "GOOS", "GOARCH", "CGO_ENABLED",
    }
)
# fmt: on
_PREFIXES = ("LC_", "PIP_", "UV_", "NPM_CONFIG_", "npm_config_")
"""Where the tools look for their own settings; a registry's credential may be among them, and the tools need it."""
_PUBLISHING = re.compile("publish", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def tool_environment(caller: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables of the caller's environment that installation and build steps may see.

    `caller` is `os.environ` unless given. Variables that `CONCORDAT_INSTALL_ENV` names (separated by commas or blanks)
    are passed on too; no other variable of Concordat's is. Raises UsageError for a text there that is no name.
    """
    environment = os.environ if caller is None else caller
    asked = environment.get(PASSED_ON, "").replace(",", " ").split()
    for name in asked:
        if not _NAME.fullmatch(name) or name.startswith("CONCORDAT_"):
            message = f"{PASSED_ON} cannot pass on `{name}`"
            raise UsageError(message, hint="name variables of the installers, separated by commas: NPM_TOKEN,GOAUTH")
    return {
        name: value
        for name, value in environment.items()
        if name in _NAMES or name in asked or (name.startswith(_PREFIXES) and not _PUBLISHING.search(name))
    }
