#include "proto/document/ssh_certificate.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "proto/document/armour.h"
#include "proto/document/ssh_buffer.h"
#include "tests/proto/document/fixture.h"

namespace quorate::ssh {
namespace {

using testing::array_of_hex;
using testing::bytes_of_hex;
using testing::code_of;
using testing::good_fields;
using testing::OpensslKey;
using testing::read_vector;
using testing::root_key;
using testing::signed_by_root;
using testing::some_nonce;

Bytes subject_of(std::string_view certificate_type, ByteView key_fields) {
  std::string type(certificate_type);
  const std::string_view infix = "-cert-v01";
  type.erase(type.find(infix), infix.size());
  if (!type.starts_with("sk-")) type.erase(type.find("@openssh.com"));
  return Writer().text(type).raw(key_fields).bytes();
}

CertificateFields fields_of(const nlohmann::json& sample) {
  const auto& json = sample["fields"];
  CertificateFields fields{};
  fields.type = json["cert_type"] == 1 ? CertificateType::user : CertificateType::host;
  fields.subject = subject_of(sample["type"].get<std::string>(),
                              bytes_of_hex(json["key_fields_hex"].get<std::string>()));
  fields.key_id = json["key_id"];
  fields.principals = json["principals"].get<std::vector<std::string>>();
  fields.valid_after = std::stoull(json["valid_after"].get<std::string>());
  fields.valid_before = std::stoull(json["valid_before"].get<std::string>());
  for (const auto& option : json["critical"]) {
    fields.critical.push_back(
        {option[0], option[1].is_null() ? std::string() : option[1].get<std::string>()});
  }
  fields.extensions = json["extensions"].get<std::vector<std::string>>();
  return fields;
}

TEST(SshCertificate, IsReadAndBuiltAsInTheSamples) {
  std::size_t seen = 0;
  for (const auto& sample : testing::documents()["ssh_certificates"]) {
    ++seen;
    const std::string name = sample["name"];
    const Bytes blob = from_base64(sample["blob_base64"].get<std::string>()).value();
    const auto parsed = ParsedCertificate::parse(blob);
    ASSERT_TRUE(parsed.has_value()) << name << ": " << parsed.error().message;
    EXPECT_TRUE(parsed->signature_valid) << name;
    EXPECT_EQ(parsed->fields, fields_of(sample)) << name;
    EXPECT_EQ(parsed->nonce, array_of_hex(sample["fields"]["nonce_hex"].get<std::string>()));
    EXPECT_EQ(parsed->serial, std::stoull(sample["fields"]["serial"].get<std::string>())) << name;
    const auto tbs = to_be_signed(fields_of(sample), parsed->ca, parsed->nonce, parsed->serial);
    ASSERT_TRUE(tbs.has_value()) << name;
    EXPECT_EQ(*tbs, bytes_of_hex(sample["tbs_hex"].get<std::string>())) << name;
    EXPECT_EQ(certificate(*tbs, parsed->signature), blob) << name;
  }
  EXPECT_EQ(seen, 6u);
}

TEST(SshCertificate, OfARequestIsTheSampleOfThatRequest) {
  for (const std::string name : {"ssh-user", "ssh-host"}) {
    const auto& sample = testing::requests()["statements"][name];
    const auto& json = sample["fields"];
    const ByteArray<32> root_id = array_of_hex(json["root_id"].get<std::string>());
    const ByteArray<32> request_id = array_of_hex(sample["request_id"].get<std::string>());
    const ByteArray<32> nonce = derived_nonce(root_id, request_id);
    const std::uint64_t serial = derived_serial(root_id, request_id);
    EXPECT_EQ(nonce, array_of_hex(sample["ssh_nonce"].get<std::string>()));
    EXPECT_EQ(serial, std::stoull(sample["ssh_serial"].get<std::string>()));

    CertificateFields fields{};
    fields.type = json["kind"] == 1 ? CertificateType::user : CertificateType::host;
    fields.subject = bytes_of_hex(json["subject"].get<std::string>());
    fields.key_id = json["key_id"];
    fields.principals = json["principals"].get<std::vector<std::string>>();
    fields.valid_after = json["valid_after"];
    fields.valid_before = json["valid_before"];
    for (const auto& option : json["critical"]) fields.critical.push_back({option[0], option[1]});
    fields.extensions = json["extensions"].get<std::vector<std::string>>();
    const PublicKey root = PublicKey::parse(ed25519_blob(root_id)).value();
    EXPECT_EQ(to_be_signed(fields, root, nonce, serial).value(),
              bytes_of_hex(sample["tbs"].get<std::string>()));
  }
}

TEST(SshCertificate, OfOpensshIsReadWhereItKeepsOurRules) {
  for (const std::string name :
       {"all_permit", "force_command", "host", "no_agentfwd", "no_permit", "no_portfwd", "no_pty",
        "no_user_rc", "no_x11fwd", "only_pty", "sourceaddr"}) {
    const std::string line = read_vector("openssh/authopt/" + name + ".cert");
    const auto parsed = ParsedCertificate::parse_line(line);
    ASSERT_TRUE(parsed.has_value()) << name << ": " << parsed.error().message;
    EXPECT_TRUE(parsed->signature_valid) << name;
    EXPECT_EQ(parsed->fields.key_id, "user") << name;
    EXPECT_EQ(parsed->serial, 1u) << name;
    const auto tbs = to_be_signed(parsed->fields, parsed->ca, parsed->nonce, parsed->serial);
    EXPECT_EQ(to_line(certificate(tbs.value(), parsed->signature), "user key") + "\n", line);
  }
  for (const std::string name : {"ecdsa_sk1", "ed25519_sk1"}) {
    const auto parsed =
        ParsedCertificate::parse_line(read_vector("openssh/sshkey/" + name + "-cert.pub"));
    ASSERT_TRUE(parsed.has_value()) << name << ": " << parsed.error().message;
    EXPECT_TRUE(parsed->signature_valid) << name;
    EXPECT_EQ(parsed->fields.principals, (std::vector<std::string>{"host1", "host2"})) << name;
  }
}

TEST(SshCertificate, OfOpensshIsRefusedWhereItBreaksOurRules) {
  const std::pair<std::string, Code> samples[] = {
      {"authopt/bad_sourceaddr.cert", Code::malformed},
      {"authopt/unknown_critical.cert", Code::option_not_allowed},
      {"sshkey/ecdsa_1-cert.pub", Code::subject_is_ca_key},
      {"sshkey/ed25519_1-cert.pub", Code::subject_is_ca_key},
      {"sshkey/rsa_1-cert.pub", Code::key_not_allowed},         // 1024 bits
      {"sshkey/rsa_1_sha512-cert.pub", Code::key_not_allowed},  // the same
      {"sshkey/rsa_1_sha1-cert.pub", Code::signature_invalid},
      {"sshkey/ed25519_1.pub", Code::key_not_allowed},  // a key
  };
  for (const auto& [name, code] : samples) {
    EXPECT_EQ(code_of(ParsedCertificate::parse_line(read_vector("openssh/" + name))), code) << name;
  }
}

// By a CA of each plain kind; and SHA-1 refused although it verifies.
TEST(SshCertificate, MayBeSignedByRsaAndEcdsa) {
  const OpensslKey rsa = OpensslKey::rsa(2048);
  const Bytes by_rsa = to_be_signed(good_fields(), rsa.ssh_key(), some_nonce(), 7).value();
  const auto signed_as = [&](std::string_view name, ByteView signature, ByteView tbs) {
    return ParsedCertificate::parse(
        certificate(tbs, Writer().text(name).string(signature).bytes()));
  };
  EXPECT_TRUE(
      signed_as("rsa-sha2-256", rsa.sign(EVP_sha256(), by_rsa), by_rsa).value().signature_valid);
  EXPECT_TRUE(
      signed_as("rsa-sha2-512", rsa.sign(EVP_sha512(), by_rsa), by_rsa).value().signature_valid);
  EXPECT_EQ(code_of(signed_as("ssh-rsa", rsa.sign(EVP_sha1(), by_rsa), by_rsa)),
            Code::signature_invalid);

  const OpensslKey p256 = OpensslKey::p256();
  const Bytes by_ecdsa = to_be_signed(good_fields(), p256.ssh_key(), some_nonce(), 7).value();
  EXPECT_TRUE(
      signed_as("ecdsa-sha2-nistp256", p256.sign_ssh(by_ecdsa), by_ecdsa).value().signature_valid);
}

TEST(SshCertificate, WithAnotherSignatureIsReadAndCalledInvalid) {
  Bytes blob = signed_by_root(good_fields());
  blob.back() ^= 1;
  const auto parsed = ParsedCertificate::parse(blob);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_FALSE(parsed->signature_valid);
}

TEST(SshCertificate, NeverHasSerialZero) {
  EXPECT_EQ(code_of(to_be_signed(good_fields(), root_key(), some_nonce(), 0)), Code::malformed);
  std::set<std::uint64_t> serials;
  for (std::uint8_t i = 0; i < 100; ++i) serials.insert(derived_serial({}, {i}));
  EXPECT_EQ(serials.size(), 100u);
}

TEST(SshCertificate, HasNonceAndSerialOfItsRootAndRequestAlone) {
  EXPECT_NE(derived_nonce({1}, {2}), derived_nonce({2}, {1}));
  EXPECT_NE(derived_nonce({1}, {2}), derived_nonce({1}, {3}));
  EXPECT_NE(derived_serial({1}, {2}), derived_serial({2}, {2}));
}

// A user's certificate with its lists as given, each by a builder that keeps no rules.
struct Raw {
  std::string type = "ssh-ed25519-cert-v01@openssh.com";
  Bytes nonce = Bytes(32, 1);
  std::uint64_t serial = 7;
  std::uint32_t role = 1;
  Bytes principals = Writer().text("alice").bytes();
  Bytes critical;
  Bytes extensions = Writer().text("permit-pty").string({}).bytes();
  Bytes reserved;
  Bytes ca = root_key().blob();
  Bytes behind;

