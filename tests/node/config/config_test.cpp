// node.toml as operators write it: what is right is read, and what is wrong is named with file,
// line and what was expected.

#include "node/config/config.h"

#include <gtest/gtest.h>

namespace quorate::config {
namespace {

constexpr const char* alice_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFOG6kY7Rf4UtCFvPwKgo/BztXck2xC4a2WyA34XtIwZ alice";
constexpr const char* client_key =
    "a4a57f97035cc9563c1671469ff33bfe5416681675558a1ae45e54d86ca73df7";

std::string valid() {
  return std::string(
             "version = 1\n"
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
             "identity = \"") +
         client_key +
         "\"\n"
         "roles = [\"operator\"]\n"
         "[[person]]\n"
         "name = \"alice\"\n"
         "keys = [\"" +
         alice_key +
         "\"]\n"
         "roles = [\"administrator\"]\n";
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = valid();
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// The message of what parse() refuses.
std::string complaint(const std::string& text) {
  const auto config = parse(text, "node.toml");
  if (config) return "accepted";
  EXPECT_EQ(config.error().code, Code::configuration);
  return config.error().message;
}

TEST(NodeConfig, ReadsEveryField) {
  const auto config = parse(valid(), "node.toml");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->name, "alpha");
  EXPECT_EQ(config->quorum, "demo");
  EXPECT_EQ(config->operator_name, "ops-a");
  EXPECT_EQ(config->listen_host, "127.0.0.1");
  EXPECT_EQ(config->listen_port, 7201);
  EXPECT_EQ(config->custody.kind, CustodySettings::Kind::file);
  EXPECT_EQ(config->custody.pin_file, "passphrase");
  ASSERT_EQ(config->clients.size(), 1u);
  EXPECT_TRUE(config->clients[0].roles.contains(ClientRole::operator_));
  EXPECT_FALSE(config->clients[0].roles.contains(ClientRole::auditor));
  EXPECT_TRUE(config->people.has_role("alice", PersonRole::administrator));
}

TEST(NodeConfig, ListensOnIpv6) {
  const auto config = parse(with("127.0.0.1:7201", "[::1]:7201"), "node.toml");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->listen_host, "::1");
}

TEST(NodeConfig, MisspeltKeysAreNamedWithTheirLine) {
  EXPECT_EQ(
      complaint(with("operator = \"ops-a\"", "operater = \"ops-a\"")),
      "node.toml:1: `operator` is missing: expected a text in quotes; is it `operater` in line 4?");
  EXPECT_EQ(complaint(with("version = 1", "version = 1\nextra = 2")),
            "node.toml:2: nothing is called `extra` here; is it misspelt?");
  EXPECT_EQ(complaint(with("name = \"desk\"", "name = \"desk\"\nrole = \"operator\"")),
            "node.toml:12: nothing is called `role` here; is it misspelt?");
}

TEST(NodeConfig, WrongValuesSayWhatWasExpected) {
  EXPECT_EQ(complaint(with("127.0.0.1:7201", "127.0.0.1")),
            "node.toml:5: `listen`: expected HOST:PORT, as in \"127.0.0.1:7201\"");
  EXPECT_EQ(complaint(with("\"file\"", "\"usb\"")),
            "node.toml:8: `kind`: expected \"pkcs11\" or \"file\"");
  EXPECT_EQ(complaint(with("[\"operator\"]", "[\"boss\"]")),
            "node.toml:13: `roles`: expected any of \"operator\", \"auditor\"");
  EXPECT_EQ(complaint(with(client_key, std::string(64, '0'))),
            "node.toml:12: `identity`: expected 64 hex digits: the client's Ed25519 identity key");
}

TEST(NodeConfig, OneHumanIsNotTwoPersons) {
  const std::string twice =
      valid() + "[[person]]\nname = \"bob\"\nkeys = [\"" + alice_key + "\"]\n";
  EXPECT_NE(complaint(twice).find("expected keys that nobody else has"), std::string::npos);
}

TEST(NodeConfig, WhoMayAskStandsElsewhere) {
  EXPECT_NE(complaint(with("roles = [\"administrator\"]\n", "")).find("policy.toml"),
            std::string::npos);
  EXPECT_NE(complaint(valid() + "[[allow]]\nroot = \"files\"\n").find("policy.toml"),
            std::string::npos);
}

TEST(NodeConfig, MoreAdministratorsThanThereAreCannotBeNeeded) {
  EXPECT_NE(complaint(with("administrators_needed = 1", "administrators_needed = 2"))
                .find("at most the 1 persons"),
            std::string::npos);
}

TEST(NodeConfig, BrokenTomlNamesItsLine) {
  EXPECT_EQ(complaint("version = 1\nname = \n").rfind("node.toml:2: not TOML:", 0), 0u);
}

TEST(NodeConfig, WhatInitWritesIsReadAgain) {
  const CustodySettings token{CustodySettings::Kind::pkcs11,
                              "pkcs11:token=alpha;serial=1?module-path=/usr/lib/x.so", "pin"};
  const auto text = initial_text({"alpha", "demo", "ops-a", "127.0.0.1:7201", token});
  ASSERT_TRUE(text.has_value()) << text.error().message;
  const auto config = parse(*text, "node.toml");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->custody.uri, token.uri);
  EXPECT_TRUE(config->clients.empty());
  EXPECT_FALSE(initial_text({"Alpha", "demo", "ops-a", "127.0.0.1:7201", token}).has_value());
}

}  // namespace
}  // namespace quorate::config
