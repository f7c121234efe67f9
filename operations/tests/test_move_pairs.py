"""The list of who is who: what is understood, and what is refused before anything is moved."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from ..failure import Failure
from ..move.pairs import Pair, read

ID = "eu-west-1:5a0b6b1c-7d1e-4c5f-9d0e-2f4b8c6d1a3e"
OTHER_ID = "us-gov-west-1:6a0b6b1c-7d1e-4c5f-9d0e-2f4b8c6d1a3e"
SUB = "2b6f0c1e-1111-4a2b-8c3d-9e4f5a6b7c8d"
HEAD = "identity_id,sub\n"


class Pairs(unittest.TestCase):
    """Without a stack."""

    def setUp(self) -> None:
        """A folder for the lists."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "pairs.csv"

    def read(self, content: str | bytes) -> list[Pair]:
        """Reads a list with this content."""
        self.path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(self.path)

    def test_lists_of_programs_and_spreadsheets_are_understood(self) -> None:
        cases = [
            ("plain", f"{HEAD}{ID},{SUB}\n", [Pair(ID, SUB, 2)]),
            ("no newline at the end", f"{HEAD}{ID},{SUB}", [Pair(ID, SUB, 2)]),
            ("a byte order mark", f"\ufeff{HEAD}{ID},{SUB}\n", [Pair(ID, SUB, 2)]),
            ("other columns", f'name,sub,identity_id\r\n"A, B",{SUB},{ID}\r\n', [Pair(ID, SUB, 2)]),
            ("spaces and empty lines", f"{HEAD}\n {ID} , {SUB}\n\n", [Pair(ID, SUB, 3)]),
            ("two", f"{HEAD}{ID},{SUB}\n{OTHER_ID},x\n", [Pair(ID, SUB, 2), Pair(OTHER_ID, "x", 3)]),
            ("64 bytes", f"{HEAD}{ID},{'é' * 32}\n", [Pair(ID, "é" * 32, 2)]),
        ]
        for name, content, expected in cases:
            with self.subTest(name):
                self.assertEqual(self.read(content), expected)

    def test_each_mistake_is_named_with_its_line(self) -> None:
        cases = [
            ("no sub", f"{ID}\n", ["line 2: '' is no sub"]),
            ("no identity", f",{SUB}\n", ["line 2: '' is no identity id"]),
            ("only a region", f"eu-west-1,{SUB}\n", ["line 2: 'eu-west-1' is no identity id"]),
            ("a path", f"../{ID},{SUB}\n", [f"line 2: '../{ID}' is no identity id"]),
            ("after an empty line", f"\n\n{ID},..\n", ["line 4: '..' is no sub"]),
            ("the folder itself", f"{ID},.\n", ["line 2: '.' is no sub"]),
            ("two segments", f"{ID},a/b\n", ["line 2: 'a/b' is no sub"]),
            ("a wildcard", f"{ID},a*\n", ["line 2: 'a*' is no sub"]),
            ("another wildcard", f"{ID},a?\n", ["line 2: 'a?' is no sub"]),
            ("a policy variable", f"{ID},${{a}}\n", ["line 2: '${a}' is no sub"]),
            ("a control character", f"{ID},a\x1bb\n", [r"line 2: 'a\x1bb' is no sub"]),
            ("65 bytes", f"{ID},{'é' * 32}x\n", [f"line 2: '{'é' * 32}x' is no sub"]),
            ("a sub twice", f"{ID},x\n{OTHER_ID},x\n", ["line 3: x stands in line 2 already"]),
            ("an identity twice", f"{ID},x\n{ID},y\n", [f"line 3: {ID} stands in line 2 already"]),
            ("several", f"a,..\n{ID},x\n", ["line 2: 'a' is no identity id", "line 2: '..' is no sub"]),
        ]
        for name, rows, expected in cases:
            with self.subTest(name):
                shown = io.StringIO()
                with (
                    contextlib.redirect_stderr(shown),
                    self.assertRaisesRegex(Failure, rf"mistakes \({len(expected)}\)"),
                ):
                    self.read(HEAD + rows)
                lines = shown.getvalue().splitlines()
                self.assertEqual(len(lines), len(expected), lines)
                for line, start in zip(lines, expected, strict=True):
                    self.assertTrue(line.startswith(f"  {self.path}, {start}"), line)

    def test_a_file_that_is_no_list_is_refused(self) -> None:
        cases: list[tuple[str, str | bytes, str]] = [
            ("empty", "", "needs a first line with the columns identity_id,sub"),
            ("other columns", f"id,sub\n{ID},{SUB}\n", "needs a first line"),
            ("semicolons", f"identity_id;sub\n{ID};{SUB}\n", "needs a first line"),
            ("nobody", HEAD, "has nobody in it; add a line for each person"),
            ("binary", b"identity_id,sub\n\xff\xfe,\n", "is not CSV in UTF-8: .*; save it as such"),
        ]
        for name, content, expected in cases:
            with self.subTest(name), self.assertRaisesRegex(Failure, expected):
                self.read(content)
        self.path.unlink()
        with self.assertRaisesRegex(Failure, "cannot be read: No such file or directory; name the list: PAIRS=…"):
            read(self.path)
