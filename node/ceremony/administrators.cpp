#include "node/ceremony/administrators.h"

#include <optional>
#include <set>

#include "proto/document/sshsig.h"

namespace quorate::node {

using config::PersonRole;

namespace {

// The person who signed, whoever it is.
Result<std::string> signer(const config::NodeConfig& config, std::string_view name_space,
                           ByteView message, ByteView blob) {
  QUORATE_TRY(const ssh::Sshsig signature, ssh::Sshsig::parse_blob(blob));
  const std::optional<std::string> person = config.people.person_of(signature.key);
  if (!person) {
    return fail(Code::key_unknown,
                "nobody whom this node knows has the key " + signature.key.fingerprint());
  }
  QUORATE_TRY(const ssh::Verification verified, ssh::verify(signature, name_space, message));
  (void)verified;  // what a FIDO key says beyond the touch is not asked for here
  return *person;
}

}  // namespace

Status check_administrators(const config::NodeConfig& config, ByteView proposal,
                            const std::vector<Bytes>& signatures) {
  std::set<std::string> administrators;
  for (const Bytes& blob : signatures) {
    QUORATE_TRY(const std::string person, signer(config, proposal_namespace, proposal, blob));
    if (config.people.has_role(person, PersonRole::administrator)) administrators.insert(person);
  }
  if (administrators.size() < config.administrators_needed) {
    return fail(Code::administrators_missing, "this node starts a ceremony only when " +
                                                  std::to_string(config.administrators_needed) +
                                                  " of its administrators signed the proposal; " +
                                                  std::to_string(administrators.size()) + " did");
  }
  return Done{};
}

Status check_reject(const config::NodeConfig& config, ByteView ceremony, ByteView signature) {
  QUORATE_TRY(const std::string person, signer(config, reject_namespace, ceremony, signature));
  if (!config.people.has_role(person, PersonRole::administrator) &&
      !config.people.has_role(person, PersonRole::operator_)) {
    return fail(Code::administrators_missing,
                person + " is neither an administrator nor the operator of this node");
  }
  return Done{};
}

}  // namespace quorate::node
