#include "proto/request/judgement.h"

#include <algorithm>

#include "crypto/base/plant.h"
#include "proto/document/sshsig.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::request {
namespace {

// An SSHSIG among the evidence, with what it should be signed over. Points into the request.
struct Signature {
  std::size_t evidence;
  std::string_view name_space;
  ByteView message;
  ssh::Sshsig sshsig;
  std::optional<Approval> approval;  // for type 2
};

// Whether an approval of `approved` is one of the request `asked`.
bool is_bound(const statement::RequestId& approved, const statement::RequestId& asked) {
  if (QUORATE_PLANTED(B28)) return approved.front() == asked.front();
  return approved == asked;
}

struct Token {
  std::size_t evidence;
  std::string_view text;
};

struct Gathered {
  std::vector<Signature> signatures;
  std::vector<Token> tokens;
};

bool names_requester(const Evidence& evidence) {
  return evidence.type == requester || evidence.type == oidc;
}

// 200, and the forms: 201.
Result<Gathered> gather(const Request& request) {
  if (std::none_of(request.evidence.begin(), request.evidence.end(), names_requester)) {
    return fail(Code::evidence_missing, "the request carries no evidence of who asks");
  }
  Gathered out;
  for (std::size_t i = 0; i < request.evidence.size(); ++i) {
    const auto& [type, bytes] = request.evidence[i];
    const ByteView data = bytes;
    if (type == requester) {
      QUORATE_TRY(ssh::Sshsig sshsig, ssh::Sshsig::parse_blob(data));
      out.signatures.push_back({i, requester_namespace, request.statement, std::move(sshsig), {}});
    } else if (type == approval) {
      const std::size_t size = std::min(data.size(), approval_size);
      QUORATE_TRY(const Approval approved, decode_approval(data.first(size)));
      QUORATE_TRY(ssh::Sshsig sshsig, ssh::Sshsig::parse_blob(data.subspan(size)));
      out.signatures.push_back(
          {i, approval_namespace, data.first(size), std::move(sshsig), approved});
    } else if (type == oidc) {
      out.tokens.push_back({i, text_of(data)});
    } else {
      return fail(Code::evidence_malformed, "there is no evidence of type " + std::to_string(type));
    }
  }
  return out;
}

// What verify_signature() says of every signature, so that 201 of the last comes before 202 of the
// first.
Result<std::vector<ssh::Verification>> verify(const std::vector<Signature>& signatures) {
  std::vector<ssh::Verification> verified;
  std::optional<Error> invalid;
  for (const Signature& signature : signatures) {
    const Result<ssh::Verification> result =
        ssh::verify_signature(signature.sshsig, signature.message);
    if (result) {
      verified.push_back(*result);
    } else if (result.error().code == Code::evidence_malformed) {
      return tl::unexpected(result.error());
    } else if (!invalid) {
      invalid = result.error();
    }
  }
  if (invalid) return tl::unexpected(*std::move(invalid));
  return verified;
}

// 203.
Result<std::vector<std::string>> look_up(const std::vector<Signature>& signatures,
                                         const People& people) {
  std::vector<std::string> persons;
  for (const Signature& signature : signatures) {
    std::optional<std::string> person = people.person_of(signature.sshsig.key);
    if (!person) {
      return fail(Code::key_unknown,
                  "the key " + signature.sshsig.key.fingerprint() + " is nobody's here");
    }
    persons.push_back(*std::move(person));
  }
  return persons;
}

// 204 of all before 205 of any.
Status check_uses(const std::vector<Signature>& signatures,
                  const std::vector<ssh::Verification>& verified) {
  std::optional<Error> untouched;
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    Status use = ssh::check_use(signatures[i].sshsig, verified[i], signatures[i].name_space);
    if (use) continue;
    if (use.error().code == Code::namespace_wrong) return use;
    if (!untouched) untouched = use.error();
  }
  if (untouched) return tl::unexpected(*std::move(untouched));
  return Done{};
}

// 206. A token's person is known only once the provider's word has been judged, so tokens come here
// a second time, after 21x.
Status check_one_person(const std::vector<Requester>& requesters) {
  for (const Requester& one : requesters) {
    if (one.person != requesters.front().person) {
      return fail(Code::requesters_differ, "the evidence names both " + requesters.front().person +
                                               " and " + one.person + " as the requester");
    }
  }
  return Done{};
}

// 21x.
Status judge_tokens(const Gathered& gathered, std::string_view nonce, const Tokens& tokens,
                    std::vector<Requester>& requesters) {
  for (const Token& token : gathered.tokens) {
    const bool is_ascii = std::all_of(token.text.begin(), token.text.end(),
                                      [](char c) { return c > 0x20 && c < 0x7f; });
    if (!is_ascii) return fail(Code::token_invalid, "a token is ASCII without blanks");
    QUORATE_TRY(TokenFacts facts, tokens.judge(token.text, nonce));
    std::string person = facts.person;
    requesters.push_back(
        {token.evidence, std::move(person), std::nullopt, std::nullopt, std::move(facts)});
  }
  return Done{};
}

// 222.
Status check_bindings(const std::vector<Approver>& approvers, const Request& request,
                      const statement::Statement& statement) {
  const statement::RequestId id = statement::request_id(request.statement);
  for (const Approver& approver : approvers) {
    if (!is_bound(approver.approval.request_id, id) ||
        approver.approval.root_id != statement.root_id) {
      return fail(Code::approval_other_request,
                  "the approval by " + approver.person + " is for another request or root");
    }
  }
  return Done{};
}

}  // namespace

Result<TokenFacts> NoTokens::judge(std::string_view /*token*/, std::string_view /*nonce*/) const {
  return fail(Code::token_issuer, "no identity provider is configured here");
}

Result<Judgement> judge_evidence(const Request& request, const statement::Statement& statement,
                                 const People& people, const Tokens& tokens) {
  QUORATE_TRY(Gathered gathered, gather(request));
  QUORATE_TRY(const std::vector<ssh::Verification> verified, verify(gathered.signatures));
  QUORATE_TRY(const std::vector<std::string> persons, look_up(gathered.signatures, people));
  QUORATE_CHECK(check_uses(gathered.signatures, verified));

  Judgement out;
  for (std::size_t i = 0; i < gathered.signatures.size(); ++i) {
    Signature& signature = gathered.signatures[i];
    ssh::PublicKey& key = signature.sshsig.key;
    if (signature.approval) {
      out.approvers.push_back(
          {signature.evidence, persons[i], std::move(key), verified[i].fido, *signature.approval});
    } else {
      out.requesters.push_back({signature.evidence, persons[i], std::move(key), verified[i].fido});
    }
  }
  QUORATE_CHECK(check_one_person(out.requesters));
  QUORATE_CHECK(judge_tokens(gathered, statement::token_nonce(statement), tokens, out.requesters));
  QUORATE_CHECK(check_one_person(out.requesters));
  QUORATE_CHECK(check_bindings(out.approvers, request, statement));
  out.person = out.requesters.front().person;
  return out;
}

}  // namespace quorate::request
