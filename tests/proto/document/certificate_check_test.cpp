// The rules for what may stand in a certificate: for each rule a certificate that only breaks this
// one, and the code that it fails with.

#include <functional>

#include "proto/document/ssh_buffer.h"
#include "proto/document/ssh_certificate.h"
#include "tests/proto/document/fixture.h"

namespace quorate::ssh {
namespace {

using testing::code_of;
using testing::good_fields;
using testing::root_key;

struct Broken {
  std::string what;
  Code code;
  std::function<void(CertificateFields&)> how;
};

CertificateFields host_fields() {
  CertificateFields fields = good_fields();
  fields.type = CertificateType::host;
  fields.critical.clear();
  fields.extensions.clear();
  return fields;
}

Bytes subject_of_small_order() { return ed25519_blob({1}); }

void only_source_address(CertificateFields& fields, std::string addresses) {
  fields.critical = {{"source-address", std::move(addresses)}};
}

void expect_refused(const std::vector<Broken>& cases, const CertificateFields& good) {
  ASSERT_TRUE(check(good, root_key()).has_value());
  for (const Broken& broken : cases) {
    CertificateFields fields = good;
    broken.how(fields);
    EXPECT_EQ(code_of(check(fields, root_key())), broken.code) << broken.what;
    // And no bytes to sign exist for it.
    EXPECT_EQ(code_of(to_be_signed(fields, root_key(), {}, 1)), broken.code) << broken.what;
  }
}

TEST(CertificateCheck, RefusesBrokenSubjects) {
  expect_refused(
      {
          {"empty", Code::malformed, [](auto& f) { f.subject.clear(); }},
          {"a byte after it", Code::malformed, [](auto& f) { f.subject.push_back(0); }},
          {"2,049 bytes", Code::too_large, [](auto& f) { f.subject.resize(2049); }},
          {"the root's key", Code::subject_is_ca_key,
           [](auto& f) { f.subject = root_key().blob(); }},
          {"of small order", Code::key_not_allowed,
           [](auto& f) { f.subject = subject_of_small_order(); }},
          {"RSA of 1024 bits", Code::key_not_allowed,
           [](auto& f) {
             f.subject =
                 Writer().text("ssh-rsa").mpint(Bytes{1, 0, 1}).mpint(Bytes(128, 0xc3)).bytes();
           }},
          {"RSA of 8,200 bits", Code::key_not_allowed,
           [](auto& f) {
             f.subject =
                 Writer().text("ssh-rsa").mpint(Bytes{1, 0, 1}).mpint(Bytes(1025, 0xc3)).bytes();
           }},
          {"a certificate", Code::key_not_allowed,
           [](auto& f) { f.subject = testing::signed_by_root(good_fields()); }},
      },
      good_fields());
}

TEST(CertificateCheck, RefusesBrokenKeyIds) {
  expect_refused(
      {
          {"empty", Code::malformed, [](auto& f) { f.key_id.clear(); }},
          {"of 257", Code::too_large, [](auto& f) { f.key_id.assign(257, 'k'); }},
          {"with a line feed", Code::malformed, [](auto& f) { f.key_id = "alice\nroot"; }},
          {"with a NUL", Code::malformed, [](auto& f) { f.key_id = std::string("a\0b", 3); }},
          {"with UTF-8", Code::malformed, [](auto& f) { f.key_id = "\xc3\xa4"; }},
      },
      good_fields());
}

TEST(CertificateCheck, RefusesBrokenPrincipals) {
  expect_refused(
      {
          {"none", Code::malformed, [](auto& f) { f.principals.clear(); }},
          {"65", Code::too_large,
           [](auto& f) {
             f.principals.clear();
             for (int i = 0; i < 65; ++i) f.principals.push_back("p" + std::to_string(i));
           }},
          {"twice", Code::malformed,
           [](auto& f) {
             f.principals = {"a", "b", "a"};
           }},
          {"empty", Code::malformed,
           [](auto& f) {
             f.principals = {"a", ""};
           }},
          {"of 256", Code::too_large, [](auto& f) { f.principals = {std::string(256, 'p')}; }},
          {"a comma", Code::malformed, [](auto& f) { f.principals = {"root,alice"}; }},
          {"a star", Code::malformed, [](auto& f) { f.principals = {"*"}; }},
          {"a question mark", Code::malformed, [](auto& f) { f.principals = {"roo?"}; }},
          {"an exclamation mark", Code::malformed, [](auto& f) { f.principals = {"!root"}; }},
          {"a blank", Code::malformed, [](auto& f) { f.principals = {"a b"}; }},
          {"a slash", Code::malformed, [](auto& f) { f.principals = {"a/b"}; }},
          {"a NUL", Code::malformed, [](auto& f) { f.principals = {std::string("a\0", 2)}; }},
          {"UTF-8", Code::malformed, [](auto& f) { f.principals = {"\xc3\xa4"}; }},
      },
      good_fields());
}

TEST(CertificateCheck, RefusesBrokenCriticalOptions) {
  expect_refused(
      {
          {"out of order", Code::malformed,
           [](auto& f) { std::swap(f.critical[0], f.critical[1]); }},
          {"twice", Code::malformed, [](auto& f) { f.critical[1] = f.critical[0]; }},
          {"17", Code::too_large,
           [](auto& f) {
             f.critical.clear();
             for (char c = 'a'; c < 'a' + 17; ++c) f.critical.push_back({std::string(1, c), ""});
           }},
          {"name empty", Code::malformed,
           [](auto& f) {
             f.critical = {{"", "v"}};
           }},
          {"name of 65", Code::too_large,
           [](auto& f) {
             f.critical = {{std::string(65, 'n'), "v"}};
           }},
          {"name not ASCII", Code::malformed,
           [](auto& f) {
             f.critical = {{"\xc3\xa4", "v"}};
           }},
          {"value of 1,025", Code::too_large,
           [](auto& f) { f.critical[0].value.assign(1025, 'v'); }},
          {"value with a line feed", Code::malformed,
           [](auto& f) { f.critical[0].value = "/bin/true\n"; }},
          {"command without value", Code::malformed, [](auto& f) { f.critical[0].value = ""; }},
          {"flag with a value", Code::malformed, [](auto& f) { f.critical[2].value = "yes"; }},
          {"unknown", Code::option_not_allowed, [](auto& f) { f.critical[0].name = "blah"; }},
          {"an extension", Code::option_not_allowed,
           [](auto& f) {
             f.critical = {{"permit-pty", ""}};
           }},
      },
      good_fields());
}

TEST(CertificateCheck, RefusesBrokenSourceAddresses) {
  for (const std::string addresses : {"127.0.0.1/8",
                                      "10.0.0.0",
                                      "10.0.0.0/33",
                                      "10.0.0.0/",
                                      "10.0.0.0/08",
                                      "10.0.0.0/+8",
                                      "10.0.0.0/-1",
                                      "10.0.0/8",
                                      "010.0.0.0/8",
                                      "10.0.0.0/8,",
                                      ",10.0.0.0/8",
                                      "10.0.0.0/8, 11.0.0.0/8",
                                      "!10.0.0.0/8",
                                      "xxxxx",
                                      "/8",
                                      "2001:db8::1/32",
                                      "::/129",
                                      "fe80::1%lo/128",
                                      "example.org/8",
                                      "*"}) {
    CertificateFields fields = good_fields();
    only_source_address(fields, addresses);
    EXPECT_EQ(code_of(check(fields, root_key())), Code::malformed) << addresses;
  }
  for (const std::string addresses :
       {"127.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "::/0", "::1/128", "2001:db8:8000::/33",
        "192.168.128.0/17,127.0.0.1/32,::1/128"}) {
    CertificateFields fields = good_fields();
    only_source_address(fields, addresses);
    EXPECT_TRUE(check(fields, root_key()).has_value()) << addresses;
  }
}

TEST(CertificateCheck, RefusesBrokenExtensions) {
  expect_refused(
      {
          {"out of order", Code::malformed,
           [](auto& f) {
             f.extensions = {"permit-agent-forwarding", "permit-X11-forwarding"};
           }},
          {"twice", Code::malformed,
           [](auto& f) {
             f.extensions = {"permit-pty", "permit-pty"};
           }},
          {"name empty", Code::malformed, [](auto& f) { f.extensions = {""}; }},
          {"name of 65", Code::too_large, [](auto& f) { f.extensions = {std::string(65, 'n')}; }},
          {"17", Code::too_large,
           [](auto& f) {
             f.extensions.clear();
             for (char c = 'a'; c < 'a' + 17; ++c) f.extensions.emplace_back(1, c);
           }},
          {"unknown", Code::option_not_allowed, [](auto& f) { f.extensions = {"permit-all"}; }},
          {"no-touch-required", Code::option_not_allowed,
           [](auto& f) { f.extensions = {"no-touch-required"}; }},
      },
      good_fields());
}

TEST(CertificateCheck, RefusesTimesThatDoNotAscend) {
  expect_refused(
      {
          {"equal", Code::validity_not_allowed, [](auto& f) { f.valid_before = f.valid_after; }},
          {"descending", Code::validity_not_allowed,
           [](auto& f) { f.valid_before = f.valid_after - 1; }},
      },
      good_fields());
}

TEST(CertificateCheck, GivesHostsNoOptions) {
  expect_refused(
      {
          {"an extension", Code::malformed, [](auto& f) { f.extensions = {"permit-pty"}; }},
          {"a critical option", Code::malformed,
           [](auto& f) {
             f.critical = {{"force-command", "/bin/true"}};
           }},
      },
      host_fields());
}

TEST(CertificateCheck, AllowsTheLimitsThemselves) {
  CertificateFields fields = good_fields();
  fields.key_id.assign(256, 'k');
  fields.principals.clear();
  for (int i = 0; i < 63; ++i) fields.principals.push_back("p" + std::to_string(i));
  fields.principals.push_back("A.z_0@b:c+d-" + std::string(243, 'p'));
  fields.critical[0].value.assign(1024, 'v');
  fields.valid_before = fields.valid_after + 1;
  fields.extensions = {"permit-X11-forwarding", "permit-agent-forwarding", "permit-port-forwarding",
                       "permit-pty", "permit-user-rc"};
  EXPECT_TRUE(check(fields, root_key()).has_value());
}

// requests.md section 4: layout first, then the codes in the order of the table.
TEST(CertificateCheck, FailsWithTheFirstCodeOfTheTable) {
  CertificateFields fields = good_fields();
  fields.extensions = {"permit-all"};
  EXPECT_EQ(code_of(check(fields, root_key())), Code::option_not_allowed);
  fields.subject = subject_of_small_order();
  EXPECT_EQ(code_of(check(fields, root_key())), Code::key_not_allowed);
  fields.valid_before = fields.valid_after;
  EXPECT_EQ(code_of(check(fields, root_key())), Code::validity_not_allowed);
  fields.subject = root_key().blob();
  EXPECT_EQ(code_of(check(fields, root_key())), Code::subject_is_ca_key);
  fields.key_id.clear();
  EXPECT_EQ(code_of(check(fields, root_key())), Code::malformed);
}

TEST(CertificateCheck, TellsFormFromRules) {
  CertificateFields fields = good_fields();
  fields.subject = subject_of_small_order();
  fields.valid_before = 0;
  fields.extensions = {"permit-all"};
  EXPECT_TRUE(check_form(fields).has_value());
  EXPECT_FALSE(check_rules(fields, root_key()).has_value());
}

}  // namespace
}  // namespace quorate::ssh
