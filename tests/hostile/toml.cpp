// The TOML files that people write, where a mistake would silently mean something else.

#include "client/home/roster.h"
#include "node/config/config.h"
#include "tests/hostile/keys.h"
#include "tests/hostile/table.h"

namespace quorate::hostile {
namespace {

// TomlRows that change one thing in a good file.
class TomlRows {
 public:
  TomlRows(Table& table, std::string good) : table_(table), good_(std::move(good)) {}

  void operator()(const char* what, std::string_view from, std::string_view to) {
    table_.rows.push_back({what, text(replaced(good_, from, to)), Code::configuration});
  }
  void whole(const char* what, const std::string& input) {
    table_.rows.push_back({what, text(input), Code::configuration});
  }
  // What TOML itself refuses, or should.
  void of_every_file() {
    whole("nothing", "");
    whole("a NUL behind", good_ + std::string(1, '\0'));
    whole("not UTF-8", good_ + "# \xff\n");
    whole("a control character in a comment", good_ + "# \x1b[2J\n");
    whole("an unknown key", "verison = 1\n" + good_);
    whole("an unknown table", good_ + "[extra]\n");
    (*this)("version 2", "version = 1", "version = 2");
    (*this)("a version that is a text", "version = 1", "version = \"1\"");
    (*this)("a version that is no whole number", "version = 1", "version = 1.0");
    (*this)("a key twice", "version = 1", "version = 1\nversion = 1");
    (*this)("a text without its end", "quorum = \"demo\"", "quorum = \"demo");
    (*this)("a name in capitals", "quorum = \"demo\"", "quorum = \"Demo\"");
    (*this)("a name with a slash", "quorum = \"demo\"", "quorum = \"demo/x\"");
    (*this)("a name of no length", "quorum = \"demo\"", "quorum = \"\"");
    (*this)("a name of 64 letters", "quorum = \"demo\"",
            "quorum = \"" + std::string(64, 'a') + "\"");
  }

 private:
  Table& table_;
  std::string good_;
};

std::string good_node_file() {
  return "version = 1\n"
         "name = \"alpha\"\n"
         "quorum = \"demo\"\n"
         "operator = \"ops-a\"\n"
         "listen = \"127.0.0.1:7201\"\n"
         "administrators_needed = 1\n"
         "[custody]\n"
         "kind = \"file\"\n"
         "passphrase_file = \"passphrase\"\n"
         "[[client]]\n"
         "name = \"desk\"\n"
         "identity = \"" +
         hex_key(1) +
         "\"\n"
         "roles = [\"operator\"]\n"
         "[[person]]\n"
         "name = \"alice\"\n"
         "keys = [\"" +
         ssh::PublicKey::of(key(2).public_key()).line("alice") +
         "\"]\n"
         "roles = [\"administrator\"]\n";
}

std::string good_roster() {
  return "version = 1\n"
         "quorum = \"demo\"\n"
         "[[node]]\n"
         "name = \"alpha\"\n"
         "operator = \"ops-a\"\n"
         "address = \"127.0.0.1:7201\"\n"
         "identity = \"" +
         hex_key(1) + "\"\ncosigner = \"" + hex_key(2) +
         "\"\n"
         "[[node]]\n"
         "name = \"bravo\"\n"
         "operator = \"ops-b\"\n"
         "address = \"[::1]:7202\"\n"
         "identity = \"" +
         hex_key(3) + "\"\ncosigner = \"" + hex_key(4) + "\"\n";
}

}  // namespace

Table node_files() {
  const std::string good = good_node_file();
  Table table{"node.toml",
              [](ByteView input) { return code_of(config::parse(text_of(input), "node.toml")); },
              {text(good)},
              {}};
  TomlRows row(table, good);
  row.of_every_file();
  row("a port of 0", ":7201", ":0");
  row("a port of 65536", ":7201", ":65536");
  row("no port", "127.0.0.1:7201", "127.0.0.1");
  row("0 administrators needed", "needed = 1", "needed = 0");
  row("more administrators needed than there are", "needed = 1", "needed = 2");
  row("an unknown custody", "kind = \"file\"", "kind = \"hsm\"");
  row("an identity of 63 digits", hex_key(1), hex_key(1).substr(1));
  row("an identity in capitals", hex_key(1), std::string(64, 'A'));
  row("an identity of small order", hex_key(1), std::string(64, '0'));
  row("an unknown role of a client", "[\"operator\"]", "[\"root\"]");
  row("roles that are no list", "[\"operator\"]", "\"operator\"");
  row("a list of numbers for roles", "[\"operator\"]", "[1]");
  row("an unknown role of a person", "[\"administrator\"]", "[\"god\"]");
  row("a key that is none", "ssh-ed25519 ", "ssh-ed25519 AAAA");
  row("a key twice for one person", "roles = [\"administrator\"]\n",
      "roles = [\"administrator\"]\n[[person]]\nname = \"bob\"\nkeys = [\"" +
          ssh::PublicKey::of(key(2).public_key()).line("bob") + "\"]\n");
  row("a person twice", "roles = [\"administrator\"]\n",
      "roles = [\"administrator\"]\n[[person]]\nname = \"alice\"\nkeys = [\"" +
          ssh::PublicKey::of(key(3).public_key()).line("alice") + "\"]\n");
  return table;
}

Table rosters() {
  const std::string good = good_roster();
  Table table{
      "roster.toml",
      [](ByteView input) { return code_of(home::parse_roster(text_of(input), "roster.toml")); },
      {text(good)},
      {}};
  TomlRows row(table, good);
  row.of_every_file();
  row.whole("no nodes", "version = 1\nquorum = \"demo\"\n");
  row("two nodes of one name", "\"bravo\"", "\"alpha\"");
  row("two nodes at one address", "[::1]:7202", "127.0.0.1:7201");
  row("two nodes of one identity", hex_key(3), hex_key(1));
  row("a cosigner that is a node's identity", hex_key(4), hex_key(1));
  row("a cosigner of small order", hex_key(2), std::string(64, '0'));
  row("no cosigner", "cosigner = \"" + hex_key(2) + "\"\n", "");
  row("an IPv6 address without brackets", "[::1]:7202", "::1:7202");
  row("an address without a port", "[::1]:7202", "[::1]");
  row("an address with a blank", "127.0.0.1:7201", "127.0.0.1 :7201");
  row("an operator with an escape", "\"ops-a\"", "\"ops\\u001b[2J\"");
  row("an operator of no length", "\"ops-a\"", "\"\"");
  row("a node that is no table", "[[node]]\nname = \"bravo\"", "[node]\nname = \"bravo\"");
  return table;
}

}  // namespace quorate::hostile
