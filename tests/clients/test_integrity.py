from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.clients.installed import Installed
from concordat.clients.integrity import foreign_imports, imports_of

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = {
    "import json": [],
    "import sdk.models": [],
    "from sdk import Sdk": [],
    "import helper": [],
    "import importlib\nimportlib.import_module(name)": [],
    "import requests": ["requests"],
    "def f():\n    import httpx": ["httpx"],
    "import http.client": ["http.client"],
    "from urllib import request": ["urllib"],
    "__import__('aiohttp')": ["aiohttp"],
    "import importlib\nimportlib.import_module('socket')": ["socket"],
    "import subprocess": ["subprocess"],
}
NODE = {
    'const fs = require("node:fs");': [],
    'require("sdk/dist/utils")': [],
    'require("../protocol/typescript/helper.js")': [],
    "require(config.module); require(`${config.module}/dist`)": [],
    '// require("axios")\n/* import x from "axios" */': [],
    'const axios = require("axios")': ["axios"],
    'import https from "node:https"': ["node:https"],
    'import "undici"': ["undici"],
    'const x = await import("http2")': ["http2"],
    'require("child_process")': ["child_process"],
    "require(name)": ["name"],
}
GO = {
    'import "fmt"': [],
    'import (\n\t"reflect"\n\tsdk "example.test/sdk/models"\n\t"concordat.local/adapter/protocol"\n)': [],
    'import "net/http"': ["net/http"],
    'import (\n\t"os/exec"\n\t_ "example.test/other"\n)': ["os/exec", "example.test/other"],
}
ROWS = [
    *[("adapter.py", *row) for row in PYTHON.items()],
    *[("adapter.js", *row) for row in NODE.items()],
    *[("main.go", *row) for row in GO.items()],
]
LANGUAGES = {
    "adapter.py": ("python", "sdk"),
    "adapter.js": ("typescript", "sdk"),
    "main.go": ("go", "example.test/sdk"),
}


def installed(folder: Path, language: str, module: str) -> Installed:
    return Installed(
        name="x",
        version="1",
        style="x",
        package="sdk",
        module=module,
        language=language,
        key="0",
        command=("x",),
        env={},
        cwd=folder,
        sources=(folder,),
    )


@pytest.mark.parametrize(("file", "code", "foreign"), ROWS)
def test_only_the_sdk_the_standard_library_and_the_helper_may_be_imported(
    tmp_path: Path, file: str, code: str, foreign: list[str]
) -> None:
    (tmp_path / file).write_text(code + "\n", "utf-8")
    language, module = LANGUAGES[file]
    if language == "python":
        (tmp_path / "helper.py").write_text("", "utf-8")
    found = foreign_imports(installed(tmp_path, language, module))
    assert [one.name for one in found] == foreign


def test_an_import_is_found_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "adapter.js"
    path.write_text('"use strict";\n// x\nconst a = require("axios");\n', "utf-8")
    (found,) = imports_of(path)
    assert str(found.where) == f"{path}:3"
