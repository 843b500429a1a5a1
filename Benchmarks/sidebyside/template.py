"""Configuration files with places to fill in, such as ``{port}``."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent


def fill(source: str | pathlib.Path, directory: pathlib.Path, values: dict[str, object]) -> pathlib.Path:
    """Writes the template, without its ``.in``, into `directory`, and returns where. Other braces stay as they are."""
    template = ROOT / source
    text = template.read_text()
    for name, value in {"dir": directory, **values}.items():
        text = text.replace("{" + name + "}", str(value))
    target = directory / template.name.removesuffix(".in")
    target.write_text(text)
    return target
