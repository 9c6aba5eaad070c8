#include "node/custody/pkcs11/uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace quorate::custody::pkcs11 {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string complaint(const std::string& uri) {
  const auto parsed = parse_uri(uri);
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.error().code, Code::configuration);
  return parsed.error().message;
}

TEST(TokenUri, NamesATokenByLabelAndSerial) {
  const auto uri = parse_uri(
      "pkcs11:token=node%20a;serial=68fd7a?module-path=/usr/lib/m.so&pin-source=file:/run/pin");
  ASSERT_TRUE(uri) << uri.error().message;
  EXPECT_EQ(uri->label, "node a");
  EXPECT_EQ(uri->serial, "68fd7a");
  EXPECT_EQ(uri->module_path, "/usr/lib/m.so");
  EXPECT_EQ(uri->pin_file, "/run/pin");
}

TEST(TokenUri, IsRefusedWithAPinInItAndThePinIsNotRepeated) {
  const std::string said = complaint("pkcs11:token=a;serial=1?module-path=/m.so&pin-value=geheim");
  EXPECT_THAT(said, HasSubstr("pin-value"));
  EXPECT_THAT(said, Not(HasSubstr("geheim")));
}

TEST(TokenUri, IsRefusedWithoutItsPartsOrWithOthers) {
  const std::pair<const char*, const char*> wrong[] = {
      {"token=a;serial=1?module-path=/m.so", "can't be read"},
      {"pkcs11:serial=1?module-path=/m.so", "token="},
      {"pkcs11:token=a?module-path=/m.so", "serial="},
      {"pkcs11:token=a;serial=1", "module-path="},
      {"pkcs11:token=a;serial=1?module-path=m.so", "module-path="},
      {"pkcs11:token=a;serial=1;colour=red?module-path=/m.so", "unknown"},
      {"pkcs11:token=a;serial=1;slot-id=3?module-path=/m.so", "slot"},
      {"pkcs11:token=a;serial=1;object=key?module-path=/m.so", "object"},
      {"pkcs11:token=a;serial=1?module-path=/m.so&pin-source=|program", "pin-source"},
      {"pkcs11:token=a;serial=1?module-path=/m.so&pin-source=file:pin", "pin-source"},
      {"pkcs11:token=%zz;serial=1?module-path=/m.so", "can't be read"},
      {"", "can't be read"},
  };
  for (const auto& [uri, expected] : wrong) EXPECT_THAT(complaint(uri), HasSubstr(expected)) << uri;
}

RC_GTEST_PROP(TokenUri, IsReadBackAsItWasWritten, ()) {
  const auto text = rc::gen::container<std::string>(rc::gen::inRange<char>(33, 127));
  TokenUri uri;
  uri.label = *rc::gen::nonEmpty(text);
  uri.label.resize(std::min<std::size_t>(uri.label.size(), 32));
  uri.serial = *rc::gen::nonEmpty(text);
  uri.serial.resize(std::min<std::size_t>(uri.serial.size(), 16));
  uri.module_path = "/" + *text;
  const auto parsed = parse_uri(to_string(uri));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(parsed->label == uri.label);
  RC_ASSERT(parsed->serial == uri.serial);
  RC_ASSERT(parsed->module_path == uri.module_path);
}

}  // namespace
}  // namespace quorate::custody::pkcs11
