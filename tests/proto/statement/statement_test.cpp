#include "proto/statement/statement.h"

#include <rapidcheck/gtest.h>

#include "tests/proto/statement/statements.h"

namespace quorate::statement {
namespace {

using testing::code_of;
using testing::statement_bytes;
using testing::statement_of;

const std::vector<std::string>& kinds() {
  static const std::vector<std::string> names{"ssh-user", "ssh-host",   "file",
                                              "access",   "revocation", "krl"};
  return names;
}

std::string any_kind() { return *rc::gen::elementOf(kinds()); }

std::string printable(std::size_t least, std::size_t most) {
  const auto size = *rc::gen::inRange<std::size_t>(least, most + 1);
  return *rc::gen::container<std::string>(size, rc::gen::inRange<char>(0x20, 0x7f));
}

Statement any_statement() {
  Statement statement = statement_of(any_kind());
  statement.nonce = *rc::gen::container<ByteArray<16>>(rc::gen::arbitrary<std::uint8_t>());
  statement.profile = *rc::gen::element<std::string>("", "a", std::string(63, '0'));
  statement.not_after = statement.not_before + *rc::gen::inRange<std::uint64_t>(1, 604'801);
  if (auto* certificate = std::get_if<SshCertificate>(&statement.body)) {
    certificate->key_id = printable(1, 256);
    const auto count = *rc::gen::inRange<std::size_t>(1, 65);
    certificate->principals.clear();
    for (std::size_t i = 0; i < count; ++i) {
      certificate->principals.push_back("user" + std::to_string(i) + "@example.test");
    }
    certificate->valid_before =
        certificate->valid_after + *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
  }
  if (auto* file = std::get_if<File>(&statement.body)) {
    file->label = printable(0, 255);
    file->size = *rc::gen::arbitrary<std::uint64_t>();
  }
  return statement;
}

RC_GTEST_PROP(Statement, DecodesToWhatWasEncoded, ()) {
  const Statement statement = any_statement();
  const auto decoded = decode(encode(statement));
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == statement);
  RC_ASSERT(compose(statement).value() == encode(statement));
}

RC_GTEST_PROP(Statement, WithAChangedByteIsRefusedOrAnotherRequest, ()) {
  const Bytes original = encode(any_statement());
  Bytes changed = original;
  const std::size_t position = *rc::gen::inRange<std::size_t>(0, changed.size());
  changed[position] ^= *rc::gen::inRange<std::uint8_t>(1, 255);
  const auto parsed = parse(changed);
  if (!parsed) return;
  RC_ASSERT(encode(*parsed) == changed);
  RC_ASSERT(request_id(changed) != request_id(original));
}

RC_GTEST_PROP(Statement, WithAByteAddedOrRemovedIsRefusedOrAnotherRequest, ()) {
  const Bytes original = encode(any_statement());
  Bytes changed = original;
  const auto position = *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(changed));
  if (*rc::gen::arbitrary<bool>()) {
    changed.insert(changed.begin() + position, *rc::gen::arbitrary<std::uint8_t>());
  } else {
    changed.erase(changed.begin() + position);
  }
  const auto parsed = parse(changed);
  if (!parsed) return;
  RC_ASSERT(encode(*parsed) == changed);
  RC_ASSERT(request_id(changed) != request_id(original));
}

TEST(Statement, CutOffAnywhereIsMalformed) {
  for (const std::string& kind : kinds()) {
    const Bytes whole = statement_bytes(kind);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      ASSERT_EQ(code_of(parse(ByteView(whole).first(size))), Code::malformed)
          << kind << " of " << size;
    }
  }
}

TEST(Statement, CountsFromTwoMinutesBeforeItsWindowUntilTheWindowEnds) {
  Statement statement = statement_of("file");
  statement.not_before = 1'000;
  statement.not_after = 2'000;
  EXPECT_EQ(code_of(check_time(statement, 879)), Code::not_yet);
  EXPECT_FALSE(code_of(check_time(statement, 880)));
  EXPECT_FALSE(code_of(check_time(statement, 1'999)));
  EXPECT_EQ(code_of(check_time(statement, 2'000)), Code::expired);
}

TEST(Statement, TimesDoNotWrap) {
  Statement statement = statement_of("file");
  statement.not_before = 0;
  statement.not_after = 100;
  EXPECT_FALSE(code_of(check_time(statement, 0)));
  EXPECT_EQ(code_of(check_time(statement, ~std::uint64_t{0})), Code::expired);
  statement.not_before = last_second - 1;
  statement.not_after = last_second;
  EXPECT_EQ(code_of(check_time(statement, 0)), Code::not_yet);
}

TEST(Statement, AsksForARootOfItsPurpose) {
  EXPECT_EQ(purpose(Kind::ssh_user), "ssh-user-ca");
  EXPECT_EQ(purpose(Kind::ssh_host), "ssh-host-ca");
  EXPECT_EQ(purpose(Kind::file), "file");
  EXPECT_EQ(purpose(Kind::access), "access");
  EXPECT_EQ(purpose(Kind::bundle), "bundle");
  EXPECT_EQ(purpose(Kind::revocation), "revocation");
  EXPECT_EQ(purpose(Kind::krl), "revocation");
}

TEST(StatementDeathTest, WhoseKindDoesNotFitItsBodyIsNotEncoded) {
  Statement statement = statement_of("ssh-user");
  statement.kind = Kind::ssh_host;
  EXPECT_DEATH(encode(statement), "fits");
  statement.kind = Kind::file;
  EXPECT_DEATH(encode(statement), "fits");
}

}  // namespace
}  // namespace quorate::statement
