"""A lock that is tried for is held by one at a time, and is never held on a file that was removed."""

from pathlib import Path

from pipeline.system import lock


def test_one_at_a_time_holds_the_lock_and_nobody_waits(tmp_path: Path) -> None:
    path = tmp_path / "new" / ".lock"
    with lock.try_exclusive(path) as first:
        with lock.try_exclusive(path) as second:
            assert (first, second) == (True, False)
        assert lock.is_held(path)
    assert path.exists()
    assert not lock.is_held(path)
    with lock.try_exclusive(path) as third:
        assert third


def test_who_waits_without_end_also_keeps_others_out(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with lock.exclusive(path, "another run"), lock.try_exclusive(path) as held:
        assert not held
        assert path.read_text() == "another run"
    assert not path.exists()


def test_a_file_that_was_removed_meanwhile_locks_nothing(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with path.open("a+") as file:
        path.unlink()
        assert not lock._acquired(file, path)
        path.touch()
        assert not lock._acquired(file, path)
