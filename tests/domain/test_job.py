"""The table of moves."""

from bot.domain.job import ACTIVE, CANCELLABLE, ENDED, TRANSITIONS, JobState, LedgerKind, ledger_entry


def test_every_state_can_be_reached_and_every_way_ends() -> None:
    reached = {JobState.ACCEPTED}
    for _ in JobState:
        reached |= {to for state in reached for to in TRANSITIONS[state]}
    assert reached == set(JobState)
    ending = set(ENDED)
    for _ in JobState:
        ending |= {state for state in JobState if TRANSITIONS[state] & ending}
    assert ending == set(JobState)


def test_only_an_end_resolves_the_reservation_and_only_a_delivered_video_is_charged() -> None:
    for state in JobState:
        expected = None if state not in ENDED else LedgerKind.RELEASE
        assert ledger_entry(state) == (LedgerKind.SETTLE if state is JobState.DELIVERED else expected)


def test_a_video_that_is_kept_does_not_count_as_running_but_still_holds_its_seconds() -> None:
    assert JobState.UNDELIVERABLE not in ACTIVE
    assert ledger_entry(JobState.UNDELIVERABLE) is None


def test_what_can_be_cancelled_can_move_to_cancelled() -> None:
    assert {state for state in JobState if JobState.CANCELLED in TRANSITIONS[state]} == CANCELLABLE
