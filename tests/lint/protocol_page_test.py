#!/usr/bin/env python3
"""Holds docs/protocol.md to what it describes: its examples are the vectors, its codes the code's."""

import hashlib
import json
import os
import re
import subprocess
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def vector(words):
    file, *keys = words.split()
    value = json.loads(read("tests/vectors/" + file))
    for key in keys:
        value = value[key]
    return value


def examples(page):
    """(what the comment above says, the bytes) of every block of bytes."""
    for says, block in re.findall(r"<!-- (.+?) -->\n```bytes\n(.*?)```", page, re.DOTALL):
        digits = ""
        for line in block.splitlines():
            # Hex first, and from two blanks on words.
            digits += re.split(r" {2,}", line)[0].replace(" ", "")
        yield says, digits


class ProtocolPage(unittest.TestCase):
    page = read("docs/protocol.md")

    def test_shows_the_vectors(self):
        shown = list(examples(self.page))
        self.assertEqual(len(shown), self.page.count("```bytes"))
        self.assertGreaterEqual(len(shown), 6)
        for says, digits in shown:
            kind, _, what = says.partition(": ")
            with self.subTest(says):
                if kind == "vector":
                    self.assertEqual(digits, vector(what))
                elif kind == "preimage of":
                    self.assertEqual(hashlib.sha256(bytes.fromhex(digits)).hexdigest(), vector(what))
                else:
                    self.assertEqual(kind, "message")
                    self.check_frame(what, bytes.fromhex(digits))

    def check_frame(self, message, frame):
        self.assertEqual(int.from_bytes(frame[:4], "big"), len(frame) - 4)
        decoded = subprocess.run(["protoc", f"--decode={message}", "proto/wire/quorate.proto"], cwd=ROOT,
                                 input=frame[4:], capture_output=True, check=True).stdout.decode()
        self.assertEqual(re.sub(r"\s+", " ", re.sub(r'"[^"]*"', "…", decoded)).strip(),
                         "id: 1 commit { root: … epoch: 1 count: 2 }")

    def test_names_the_hashes_of_its_statement(self):
        for name in ("request_id", "document"):
            self.assertIn(vector(f"requests.json statements file {name}"), self.page)

    def test_has_every_code_that_travels_and_no_other(self):
        code = {int(number): name for name, number in
                re.findall(r"^\s*(\w+) = (\d+),", read("crypto/base/code.h"), re.MULTILINE) if int(number) >= 100}
        shown = {int(number): name for number, name in re.findall(r"^\| (\d+) \| `(\w+)` \|", self.page, re.MULTILINE)}
        self.assertEqual(shown, code)
        for name, number in re.findall(r"`(\w+)` \((\d{3})\)", self.page):
            self.assertEqual(code.get(int(number)), name)


if __name__ == "__main__":
    unittest.main()
