// What `policy check` and `policy diff` print.

#include "node/policy/words.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "tests/node/policy/example.h"

namespace quorate::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(PolicyInWords, SaysProfileByProfileWhatItAllowsAndTakes) {
  const Policy policy = load(example());
  const std::string hash = to_hex(policy.contents().profiles[0].hash);
  EXPECT_THAT(in_words(policy),
              StartsWith("engineer-ssh: ssh-user under the root ssh-users\n"
                         "  takes         alice, bob, or anyone whom corp puts in eng\n"
                         "  principals    {person}, deploy\n"
                         "  validity      at most 1 d\n"
                         "  subject keys  ed25519, sk-ed25519, sk-ecdsa, ecdsa-p256, rsa-3072\n"
                         "  key id        {person}\n"
                         "  extensions    permit-pty, permit-port-forwarding\n"
                         "  source        may be named, within 10.0.0.0/8\n"
                         "  command       forbidden\n"
                         "  requests      live at most 1 d\n"
                         "  each person   20 in 1 h\n"
                         "  in all        200 in 1 h\n"
                         "  hours         Mon-Fri 07:00-19:00 Europe/Berlin\n"
                         "  hash          " +
                         hash + "\n\nrelease-files: file under the root files\n"));
  EXPECT_THAT(in_words(policy),
              HasSubstr("  takes         alice, bob, or anyone whom corp puts in eng; plus 1 "
                        "approval by carol, dave or erin with a touched key, at most 12 h old\n"));
  EXPECT_THAT(in_words(policy), HasSubstr("  resources     prod/*\n"));
  EXPECT_THAT(in_words(policy), HasSubstr(", each with an ID token\n"));
}

TEST(PolicyInWords, OfNothingSaysSo) {
  EXPECT_EQ(in_words(load(initial_text())), "No profile: this node signs nothing.\n");
}

TEST(PolicyWarnings, NameThoseWhoCanNeverLeaveOutTheProfile) {
  EXPECT_THAT(warnings(load(example())), IsEmpty());
  const std::string other =
      "[[profile]]\nname = \"other-files\"\nroot = \"files\"\nstatement = \"file\"\n"
      "requester = { groups = [\"release-managers\"] }\n[profile.file]\nnamespaces = [\"file\"]\n";
  // Carol is known to corp, whose word may put her among the engineers; dave and erin are not.
  EXPECT_THAT(warnings(load(example() + other)),
              ElementsAre("carol must always name the profile for file under the root files: "
                          "--profile release-files or other-files"));
  EXPECT_THAT(warnings(load(replaced(example() + other, "[\"release-managers\"] }",
                                     "[\"release-managers\", \"engineers\"] }"))),
              ElementsAre("alice, bob, carol, or anyone else with a token of corp must always name "
                          "the profile for file under the root files: "
                          "--profile release-files or other-files"));
  // Another root, or another kind of statement, is another question.
  EXPECT_THAT(warnings(load(example() + replaced(other, "root = \"files\"", "root = \"more\""))),
              IsEmpty());
}

TEST(PolicyDifferences, AreOfMeaningAndNotOfWriting) {
  const Policy before = load(example());
  EXPECT_THAT(differences(before, load(with("\"4GiB\"", "\"4096MiB\"  # the same"))), IsEmpty());
  EXPECT_THAT(differences(before, load(with("4GiB", "2GiB"))),
              ElementsAre("profile release-files.file.max_size: 4294967296 -> 2147483648"));
  EXPECT_THAT(differences(before, load(with("max_size = \"4GiB\"\n", ""))),
              ElementsAre("profile release-files.file.max_size: 4294967296 -> none"));
  EXPECT_THAT(differences(before, load(with("root = \"files\"", "root = \"files-eu\""))),
              ElementsAre("profile release-files.root: \"files\" -> \"files-eu\""));
  EXPECT_THAT(
      differences(before, load(with("members = [\"alice\", \"bob\"]", "members = [\"alice\"]"))),
      ElementsAre("group engineers.members: [\"alice\",\"bob\"] -> [\"alice\"]"));
  EXPECT_THAT(differences(before, load(with("name = \"release-files\"", "name = \"files\""))),
              ElementsAre("profile release-files: removed", "profile files: added"));
}

// docs/policy.md, whose example stands between the first ```toml and the next ```.
std::string page() {
  std::ifstream in(QUORATE_VECTORS "/../../docs/policy.md");
  return {std::istreambuf_iterator<char>(in), {}};
}
std::string block(const std::string& begin) {
  const std::string text = page();
  const std::size_t at = text.find(begin) + begin.size();
  return text.substr(at, text.find("```", at) - at);
}

TEST(PolicyPage, ItsExampleLoadsAndSaysWhatThePageSays) {
  std::string text = block("```toml\n");
  text = replaced(text, "\"ssh-ed25519 AAAA...\"", quoted(alice_key()));
  text = replaced(text, "\"sk-ssh-ed25519@openssh.com AAAA...\"", quoted(alice_fido()));
  text = replaced(text, "\"sk-ssh-ed25519@openssh.com AAAA...\"", quoted(carol_fido()));
  const std::string words = in_words(load(text));
  const std::string promised =
      "alice, or anyone whom corp puts in eng; plus 1 approval by carol with a touched key, at "
      "most "
      "7 d old";
  EXPECT_THAT(words, HasSubstr(promised));
  std::string prose = page();
  std::replace(prose.begin(), prose.end(), '\n', ' ');
  EXPECT_THAT(prose, HasSubstr(promised));
}

TEST(PolicyPage, ItsCanonicalJsonIsThatOfTheProfile) {
  const Policy policy = load(example());
  const Profile& profile = policy.contents().profiles[1];
  std::string json = block("```json\n");
  json.erase(std::remove(json.begin(), json.end(), '\n'), json.end());
  json.erase(std::remove(json.begin(), json.end(), ' '), json.end());  // it has none of its own
  EXPECT_EQ(json, canonical_json(profile));
  EXPECT_THAT(page(), HasSubstr(to_hex(profile.hash).substr(0, 16)));
}

}  // namespace
}  // namespace quorate::policy
