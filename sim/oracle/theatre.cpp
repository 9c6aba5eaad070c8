#include "sim/oracle/theatre.h"

#include <algorithm>
#include <array>

#include <sodium.h>

namespace quorate::sim {
namespace {

using Digest = ByteArray<32>;

// Bytes that come one after the other. What is read past the end is empty, and remembered.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : rest_(bytes) {}

  ByteView take(std::size_t size) {
    if (size > rest_.size()) {
      is_broken_ = true;
      return {};
    }
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : take(size)) value = value << 8 | byte;
    return value;
  }
  // With its length, of that many bytes, in front.
  ByteView counted(std::size_t size_of_length) { return take(number(size_of_length)); }
  bool is_at_end() const { return rest_.empty() && !is_broken_; }
  bool is_broken() const { return is_broken_; }

 private:
  ByteView rest_;
  bool is_broken_ = false;
};

void put_number(Bytes& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = size; i != 0; --i) {
    out.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
  }
}

// SSH's string: u32 length, then the bytes.
void put_string(Bytes& out, ByteView bytes) {
  put_number(out, bytes.size(), 4);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void put_string(Bytes& out, std::string_view text) { put_string(out, bytes_of(text)); }

Digest sha256(ByteView bytes) {
  Digest digest{};
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

Digest labelled(std::string_view label, ByteView data) {
  Bytes input = {0};
  append(input, bytes_of("quorate/v1/"));
  append(input, bytes_of(label));
  input.push_back(0);
  append(input, data);
  return sha256(input);
}

struct Head {
  std::uint8_t kind;
  ByteView root_id;
};

Head read_head(Cursor& in) {
  (void)in.take(1);  // version
  Head head{static_cast<std::uint8_t>(in.number(1)), in.take(32)};
  (void)in.counted(1);     // name
  (void)in.counted(1);     // profile
  (void)in.take(16 + 16);  // nonce, window
  return head;
}

Digest derived(std::string_view label, ByteView root_id, ByteView request_id) {
  Bytes input;
  append(input, bytes_of(label));
  input.push_back(0);
  put_string(input, root_id);
  append(input, request_id);
  return sha256(input);
}

// OpenSSH's PROTOCOL.sshsig: what is signed for a file.
std::optional<Bytes> of_file(Cursor& in) {
  const ByteView name_space = in.counted(2);
  (void)in.take(1);  // the hash's number
  const ByteView hash = in.take(64);
  (void)in.take(8);     // size
  (void)in.counted(2);  // label
  if (!in.is_at_end()) return std::nullopt;
  Bytes out;
  append(out, bytes_of("SSHSIG"));
  put_string(out, name_space);
  put_string(out, std::string_view());
  put_string(out, std::string_view("sha512"));
  put_string(out, hash);
  return out;
}

// OpenSSH's PROTOCOL.certkeys: a certificate up to its signature.
std::optional<Bytes> of_certificate(Cursor& in, const Head& head, ByteView statement) {
  Cursor subject(in.counted(4));
  const std::string_view type = text_of(subject.counted(4));
  const ByteView key = subject.counted(4);
  if (type != "ssh-ed25519" || !subject.is_at_end()) return std::nullopt;
  const ByteView key_id = in.counted(2);
  Bytes principals;
  for (std::uint64_t left = in.number(2); left != 0 && !in.is_broken(); --left) {
    put_string(principals, in.counted(2));
  }
  const ByteView window = in.take(16);
  Bytes critical;
  for (std::uint64_t left = in.number(2); left != 0 && !in.is_broken(); --left) {
    put_string(critical, in.counted(2));
    const ByteView value = in.counted(2);
    Bytes inner;
    if (!value.empty()) put_string(inner, value);
    put_string(critical, inner);
  }
  Bytes extensions;
  for (std::uint64_t left = in.number(2); left != 0 && !in.is_broken(); --left) {
    put_string(extensions, in.counted(2));
    put_string(extensions, std::string_view());
  }
  if (!in.is_at_end()) return std::nullopt;

  const Digest id = labelled("request", statement);
  const Digest serial = derived("quorate/ssh-serial/v1", head.root_id, id);
  Bytes authority;
  put_string(authority, std::string_view("ssh-ed25519"));
  put_string(authority, head.root_id);

  Bytes out;
  put_string(out, std::string_view("ssh-ed25519-cert-v01@openssh.com"));
  put_string(out, derived("quorate/ssh-nonce/v1", head.root_id, id));
  put_string(out, key);
  std::uint64_t number = Cursor(serial).number(8);
  put_number(out, number == 0 ? 1 : number, 8);
  put_number(out, head.kind, 4);  // users are 1 here and there, hosts 2
  put_string(out, key_id);
  put_string(out, principals);
  append(out, window);
  put_string(out, critical);
  put_string(out, extensions);
  put_string(out, std::string_view());
  put_string(out, authority);
  return out;
}

Digest session_of(const node::SignAsk& ask, const Digest& document) {
  Bytes input(ask.root.begin(), ask.root.end());
  put_number(input, ask.epoch, 8);
  append(input, document);
  put_number(input, ask.commitments->size(), 2);
  for (const frost::Commitment& commitment : *ask.commitments) {
    put_number(input, commitment.signer.number(), 2);
    append(input, commitment.hiding.bytes());
    append(input, commitment.binding.bytes());
  }
  return labelled("session", input);
}

// Where a verdict's record names the document: behind version, type, node, time; then request,
// root, epoch, kind, decision, code.
ByteView document_in(ByteView signed_verdict) {
  Cursor in(signed_verdict);
  Cursor record(in.counted(4));
  (void)record.take(1 + 1 + 32 + 8);
  (void)record.take(32 + 32 + 8 + 1 + 1 + 2);
  return record.take(32);
}

}  // namespace

std::optional<Bytes> rebuild(ByteView statement) {
  Cursor in(statement);
  const Head head = read_head(in);
  if (in.is_broken()) return std::nullopt;
  if (head.kind == 3) return of_file(in);
  if (head.kind == 1 || head.kind == 2) return of_certificate(in, head, statement);
  return std::nullopt;
}

std::optional<std::string> find_theatre(const node::SignAsk& ask,
                                        const node::PartialAnswer& answer) {
  Cursor request(ask.request);
  (void)request.take(1);  // version
  const std::optional<Bytes> bytes = rebuild(request.counted(4));
  if (!bytes || !ask.commitments) return std::nullopt;
  const Digest document = labelled("tbs", *bytes);
  const ByteView named = document_in(answer.verdict);
  if (!std::equal(named.begin(), named.end(), document.begin(), document.end())) {
    return "the verdict is about other bytes than the statement stands for";
  }
  const Digest session = session_of(ask, document);
  const ByteView body = answer.partial.body;
  if (body.size() < session.size() || !std::equal(session.begin(), session.end(), body.begin())) {
    return "the partial signature is for another session than the one that was asked for";
  }
  return std::nullopt;
}

}  // namespace quorate::sim
