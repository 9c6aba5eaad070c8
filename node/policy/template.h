// A text with places that verified evidence fills: "{person}", "ops-{oidc.email.local}". It never
// reads the request, so nobody writes his own rights into it.
//
//   {person}            the requester's name in the policy, or ISSUER:SUBJECT
//   {oidc.sub}          the token's subject
//   {oidc.email}        its address, where the provider verified it
//   {oidc.email.local}  what stands before the @, where the issuer speaks for the domain

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"

namespace quorate::policy {

// What the places may be filled with: of one requester, whose evidence has held.
struct Identity {
  struct Value {
    std::string text;     // empty where there is none
    std::string missing;  // why there is none
  };
  std::string person;
  Value subject;
  Value email;
  Value email_local;
};

class Template {
 public:
  enum class Place { person, subject, email, email_local };

  // None where a brace opens no place of the four.
  static std::optional<Template> parse(std::string_view text);

  const std::string& text() const { return text_; }
  std::string literal() const;  // the text without its places
  bool has(Place place) const;
  bool needs_token() const;

  // The error says which place can't be filled, and why.
  [[nodiscard]] Result<std::string> fill(const Identity& identity) const;

  friend bool operator==(const Template& a, const Template& b) { return a.text_ == b.text_; }

 private:
  struct Piece {
    std::string literal;  // and then
    std::optional<Place> place;
  };
  std::string text_;
  std::vector<Piece> pieces_;
};

}  // namespace quorate::policy
