"""The fault matrix as a table at the end of the test run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Results = Mapping[tuple[str, str, str], str]


def table(title: str, results: Results, faults_injected: Sequence[str]) -> Iterable[str]:
    """Rows are calls, columns are faults; a dot is a call that was survived, an F one that was not."""
    calls = list(dict.fromkeys(call for way, call, _ in results if way == title))
    width = max(len(call) for call in calls)
    yield f"{title}: {' '.join(f'{number}={fault}' for number, fault in enumerate(faults_injected, start=1))}"
    for call in calls:
        marks = "  ".join(results.get((title, call, fault), " ") for fault in faults_injected)
        yield f"  {call:<{width}}  {marks}"
