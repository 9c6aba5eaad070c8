// The fields of a request or of an entry in one of its lists, typed. All are checked for presence
// and strangers before any is read. What has a wrong form for JSON or hex is `usage`; what is hex,
// and no good, fails with the code of the function that would have taken it.

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "crypto/base/bytes.h"
#include "crypto/base/hex.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "crypto/ed25519/scalar.h"
#include "crypto/frost/package.h"

namespace quorate::primitives {

class Fields {
 public:
  // `object` lives longer than the Fields.
  [[nodiscard]] static Result<Fields> of(const nlohmann::json& object,
                                         std::initializer_list<std::string_view> required,
                                         std::initializer_list<std::string_view> optional = {});

  bool has(const std::string& name) const { return object_->contains(name); }
  [[nodiscard]] Result<std::uint64_t> number(const std::string& name, std::uint64_t largest) const;
  [[nodiscard]] Result<std::string_view> text(const std::string& name) const;  // into the object
  [[nodiscard]] Result<std::vector<std::string>> texts(const std::string& name) const;
  [[nodiscard]] Result<Bytes> bytes(const std::string& name) const;
  [[nodiscard]] Result<std::vector<Bytes>> byte_strings(const std::string& name) const;
  [[nodiscard]] Result<const nlohmann::json*> list(const std::string& name) const;
  [[nodiscard]] Result<const nlohmann::json*> object(const std::string& name) const;

  template <std::size_t n>
  [[nodiscard]] Result<ByteArray<n>> array(const std::string& name) const {
    QUORATE_TRY(const Bytes given, bytes(name));
    return from_hex_exactly<n>(to_hex(given));
  }
  [[nodiscard]] Result<ed25519::Point> point(const std::string& name) const;
  [[nodiscard]] Result<ed25519::Scalar> scalar(const std::string& name) const;
  [[nodiscard]] Result<ed25519::SecretScalar> secret(const std::string& name) const;
  // Any number of 32 bits is asked of Identifier::make().
  [[nodiscard]] Result<frost::Identifier> identifier(const std::string& name) const;
  [[nodiscard]] Result<std::vector<frost::Identifier>> identifiers(const std::string& name) const;
  [[nodiscard]] Result<std::uint16_t> small(const std::string& name) const;

 private:
  explicit Fields(const nlohmann::json& object) : object_(&object) {}
  const nlohmann::json* object_;
};

// `wrong_participants` unless strictly ascending: lists are checked, never sorted for the caller.
[[nodiscard]] Status check_ascending(const std::vector<frost::Identifier>& identifiers,
                                     std::string_view what);

// 32 bytes that the caller may wipe; `malformed` for any other number of bytes.
[[nodiscard]] Result<ed25519::SecretScalar> secret_scalar(Bytes bytes);

}  // namespace quorate::primitives
