// A profile's hash: over its meaning, in canonical JSON; the same for whoever has the same profile,
// another for every change. The expected hashes were computed by Python's json and hashlib.

#include <gmock/gmock.h>

#include "tests/node/policy/example.h"

namespace quorate::policy {
namespace {

using ::testing::Not;

std::string hash(const Policy& policy, std::size_t place) {
  return to_hex(policy.contents().profiles.at(place).hash);
}

TEST(ProfileHash, KnownAnswers) {
  const Policy policy = load(example());
  EXPECT_EQ(
      canonical_json(policy.contents().profiles[1]),
      R"({"approval":[{"count":1,"evidence":"key-touch","groups":["release-managers"],"within":43200}],"file":{"max_size":4294967296,"namespaces":["file","git"]},"life":604800,"limits":{"hours":[],"per_profile":null,"per_requester":null},"name":"release-files","needs_fresh_list":false,"requester":{"evidence":"key","groups":["engineers"]},"statement":"file"})");
  EXPECT_EQ(hash(policy, 0), "8ae2d2b713bccb9c3bb5095291cfcb7387608d350e943deeb0b2325340eba7e2");
  EXPECT_EQ(hash(policy, 1), "583e8881198492ec2f355d4083484e82baede0f83ef69ba6febb513d68855715");
  EXPECT_EQ(hash(policy, 2), "808225311d8d33f89cefc1e999124014e87189ac093b6323b9abf0c3f65a959c");
}

TEST(ProfileHash, EveryKeyChangesIt) {
  struct Change {
    std::size_t place;
    const char* from;
    const char* to;
  };
  const Policy before = load(example());
  for (const Change& change : std::vector<Change>{
           {0, "name = \"engineer-ssh\"", "name = \"engineers-ssh\""},
           {0, "statement = \"ssh-user\"", "statement = \"ssh-host\""},
           {0, "life = \"24h\"", "life = \"23h\""},
           {0, "needs_fresh_list = false", "needs_fresh_list = true"},
           {0, "{ groups = [\"engineers\"], evidence = \"key\" }",
            "{ groups = [\"release-managers\"], evidence = \"key\" }"},
           {0, "evidence = \"key\" }", "evidence = \"key-touch\" }"},
           {0, "\"{person}\", \"deploy\"", "\"{person}\""},
           {0, "\"{person}\", \"deploy\"", "\"deploy\", \"{person}\""},
           {0, "max_validity = \"24h\"", "max_validity = \"1h\""},
           {0, ", \"rsa-3072\"", ", \"rsa-4096\""},
           {0, "key_id = \"{person}\"\n", ""},
           {0, "\"permit-pty\", ", ""},
           {0, "required = false", "required = true"},
           {0, "10.0.0.0/8", "10.0.0.0/9"},
           {0, "force_command = \"forbidden\"", "force_command = \"allowed\""},
           {0, "force_command = \"forbidden\"", "force_command = \"/bin/true\""},
           {0, "\"20/1h\"", "\"21/1h\""},
           {0, "\"200/1h\"", "\"200/2h\""},
           {0, "Mon-Fri", "Mon-Thu"},
           {1, "\"file\", \"git\"", "\"file\""},
           {1, "4GiB", "3GiB"},
           {1, "count = 1", "count = 2"},
           {1, "groups = [\"release-managers\"]", "groups = [\"release-managers\", \"engineers\"]"},
           {1, "within = \"12h\"", "within = \"11h\""},
           {1, "evidence = \"key-touch\"", "evidence = \"key-verified\""},
           {2, "[\"ssh://bastion.example.com\"]", "[\"ssh://other\"]"},
           {2, "prod/*", "prod/x"},
           {2, "\"login\", \"read\"", "\"login\""},
           {2, "{oidc.email}", "{oidc.sub}"},
           {2, "max_life = \"5m\"", "max_life = \"4m\""}}) {
    std::string text = with(change.from, change.to);
    if (std::string(change.to).find("ssh-host") != std::string::npos) {
      const std::size_t begin = text.find("extensions =");
      text.erase(begin, text.find("[profile.limits]") - begin);
    }
    const Policy after = load(text);
    ASSERT_EQ(after.contents().profiles.size(), 3u) << change.from;
    for (std::size_t place = 0; place < 3; ++place) {
      EXPECT_EQ(hash(after, place) != hash(before, place), place == change.place)
          << change.from << " -> " << change.to << " at " << place;
    }
    EXPECT_NE(after.policies(), before.policies()) << change.from;
  }
}

TEST(ProfileHash, HowItIsWrittenDoesNotMatter) {
  const Policy before = load(example());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"max_validity = \"24h\"", "max_validity = \"1d\"  # a day"},
           {"\"4GiB\"", "\"4096MiB\""},
           {"\"20/1h\"", "\"20/60m\""},
           {"requester = { groups = [\"engineers\"] }",
            "requester = { evidence = \"key\", groups = [\"engineers\"] }"},
           {"max_life = \"5m\"\n", ""},
           {"needs_fresh_list = false\n", ""},
           {"root = \"ssh-users\"", "root = \"ssh-users-eu\""},
           {"members = [\"alice\", \"bob\"]", "members = [\"bob\"]"}}) {
    const Policy after = load(with(from, to));
    EXPECT_EQ(hash(after, 0), hash(before, 0)) << from;
    EXPECT_EQ(hash(after, 1), hash(before, 1)) << from;
    EXPECT_EQ(hash(after, 2), hash(before, 2)) << from;
    EXPECT_EQ(after.policies(), before.policies()) << from;
    EXPECT_NE(after.file_hash(), before.file_hash()) << from;
  }
}

TEST(PeopleJson, ChangesWithPersonsGroupsAndIssuersOnly) {
  const Policy before = load(example());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {quoted(bob_key()), quoted(plain_key(60))},
           {"subject = \"00carol\"", "subject = \"00carola\""},
           {"members = [\"alice\", \"bob\"]", "members = [\"bob\"]"},
           {"value = \"eng\"", "value = \"engineering\""},
           {"audience = \"quorate\"", "audience = \"other\""},
           {"https://id.example.com", "https://id2.example.com"},
           {"\"ES256\", ", ""},
           {"max_age = \"5m\"", "max_age = \"6m\""},
           {"[\"example.com\"]", "[\"example.org\"]"}}) {
    EXPECT_THAT(load(with(from, to)).people_json(), Not(before.people_json())) << from;
  }
  EXPECT_EQ(load(with("4GiB", "3GiB")).people_json(), before.people_json());
}

}  // namespace
}  // namespace quorate::policy
