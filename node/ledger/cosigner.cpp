#include "node/ledger/cosigner.h"

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "crypto/base/probe.h"
#include "node/ledger/rows.h"
#include "proto/layout/reader.h"

namespace quorate::ledger {
namespace {

// The note's first line, where it has the form of an origin: `<quorum name>/<node name>`.
Result<std::string> origin_in(std::string_view note) {
  const std::string_view line = note.substr(0, note.find('\n'));
  const std::size_t slash = line.find('/');
  if (slash == std::string_view::npos || !layout::is_name(line.substr(0, slash)) ||
      !layout::is_name(line.substr(slash + 1))) {
    return fail(Code::malformed, "a checkpoint begins with a quorum's and a node's name");
  }
  return std::string(line);
}

struct Opened {
  ed25519::Point identity;
  record::Checkpoint checkpoint;
};

Result<Opened> open_as_a_members(const std::string& note, const std::set<ed25519::Point>& members) {
  QUORATE_TRY(const std::string origin, origin_in(note));
  for (const ed25519::Point& member : members) {
    auto checkpoint = record::open_note(note, origin, member);
    if (checkpoint) return Opened{member, std::move(*checkpoint)};
    if (checkpoint.error().code != Code::signature_invalid) {
      return tl::unexpected(checkpoint.error());
    }
  }
  return fail(Code::signature_invalid,
              "no node that shares a root with this one signed that checkpoint of " + origin);
}

}  // namespace

Result<Cosigner::Answer> Cosigner::cosign(const Asked& asked,
                                          const std::set<ed25519::Point>& members,
                                          const ed25519::SigningKey& cosigner,
                                          std::uint64_t time_s) {
  QUORATE_TRY(const Opened opened, open_as_a_members(asked.note, members));
  const record::Checkpoint& now = opened.checkpoint;
  if (now.tree.size == 0) return fail(Code::malformed, "an empty ledger has nothing to cosign");
  QUORATE_TRY(const std::optional<Held> before, held(opened.identity));

  Answer answer;
  if (before) {
    const record::Checkpoint& then = before->checkpoint;
    if (then.origin != now.origin) {
      return fail(Code::message_differs,
                  "that node's ledger was called " + then.origin + " here, and not " + now.origin);
    }
    answer.size = then.tree.size;
    if (now.tree.size < then.tree.size) {
      QUORATE_REACHED("cosigner: older than what was seen");
      return answer;
    }
    const bool is_larger = now.tree.size > then.tree.size;
    if (is_larger && asked.from != then.tree.size) return answer;
    const std::vector<record::Hash> none;
    if (!record::extends(now.tree, then.tree, is_larger ? asked.consistency : none)) {
      QUORATE_REACHED("cosigner: contradiction");
      answer.contradicted = before->note;
      return answer;
    }
  }
  if (!before || before->checkpoint != now) {
    QUORATE_CHECK(remember(opened.identity, now.origin, asked.note));
  }
  answer.cosignature = record::sign_cosignature(now, origin_, cosigner, time_s);
  return answer;
}

Result<std::optional<Cosigner::Held>> Cosigner::held(const ed25519::Point& identity) {
  QUORATE_TRY(store::Query query, store_.database().query("SELECT origin, note FROM cosigned WHERE"
                                                          " identity = ?1"));
  QUORATE_TRY(const bool has_row, query.bind(1, identity.bytes()).step());
  if (!has_row) return std::optional<Held>();
  Held held{{}, query.text(1)};
  auto checkpoint = record::open_note(held.note, query.text(0), identity);
  if (!checkpoint) {
    return rewritten("what it cosigned of node " + to_hex(identity.bytes()) +
                     " is not signed by that node: " + checkpoint.error().message);
  }
  held.checkpoint = std::move(*checkpoint);
  return std::optional<Held>(std::move(held));
}

Status Cosigner::remember(const ed25519::Point& identity, const std::string& origin,
                          const std::string& note) {
  QUORATE_INVARIANT(!store_.database().is_in_transaction());
  QUORATE_TRY(store::Transaction transaction, store_.begin());
  {
    QUORATE_TRY(store::Query put,
                store_.database().query("INSERT INTO cosigned (identity, origin, note) VALUES (?1,"
                                        " ?2, ?3) ON CONFLICT (identity) DO UPDATE SET origin ="
                                        " ?2, note = ?3"));
    QUORATE_CHECK(put.bind(1, identity.bytes()).bind(2, origin).bind(3, note).run());
  }
  return transaction.commit();
}

}  // namespace quorate::ledger
