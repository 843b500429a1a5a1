"""Running a client program. One that is missing is a failure, never a skip."""

import subprocess


def run(*arguments, env=None, input=None, cwd=None, seconds=60, check=True):
    """Runs a client to its end. The result has bytes; with `check` any exit code but 0 is a failure with its output."""
    try:
        done = subprocess.run(
            [str(argument) for argument in arguments], env=env, input=input, cwd=cwd, timeout=seconds,
            capture_output=True, stdin=subprocess.DEVNULL if input is None else None)
    except FileNotFoundError as missing:
        raise AssertionError(f"the client {arguments[0]} is not installed: run dev/install-deps test") from missing
    if check:
        output = f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        assert done.returncode == 0, f"{arguments} ended with {done.returncode}\n{output}"
    return done
