"""The few ZIP records that stamping reads and writes, ZIP64 included.

Only stored entries are written: what stamping adds is small, and stored bytes are the same under every
zlib. Numbers follow PKWARE's APPNOTE 6.3; sections are named at each record.
"""

import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

# At these values a field is full and its true value moves to a ZIP64 record.
FULL_16 = 0xFFFF
FULL_32 = 0xFFFFFFFF

_LOCAL = struct.Struct("<IHHHHHIIIHH")  # 4.3.7
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")  # 4.3.12
_END = struct.Struct("<IHHHHIIH")  # 4.3.16
_END_64 = struct.Struct("<IQHHIIQQQQ")  # 4.3.14
_LOCATOR_64 = struct.Struct("<IIQI")  # 4.3.15
_LOCAL_SIGNATURE, _CENTRAL_SIGNATURE, _END_SIGNATURE = 0x04034B50, 0x02014B50, 0x06054B50
_END_64_SIGNATURE, _LOCATOR_64_SIGNATURE = 0x06064B50, 0x07064B50
_PLAIN, _WITH_64 = 20, 45
_UTF8_NAME, _SIZES_BEHIND = 0x0800, 0x0008
_MADE_ON_UNIX = 3 << 8
_READABLE_FILE = 0o100644 << 16
_LONGEST_COMMENT = 0xFFFF


class NotAZip(ValueError):
    """The bytes end in no directory that a ZIP reader would accept."""


@dataclass(frozen=True)
class Directory:
    """Where a ZIP's central directory lies, in bytes from the start, and how many entries it has."""

    offset: int
    size: int
    entries: int


@dataclass(frozen=True)
class Added:
    """A small file to be put into a ZIP as it is."""

    name: str
    content: bytes
    modified: datetime

    def local(self) -> bytes:
        """The local header and the content (APPNOTE 4.3.7)."""
        name = self.name.encode()
        fields = (_PLAIN, _UTF8_NAME, 0, *_dos_time(self.modified), zlib.crc32(self.content))
        sizes = (len(self.content), len(self.content), len(name), 0)
        return _LOCAL.pack(_LOCAL_SIGNATURE, *fields, *sizes) + name + self.content

    def central(self, offset: int) -> bytes:
        """The directory's line for this file, whose local header lies at `offset` (APPNOTE 4.3.12)."""
        name = self.name.encode()
        beyond = offset >= FULL_32
        extra = struct.pack("<HHQ", 1, 8, offset) if beyond else b""
        version = _WITH_64 if beyond else _PLAIN
        fields = (_MADE_ON_UNIX | version, version, _UTF8_NAME, 0, *_dos_time(self.modified), zlib.crc32(self.content))
        sizes = (len(self.content), len(self.content), len(name), len(extra), 0)
        place = (0, 0, _READABLE_FILE, 0xFFFFFFFF if beyond else offset)
        return _CENTRAL.pack(_CENTRAL_SIGNATURE, *fields, *sizes, *place) + name + extra


@dataclass(frozen=True)
class Moved:
    """A file of another ZIP, taken over as it is compressed, under another name. `mode` is its external attributes."""

    name: str
    flags: int
    method: int
    dated: tuple[int, int]
    crc: int
    compressed: int
    size: int
    mode: int

    def local(self) -> bytes:
        """The local header alone; the compressed bytes follow it (APPNOTE 4.3.7)."""
        name = self.name.encode()
        return _LOCAL.pack(_LOCAL_SIGNATURE, _PLAIN, self._flags, self.method, *self.dated, self.crc,
                           self.compressed, self.size, len(name), 0) + name

    def central(self, offset: int) -> bytes:
        """The directory's line for this file, whose local header lies at `offset` (APPNOTE 4.3.12)."""
        name = self.name.encode()
        return _CENTRAL.pack(_CENTRAL_SIGNATURE, _MADE_ON_UNIX | _PLAIN, _PLAIN, self._flags, self.method,
                             *self.dated, self.crc, self.compressed, self.size, len(name), 0, 0, 0, 0, self.mode,
                             offset) + name

    @property
    def _flags(self) -> int:
        """Names are UTF-8, and the sizes stand before the bytes, wherever they stood in the other ZIP."""
        return (self.flags | _UTF8_NAME) & ~_SIZES_BEHIND


def moved(file: BinaryIO, entry: zipfile.ZipInfo, *, name: str) -> tuple[Moved, int]:
    """An entry of an open ZIP under a new name, and where its compressed bytes begin. Raises NotAZip for one that is
    too large for plain fields."""
    if max(entry.file_size, entry.compress_size, entry.header_offset) >= FULL_32:
        raise NotAZip("it is too large")
    file.seek(entry.header_offset)
    lengths = _LOCAL.unpack(file.read(_LOCAL.size))[-2:]
    year, month, day, hour, minute, second = entry.date_time
    dated = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
    return Moved(name, entry.flag_bits, entry.compress_type, dated, entry.CRC, entry.compress_size, entry.file_size,
                 entry.external_attr), entry.header_offset + _LOCAL.size + sum(lengths)


def closing(directory: Directory) -> bytes:
    """The records that end a ZIP, with the ZIP64 pair where a plain field would overflow."""
    entries, size, offset = directory.entries, directory.size, directory.offset
    if entries < FULL_16 and size < FULL_32 and offset < FULL_32:
        return _END.pack(_END_SIGNATURE, 0, 0, entries, entries, size, offset, 0)
    end_64 = _END_64.pack(_END_64_SIGNATURE, _END_64.size - 12, _MADE_ON_UNIX | _WITH_64, _WITH_64, 0, 0,
                          entries, entries, size, offset)
    locator = _LOCATOR_64.pack(_LOCATOR_64_SIGNATURE, 0, offset + size, 1)
    plain = _END.pack(_END_SIGNATURE, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return end_64 + locator + plain


def find_directory(file: BinaryIO) -> Directory:
    """Find the central directory of an open ZIP. Raises NotAZip."""
    length = file.seek(0, 2)
    start = max(0, length - _LONGEST_COMMENT - _END.size)
    file.seek(start)
    ending = file.read()
    place = ending.rfind(struct.pack("<I", _END_SIGNATURE))
    if place < 0 or len(ending) - place < _END.size:
        raise NotAZip("it has no end record")
    found = _directory_at(file, start + place, _END.unpack_from(ending, place))
    if found.offset + found.size > start + place:
        raise NotAZip("its directory does not fit into it")
    return found


def _directory_at(file: BinaryIO, end: int, record: tuple[int, ...]) -> Directory:
    """Read the directory's place from the end record, or from the ZIP64 one that stands before it."""
    plain = Directory(offset=record[6], size=record[5], entries=record[4])
    if end < _LOCATOR_64.size:
        return plain
    file.seek(end - _LOCATOR_64.size)
    signature, _, place, _ = _LOCATOR_64.unpack(file.read(_LOCATOR_64.size))
    if signature != _LOCATOR_64_SIGNATURE:
        return plain
    file.seek(place)
    raw = file.read(_END_64.size)
    if len(raw) < _END_64.size or _END_64.unpack(raw)[0] != _END_64_SIGNATURE:
        raise NotAZip("its ZIP64 end record is missing")
    fields = _END_64.unpack(raw)
    return Directory(offset=fields[9], size=fields[8], entries=fields[7])


def _dos_time(moment: datetime) -> tuple[int, int]:
    """A time as MS-DOS wrote it: two-second steps, no zone, from 1980 to 2107."""
    year = min(max(moment.year, 1980), 2107)
    clock = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return clock, (year - 1980) << 9 | moment.month << 5 | moment.day
