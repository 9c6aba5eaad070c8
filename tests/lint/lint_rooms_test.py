#!/usr/bin/env python3
"""Plants each violation that script/lint-rooms is for in a small clean tree, and sees it found."""

import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "script", "lint-rooms")

CLEAN = {
    "crypto/base/CMakeLists.txt": "quorate_room(crypto/base SOURCES bytes.cpp PUBLIC tl::expected PRIVATE sodium)\n",
    "crypto/base/bytes.cpp": '#include "crypto/base/bytes.h"\n#include <vector>\n',
    "crypto/frost/CMakeLists.txt": "quorate_room(crypto/frost SOURCES signer.cpp PUBLIC quorate::crypto_base)\n",
    "crypto/frost/signer.cpp":
        '#include "crypto/base/bytes.h"\n'
        "// std::chrono::steady_clock::now() and scalar_random stand in a comment here\n"
        'const char* help = "never call randombytes_buf()";\n'
        "const int many = 10'000;\n"
        "void f() { crypto_sign_seed_keypair(a, b, c); crypto_box_seal_open(d); runtime(0); }\n",
    "proto/wire/CMakeLists.txt": "quorate_room(proto/wire SOURCES decode.cpp PUBLIC quorate::crypto_frost protobuf::libprotobuf)\n",
    "proto/wire/decode.cpp": '#include "proto/wire/quorate.pb.h"\n#include <google/protobuf/message.h>\n',
    "proto/channel/CMakeLists.txt": "quorate_room(proto/channel SOURCES stream.cpp PUBLIC Boost::headers OpenSSL::SSL)\n",
    "proto/channel/stream.cpp": "#include <boost/asio.hpp>\n#include <thread>\n",
    "node/core/CMakeLists.txt": "quorate_room(node/core SOURCES core.cpp PUBLIC quorate::proto_wire)\n",
    "node/core/core.cpp": '#include "proto/wire/decode.h"\n#include <mutex>\n',
    "node/custody/pkcs11/CMakeLists.txt": "quorate_room(node/custody/pkcs11 SOURCES worker.cpp)\n",
    "node/custody/pkcs11/worker.cpp": "#include <thread>\n#include <condition_variable>\n",
    "node/server/CMakeLists.txt": "quorate_room(node/server SOURCES server.cpp PUBLIC quorate::node_core quorate::proto_channel)\n",
    "node/server/server.cpp": '#include <boost/asio.hpp>\n#include "node/core/core.h"\nauto t = std::chrono::steady_clock::now();\n',
    "client/coordinator/CMakeLists.txt": "quorate_room(client/coordinator SOURCES coordinator.cpp PUBLIC quorate::proto_wire)\n",
    "client/coordinator/coordinator.cpp": '#include "proto/wire/decode.h"\n',
    "sim/cli/CMakeLists.txt": "quorate_program(quorate-sim FOLDER sim/cli SOURCES main.cpp LINK quorate_sim_group)\n",
    "sim/world/CMakeLists.txt": "quorate_room(sim/world SOURCES queue.cpp)  # never quorate_sim_group\n",
    "tests/sim/group/CMakeLists.txt": "quorate_test(group_test SOURCES group_test.cpp LINK quorate_sim_group)\n",
    "tests/node/core/core_test.cpp": '#include "client/coordinator/coordinator.h"\n#include "node/core/core.h"\n',
}

