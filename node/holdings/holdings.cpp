// What is held, and who stands on it.

#include "node/holdings/holdings.h"

#include "crypto/base/hex.h"
#include "node/holdings/rows.h"
#include "node/holdings/verify.h"
#include "proto/document/ssh_certificate.h"
#include "proto/document/ssh_key.h"
#include "proto/layout/labelled.h"
#include "proto/layout/writer.h"
#include "proto/statement/access_payload.h"

namespace quorate::holdings {

using statement::Access;
using statement::AccessPayload;
using statement::SshCertificate;

namespace {

Result<std::optional<CountingList>> list_of(Rows& rows, const RootId& root_id) {
  QUORATE_TRY(const std::optional<Newest> newest, rows.newest_list(root_id));
  if (!newest) return std::optional<CountingList>();
  QUORATE_TRY(const std::optional<std::string> list, rows.list_name(root_id));
  if (!list) return fail(Code::io, "a held list of a root without its name");
  return std::optional<CountingList>(
      CountingList{root_id, *list, newest->number, newest->next_update});
}

}  // namespace

Result<Holdings> Holdings::open(store::Database& database) {
  Rows rows(database);
  QUORATE_CHECK(rows.create_tables());
  QUORATE_CHECK(verify(rows));
  return Holdings(database);
}

Result<std::optional<CountingList>> Holdings::counting_list() {
  Rows rows(*database_);
  QUORATE_TRY(const std::optional<BundleRow> bundle, rows.newest_bundle());
  if (bundle) {
    QUORATE_TRY(auto named, list_of(rows, bundle->list_root));
    if (named && named->list == bundle->list) return named;
  }
  for (const auto& [root_id, root] : roots_) {
    if (root.purpose != statement::purpose(statement::Kind::revocation)) continue;
    QUORATE_TRY(auto own, list_of(rows, root_id));
    if (own) return own;
  }
  return std::optional<CountingList>();
}

Result<std::uint64_t> Holdings::revocation() {
  QUORATE_TRY(const std::optional<CountingList> list, counting_list());
  return list ? list->number : 0;
}

Result<bool> Holdings::list_is_stale(std::uint64_t now_s) {
  QUORATE_TRY(const std::optional<CountingList> list, counting_list());
  return list && now_s >= list->next_update;
}

Result<std::set<RootId>> Holdings::heeded_roots() {
  QUORATE_TRY(const std::optional<BundleRow> bundle, Rows(*database_).newest_bundle());
  std::set<RootId> out;
  if (bundle) out.insert(bundle->list_root);
  for (const auto& [root_id, root] : roots_) {
    if (root.purpose == statement::purpose(statement::Kind::revocation)) out.insert(root_id);
  }
  return out;
}

Result<bool> Holdings::is_revoked(RevocationType type, std::string_view value) {
  Rows rows(*database_);
  QUORATE_TRY(const std::set<RootId> heeded, heeded_roots());
  for (const RootId& root_id : heeded) {
    QUORATE_TRY(const bool is_listed, rows.is_listed(root_id, type, value));
    if (is_listed) return true;
  }
  return false;
}

Result<Hash> Holdings::heeded() {
  Rows rows(*database_);
  QUORATE_TRY(const std::set<RootId> heeded, heeded_roots());
  layout::Writer lists;
  for (const RootId& root_id : heeded) {
    QUORATE_TRY(const std::vector<ListRow> held, rows.lists(root_id));
    std::set<Hash> documents;
    for (const ListRow& row : held) documents.insert(row.document);
    if (held.empty()) continue;
    lists.raw(root_id).u64(held.front().number).count(documents.size());
    for (const Hash& document : documents) lists.raw(document);
  }
  const Bytes bytes = std::move(lists).bytes();
  return bytes.empty() ? Hash{} : layout::hash("heeded", bytes);
}

Status Holdings::check_revoked(const Statement& statement, const statement::RequestId& request_id) {
  struct Mentioned {
    RevocationType type;
    std::string value;
    const char* what;
  };
  std::vector<Mentioned> mentioned = {
      {RevocationType::request, to_hex(request_id), "this request"}};
  if (const auto* certificate = std::get_if<SshCertificate>(&statement.body)) {
    QUORATE_TRY(const ssh::PublicKey subject, ssh::PublicKey::parse(certificate->subject));
    mentioned.push_back({RevocationType::key, subject.fingerprint(), "the subject key"});
    mentioned.push_back({RevocationType::serial,
                         to_hex(statement.root_id) + ":" +
                             std::to_string(ssh::derived_serial(statement.root_id, request_id)),
                         "the certificate's serial"});
  }
  if (const auto* access = std::get_if<Access>(&statement.body)) {
    QUORATE_TRY(const AccessPayload payload, statement::parse_access(access->payload));
    if (payload.cnf_type == AccessPayload::Confirmation::ssh) {
      mentioned.push_back({RevocationType::key, payload.cnf, "the key in cnf.ssh"});
    }
    mentioned.push_back({RevocationType::person, payload.sub_id, "the person in sub.id"});
  }
  for (const Mentioned& item : mentioned) {
    QUORATE_TRY(const bool stands_there, is_revoked(item.type, item.value));
    if (stands_there) {
      return fail(Code::revoked,
                  std::string(item.what) + " stands on this node's newest revocation list");
    }
  }
  return Done{};
}

Result<std::optional<Holdings::HeldBundle>> Holdings::bundle() {
  QUORATE_TRY(std::optional<BundleRow> row, Rows(*database_).newest_bundle());
  if (!row) return std::optional<HeldBundle>();
  return std::optional<HeldBundle>(
      HeldBundle{row->version, std::move(row->payload), std::move(row->signatures)});
}

}  // namespace quorate::holdings
