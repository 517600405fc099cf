"""Values that a caller may send instead of what is documented."""

from __future__ import annotations

from typing import Any

DEEP = 100_000

TEXTS: tuple[str, ...] = (
    "", " ", "\x00", "a\x00b", "\u202egnp.exe", "\ufeff", "\U000e0041", "e\u0301" * 200, "💥" * 50, "١٢٣٤٥٦",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}", "${7*7}", "%(x)s", "{0.__class__}",
    "' OR 1=1 --", "%", "_", "%' AND 1=0 --", "\\", "a\r\nSet-Cookie: stolen=1", "../../../../etc/passwd", "..\\..\\x",
    "/dev/null", "CON", "1e400", "NaN", "-1", "null", "x" * 100_000)

VALUES: tuple[Any, ...] = (
    *TEXTS, None, 0, -1, 1, 2**31, 2**53, -2**63, 2**64 - 1, 2**70, 1.5, -0.0, 1e308, True, False, [], [None], [[]],
    ["view", None], ["x"] * 2000, [{"$gt": ""}], {}, {"": ""}, {"a": {"b": [1, {"c": None}]}}, {"__proto__": {}},
    {str(number): number for number in range(2000)})

BODIES: tuple[bytes, ...] = (
    b"", b" ", b"null", b"[]", b"[{}]", b'"text"', b"5", b"true", b"{", b"}", b"{]", b"{'a': 1}", b"{\"a\":1}garbage",
    b"\xff\xfe\x00", b'{"a":"\xff"}', b'{"a":"\\ud800"}', b'{"a":NaN}', b'{"a":1e999}', b"\xef\xbb\xbf{}",
    b"[" * DEEP, b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP + b"1" + b"}" * DEEP, b"\x00" * 100, b"a=1&b=2",
    b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n", b'{"a":' + b"9" * 5000 + b"}")

TYPES: tuple[str | None, ...] = (
    None, "", "application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=x", "application/json; charset=nonsense", "application/xml", ";;;", "\xff")

PATHS: tuple[str, ...] = (
    "%00", "a%00b", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "..%5c..%5cx", "%ff%fe", "%E2%80%AE", "%0d%0aX: y",
    "<script>", "%7B%7B7*7%7D%7D", "%27%20OR%201=1%20--", "%25", "_", "x" * 3000, "-1", "0", "99999999999999999999",
    "null", "undefined", "%20", "%F0%9F%92%A5", ".", "~", "9PD-835-6DE", "00000000-0000-0000-0000-000000000000",
    "f" * 32)
