// The steps as they are asked for: what is a repeat, what is refused, what goes on.

#include "node/ceremony/ceremonies.h"

#include <algorithm>
#include <array>

#include "crypto/base/probe.h"
#include "node/ceremony/administrators.h"
#include "node/ceremony/events.h"

namespace quorate::node {

using ceremony::Proposal;
using store::CeremonyState;

namespace {

constexpr std::array<std::string_view, 8> purposes = {
    "ssh-user-ca", "ssh-host-ca", "file", "access", "bundle", "revocation", "x509-ca", "jwt"};

bool are_same_bodies(const std::vector<Signed>& one, const std::vector<Signed>& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](const Signed& a, const Signed& b) { return a.body == b.body; });
}

tl::unexpected<Refusal> ended(const store::CeremonyRow& row) {
  return refuse(Code::ceremony_ended, "this ceremony ended here (" + std::string(name(row.state)) +
                                          "); a new one needs a new proposal");
}

tl::unexpected<Refusal> other_inputs(std::string_view what) {
  QUORATE_REACHED("ceremonies: other inputs after an answer");
  return refuse(Code::message_differs,
                "this node has answered other " + std::string(what) + " of this ceremony already");
}

}  // namespace

Answered<Signed> Ceremonies::open(ByteView bytes, const std::vector<Bytes>& administrators,
                                  std::uint64_t now_ms) {
  const Result<Proposal> proposal = ceremony::decode_proposal(bytes);
  if (!proposal) return refuse(proposal.error());
  const ceremony::Id id = ceremony::id(*proposal);
  Result<std::optional<Row>> known = store_.ceremonies().find(id);
  if (!known) return refuse(known.error());
  if (*known) {
    if ((*known)->state == CeremonyState::aborted) return ended(**known);
    return (*known)->hello;
  }
  if (const Status form = ceremony::check_create(*proposal); !form) return refuse(form.error());
  if (std::find(purposes.begin(), purposes.end(), proposal->purpose) == purposes.end()) {
    return refuse(Code::limits, "no purpose is called " + proposal->purpose);
  }
  if (const Status window = check_window(*proposal, now_ms); !window) {
    return refuse(window.error());
  }
  if (const Status word = check_administrators(config_, bytes, administrators); !word) {
    return refuse(word.error());
  }
  if (const Status free = check_name_is_free(proposal->root, id); !free) {
    return refuse(free.error());
  }
  Answered<Row> row = begin(*proposal, bytes, now_ms);
  if (!row) return tl::unexpected(std::move(row).error());
  return std::move(row->hello);
}

Answered<Signed> Ceremonies::hellos(const ceremony::Id& id, const std::vector<Signed>& messages,
                                    std::uint64_t now_ms) {
  Answered<Row> row = find(id);
  if (!row) return tl::unexpected(std::move(row).error());
  if (row->state == CeremonyState::aborted) return ended(*row);
  if (row->deal) {
    if (are_same_bodies(row->hellos, messages)) return *row->deal;
    return other_inputs("hellos");
  }
  const Result<Proposal> proposal = ceremony::decode_proposal(row->proposal);
  if (!proposal) return refuse(Code::ledger_unavailable, proposal.error().message);
  if (const Status window = check_window(*proposal, now_ms); !window) {
    return refuse(window.error());
  }
  if (const Status free = check_name_is_free(proposal->root, id); !free) {
    return refuse(free.error());
  }
  const auto hellos = ceremony::check_hellos(*proposal, messages);
  if (!hellos) return refuse_fault(*row, *proposal, hellos.error(), messages, now_ms);
  return deal(std::move(*row), *proposal, *hellos, messages, now_ms);
}

