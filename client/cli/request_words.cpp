#include "client/cli/request_words.h"

#include <algorithm>

#include "client/cli/console.h"
#include "client/cli/token.h"
#include "client/home/request_file.h"
#include "crypto/base/hex.h"
#include "proto/document/sshsig.h"
#include "proto/request/approval.h"
#include "proto/statement/describe.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::cli {
namespace {

using Field = std::pair<std::string, std::string>;

// Anybody can write a file with somebody's key in it.
std::string signer(const ssh::Sshsig& sshsig, std::string_view name_space, ByteView message) {
  const bool holds = ssh::verify(sshsig, name_space, message).has_value();
  return sshsig.key.fingerprint() + (holds ? "" : " as it claims, but the signature does NOT hold");
}

Field requester_in_words(const request::Evidence& evidence, ByteView statement) {
  const Result<ssh::Sshsig> sshsig = ssh::Sshsig::parse_blob(evidence.data);
  if (!sshsig) return {"asked by", "nobody: a broken signature"};
  return {"asked by", "the key " + signer(*sshsig, request::requester_namespace, statement)};
}

Field token_in_words(const request::Evidence& evidence, const statement::Statement& statement,
                     std::uint64_t now_s) {
  const std::optional<TokenClaims> claims = claims_of(text_of(evidence.data));
  if (!claims) return {"asked by", "nobody: a broken token"};
  std::string text = "the token of \"" + claims->subject + "\" by " + claims->issuer +
                     " (its own claim; nodes verify it)";
  if (claims->expires) {
    text += ", " + std::string(*claims->expires > now_s ? "expires " : "EXPIRED ") +
            relative(*claims->expires, now_s);
  }
  if (claims->nonce != statement::token_nonce(statement)) text += ", for ANOTHER request";
  return {"asked by", text};
}

Field approval_in_words(const request::Evidence& evidence, const LoadedRequest& loaded,
                        std::uint64_t now_s) {
  const ByteView data = evidence.data;
  const std::size_t size = std::min(data.size(), request::approval_size);
  const Result<request::Approval> approval = request::decode_approval(data.first(size));
  const Result<ssh::Sshsig> sshsig = ssh::Sshsig::parse_blob(data.subspan(size));
  if (!approval || !sshsig) return {"approved by", "nobody: a broken approval"};
  std::string text = "the key " + signer(*sshsig, request::approval_namespace, data.first(size)) +
                     ", " + statement::utc(approval->time);
  const bool is_expired = now_s >= approval->expires;
  text += std::string(is_expired ? ", EXPIRED " : ", counts until ") +
          statement::utc(approval->expires) + " (" + relative(approval->expires, now_s) + ")";
  if (approval->request_id != statement::request_id(loaded.request.statement) ||
      approval->root_id != loaded.statement.root_id) {
    text += ", for ANOTHER request";
  }
  return {"approved by", text};
}

Field in_words(const request::Evidence& evidence, const LoadedRequest& loaded,
               std::uint64_t now_s) {
  switch (evidence.type) {
    case request::requester: return requester_in_words(evidence, loaded.request.statement);
    case request::approval: return approval_in_words(evidence, loaded, now_s);
    case request::oidc: return token_in_words(evidence, loaded.statement, now_s);
    default: return {"evidence", "of type " + std::to_string(evidence.type) + ", unknown here"};
  }
}

std::string period(std::uint64_t seconds) {
  constexpr std::uint64_t minute = 60;
  constexpr std::uint64_t hour = 60 * minute;
  constexpr std::uint64_t day = 24 * hour;
  if (seconds >= 2 * day) return std::to_string(seconds / day) + " days";
  if (seconds >= hour) {
    return std::to_string(seconds / hour) + " h " + std::to_string(seconds % hour / minute) +
           " min";
  }
  if (seconds >= minute) return std::to_string(seconds / minute) + " min";
  return std::to_string(seconds) + " s";
}

}  // namespace

Outcome<LoadedRequest> load_request(const Path& file) {
  Result<request::Request> request = home::read_request(file);
  Result<statement::Statement> statement =
      request ? statement::decode(request->statement)
              : Result<statement::Statement>(tl::unexpected<Error>(request.error()));
  if (statement) return LoadedRequest{*std::move(request), *std::move(statement)};
  Trouble what = trouble(statement.error(),
                         "--save of `quorate sign` or `quorate ssh-cert` writes "
                         "such a file")
                     .value();
  what.exit = Exit::usage;
  return tl::unexpected<Trouble>(std::move(what));
}

Fields fields_of(const LoadedRequest& loaded, std::uint64_t now_s) {
  Fields fields = statement::describe(loaded.statement);
  const std::uint64_t end = loaded.statement.not_after;
  for (auto& [name, value] : fields) {
    if (name != "not after") continue;
    value += now_s >= end ? " (EXPIRED " + relative(end, now_s) + ")"
                          : " (" + relative(end, now_s) + ")";
  }
  for (const request::Evidence& evidence : loaded.request.evidence) {
    fields.push_back(in_words(evidence, loaded, now_s));
  }
  if (loaded.request.evidence.empty()) fields.emplace_back("asked by", "nobody yet");
  return fields;
}

std::string in_words(const Fields& fields) {
  std::size_t width = 0;
  for (const auto& [name, value] : fields) width = std::max(width, name.size());
  std::string words;
  for (const auto& [name, value] : fields) words += padded(name, width) + "  " + value + "\n";
  return words;
}

std::string relative(std::uint64_t time_s, std::uint64_t now_s) {
  return time_s >= now_s ? "in " + period(time_s - now_s) : period(now_s - time_s) + " ago";
}

}  // namespace quorate::cli
