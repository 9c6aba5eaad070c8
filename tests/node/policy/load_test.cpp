// policy.toml as people write it: what is sound is read, and what is not is named with file, line
// and what was expected.

#include <gmock/gmock.h>

#include "tests/node/policy/example.h"

namespace quorate::policy {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string complaint(const std::string& text) {
  const Result<Policy> policy = Policy::load(text, "policy.toml");
  if (policy) return "accepted";
  EXPECT_EQ(policy.error().code, Code::configuration);
  return policy.error().message;
}

// The line of the example that holds this text first.
std::string line_of(const std::string& text, const std::string& in = example()) {
  const std::size_t at = in.find(text);
  EXPECT_NE(at, std::string::npos) << text;
  return "policy.toml:" +
         std::to_string(
             1 + std::count(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(at), '\n')) +
         ": ";
}

TEST(PolicyFile, TheWholeExampleIsRead) {
  const Policy policy = load(example());
  const Contents& contents = policy.contents();
  EXPECT_EQ(policy.person_of(alice_fido()), "alice");
  EXPECT_EQ(policy.person_of(bob_key()), "bob");
  EXPECT_EQ(policy.person_of(plain_key(77)), std::nullopt);
  EXPECT_EQ(policy.person_of_token("corp", "00u1x7"), "alice");
  EXPECT_EQ(policy.person_of_token("corp", "somebody"), "corp:somebody");
  ASSERT_EQ(policy.issuers().size(), 1u);
  EXPECT_EQ(policy.issuers()[0].identifier, "https://id.example.com");
  EXPECT_EQ(policy.issuers()[0].max_age_s, 300u);
  EXPECT_FALSE(policy.issuers()[0].is_pinned());
  ASSERT_EQ(contents.profiles.size(), 3u);
  const Profile& ssh = contents.profiles[0];
  EXPECT_EQ(ssh.life_s, 86'400u);
  EXPECT_EQ(ssh.ssh->subject_keys.back().least_bits, 3072u);
  EXPECT_EQ(ssh.per_requester, (Rate{20, 3600}));
  EXPECT_FALSE(ssh.needs_fresh_list);
  EXPECT_EQ(contents.profiles[1].file->max_size, std::uint64_t{4} << 30);
  EXPECT_EQ(contents.profiles[1].approvals[0].within_s, 12u * 3600);
  EXPECT_EQ(contents.profiles[1].evidence, Evidence::key);
  EXPECT_TRUE(contents.profiles[2].needs_fresh_list);
}

TEST(PolicyFile, WhatInitWritesLoadsAndAllowsNothing) {
  const Policy policy = load(initial_text());
  EXPECT_EQ(code(judge(policy, file_statement(), asked_by_alice())), Code::requester_not_allowed);
}

TEST(PolicyFile, WithoutOneNothingIsSignedAndTheReasonSaysSo) {
  const Decision decision = judge(Policy::none(), file_statement(), asked_by_alice());
  EXPECT_EQ(code(decision), Code::requester_not_allowed);
  EXPECT_THAT(reason(decision), HasSubstr("this node has no policy.toml"));
}

TEST(PolicyFile, AnIssuerMayPinItsKeys) {
  const Policy policy =
      load(with("url = \"https://id.example.com\"",
                "keys_file = \"corp.jwks\"\nissuer = \"https://id.example.com\""));
  EXPECT_TRUE(policy.issuers()[0].is_pinned());
  EXPECT_EQ(policy.issuers()[0].identifier, "https://id.example.com");
}

TEST(PolicyFile, DefaultsAreThoseOfThePage) {
  const Policy policy =
      load("version = 1\n[[person]]\nname = \"bob\"\nkeys = [" + quoted(bob_key()) +
           "]\n[[group]]\nname = \"all\"\nmembers = [\"bob\"]\n"
           "[[profile]]\nname = \"p\"\nroot = \"r\"\nstatement = \"ssh-user\"\n"
           "requester = { groups = [\"all\"] }\n"
           "[profile.ssh]\nprincipals = [\"{person}\"]\nmax_validity = \"8h\"\n");
  const Profile& profile = policy.contents().profiles[0];
  EXPECT_EQ(profile.life_s, 7u * 86'400);
  EXPECT_FALSE(profile.needs_fresh_list);
  EXPECT_EQ(profile.ssh->key_id, std::nullopt);
  EXPECT_TRUE(profile.ssh->extensions.empty());
  EXPECT_EQ(profile.ssh->force_command.rule, ForceCommand::Rule::forbidden);
  EXPECT_EQ(profile.ssh->subject_keys.size(), 5u);
}

struct Mistake {
  const char* name;
  const char* from;
  const char* to;
  const char* at;        // what stands in the line that is named, in the changed text
  const char* expected;  // the wording after it
};

void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.from << " -> " << mistake.to;
}

class Mistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreNamedWithTheirLine) {
  const Mistake& mistake = GetParam();
  const std::string text = with(mistake.from, mistake.to);
  EXPECT_EQ(complaint(text), line_of(mistake.at, text) + mistake.expected);
}

INSTANTIATE_TEST_SUITE_P(
    OfPeople, Mistakes,
    ::testing::Values(
        Mistake{"version", "version = 1", "version = 2", "version",
                "`version`: expected the number 1"},
        Mistake{"unknown_section", "[[group]]", "[[grop]]\n[[group]]", "[[grop]]",
                "nothing is called `grop` here; is it misspelt?"},
        Mistake{"unknown_key", "members = [\"alice\", \"bob\"]",
                "members = [\"alice\"]\nmember = 1", "member = 1",
                "nothing is called `member` here; is it misspelt?"},
        Mistake{"group_twice", "name = \"release-managers\"", "name = \"engineers\"",
                "name = \"engineers\"\nmembers = [\"carol\"",
                "`name`: expected a name that no other group has"},
        Mistake{"profile_twice", "name = \"release-files\"", "name = \"engineer-ssh\"",
                "name = \"engineer-ssh\"\nroot = \"files\"",
                "`name`: expected a name that no other profile has"},
        Mistake{"upper_case_name", "name = \"engineers\"", "name = \"Engineers\"",
                "name = \"Engineers\"",
                "`name`: expected 1 to 63 of a-z, 0-9 and -, not beginning with -"},
        Mistake{"name_like_a_tokens", "name = \"erin\"", "name = \"corp:erin\"",
                "name = \"corp:erin\"",
                "`name`: expected 1 to 63 of a-z, 0-9 and -, not beginning with -"},
        Mistake{"empty_members", "members = [\"alice\", \"bob\"]", "members = []", "members = []",
                "`members`: expected at least one person"},
        Mistake{"member_unknown", "\"carol\", \"dave\", \"erin\"]", "\"carol\",\n\"mallory\"]",
                "\"mallory\"", "`members`: expected names of [[person]] sections, not `mallory`"},
        Mistake{"member_twice", "\"carol\", \"dave\", \"erin\"]", "\"carol\", \"carol\"]",
                "\"carol\", \"carol\"",
                "`members`: expected each once; `carol` stands there twice"},
        Mistake{"issuer_unknown", "issuer = \"corp\", claim", "issuer = \"crop\", claim",
                "\"crop\"", "`issuer`: expected the name of an [[issuer]], not `crop`"},
        Mistake{"subject_under_two_persons", "subject = \"00carol\"", "subject = \"00u1x7\"",
                "subject = \"00u1x7\" }]\n[[person]]\nname = \"dave\"",
                "`subject`: expected subjects that stand here once: this one is alice already"},
        Mistake{"no_hmac", "\"ES256\", \"RS256\"", "\"HS256\"", "\"HS256\"",
                "`algorithms`: expected RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, "
                "ES512 or EdDSA, not `HS256`"},
        Mistake{"no_none", "\"ES256\", \"RS256\"", "\"none\"", "\"none\"",
                "`algorithms`: expected RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, "
                "ES512 or EdDSA, not `none`"},
        Mistake{"url_and_keys_file", "audience = ", "keys_file = \"x\"\naudience = ", "[[issuer]]",
                "an [[issuer]] has either `url`, to fetch its keys, or `keys_file`, to pin them"},
        Mistake{"age_without_unit", "max_age = \"5m\"", "max_age = \"5\"", "max_age",
                "`max_age`: expected a duration like \"90s\", \"30m\", \"24h\" or \"7d\""},
        Mistake{"domain", "[\"example.com\"]", "[\"@example.com\"]", "@example.com",
                "`email_domains`: expected domains in lower case, like \"example.com\""}),
    [](const auto& mistake) { return std::string(mistake.param.name); });

INSTANTIATE_TEST_SUITE_P(
    OfProfiles, Mistakes,
    ::testing::Values(
        Mistake{"statement", "statement = \"file\"", "statement = \"files\"",
                "statement = \"files\"",
                "`statement`: expected ssh-user, ssh-host, file, access, bundle, revocation or "
                "krl, not `files`"},
        Mistake{"kind_kept_free", "statement = \"file\"", "statement = \"x509\"",
                "statement = \"x509\"",
                "`statement`: expected ssh-user, ssh-host, file, access, bundle, revocation or "
                "krl, not `x509`"},
        Mistake{"root_of_another_purpose", "root = \"files\"", "root = \"ssh-users\"",
                "root = \"ssh-users\"\nstatement = \"file\"",
                "`root`: expected another root: `ssh-users` has the purpose ssh-user-ca by the "
                "profile engineer-ssh, and `file` needs the purpose file"},
        Mistake{"section_of_another_kind", "[profile.file]", "[profile.ssh]",
                "[profile.ssh]\nnamespaces",
                "`ssh`: expected no such section in a profile of the statement `file`"},
        Mistake{"life_without_unit", "life = \"24h\"", "life = 24", "life = 24",
                "`life`: expected a duration like \"90s\", \"30m\", \"24h\" or \"7d\""},
        Mistake{"life_too_long", "life = \"24h\"", "life = \"8d\"", "life = \"8d\"",
                "`life`: expected at most 7d"},
        Mistake{"truth_in_quotes", "needs_fresh_list = false", "needs_fresh_list = \"no\"",
                "needs_fresh_list", "`needs_fresh_list`: expected true or false, without quotes"},
        Mistake{"group_unknown", "groups = [\"release-managers\"]", "groups = [\"managers\"]",
                "[\"managers\"]", "`groups`: expected names of [[group]] sections, not `managers`"},
        Mistake{"evidence", "evidence = \"key\" }", "evidence = \"keys\" }", "\"keys\"",
                "`evidence`: expected key, key-touch, key-verified, oidc or key+oidc"},
        Mistake{"template_unknown", "\"{person}\", \"deploy\"", "\"{user}\", \"deploy\"",
                "\"{user}\"",
                "`principals`: expected a printable text, with no places but {person}, {oidc.sub}, "
                "{oidc.email} and {oidc.email.local}, not `{user}`"},
        Mistake{"template_without_token", "\"{person}\", \"deploy\"", "\"{oidc.sub}\"",
                "principals",
                "`principals`: expected no place of a token in `{oidc.sub}`: the evidence `key` "
                "brings none"},
        Mistake{"template_without_domains", "email_domains = [\"example.com\"]\n\n",
                "\n[[profile]]\nname = \"x\"\nroot = \"x\"\nstatement = \"access\"\nrequester = { "
                "groups = [\"engineers\"], evidence = \"oidc\" }\n[profile.access]\naudiences = "
                "[\"a\"]\nresources = [\"r\"]\nactions = [\"x\"]\nsubject = "
                "\"{oidc.email.local}\"\n",
                "subject = \"{oidc.email.local}\"",
                "`subject`: expected an issuer with `email_domains` for `{oidc.email.local}`: else "
                "whoever may choose an address chooses what stands there"},
        Mistake{"principal_never_valid", "\"deploy\"", "\"de ploy\"", "principals",
                "`principals`: expected principals of A-Z, a-z, 0-9 and ._@:+-, not `de ploy`"},
        Mistake{"validity_missing", "max_validity = \"24h\"\n", "", "[profile.ssh]",
                "`max_validity` is missing: expected a duration like \"90s\", \"30m\", \"24h\" or "
                "\"7d\""},
        Mistake{"validity_misspelt", "\nmax_validity = \"24h\"\n", "\nmax_validty = \"24h\"\n",
                "[profile.ssh]",
                "`max_validity` is missing: expected a duration like \"90s\", \"30m\", \"24h\" or "
                "\"7d\"; is it `max_validty` in line 44?"},
        Mistake{"weak_rsa", "rsa-3072", "rsa-1024", "rsa-1024",
                "`subject_keys`: expected ed25519, sk-ed25519, sk-ecdsa, ecdsa-p256 or rsa-N with "
                "N from 2048 to 8192, not `rsa-1024`"},
        Mistake{"extension", "\"permit-pty\", ", "\"no-touch-required\", ", "extensions",
                "`extensions`: expected permit-X11-forwarding, permit-agent-forwarding, "
                "permit-port-forwarding, permit-pty or permit-user-rc, not `no-touch-required`"},
        Mistake{"host_bits", "10.0.0.0/8", "10.0.0.1/8", "source_address",
                "`within`: expected networks like \"10.0.0.0/8\", with all bits after the length "
                "zero"}),
    [](const auto& mistake) { return std::string(mistake.param.name); });

INSTANTIATE_TEST_SUITE_P(
    OfRulesAndCounts, Mistakes,
    ::testing::Values(
        Mistake{"reserved_namespace", "\"file\", \"git\"", "\"file\", \"quorate-request\"",
                "namespaces",
                "`namespaces`: expected namespaces other than `krl` and those beginning with "
                "`quorate-`, which are reserved"},
        Mistake{"krl_namespace", "\"file\", \"git\"", "\"krl\"", "namespaces",
                "`namespaces`: expected namespaces other than `krl` and those beginning with "
                "`quorate-`, which are reserved"},
        Mistake{"size", "\"4GiB\"", "\"4GB\"", "max_size",
                "`max_size`: expected a size like \"512B\", \"64KiB\", \"10MiB\" or \"4GiB\""},
        Mistake{"rate", "\"20/1h\"", "\"20 per hour\"", "per_requester",
                "`per_requester`: expected a rate like \"20/1h\""},
        Mistake{"zone", "Europe/Berlin", "Europe/Bärlin", "hours",
                "`hours`: expected a time zone that this system knows, not `Europe/Bärlin`"},
        Mistake{"hours", "Mon-Fri 07:00", "Mo-Fr 07:00", "hours",
                "`hours`: expected hours like \"Mon-Fri 07:00-19:00 Europe/Berlin\""},
        Mistake{"over_midnight", "07:00-19:00", "19:00-07:00", "hours",
                "`hours`: expected an end after the beginning; what goes over midnight takes two "
                "windows"},
        Mistake{"star_inside", "\"prod/*\"", "\"pr*/x\"", "resources",
                "`resources`: expected `*` as a whole last segment only, as in \"prod/*\", not "
                "`pr*/x`"},
        Mistake{"star_alone", "\"prod/*\"", "\"*\"", "resources",
                "`resources`: expected `*` as a whole last segment only, as in \"prod/*\", not "
                "`*`"},
        Mistake{"star_elsewhere", "\"login\", \"read\"", "\"*\"", "actions",
                "`actions`: expected exact texts; `*` stands in `resources` only"},
        Mistake{"access_too_long", "max_life = \"5m\"", "max_life = \"2h\"", "max_life",
                "`max_life`: expected at most 1h"},
        // erin has no FIDO key.
        Mistake{"more_than_can_touch", "count = 1", "count = 3", "[[profile.approval]]",
                "`count`: expected at most 2: so many persons who are named in release-managers "
                "have a FIDO key (sk-…)"},
        Mistake{"approval_by_token", "evidence = \"key-touch\"", "evidence = \"oidc\"",
                "evidence = \"oidc\"\n\n[[profile]]\nname = \"prod",
                "`evidence`: expected key, key-touch or key-verified: an approval is signed by a "
                "key"},
        Mistake{"count_of_nobody", "count = 1", "count = 0", "count = 0",
                "`count`: expected a number from 1 to 15"},
        Mistake{"nobody_can_give_it", "members = [\"carol\", \"dave\", \"erin\"]",
                "members = [\"erin\"]", "[[profile.approval]]",
                "`groups`: expected somebody who is named in release-managers and has a FIDO key "
                "(sk-…), for the evidence `key-touch`"},
        Mistake{"one_bracket_too_few", "[[profile.approval]]", "[profile.approval]",
                "[profile.approval]", "`approval`: expected sections [[profile.approval]]"}),
    [](const auto& mistake) { return std::string(mistake.param.name); });

TEST(PolicyFile, AnEmptyOneSaysWhatItMustBeginWith) {
  const Result<Policy> empty = Policy::load("", "policy.toml");
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().message, "policy.toml:1: `version` is missing: expected the number 1");
}

