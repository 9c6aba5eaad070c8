// A node's core, recorded: what it was started with, each batch of asks with the time, what
// providers answered; and of its own answers what the world may know.
//
// Never in it: entropy, nonces, shares, sealed blobs, PINs, keys, or anything that custody
// answered. In it, and personal data: requests with their evidence, also ID tokens, which are bound
// to one statement and expire; policies with their people.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "node/core/core.h"
#include "proto/recording/format.h"

namespace quorate::recording {

enum class NodeEntry : std::uint8_t {
  begin = 1,
  policy = 2,   // read again
  roots = 3,    // the node is a member of others than before
  asks = 4,     // and behind it
  answers = 5,  // in the order of the asks
  fetched = 6,
};

// policy.toml as it was read, and the files of keys that it pins, by the issuers' names.
struct PolicyTexts {
  std::optional<std::string> policy;  // none: there is no such file
  std::map<std::string, std::string> pinned_keys;

  friend bool operator==(const PolicyTexts&, const PolicyTexts&) = default;
};

struct Begin {
  std::string version;
  std::string node_toml;
  ed25519::Point identity;
  node::Now now;
  node::ClockWord word;
  PolicyTexts policy;
  std::vector<Bytes> roots;  // epoch records
};

struct Reload {
  node::Now now;
  PolicyTexts policy;
};

struct AskedBytes {
  ed25519::Point client;
  Bytes ask;  // wire::v1::Ask
};
struct Asks {
  node::Now now;
  std::vector<AskedBytes> asks;
};

struct FetchedDocuments {
  node::Now now;
  std::uint64_t ticket;
  Result<oidc::Documents> answer;
};

// What anybody may know of an answer.
struct AnswerLine {
  enum class Kind : std::uint8_t {
    parked = 0,
    description = 1,
    commitments = 2,
    partial = 3,
    ceremony = 4,
    refused = 5,
    history = 6,
    published = 7,
    cosigned = 8,
  };
  Kind kind = Kind::parked;
  std::uint32_t code = 0;                  // of a refusal
  std::string reason{};                    // likewise
  std::vector<frost::Commitment> fresh{};  // public points
  Bytes verdict{};                         // signed verdict, where there is one
};
AnswerLine line_of(const std::optional<node::Answer>& answer);
std::string_view name(AnswerLine::Kind kind);

Bytes encode(const Begin& begin);
Bytes encode(const Reload& reload);
Bytes encode(const Asks& asks);
Bytes encode(const FetchedDocuments& fetched);
Bytes encode(const std::vector<AnswerLine>& answers);
Bytes encode_roots(const std::vector<Bytes>& roots);

// Strict: `malformed`, `too_large`.
[[nodiscard]] Result<Begin> decode_begin(ByteView bytes);
[[nodiscard]] Result<Reload> decode_reload(ByteView bytes);
[[nodiscard]] Result<Asks> decode_asks(ByteView bytes);
[[nodiscard]] Result<FetchedDocuments> decode_fetched(ByteView bytes);
[[nodiscard]] Result<std::vector<AnswerLine>> decode_answers(ByteView bytes);
[[nodiscard]] Result<std::vector<Bytes>> decode_roots(ByteView bytes);

}  // namespace quorate::recording