  Bytes blob() const {
    const Bytes tbs = Writer()
                          .text(type)
                          .string(nonce)
                          .string(testing::some_key(1).public_key().bytes())
                          .u64(serial)
                          .u32(role)
                          .text("alice laptop")
                          .string(principals)
                          .u64(100)
                          .u64(200)
                          .string(critical)
                          .string(extensions)
                          .string(reserved)
                          .string(ca)
                          .bytes();
    Bytes out = certificate(tbs, ed25519_signature_blob(testing::some_key(0).sign(tbs)));
    append(out, behind);
    return out;
  }
};

// What `ssh-keygen -L` mostly shows as if all were well.
TEST(SshCertificate, IsRefusedInEveryFormWeWouldNotBuild) {
  ASSERT_TRUE(ParsedCertificate::parse(Raw().blob()).value().signature_valid);
  const auto list = [](std::initializer_list<std::pair<std::string_view, Bytes>> options) {
    Writer out;
    for (const auto& [name, data] : options) out.text(name).string(data);
    return out.bytes();
  };
  const Bytes command = Writer().text("/bin/true").bytes();
  const Bytes empty_string = Writer().text("").bytes();
  std::vector<std::pair<Code, Raw>> broken;
  const auto with = [&](Code code) -> Raw& { return broken.emplace_back(code, Raw()).second; };
  with(Code::malformed).nonce = Bytes(31);
  with(Code::malformed).nonce = Bytes(33);
  with(Code::malformed).serial = 0;
  with(Code::malformed).role = 0;
  with(Code::malformed).role = 3;
  with(Code::malformed).principals = {};
  with(Code::malformed).principals = {0, 0, 0};
  with(Code::malformed).principals = Writer().text("alice").u8(0).bytes();
  with(Code::malformed).extensions = list({{"permit-pty", empty_string}});
  with(Code::malformed).extensions = list({{"permit-pty", {}}, {"permit-pty", {}}});
  with(Code::malformed).extensions =
      list({{"permit-agent-forwarding", {}}, {"permit-X11-forwarding", {}}});
  with(Code::malformed).extensions = Writer().text("permit-pty").bytes();
  with(Code::malformed).critical = list({{"verify-required", empty_string}});
  with(Code::malformed).critical = list({{"force-command", {}}});
  with(Code::malformed).critical = list({{"force-command", empty_string}});
  with(Code::malformed).critical = list({{"force-command", Bytes{'l', 's'}}});
  with(Code::malformed).critical =
      list({{"force-command", Writer().text("/bin/true").u8(0).bytes()}});
  with(Code::malformed).critical = list({{"force-command", command}, {"force-command", command}});
  with(Code::malformed).reserved = {0};
  with(Code::malformed).behind = {0};
  with(Code::malformed).ca = {};
  with(Code::key_not_allowed).ca = signed_by_root(good_fields());
  with(Code::key_not_allowed).ca =
      PublicKey::parse_line(read_vector("openssh/sshsig/ed25519_sk.pub")).value().blob();
  with(Code::key_not_allowed).type = "ssh-dss-cert-v01@openssh.com";
  with(Code::key_not_allowed).type = "ssh-ed25519";
  for (std::size_t i = 0; i < broken.size(); ++i) {
    const auto& [code, raw] = broken[i];
    EXPECT_EQ(code_of(ParsedCertificate::parse(raw.blob())), code) << "case " << i;
  }
}

TEST(SshCertificate, IsRefusedWhenCutAnywhere) {
  const Bytes good = signed_by_root(good_fields());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(code_of(ParsedCertificate::parse(ByteView(good).first(size))), Code::malformed)
        << size;
  }
  EXPECT_EQ(code_of(ParsedCertificate::parse(Bytes(certificate_limit + 1))), Code::too_large);
}

TEST(SshCertificate, EveryChangedByteIsRefusedOrNoLongerSigned) {
  const Bytes good = signed_by_root(good_fields());
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const std::uint8_t change : {std::uint8_t{0x01}, std::uint8_t{0x20}, std::uint8_t{0x80}}) {
      Bytes blob = good;
      blob[at] ^= change;
      const auto parsed = ParsedCertificate::parse(blob);
      EXPECT_TRUE(!parsed || !parsed->signature_valid) << at;
    }
  }
}