TEST(PolicyFile, TwoPersonsOfOneNameAreRefused) {
  EXPECT_THAT(complaint(with("name = \"bob\"", "name = \"alice\"")),
              HasSubstr("`name`: expected a name that no other person has"));
}

TEST(PolicyFile, OneHumanIsNotTwoPersons) {
  const std::string text = with(quoted(bob_key()), quoted(alice_key()));
  EXPECT_EQ(complaint(text), line_of("keys = [" + quoted(alice_key()) + "]", text) +
                                 "`keys`: expected keys that stand here once: " +
                                 alice_key().fingerprint() + " belongs to alice already");
}

TEST(PolicyFile, AKeyInTheMiddleOfAListIsNamedWithItsOwnLine) {
  const std::string text = with(quoted(alice_fido()), "\"ssh-ed25519 AAAA\"");
  EXPECT_THAT(complaint(text), StartsWith("policy.toml:5: `keys`: expected OpenSSH public key"));
}

TEST(PolicyFile, AGroupOfNobodyIsRefused) {
  const std::string text = with("members = [\"carol\", \"dave\", \"erin\"]\n", "");
  EXPECT_THAT(complaint(text), HasSubstr("the group `release-managers` is empty"));
}

TEST(PolicyFile, AProfileThatNobodyCouldUseIsRefused) {
  // erin has no subject at any issuer, and nobody vouches for more.
  const std::string text =
      replaced(with("requester = { groups = [\"engineers\"] }",
                    "requester = { groups = [\"testers\"], evidence = \"key+oidc\" }"),
               "[[issuer]]", "[[group]]\nname = \"testers\"\nmembers = [\"erin\"]\n[[issuer]]");
  EXPECT_THAT(complaint(text), HasSubstr("`requester`: expected groups with somebody who has a key "
                                         "and an `oidc` entry"));
}

