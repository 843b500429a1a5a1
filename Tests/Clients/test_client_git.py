"""git over smart HTTP: chunked answers, gzipped and large chunked uploads."""

import os

import pytest

from harness.command import run
from harness.git_origin import GitOrigin

IDENTITY = ["-c", "user.name=tester", "-c", "user.email=tester@localhost", "-c", "init.defaultBranch=main"]


@pytest.fixture
def hosting(tmp_path):
    """A bare repository that accepts pushes, behind `git http-backend`."""
    run("git", *IDENTITY, "init", "-q", "--bare", tmp_path / "served/project.git")
    run("git", "-C", tmp_path / "served/project.git", "config", "http.receivepack", "true")
    one = GitOrigin(tmp_path / "served")
    yield one
    one.close()


def test_git_pushes_and_clones(proxy, hosting, tmp_path):
    environment = proxy.environment(GIT_CONFIG_NOSYSTEM="1", HOME=str(tmp_path), GIT_TERMINAL_PROMPT="0")
    work = tmp_path / "work"
    run("git", *IDENTITY, "init", "-q", work)
    for n in range(30):
        (work / f"file{n}").write_bytes(os.urandom(2000 + n))
    run("git", "-C", work, "add", ".")
    run("git", *IDENTITY, "-C", work, "commit", "-q", "-m", "first")
    # Smaller than the pack: git then uploads in chunks.
    url = hosting.url("/project.git")
    run("git", "-C", work, "-c", "http.postBuffer=4096", "push", "-q", url, "main", env=environment)
    run("git", "clone", "-q", url, tmp_path / "clone", "-b", "main", env=environment)
    assert (tmp_path / "clone/file29").read_bytes() == (work / "file29").read_bytes()
    assert "chunked" in hosting.framings