std::vector<std::string> some_of(const std::vector<std::string>& all) {
  std::vector<std::string> chosen;
  for (const std::string& one : all) {
    if (*rc::gen::arbitrary<bool>()) chosen.push_back(one);
  }
  return chosen;
}

CertificateFields arbitrary_fields() {
  CertificateFields fields = good_fields();
  const auto printable = rc::gen::inRange<char>(0x20, 0x7f);
  const auto of_principals = rc::gen::element('a', 'Z', '0', '.', '_', '@', ':', '+', '-');
  fields.key_id = *rc::gen::nonEmpty(rc::gen::container<std::string>(printable));
  fields.key_id.resize(std::min<std::size_t>(fields.key_id.size(), key_id_limit));
  const auto principals = *rc::gen::nonEmpty(rc::gen::container<std::set<std::string>>(
      rc::gen::nonEmpty(rc::gen::container<std::string>(of_principals))));
  fields.principals.assign(principals.begin(), principals.end());
  fields.principals.resize(std::min<std::size_t>(fields.principals.size(), principals_limit));
  fields.valid_after = *rc::gen::inRange<std::uint64_t>(0, 1'000'000'000'000);
  fields.valid_before = fields.valid_after + *rc::gen::inRange<std::uint64_t>(1, 1'000'000'000'000);
  fields.critical.clear();
  fields.extensions.clear();
  if (*rc::gen::arbitrary<bool>()) {
    fields.type = CertificateType::host;
    return fields;
  }
  for (const std::string& name : some_of({"force-command", "verify-required"})) {
    fields.critical.push_back({name, name == "force-command" ? fields.key_id : ""});
  }
  fields.extensions = some_of({"permit-X11-forwarding", "permit-agent-forwarding",
                               "permit-port-forwarding", "permit-pty", "permit-user-rc"});
  return fields;
}

RC_GTEST_PROP(SshCertificateProperty, WhatIsBuiltIsRead, (std::uint64_t serial)) {
  RC_PRE(serial != 0u);
  const CertificateFields fields = arbitrary_fields();
  const Bytes blob = signed_by_root(fields, serial);
  const auto parsed = ParsedCertificate::parse(blob);
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(parsed->fields == fields);
  RC_ASSERT(parsed->serial == serial);
  RC_ASSERT(parsed->signature_valid);
}

}  // namespace
}  // namespace quorate::ssh
