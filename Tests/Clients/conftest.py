"""The fixtures of these tests are those of every suite."""

from harness.fixtures import (  # noqa: F401
    certificate,
    dns,
    echo,
    origin,
    proxy,
    pytest_configure,
    pytest_runtest_makereport,
    secure_web,
    start_proxy,
    web,
)
