#!/usr/bin/env python3
"""planted_release_test.py BIN PLANT: a release holds no planted bug and no mark; a build that does
says so aloud, and stays on this machine.

BIN is the folder of quorate-node and quorate, PLANT is ON or OFF: what the build was made with."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BIN, PLANT = sys.argv[1], sys.argv[2]
NODE = os.path.join(BIN, "quorate-node")


def node(*words):
    done = subprocess.run([NODE, *words], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


@unittest.skipIf(PLANT == "ON", "this build is for the simulator and for tests")
class Release(unittest.TestCase):
    def test_knows_no_option(self):
        self.assertNotIn("--plant", node("run", "--help")[1])
        self.assertEqual(node("run", "nowhere", "--plant", "B01")[0], 2)

    def test_holds_no_mark_and_no_bug(self):
        with open(os.path.join(ROOT, "sim/run/probes.h"), encoding="utf-8") as file:
            names = re.findall(r'^ +"([^"]+)",', file.read(), re.MULTILINE)
        self.assertGreater(len(names), 40)
        for program in ("quorate-node", "quorate"):
            with open(os.path.join(BIN, program), "rb") as file:
                binary = file.read()
            for name in names + ["PLANTED BUG"]:
                self.assertNotIn(name.encode(), binary, f"{program} holds `{name}`")


@unittest.skipIf(PLANT == "OFF", "a release plants nothing")
class Planting(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def make(self, listen):
        directory = os.path.join(self.folder.name, "alpha")
        pin = os.path.join(self.folder.name, "pin")
        with open(pin, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write("correct horse battery staple\n")
        code, text = node("init", directory, "--name", "alpha", "--quorum", "demo", "--operator", "ops",
                          "--listen", listen, "--custody", "file", "--pin-file", pin)
        self.assertEqual(code, 0, text)
        return directory

    def test_refuses_every_address_but_loopback(self):
        code, text = node("run", self.make("0.0.0.0:7399"), "--plant", "B01")
        self.assertEqual(code, 2)
        self.assertIn("loopback", text)

    def test_refuses_what_is_no_bug(self):
        code, text = node("run", "nowhere", "--plant", "B99")
        self.assertEqual(code, 2)
        self.assertIn("B99", text)

    def test_says_so_aloud(self):
        running = subprocess.Popen([NODE, "run", self.make("127.0.0.1:7399"), "--plant", "B01"],
                                   stderr=subprocess.PIPE, text=True)
        try:
            line = next((line for line in running.stderr if "PLANTED" in line), "")
        finally:
            running.terminate()
            running.communicate(timeout=60)
        self.assertIn("PLANTED BUG B01", line)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
