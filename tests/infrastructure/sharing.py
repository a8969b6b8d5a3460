"""In which order tests run, and which of them in one process one after another, because they share what takes long to
make; all others run where there is room. (pytest-xdist's own groups have no effect under pytest 9.2.)"""

import re
from typing import Any, Final

import pytest

_TOGETHER: Final = (
    re.compile(r"(tests/guards/).*(\[\w+\])$"),  # the guards of one role read one walk over its pages
    re.compile(r"(tests/stories/test_real_company\.py)"),  # one import of all files
    re.compile(r"(src/xiaoguan/config/tests/test_demo_story\.py)"),  # one story of a large company
)


def together(nodeid: str) -> str:
    """The same for tests that share something."""
    found = next((found for pattern in _TOGETHER if (found := pattern.match(nodeid))), None)
    return "".join(found.groups()) if found else nodeid


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that take minutes before those that take moments, so that at the end no process waits long for the other.
    pytest-django wants it the other way round."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Most tests in one process first, so that no long row of them is left for the end."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return Scheduling(config, log)
