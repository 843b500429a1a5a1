"""A server and what belongs to it stay on their loop: the compiler refuses to take them elsewhere."""

import subprocess

import pytest

from harness.program import PROGRAMS
from harness.proxyd import ROOT

HEAD = "import Engine\nimport HTTPStack\n"

ALLOWED = {
    "a handler that is a task": """
        func serve(_ server: Server) async throws {
            server.handle { request, response in
                for try await chunk in request.body { try await response.write(chunk) }
            }
            try await server.listen(port: 0)
            try await server.closed()
        }
        """,
    "a handler on the loop that keeps its response for later": """
        func serve(_ server: Server) {
            server.onRequest = { _, response in
                _ = LoopTimer(server.loop, afterMs: 10) { response.end("late") }
            }
        }
        """,
}

REFUSED = {
    "a server in a task of its own": """
        func misuse(_ server: Server) {
            Task.detached { server.close() }
        }
        """,
    "a response in another actor": """
        actor Keeper {
            var kept: ServerResponse?
            func keep(_ response: ServerResponse) { kept = response }
        }
        func misuse(_ server: Server, _ keeper: Keeper) {
            server.handle { _, response in await keeper.keep(response) }
        }
        """,
    "a request in a closure for another loop": """
        func misuse(_ request: ClientRequest, _ other: EventLoop) {
            other.post { request.abort() }
        }
        """,
}


def compile_errors(folder, source):
    """What the compiler says of the source, in the language mode of those who use the library; empty when it takes it."""
    path = folder / "source.swift"
    path.write_text(HEAD + source)
    maps = (PROGRAMS / "CLinux.build/module.modulemap", ROOT / "Sources/CAres/module.modulemap")
    arguments = [argument for map_file in maps for argument in ("-Xcc", f"-fmodule-map-file={map_file}")]
    done = subprocess.run(
        ["swiftc", "-swift-version", "6", "-parse-as-library", "-emit-sil", "-o", "/dev/null",
         "-I", str(PROGRAMS / "Modules"), *arguments, str(path)], capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    return [line for line in done.stderr.splitlines() if "error:" in line]


@pytest.mark.parametrize("source", ALLOWED.values(), ids=ALLOWED.keys())
def test_it_compiles(tmp_path, source):
    assert compile_errors(tmp_path, source) == []


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED.keys())
def test_it_does_not_compile(tmp_path, source):
    errors = compile_errors(tmp_path, source)
    assert errors, "the compiler took it"
    assert all("data race" in error or "Sendable" in error for error in errors), errors
