"""The ZIP records: junk is refused, and the numbers that overflow go to ZIP64."""

import io
import struct
import zipfile
from datetime import datetime

import pytest

from builder.zipformat import FULL_16, FULL_32, Added, Directory, NotAZip, closing, find_directory

MOMENT = datetime(2026, 1, 2, 3, 4, 5)


def small_zip(comment: bytes = b"") -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", b"content")
        archive.comment = comment
    return file


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06", b"x" * 100_000, b"PK\x05\x06" + b"\xff" * 18])
def test_junk_is_no_zip(content):
    with pytest.raises(NotAZip):
        find_directory(io.BytesIO(content))


@pytest.mark.parametrize("comment", [b"", b"a comment", b"c" * 0xFFFF])
def test_the_directory_is_found_behind_a_comment(comment):
    file = small_zip(comment)
    found = find_directory(file)
    assert found.entries == 1
    assert file.getvalue()[found.offset:][:4] == b"PK\x01\x02"


@pytest.mark.parametrize("directory", [
    Directory(offset=0, size=0, entries=FULL_16), Directory(offset=0, size=0, entries=FULL_16 + 1),
    Directory(offset=0, size=0, entries=FULL_16 - 1)])
def test_counts_survive_the_round_trip(directory):
    assert find_directory(io.BytesIO(closing(directory))) == directory


@pytest.mark.parametrize("offset", [0, FULL_32 - 1, FULL_32, FULL_32 + 1, 2**40])
def test_a_far_file_is_listed_with_its_true_place(offset):
    line = Added("n", b"content", MOMENT).central(offset)
    place, = struct.unpack_from("<I", line, 42)
    if offset < FULL_32:
        assert (place, len(line)) == (offset, 47)
    else:
        assert place == FULL_32
        assert struct.unpack_from("<HHQ", line, 47) == (1, 8, offset)


@pytest.mark.parametrize("year, told", [(1970, 1980), (2026, 2026), (3000, 2107)])
def test_years_are_kept_within_what_zip_can_say(year, told):
    file = io.BytesIO()
    entry = Added("ünï", b"content", MOMENT.replace(year=year))
    local, line = entry.local(), entry.central(0)
    file.write(local + line + closing(Directory(offset=len(local), size=len(line), entries=1)))
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert archive.infolist()[0].date_time == (told, 1, 2, 3, 4, 4)
        assert archive.read("ünï") == b"content"