Answered<Signed> Ceremonies::deals(const ceremony::Id& id, const std::vector<Signed>& messages,
                                   std::uint64_t now_ms) {
  Answered<Row> row = find(id);
  if (!row) return tl::unexpected(std::move(row).error());
  if (row->answer && !row->deals.empty()) {  // confirmed, or complained
    if (are_same_bodies(row->deals, messages)) {
      QUORATE_REACHED("ceremonies: deals came again");
      return *row->answer;
    }
    return other_inputs("deals");
  }
  if (row->state == CeremonyState::aborted) return ended(*row);
  if (row->state != CeremonyState::dealt) {
    return refuse(Code::message_differs, "this node has not dealt yet: the hellos come first");
  }
  const Result<Proposal> proposal = ceremony::decode_proposal(row->proposal);
  if (!proposal) return refuse(Code::ledger_unavailable, proposal.error().message);
  if (const Status window = check_window(*proposal, now_ms); !window) {
    return refuse(window.error());
  }
  if (const Status free = check_name_is_free(proposal->root, id); !free) {
    return refuse(free.error());
  }
  const auto hellos = ceremony::check_hellos(*proposal, row->hellos);
  if (!hellos) return refuse(Code::ledger_unavailable, hellos.error().error.message);
  const auto checked = ceremony::check_deals(*proposal, hellos->hash, messages);
  if (!checked) return refuse_fault(*row, *proposal, checked.error(), messages, now_ms);
  return conclude(std::move(*row), *proposal, *checked, messages, now_ms);
}

Answered<ceremony::Certificate> Ceremonies::fetch(const ceremony::Id& id) {
  Answered<Row> row = find(id);
  if (!row) return tl::unexpected(std::move(row).error());
  ceremony::Certificate known{std::move(row->proposal), std::move(row->hellos),
                              std::move(row->deals), std::move(row->confirms)};
  // Before all hellos are known here, at least the own one is.
  if (known.hellos.empty()) known.hellos = {row->hello};
  if (known.deals.empty() && row->deal) known.deals = {*row->deal};
  if (known.confirms.empty() && row->answer && row->state == CeremonyState::confirmed) {
    known.confirms = {*row->answer};
  }
  return known;
}

Answered<Ceremonies::Row> Ceremonies::find(const ceremony::Id& id) {
  Result<std::optional<Row>> row = store_.ceremonies().find(id);
  if (!row) return refuse(row.error());
  if (!*row) return refuse(Code::ceremony_unknown, "this node knows no ceremony of this id");
  return std::move(**row);
}

Answered<ceremony::Member> Ceremonies::self(const Proposal& proposal) const {
  const ceremony::Member* member = proposal.target.find(identity_.public_key());
  if (member == nullptr) {
    return refuse(Code::not_a_member, "this node is not among the members of the proposal");
  }
  return *member;
}

Status Ceremonies::check_window(const Proposal& proposal, std::uint64_t now_ms) const {
  QUORATE_TRY(const std::uint64_t now, journal_.judging_time_ms(now_ms));
  if (now / 1000 < proposal.not_before || now / 1000 >= proposal.not_after) {
    return fail(Code::outside_window,
                "the proposal is good from " + std::to_string(proposal.not_before) + " until " +
                    std::to_string(proposal.not_after) + " (unix seconds); here it is " +
                    std::to_string(now / 1000));
  }
  return Done{};
}

Status Ceremonies::check_name_is_free(const std::string& root, const ceremony::Id& id) {
  QUORATE_TRY(const std::optional<store::RootRow> active, store_.roots().find(root));
  if (active) return fail(Code::root_exists, "this node has a root called " + root + " already");
  QUORATE_TRY(const std::vector<Row> confirmed,
              store_.ceremonies().of_state(CeremonyState::confirmed));
  for (const Row& row : confirmed) {
    if (row.root == root && row.id != id) {
      return fail(Code::root_exists, "another ceremony for a root called " + root +
                                         " is confirmed here and waits for its certificate;"
                                         " until it comes the name stays taken");
    }
  }
  return Done{};
}

Status Ceremonies::write(const Row& row, const std::vector<record::Ceremony>& events,
                         std::uint64_t now_ms) {
  QUORATE_TRY(store::Transaction transaction, store_.begin());
  QUORATE_CHECK(store_.ceremonies().put(row));
  for (const record::Ceremony& event : events) QUORATE_CHECK(journal_.ceremony(event, now_ms));
  QUORATE_CHECK(journal_.seal());
  return transaction.commit();
}

}  // namespace quorate::node
