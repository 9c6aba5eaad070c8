// What this node thinks of a request, and how it writes that down.

#include "node/core/judge.h"

#include <algorithm>

#include "proto/document/ssh_certificate.h"
#include "proto/record/veil.h"
#include "proto/signing/session.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::node {

using record::Decision;
using statement::Kind;
using statement::Statement;

namespace {

constexpr std::uint64_t no_revocation_list = 0;
constexpr std::size_t refusals_a_minute_and_requester = 10;
constexpr std::size_t refusals_a_minute = 60;

bool is_certificate(Kind kind) { return kind == Kind::ssh_user || kind == Kind::ssh_host; }

// Draws the salts, and remembers what each covers.
class Veiler {
 public:
  explicit Veiler(Entropy& entropy) : entropy_(entropy) {}

  record::Hash veil(ByteView text) {
    record::Salt salt;
    entropy_.fill(salt);
    const record::Hash hash = record::veil(salt, text);
    texts_.push_back({hash, salt, Bytes(text.begin(), text.end())});
    return hash;
  }
  const std::vector<store::VeiledText>& texts() const { return texts_; }

 private:
  Entropy& entropy_;
  std::vector<store::VeiledText> texts_;
};

std::vector<record::SeenEvidence> seen(const request::Request& request,
                                       const request::Judgement& judgement, Veiler& veiler) {
  std::map<std::size_t, std::string> persons;  // by place in the request
  for (const request::Requester& item : judgement.requesters) {
    persons.emplace(item.evidence, item.person);
  }
  for (const request::Approver& item : judgement.approvers) {
    persons.emplace(item.evidence, item.person);
  }
  std::vector<record::SeenEvidence> out;
  for (const auto& [place, person] : persons) {
    const request::Evidence& evidence = request.evidence[place];
    const record::Hash data = veiler.veil(evidence.data);
    out.push_back({evidence.type, data, veiler.veil(bytes_of(person))});
  }
  return out;
}

}  // namespace

Core::Judged Core::judge(const Root& root, const SignAsk& ask, std::uint64_t time_ms) {
  Judged judged{};
  judged.status = judge_into(judged, root, ask, time_ms);
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

Status Core::judge_into(Judged& judged, const Root& root, const SignAsk& ask,
                        std::uint64_t time_ms) {
  QUORATE_CHECK(judge_form(judged, root, ask, time_ms));
  const Statement& asked = *judged.statement;
  QUORATE_TRY(judged.requester, request::judge_evidence(judged.request, asked, parts_.config.people,
                                                        request::NoTokens()));
  QUORATE_TRY(const ssh::PublicKey key, statement::ed25519_root(root.record.root_id()));
  QUORATE_CHECK(statement::check_fields(asked, key));
  const policy::Decision decision = policy_.judge(judged.requester->person, asked);
  judged.profile = decision.profile;
  QUORATE_CHECK(decision.status);
  QUORATE_TRY(judged.to_be_signed, statement::to_be_signed(asked, key));
  return Done{};
}

bool Core::may_record_refusal(const Judged& judged, const Now& now) {
  // Before a requester is known, whoever reaches the node could fill its disk.
  if (!judged.requester || number(judged.status.error().code) >= 400) return false;
  return requester_refusals_.count(bytes_of(judged.requester->person),
                                   refusals_a_minute_and_requester, ticks(now)) &&
         all_refusals_.count({}, refusals_a_minute, ticks(now));
}

Status Core::write_verdict(Judged& judged, const Root& root, const frost::Commitment* spent,
                           const Now& now) {
  store::VerdictRow row;
  row.request_id = judged.request_id;
  row.decision = static_cast<std::uint8_t>(judged.status ? Decision::approve : Decision::refuse);
  row.code = judged.status ? std::uint16_t{0} : number(judged.status.error().code);
  row.profile = judged.profile;
  row.revocation = no_revocation_list;
  row.policy_file = parts_.config.file_hash;
  row.person = judged.requester->person;

  QUORATE_TRY(store::Transaction transaction, parts_.store.begin());
  QUORATE_TRY(const auto same, parts_.store.verdicts().same(row));
  if (same) {
    judged.verdict = record::SignedVerdict{same->record, same->signature, {}};
    row.leaf = same->leaf;
    judged.reason_salt = same->reason_salt;
  } else {
    Veiler veiler(parts_.entropy);
    record::Verdict verdict{judged.request_id,
                            root.record.root_id(),
                            root.record.members.epoch,
                            static_cast<std::uint8_t>(judged.statement->kind),
                            judged.status ? Decision::approve : Decision::refuse,
                            row.code,
                            {},
                            judged.profile,
                            no_revocation_list,
                            judged.statement->not_after,
                            {},
                            {}};
    if (judged.status) {
      verdict.document = signing::document(judged.to_be_signed);
    } else {
      verdict.reason = veiler.veil(bytes_of(judged.status.error().message));
      row.reason_salt = veiler.texts().back().salt;
    }
    verdict.evidence = seen(judged.request, *judged.requester, veiler);
    QUORATE_TRY(Journal::Written written, journal_.verdict(verdict, now.wall_ms));
    judged.verdict = std::move(written.verdict);
    row.leaf = written.leaf;
    row.record = judged.verdict->record;
    row.signature = judged.verdict->signature;
    judged.reason_salt = row.reason_salt;
    QUORATE_CHECK(parts_.store.verdicts().put(row, veiler.texts()));
  }
  if (judged.status && judged.serial) {
    QUORATE_CHECK(parts_.store.verdicts().take_serial(root.record.root_id(), *judged.serial,
                                                      judged.request_id));
  }
  if (spent != nullptr) QUORATE_CHECK(parts_.store.verdicts().spend(spent->hiding.bytes()));
  QUORATE_CHECK(journal_.seal());
  QUORATE_CHECK(transaction.commit());
  QUORATE_TRY(judged.verdict->receipt, journal_.receipt(row.leaf));
  return Done{};
}

Status Core::flush_refusals(const Now& now) {
  if (uncounted_refusals_ == 0) return Done{};
  QUORATE_TRY(store::Transaction transaction, parts_.store.begin());
  QUORATE_CHECK(journal_.refusals({uncounted_since_ms_, uncounted_refusals_}, now.wall_ms));
  QUORATE_CHECK(journal_.seal());
  QUORATE_CHECK(transaction.commit());
  uncounted_refusals_ = 0;
  return Done{};
}

}  // namespace quorate::node
