// What this node thinks of a request.

#include "node/core/judge.h"

#include <algorithm>

#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "proto/document/ssh_certificate.h"
#include "proto/signing/session.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::node {

using statement::Kind;
using statement::Statement;

namespace {

bool is_certificate(Kind kind) { return kind == Kind::ssh_user || kind == Kind::ssh_host; }

// Nobody is asked to approve what would be refused anyway: these come last of all.
bool is_about_approvals(const Status& status) {
  if (status) return false;
  const Code code = status.error().code;
  return code == Code::approval_missing || code == Code::approval_expired ||
         code == Code::approval_by_requester || code == Code::revoked;
}

// The node's buckets, and how long the emptiest of them has one wait.
class Buckets final : public policy::Limits {
 public:
  Buckets(store::Buckets& buckets, std::uint64_t now_ms) : stored_(buckets, now_ms) {}
  Result<std::uint64_t> wait_ms(const policy::Charge& charge) const override {
    QUORATE_TRY(const std::uint64_t wait, stored_.wait_ms(charge));
    longest_ms_ = std::max(longest_ms_, wait);
    return wait;
  }
  std::uint32_t wait_s() const { return static_cast<std::uint32_t>((longest_ms_ + 999) / 1000); }

 private:
  policy::StoredLimits stored_;
  mutable std::uint64_t longest_ms_ = 0;
};

}  // namespace

Core::Judged Core::judge(const Root& root, const SignAsk& ask, const Time& time) {
  Judged judged{};
  judged.status = judge_into(judged, root, ask, time);
  return judged;
}

Status Core::judge_form(Judged& judged, const Root& root, const SignAsk& ask,
                        std::uint64_t time_ms) {
  QUORATE_TRY(judged.request, request::decode(ask.request));
  QUORATE_TRY(Statement parsed, statement::parse(judged.request.statement));
  judged.request_id = statement::request_id(judged.request.statement);
  judged.statement = std::move(parsed);
  const Statement& asked = *judged.statement;
  if (asked.root_id != ask.root) {
    return fail(Code::malformed, "the statement is for another root than the ask");
  }
  if (statement::purpose(asked.kind) != root.record.purpose) {
    return fail(Code::unknown_kind, "root " + root.record.root + " has the purpose " +
                                        root.record.purpose + ", which signs no " +
                                        std::string(statement::title(asked.kind)));
  }
  if (asked.root != root.record.root) {
    return fail(Code::unknown_root,
                "this root is called " + root.record.root + " here, not " + asked.root);
  }
  QUORATE_CHECK(statement::check_time(asked, time_ms / 1000));
  QUORATE_CHECK(statement::check_life(asked));
  if (!is_certificate(asked.kind)) return Done{};
  judged.serial = ssh::derived_serial(asked.root_id, judged.request_id);
  QUORATE_TRY(const auto holder,
              parts_.store.verdicts().holder_of_serial(asked.root_id, *judged.serial));
  if (holder && *holder != judged.request_id) {
    return fail(Code::serial_taken, "another request has this serial already; ask anew");
  }
  return Done{};
}

// 2xx, with the tokens that an earlier verdict of this request lists: those are not judged for
// their own expiry any more.
Status Core::judge_requester(Judged& judged, const Root& root, const Time& time) {
  const Statement& asked = *judged.statement;
  QUORATE_TRY(const auto listed, parts_.store.verdicts().listed(judged.request_id));
  const oidc::Verifier tokens(
      providers_, {time.wall_ms / 1000, time.monotonic_ms},
      [this](const std::string& issuer, const std::string& subject) {
        return policy_.person_of_token(issuer, subject);
      },
      [&](std::string_view token) {
        const auto found = listed.find(evidence_id(judged.request_id, bytes_of(token)));
        return found != listed.end() &&
               is_vouched(parts_.identity.public_key(), {found->first, found->second});
      });
  QUORATE_TRY(judged.requester, request::judge_evidence(judged.request, asked, policy_, tokens));
  QUORATE_TRY(const ssh::PublicKey key, statement::ed25519_root(root.record.root_id()));
  QUORATE_CHECK(statement::check_fields(asked, key));
  for (const request::Requester& item : judged.requester->requesters) {
    QUORATE_TRY(const bool revoked, is_revoked(item.person, item.key));
    if (revoked) {
      return fail(Code::revoked, item.person + " stands on the revocation list, by name or by key");
    }
  }
  return holdings_.check_revoked(asked, judged.request_id);
}

