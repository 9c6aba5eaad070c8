#!/usr/bin/env python3
"""Holds docs/architecture.md to the tree: every room has its line there."""

import os
import re
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SIDES = ("crypto", "proto", "node", "client")


def rooms():
    for side in SIDES:
        for folder, _, names in os.walk(os.path.join(ROOT, side)):
            if "CMakeLists.txt" in names:
                with open(os.path.join(folder, "CMakeLists.txt"), encoding="utf-8") as file:
                    if re.search(r"^\s*quorate_(room|program)\(", file.read(), re.MULTILINE):
                        yield os.path.relpath(folder, ROOT)


class ArchitecturePage(unittest.TestCase):
    def test_says_each_rooms_job(self):
        with open(os.path.join(ROOT, "docs/architecture.md"), encoding="utf-8") as file:
            rows = [line.split("|")[1] for line in file if line.startswith("| `")]
        said = set(re.findall(r"`([a-z0-9/]+)`", " ".join(rows)))
        found = set(rooms())
        self.assertGreater(len(found), 10)
        self.assertEqual(found - said, set(), "docs/architecture.md has no line for these rooms")


if __name__ == "__main__":
    unittest.main()
