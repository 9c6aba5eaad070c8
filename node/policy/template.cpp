#include "node/policy/template.h"

#include <algorithm>
#include <array>

namespace quorate::policy {
namespace {

struct NamedPlace {
  std::string_view name;
  Template::Place place;
};
constexpr std::array<NamedPlace, 4> places = {{{"person", Template::Place::person},
                                               {"oidc.sub", Template::Place::subject},
                                               {"oidc.email", Template::Place::email},
                                               {"oidc.email.local", Template::Place::email_local}}};

std::optional<Template::Place> place_of(std::string_view name) {
  for (const NamedPlace& one : places) {
    if (one.name == name) return one.place;
  }
  return std::nullopt;
}

const Identity::Value& value_of(Template::Place place, const Identity& identity) {
  switch (place) {
    case Template::Place::email: return identity.email;
    case Template::Place::email_local: return identity.email_local;
    case Template::Place::subject:
    case Template::Place::person: break;
  }
  return identity.subject;
}

}  // namespace

std::optional<Template> Template::parse(std::string_view text) {
  Template out;
  out.text_ = text;
  while (!text.empty()) {
    const std::size_t open = text.find_first_of("{}");
    Piece piece{std::string(text.substr(0, open)), std::nullopt};
    if (open == std::string_view::npos) {
      text = {};
    } else {
      const std::size_t close = text.find('}', open);
      if (text[open] != '{' || close == std::string_view::npos) return std::nullopt;
      piece.place = place_of(text.substr(open + 1, close - open - 1));
      if (!piece.place) return std::nullopt;
      text.remove_prefix(close + 1);
    }
    out.pieces_.push_back(std::move(piece));
  }
  return out;
}

std::string Template::literal() const {
  std::string out;
  for (const Piece& piece : pieces_) out += piece.literal;
  return out;
}

bool Template::has(Place place) const {
  return std::any_of(pieces_.begin(), pieces_.end(),
                     [place](const Piece& piece) { return piece.place == place; });
}

bool Template::needs_token() const {
  return has(Place::subject) || has(Place::email) || has(Place::email_local);
}

Result<std::string> Template::fill(const Identity& identity) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    out += piece.literal;
    if (!piece.place) continue;
    if (*piece.place == Place::person) {
      out += identity.person;
      continue;
    }
    const Identity::Value& value = value_of(*piece.place, identity);
    if (value.text.empty()) {
      return fail(Code::field_not_allowed, "`" + text_ + "` can't be filled: " + value.missing);
    }
    out += value.text;
  }
  return out;
}

}  // namespace quorate::policy