Status Core::judge_into(Judged& judged, const Root& root, const SignAsk& ask, const Time& time) {
  QUORATE_CHECK(judge_form(judged, root, ask, time.wall_ms));
  QUORATE_CHECK(judge_requester(judged, root, time));
  const Statement& asked = *judged.statement;
  QUORATE_CHECK(find_standing(judged, time.wall_ms));
  if (judged.standing) {
    judged.decision.profile = judged.standing->profile;
    QUORATE_CHECK(holdings_.may_sign(asked));
    QUORATE_TRY(judged.to_be_signed, to_be_signed(asked));
    if (QUORATE_PLANTED(B20)) judged.to_be_signed.push_back(0);
    QUORATE_REACHED("core: standing verdict used again");
    return Done{};
  }
  QUORATE_TRY(judged.was_approved,
              parts_.store.verdicts().was_approved(judged.request_id, judged.requester->person));
  QUORATE_CHECK(judge_policy(judged, time.wall_ms));
  if (judged.decision.status || is_about_approvals(judged.decision.status)) {
    QUORATE_CHECK(holdings_.may_sign(asked));
    QUORATE_TRY(judged.to_be_signed, to_be_signed(asked));
  }
  if (is_about_approvals(judged.decision.status)) QUORATE_REACHED("core: approval pending");
  return judged.decision.status;
}

// An approval that was written before stands under the very policy file and revocation lists that
// it was made under, as long as the approvals that it rests on.
Status Core::find_standing(Judged& judged, std::uint64_t time_ms) {
  QUORATE_TRY(judged.lists, holdings_.heeded());
  QUORATE_TRY(auto row,
              parts_.store.verdicts().standing(judged.request_id, judged.requester->person,
                                               policy_.file_hash(), judged.lists));
  if (!row || row->stands_until <= time_ms / 1000) return Done{};
  QUORATE_CHECK(check_vouched(parts_.identity.public_key(), *row));
  judged.standing = std::move(row);
  return Done{};
}

// 3xx, and approvals. Fails with `io` only: what the policy says stands in judged.decision.
Status Core::judge_policy(Judged& judged, std::uint64_t time_ms) {
  QUORATE_TRY(const bool is_stale, holdings_.list_is_stale(time_ms / 1000));
  std::optional<Error> unread;
  const policy::Facts facts{*judged.statement, *judged.requester, time_ms / 1000,
                            is_stale ? policy::ListState::stale : policy::ListState::fresh,
                            [&](const std::string& person, const ssh::PublicKey& key) {
                              const Result<bool> revoked = is_revoked(person, key);
                              if (!revoked) unread = revoked.error();
                              return revoked.value_or(true);
                            }};
  const Buckets buckets(parts_.store.buckets(), time_ms);
  const policy::NoLimits no_limits;
  const policy::Limits& limits = judged.was_approved ? static_cast<const policy::Limits&>(no_limits)
                                                     : static_cast<const policy::Limits&>(buckets);
  judged.decision = policy_.judge(facts, limits);
  if (unread) return tl::unexpected(*unread);
  if (!judged.decision.status && judged.decision.status.error().code == Code::rate_limited) {
    judged.wait_s = buckets.wait_s();
  }
  return Done{};
}

Result<bool> Core::is_revoked(const std::string& person, const std::optional<ssh::PublicKey>& key) {
  QUORATE_TRY(const bool by_name, holdings_.is_revoked(statement::RevocationType::person, person));
  if (by_name || !key) return by_name;
  return holdings_.is_revoked(statement::RevocationType::key, key->fingerprint());
}

Result<Bytes> Core::to_be_signed(const Statement& asked) {
  if (asked.kind == Kind::krl) {
    QUORATE_TRY(const Bytes krl, holdings_.krl(asked));
    return statement::krl_to_be_signed(krl);
  }
  QUORATE_TRY(const ssh::PublicKey key, statement::ed25519_root(asked.root_id));
  return statement::to_be_signed(asked, key);
}

}  // namespace quorate::node
