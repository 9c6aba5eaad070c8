#include "node/recording/recording.h"

#include "node/recording/parts.h"

namespace quorate::recording {
namespace {

using layout::Reader;
using layout::Writer;

constexpr std::size_t most_roots = 4096;
constexpr std::size_t most_asks = 4096;  // a batch has 256
constexpr std::size_t most_issuers = 1024;

std::uint8_t truth(bool value) { return value ? 1 : 0; }

void put(Writer& out, const PolicyTexts& texts) {
  out.u8(truth(texts.policy.has_value())).blob(bytes_of(texts.policy.value_or("")));
  out.count(texts.pinned_keys.size());
  for (const auto& [issuer, keys] : texts.pinned_keys) {
    out.blob(bytes_of(issuer)).blob(bytes_of(keys));
  }
}

Result<PolicyTexts> read_policy(Reader& in) {
  PolicyTexts texts;
  QUORATE_TRY(const bool has_policy, read_truth(in, "has_policy"));
  QUORATE_TRY(std::string policy, read_text(in, "policy"));
  if (has_policy) {
    texts.policy = std::move(policy);
  } else if (!policy.empty()) {
    return fail(Code::malformed, "the text of a policy that there is not");
  }
  QUORATE_TRY(const std::uint16_t count, in.count(most_issuers, "pinned keys"));
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(std::string issuer, read_text(in, "issuer"));
    QUORATE_TRY(std::string keys, read_text(in, "keys"));
    if (!texts.pinned_keys.empty() && texts.pinned_keys.rbegin()->first >= issuer) {
      return fail(Code::malformed, "issuers that are not ascending");
    }
    texts.pinned_keys.emplace(std::move(issuer), std::move(keys));
  }
  return texts;
}

void put_roots(Writer& out, const std::vector<Bytes>& roots) {
  out.count(roots.size());
  for (const Bytes& root : roots) out.blob(root);
}

Result<std::vector<Bytes>> read_roots(Reader& in) {
  QUORATE_TRY(const std::uint16_t count, in.count(most_roots, "roots"));
  std::vector<Bytes> roots;
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(Bytes root, read_bytes(in, "root"));
    roots.push_back(std::move(root));
  }
  return roots;
}

}  // namespace

Bytes encode(const Begin& begin) {
  Writer out;
  out.blob(bytes_of(begin.version)).blob(bytes_of(begin.node_toml)).raw(begin.identity.bytes());
  put(out, begin.now);
  out.u8(truth(begin.word == node::ClockWord::given));
  put(out, begin.policy);
  put_roots(out, begin.roots);
  return std::move(out).bytes();
}

Result<Begin> decode_begin(ByteView bytes) {
  Reader in(bytes);
  QUORATE_TRY(std::string version, read_text(in, "version"));
  QUORATE_TRY(std::string node_toml, read_text(in, "node.toml"));
  QUORATE_TRY(const ed25519::Point identity, read_point(in, "identity"));
  QUORATE_TRY(const node::Now now, read_now(in));
  QUORATE_TRY(const bool is_vouched, read_truth(in, "word"));
  QUORATE_TRY(PolicyTexts policy, read_policy(in));
  QUORATE_TRY(std::vector<Bytes> roots, read_roots(in));
  QUORATE_CHECK(in.finish("the beginning"));
  return Begin{std::move(version),
               std::move(node_toml),
               identity,
               now,
               is_vouched ? node::ClockWord::given : node::ClockWord::none,
               std::move(policy),
               std::move(roots)};
}

Bytes encode(const Reload& reload) {
  Writer out;
  put(out, reload.now);
  put(out, reload.policy);
  return std::move(out).bytes();
}

Result<Reload> decode_reload(ByteView bytes) {
  Reader in(bytes);
  Reload reload;
  QUORATE_TRY(reload.now, read_now(in));
  QUORATE_TRY(reload.policy, read_policy(in));
  QUORATE_CHECK(in.finish("the policy"));
  return reload;
}

Bytes encode(const Asks& asks) {
  Writer out;
  put(out, asks.now);
  out.count(asks.asks.size());
  for (const AskedBytes& asked : asks.asks) out.raw(asked.client.bytes()).blob(asked.ask);
  return std::move(out).bytes();
}

Result<Asks> decode_asks(ByteView bytes) {
  Reader in(bytes);
  Asks asks;
  QUORATE_TRY(asks.now, read_now(in));
  QUORATE_TRY(const std::uint16_t count, in.count(most_asks, "asks"));
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const ed25519::Point client, read_point(in, "client"));
    QUORATE_TRY(Bytes ask, read_bytes(in, "ask"));
    asks.asks.push_back({client, std::move(ask)});
  }
  QUORATE_CHECK(in.finish("the asks"));
  return asks;
}

Bytes encode(const FetchedDocuments& fetched) {
  Writer out;
  put(out, fetched.now);
  out.u64(fetched.ticket).u8(truth(fetched.answer.has_value()));
  if (fetched.answer) {
    const auto& max_age_s = fetched.answer->max_age_s;
    out.blob(bytes_of(fetched.answer->keys)).u8(truth(max_age_s.has_value()));
    out.u64(max_age_s.value_or(0));
  } else {
    out.u16(number(fetched.answer.error().code)).blob(bytes_of(fetched.answer.error().message));
  }
  return std::move(out).bytes();
}

Result<FetchedDocuments> decode_fetched(ByteView bytes) {
  Reader in(bytes);
  FetchedDocuments fetched{{}, 0, oidc::Documents{}};
  QUORATE_TRY(fetched.now, read_now(in));
  QUORATE_TRY(fetched.ticket, in.u64("ticket"));
  QUORATE_TRY(const bool is_here, read_truth(in, "is_here"));
  if (is_here) {
    oidc::Documents documents;
    QUORATE_TRY(documents.keys, read_text(in, "keys"));
    QUORATE_TRY(const bool has_age, read_truth(in, "has_age"));
    QUORATE_TRY(const std::uint64_t max_age_s, in.u64("max_age_s"));
    if (has_age) documents.max_age_s = max_age_s;
    fetched.answer = std::move(documents);
  } else {
    QUORATE_TRY(const std::uint16_t code, in.u16("code"));
    QUORATE_TRY(std::string message, read_text(in, "message"));
    fetched.answer =
        tl::unexpected(Error{code_of_number(code).value_or(Code::unreachable), std::move(message)});
  }
  QUORATE_CHECK(in.finish("what a provider answered"));
  return fetched;
}

Bytes encode_roots(const std::vector<Bytes>& roots) {
  Writer out;
  put_roots(out, roots);
  return std::move(out).bytes();
}

Result<std::vector<Bytes>> decode_roots(ByteView bytes) {
  Reader in(bytes);
  QUORATE_TRY(std::vector<Bytes> roots, read_roots(in));
  QUORATE_CHECK(in.finish("the roots"));
  return roots;
}

}  // namespace quorate::recording