# What is planted (file, line added at its end), and the words that the finding must have.
VIOLATIONS = [
    ("node/core/core.cpp", '#include "client/coordinator/coordinator.h"', "node/ must not include client/"),
    ("client/coordinator/coordinator.cpp", '#include "node/core/core.h"', "client/ must not include node/"),
    ("crypto/frost/signer.cpp", '#include "proto/wire/decode.h"', "crypto/ must not include proto/"),
    ("crypto/frost/signer.cpp", '#include "node/core/core.h"', "crypto/ must not include node/"),
    ("proto/wire/decode.cpp", '#include "node/core/core.h"', "proto/ must not include node/"),
    ("proto/wire/decode.cpp", '#include "client/coordinator/coordinator.h"', "proto/ must not include client/"),
    ("node/core/core.cpp", '#include "tests/support/world.h"', "the product knows no tests"),
    ("node/server/server.cpp", '#include "client/driver/connection.h"', "node/ must not include client/"),
    ("crypto/frost/signer.cpp", "#include <boost/asio.hpp>", "a core must not include boost/asio.hpp"),
    ("proto/wire/decode.cpp", "#include <boost/asio/ssl.hpp>", "a core must not include boost/asio/ssl.hpp"),
    ("node/core/core.cpp", "#  include <boost/asio/post.hpp>", "a core must not include boost/asio/post.hpp"),
    ("node/core/core.cpp", "#include <boost/beast/http.hpp>", "a core must not include boost/beast/http.hpp"),
    ("node/custody/pkcs11/worker.cpp", "#include <boost/asio.hpp>", "a core must not include boost/asio.hpp"),
    ("client/coordinator/coordinator.cpp", "#include <sys/socket.h>", "a core must not include sys/socket.h"),
    ("client/coordinator/coordinator.cpp", '#include "proto/channel/stream.h"', "drivers call cores"),
    ("node/core/core.cpp", "#include <thread>", "a core must not include <thread>"),
    ("crypto/frost/signer.cpp", "#include <google/protobuf/message.h>", "protobuf has no canonical form"),
    ("crypto/frost/signer.cpp", '#include "messages/quorate.pb.h"', "protobuf has no canonical form"),
    ("proto/statement/statement.h", '#include "proto/wire/decode.h"', "protobuf has no canonical form"),
    ("node/core/core.cpp", "auto t = std::chrono::system_clock::now();", "a core reads no clock"),
    ("node/core/core.cpp", "auto t = Clock::now(); auto u = time(nullptr);", "a core reads no clock"),
    ("crypto/frost/signer.cpp", "std::random_device device;", "a core draws no randomness"),
    ("client/coordinator/coordinator.cpp", "void g() { randombytes_buf(p, 8); }", "a core draws no randomness"),
    ("node/core/core.cpp", "void g() { std::this_thread::sleep_for(d); }", "a core waits for nothing"),
    ("crypto/frost/signer.cpp", "void g() { crypto_box_seal(a, b); }", "crypto_box_seal draws its own key"),
    ("crypto/frost/signer.cpp", "void g() { crypto_box_keypair(a, b); }", "draws its own key"),
    ("crypto/frost/signer.cpp", "void g() { crypto_core_ed25519_scalar_random(a); }", "scalar_random"),
    ("crypto/base/bytes.cpp", "//\n" * 500, "it is two files"),
    ("tests/node/core/core_test.cpp", "//\n" * 500, "it is two files"),
    ("node/core/CMakeLists.txt", "target_link_libraries(x PUBLIC quorate::client_coordinator)", "node/ must not link"),
    ("client/coordinator/CMakeLists.txt", "target_link_libraries(x PUBLIC quorate::node_core)", "client/ must not link"),
    ("crypto/base/CMakeLists.txt", "target_link_libraries(x PUBLIC quorate::proto_wire)", "crypto/ must not link"),
    ("crypto/frost/CMakeLists.txt", "target_link_libraries(x PUBLIC protobuf::libprotobuf)", "must not link protobuf::"),
    ("node/core/CMakeLists.txt", "target_link_libraries(x PUBLIC Boost::headers)", "sockets belong to drivers"),
    ("node/core/CMakeLists.txt", "target_link_libraries(x PUBLIC quorate::node_server)", "drivers call cores"),
    ("node/server/CMakeLists.txt", "target_link_libraries(x PRIVATE quorate_sim_group)", "the transparent group"),
    ("node/core/CMakeLists.txt", "target_sources(x PRIVATE $<TARGET_OBJECTS:quorate_sim_group>)", "the transparent group"),
    ("sim/world/CMakeLists.txt", "target_link_libraries(x PUBLIC quorate_sim_group)", "the transparent group"),
    ("crypto/base/CMakeLists.txt", "target_link_libraries(x PRIVATE quorate::crypto_frost)", "arrows run in a circle"),
    ("node/core/CMakeLists.txt", "quorate_room(node/kernel SOURCES a.cpp)", "must stand in the folder node/kernel"),
]


def load():
    sys.dont_write_bytecode = True  # nothing is left beside the script
    loader = importlib.machinery.SourceFileLoader("lint_rooms", PROGRAM)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("lint_rooms", loader))
    loader.exec_module(module)
    return module


def run(root):
    return subprocess.run([sys.executable, PROGRAM, root], capture_output=True, text=True, check=False)


def write(root, tree):
    for path, text in tree.items():
        os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(root, path), "w", encoding="utf-8") as file:
            file.write(text)


class LintRooms(unittest.TestCase):
    def test_says_nothing_about_a_clean_tree(self):
        with tempfile.TemporaryDirectory() as root:
            write(root, CLEAN)
            result = run(root)
            self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))

    def test_fails_when_it_finds_something(self):
        with tempfile.TemporaryDirectory() as root:
            write(root, {"crypto/base/bytes.cpp": "#include <boost/asio.hpp>\n"})
            result = run(root)
            self.assertEqual((result.returncode, result.stderr), (1, ""))
            self.assertTrue(result.stdout.startswith("crypto/base/bytes.cpp:1: "), result.stdout)

    def test_finds_each_violation_at_its_line(self):
        lint_rooms = load()
        for path, planted, words in VIOLATIONS:
            with self.subTest(path=path, planted=planted[:60]), tempfile.TemporaryDirectory() as root:
                before = CLEAN.get(path, "")
                write(root, {**CLEAN, path: before + planted + "\n"})
                lines = lint_rooms.check(root)
                found = [line for line in lines if words in line]
                self.assertTrue(found, lines)
                if "circle" not in words and "two files" not in words:
                    self.assertTrue(found[0].startswith(f"{path}:{before.count(chr(10)) + 1}: "), found[0])


if __name__ == "__main__":
    unittest.main()
