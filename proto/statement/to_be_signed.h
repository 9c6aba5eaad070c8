// The exact bytes that a root's key signs for a statement. Every node builds them by itself, and
// all must get the same: nothing here looks at anything but its arguments.
//
//   1, 2  SSH certificate up to its signature      3  SSHSIG over the file's hash
//   4..6  DSSE PAE of the payload                  7  SSHSIG, namespace `krl`, over the KRL

#pragma once

#include <map>
#include <string>

#include "proto/statement/statement.h"

namespace quorate::statement {

// Every kind but 7, for a statement that parse() accepted and the key that its root id names. Fails
// as check_fields() does, so that no bytes exist for what must not be signed.
[[nodiscard]] Result<Bytes> to_be_signed(const Statement& statement, const ssh::PublicKey& root);

// The keys of the roots that a revocation list names serials of.
using RootKeys = std::map<RootId, ssh::PublicKey>;

// Kind 7: the KRL built from the payload of the revocation list that the statement names.
//   malformed          the payload is no revocation list
//   field_not_allowed  it is another list than the statement names (number or document), or it
//                      names a root whose key is not known
[[nodiscard]] Result<Bytes> krl_of(const Statement& statement, ByteView list_payload,
                                   const RootKeys& roots);
// What is signed over that KRL.
Bytes krl_to_be_signed(ByteView krl);

// hash("tbs", the bytes above): what verdicts and sessions call the document.
Hash document(ByteView to_be_signed);

// What a token's `nonce` claim must be to serve as evidence for this statement: base64url without
// padding of the request id; for kind 4 of the document, since a gateway sees only the payload.
std::string token_nonce(const Statement& statement);

}  // namespace quorate::statement
