#!/usr/bin/env python3
"""The marks and planted bugs of the cores are those that the simulator and its page know."""

import os
import re
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def sources():
    for top in ("crypto", "proto", "node", "client"):
        for folder, _, files in os.walk(os.path.join(ROOT, top)):
            for name in files:
                path = os.path.relpath(os.path.join(folder, name), ROOT)
                if name.endswith((".h", ".cpp")) and not path.startswith(("crypto/base/plant", "crypto/base/probe")):
                    yield path, read(path)


def listed(array):
    page = read("sim/run/probes.h")
    body = re.search(array + r" = \{(.*?)\};", page, re.DOTALL).group(1)
    return re.findall(r'"([^"]*)"', body)


class Marks(unittest.TestCase):
    def marked(self, macro):
        return {name for _, text in sources() for name in re.findall(macro + r'\(\s*"([^"]*)"', text)}

    def test_every_rare_state_is_listed_and_stands_somewhere(self):
        self.assertEqual(listed("reached_probes"), sorted(self.marked("QUORATE_REACHED")))

    def test_every_choice_is_listed_and_stands_somewhere(self):
        self.assertEqual(sorted(listed("choice_probes") + listed("fault_probes")),
                         sorted(self.marked("QUORATE_SOMETIMES")))

    def test_what_breaks_something_says_so(self):
        self.assertTrue(all(name.startswith("fault: ") for name in listed("fault_probes")))
        self.assertFalse([name for name in listed("choice_probes") if name.startswith("fault")])

    def test_a_mark_says_its_name_at_its_place(self):
        for path, text in sources():
            for macro, argument in re.findall(r'(QUORATE_REACHED|QUORATE_SOMETIMES)\(\s*([^\s"])', text):
                self.fail(f"{path}: {macro}({argument}…) takes a name in quotes")


class PlantedBugs(unittest.TestCase):
    maxDiff = None

    def test_the_page_says_where_each_stands(self):
        planted = {}
        for path, text in sources():
            for bug in re.findall(r"QUORATE_PLANTED\((B\d\d)\)", text):
                planted.setdefault(bug, set()).add(path)
        page = {}
        for bug, places in re.findall(r"^\| (B\d\d) \|[^|]*\|([^|]*)\|", read("docs/simulation.md"), re.MULTILINE):
            page[bug] = set(re.findall(r"`([a-z0-9_/]+\.(?:h|cpp))`", places))
        # Those that stand in a host of the simulator are the simulator's own affair.
        ours = {bug: {path for path in paths if not path.startswith("sim/")} for bug, paths in page.items()}
        self.assertEqual({bug: sorted(paths) for bug, paths in ours.items() if paths},
                         {bug: sorted(paths) for bug, paths in planted.items()})

    def test_every_bug_has_a_line(self):
        known = set(re.findall(r"\bB\d\d\b", read("crypto/base/plant.h").split("enum class Bug", 1)[1]))
        self.assertEqual(known, set(re.findall(r"\bB\d\d\b", read("docs/simulation.md"))))


if __name__ == "__main__":
    unittest.main()
