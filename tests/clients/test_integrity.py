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
    'import importlib\nimportlib.import_module(config["module"])': [],
    'import importlib\nimportlib.import_module(self.config["module"] + "." + name)': [],
    "import importlib\nimportlib.import_module(f\"{self.config['module']}.x\")": [],
    'import importlib\nm = config["settings"].get("module", config["module"])\nimportlib.import_module(m + ".x")': [],
    "from importlib import metadata\nmetadata.version('x')": [],
    "import importlib\nimportlib.import_module(name)": ["(name)"],
    'import importlib\nname = config["module"]\nname = "httpx"\nimportlib.import_module(name)': ["(name)"],
    "import importlib\nimportlib.import_module('req' + 'uests')": ["req"],
    'import importlib\nimportlib.import_module(config["package"])': ["(config['package'])"],
    "from importlib import import_module as load\nload('httpx')": ["httpx"],
    "import importlib as i\ni.import_module(name='httpx')": ["httpx"],
    "import importlib\nload = importlib.import_module": ["importlib.import_module (used)"],
    "import importlib\ngetattr(importlib, 'import_' + 'module')('httpx')": ["importlib (used)"],
    "import importlib.util": [],
    "import importlib\nimportlib.util.find_spec('httpx')": ["importlib.util (used)"],
    "exec('import httpx')": ["exec (used)"],
    "import sys\nsys.modules['socket']": ["sys.modules (used)"],
    "import asyncio\nasyncio.open_connection('x', 1)": ["asyncio.open_connection (used)"],
    "import os\nos.system('curl x')": ["os.system (used)"],
    "import ctypes": ["ctypes"],
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
    "require(config.package)": ["config.package"],
    "const load = require;\nload('axios')": ["axios"],
    "const r = createRequire(require.resolve('sdk'));\nr('class-transformer/cjs/storage')": [],
    "const r = createRequire(require.resolve('sdk'));\nr('axios')": ["the SDK's axios"],
    "const r = createRequire(require.resolve('sdk'));\nr(name)": ["name"],
    "const x = await fetch(url)": ["fetch (used)"],
    "globalThis.fetch(url)": ["globalThis.fetch (used)"],
    "const text = 'fetch(url)'; sdk.fetch(text)": [],
    "eval(code)": ["eval (used)"],
    "process.binding('tcp_wrap')": ["process.binding (used)"],
    'const { Socket } = require("net");\nnew Socket().connect(80)': [".connect( (used)"],
    'require("worker_threads")': ["worker_threads"],
}
ROWS = [
    *[("adapter.py", *row) for row in PYTHON.items()],
    *[("adapter.js", *row) for row in NODE.items()],
]
LANGUAGES = {
    "adapter.py": ("python", "sdk"),
    "adapter.js": ("typescript", "sdk"),
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
    assert [str(one) for one in found] == foreign


def test_an_import_is_found_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "adapter.js"
    path.write_text('"use strict";\n// x\nconst a = require("axios");\n', "utf-8")
    (found,) = imports_of(path)
    assert str(found.where) == f"{path}:3"