TEST(PolicyFile, AThresholdThatOnlyTheRequesterCouldMeetIsRefused) {
  // Two people may ask, and both would have to approve.
  const std::string text = replaced(
      replaced(with("oidc = [{ issuer = \"corp\", claim = \"groups\", value = \"eng\" }]\n", ""),
               "count = 1\ngroups = [\"release-managers\"]", "count = 2\ngroups = [\"engineers\"]"),
      "evidence = \"key-touch\"", "evidence = \"key\"");
  EXPECT_THAT(complaint(text), HasSubstr("`count`: expected counts that can be met: nobody "
                                         "approves his own request"));
}

TEST(PolicyFile, OneOfThreeRulesThatShareTwoPeopleIsTooMany) {
  const std::string rule =
      "\n[[profile.approval]]\ncount = 1\ngroups = [\"release-managers\"]\nevidence = "
      "\"key-touch\"\n";
  EXPECT_EQ(complaint(with("within = \"12h\"\nevidence = \"key-touch\"\n",
                           "within = \"12h\"\nevidence = \"key-touch\"\n" + rule)),
            "accepted");
  EXPECT_THAT(complaint(with("within = \"12h\"\nevidence = \"key-touch\"\n",
                             "within = \"12h\"\nevidence = \"key-touch\"\n" + rule + rule)),
              HasSubstr("counts that can be met"));
}

TEST(PolicyFile, HostCertificatesHaveNoOptionsToAllow) {
  const std::string text =
      replaced(with("statement = \"ssh-user\"", "statement = \"ssh-host\""),
               "extensions = [\"permit-pty\", \"permit-port-forwarding\"]\n", "");
  EXPECT_THAT(complaint(text), HasSubstr("`source_address`: expected nothing of the kind"));
}

TEST(PolicyFile, BrokenTomlNamesItsLine) {
  EXPECT_THAT(complaint("version = 1\n[[profile]]\nname = \n"),
              StartsWith("policy.toml:3: not TOML:"));
}

TEST(PolicyFile, DoubledKeysAreNotToml) {
  EXPECT_THAT(complaint(with("max_size = \"4GiB\"", "max_size = \"4GiB\"\nmax_size = \"5GiB\"")),
              HasSubstr("not TOML"));
}

}  // namespace
}  // namespace quorate::policy
