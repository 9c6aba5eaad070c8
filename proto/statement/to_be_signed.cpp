#include "proto/statement/to_be_signed.h"

#include <sodium.h>

#include "crypto/base/hex.h"
#include "proto/document/krl.h"
#include "proto/document/sshsig.h"
#include "proto/statement/access_payload.h"
#include "proto/statement/dsse.h"
#include "proto/statement/revocation_list.h"

namespace quorate::statement {
namespace {

Result<Bytes> certificate_bytes(const Statement& statement, const SshCertificate& certificate,
                                const ssh::PublicKey& root) {
  const RequestId id = request_id(encode(statement));
  return ssh::to_be_signed(certificate, root, ssh::derived_nonce(statement.root_id, id),
                           ssh::derived_serial(statement.root_id, id));
}

Bytes access_bytes(const Access& access) { return pae(access_type, with_req(access.payload)); }

std::string base64url(ByteView bytes) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), variant);
  out.pop_back();  // the NUL that libsodium counts
  return out;
}

using Serials = std::map<RootId, std::set<std::uint64_t>>;

// The entries that have a form in a KRL. People and requests have none: whoever revokes them
// enters their serials, too.
Result<Serials> collect(const RevocationContents& contents, ssh::Krl& krl) {
  Serials serials;
  for (const RevocationEntry& entry : contents.entries) {
    switch (entry.type) {
      case RevocationType::key: {
        QUORATE_TRY(const Hash fingerprint, parse_fingerprint(entry.value));
        krl.keys.insert(fingerprint);
        break;
      }
      case RevocationType::serial: {
        QUORATE_TRY(const RevokedSerial revoked, parse_serial(entry.value));
        serials[revoked.root_id].insert(revoked.serial);
        break;
      }
      case RevocationType::person:
      case RevocationType::request: break;
    }
  }
  return serials;
}

}  // namespace

Result<Bytes> to_be_signed(const Statement& statement, const ssh::PublicKey& root) {
  QUORATE_CHECK(check_fields(statement, root));
  switch (statement.kind) {
    case Kind::ssh_user:
    case Kind::ssh_host:
      return certificate_bytes(statement, std::get<SshCertificate>(statement.body), root);
    case Kind::file: {
      const File& file = std::get<File>(statement.body);
      return ssh::signed_data(file.name_space, file.sha512);
    }
    case Kind::access: return access_bytes(std::get<Access>(statement.body));
    case Kind::bundle: return pae(bundle_type, std::get<Bundle>(statement.body).payload);
    case Kind::revocation:
      return pae(revocation_type, std::get<RevocationList>(statement.body).payload);
    case Kind::krl: break;
  }
  return fail(Code::field_not_allowed,
              "a KRL is built from its revocation list, which is not here");
}

Result<Bytes> krl_of(const Statement& statement, ByteView list_payload, const RootKeys& roots) {
  const Krl& asked = std::get<Krl>(statement.body);
  QUORATE_TRY(const RevocationContents contents, parse_revocation(list_payload));
  if (contents.number != asked.number ||
      document(pae(revocation_type, list_payload)) != asked.list_document) {
    return fail(Code::field_not_allowed, "the revocation list " + std::to_string(contents.number) +
                                             " is not the one that the statement names");
  }
  ssh::Krl krl{contents.number, contents.issued, contents.list, {}, {}};
  QUORATE_TRY(const Serials serials, collect(contents, krl));
  for (const auto& [root_id, of_root] : serials) {
    const auto root = roots.find(root_id);
    if (root == roots.end()) {
      return fail(Code::field_not_allowed,
                  "the key of root " + to_hex(root_id) + " is not known here");
    }
    krl.roots.push_back({root->second, of_root, {}});
  }
  return krl.bytes();
}

Bytes krl_to_be_signed(ByteView krl) {
  ByteArray<64> digest;
  crypto_hash_sha512(digest.data(), krl.data(), krl.size());
  return ssh::signed_data("krl", digest);
}

Hash document(ByteView to_be_signed) { return layout::hash("tbs", to_be_signed); }

std::string token_nonce(const Statement& statement) {
  if (const auto* access = std::get_if<Access>(&statement.body)) {
    return base64url(document(access_bytes(*access)));
  }
  return base64url(request_id(encode(statement)));
}

}  // namespace quorate::statement
