// The ledgers of a quorum from outside: what clients get with their verdicts, what auditors copy,
// and how nodes vouch for each other.

#include "proto/record/signed_verdict.h"
#include "proto/signing/session.h"
#include "tests/cores/world.h"

namespace quorate::testing {
namespace {

class Ledgers : public ::testing::Test {
 protected:
  void SetUp() override {
    files_ = world_.create_root("files", "file");
    ASSERT_TRUE(files_.has_value());
  }
  std::string origin(std::size_t host) { return "test/" + world_.hosts[host]->name; }
  // The receipt of the answer's verdict, once it was checked as a client does.
  record::Receipt receipt(std::size_t host, const statement::Statement& asked,
                          const node::Answer& answer) {
    const auto* partial = std::get_if<node::PartialAnswer>(&answer);
    const Bytes& bytes =
        partial == nullptr ? std::get<node::Refused>(answer).verdict : partial->verdict;
    const auto verdict = record::decode_signed_verdict(bytes).value();
    const record::Asked whom{world_.hosts[host]->identity(), origin(host),
                             statement::request_id(statement::encode(asked)), asked.root_id};
    const auto held = record::check(verdict, whom, record::Receipts::required);
    EXPECT_TRUE(held.has_value()) << held.error().message;
    return record::decode_receipt(verdict.receipt).value();
  }
  // As a client with the role of an auditor.
  node::HistoryAnswer history(std::size_t host, std::uint64_t from, std::uint64_t with = 0) {
    return std::get<node::HistoryAnswer>(world_.ask(host, node::History{from, 1000, with}));
  }
  record::Tree tree(std::size_t host, const std::string& note) {
    return record::open_note(note, origin(host), world_.hosts[host]->identity()).value().tree;
  }

  World world_;
  std::optional<ceremony::EpochRecord> files_;
};

TEST_F(Ledgers, ApprovalComesWithAReceiptAndTheSameOneAgainWithANewerOne) {
  const statement::Statement asked = world_.file_statement(*files_);
  const Bytes request = world_.request_for(asked, world_.requester);
  const record::Receipt first = receipt(0, asked, world_.sign_with(0, *files_, request));
  const statement::Statement other = world_.file_statement(*files_);
  receipt(0, other, world_.sign_with(0, *files_, world_.request_for(other, world_.requester)));
  const record::Receipt again = receipt(0, asked, world_.sign_with(0, *files_, request));
  EXPECT_EQ(again.index, first.index);
  EXPECT_GT(again.size, first.size);
}

TEST_F(Ledgers, AuditorCopiesTheTreeThatTheNodeSigns) {
  const statement::Statement asked = world_.file_statement(*files_);
  const auto copied = history(0, 0);
  const record::Tree before = tree(0, copied.checkpoint);
  receipt(0, asked, world_.sign_with(0, *files_, world_.request_for(asked, world_.requester)));
  const auto more = history(0, before.size, before.size);
  std::vector<record::Hash> leaves;
  for (const auto* piece : {&copied, &more}) {
    for (const Bytes& leaf : piece->leaves) leaves.push_back(record::leaf_hash(leaf));
  }
  const record::Tree after = tree(0, more.checkpoint);
  EXPECT_EQ(after, (record::Tree{leaves.size(), record::tree_root(leaves)}));
  EXPECT_TRUE(record::extends(after, before, more.consistency));
  // Who asked stands behind a veil; the text came along.
  const auto leaf = record::decode_leaf(more.leaves.back()).value();
  const auto& verdict = std::get<record::Verdict>(leaf.record.body);
  bool names_requester = false;
  for (const node::VeiledText& text : more.texts) {
    if (record::veil(text.salt, text.text) != verdict.evidence.at(0).person) continue;
    names_requester = text_of(text.text) == "requester";
  }
  EXPECT_TRUE(names_requester);
}

TEST_F(Ledgers, OnlyAuditorsAreShownTheLedger) {
  const auto stranger = draw_key(world_.entropy);
  const auto answer =
      world_.hosts[0]->handle(stranger.public_key(), node::History{0, 1, 0}, world_.now());
  EXPECT_EQ(code_of(*answer), Code::requester_not_allowed);
}

TEST_F(Ledgers, BeginsAgainWithARecordOfWhatItFound) {
  const record::Tree before = tree(1, history(1, 0).checkpoint);
  world_.hosts[1]->crash();
  world_.start(1);
  const auto after = history(1, before.size, before.size);
  const auto leaf = record::decode_leaf(after.leaves.at(0)).value();
  const auto& start = std::get<record::Start>(leaf.record.body);
  EXPECT_EQ((record::Tree{start.tree_size, start.tree_root}), before);
}

TEST_F(Ledgers, NodesOfOneRootCosignEachOther) {
  const std::string note = history(0, 0).checkpoint;
  const auto cosigned = std::get<node::Cosigned>(world_.ask(1, node::Cosign{note, 0, {}}));
  const record::Checkpoint checkpoint =
      record::open_note(note, origin(0), world_.hosts[0]->identity()).value();
  const auto description = std::get<node::Description>(world_.ask(1, node::Describe{}));
  const auto key = ed25519::Point::parse(description.cosigner).value();
  EXPECT_EQ(record::open_cosignature(cosigned.cosignature, checkpoint, origin(1), key).value(),
            world_.now_s());
  // The carrier is told where its proof must begin.
  const statement::Statement asked = world_.file_statement(*files_);
  receipt(0, asked, world_.sign_with(0, *files_, world_.request_for(asked, world_.requester)));
  const std::string newer = history(0, 0).checkpoint;
  const auto size = std::get<node::Cosigned>(world_.ask(1, node::Cosign{newer, 0, {}}));
  EXPECT_EQ(size.size, checkpoint.tree.size);
  EXPECT_TRUE(size.cosignature.empty());
  const auto proof = history(0, 0, size.size).consistency;
  const auto again = std::get<node::Cosigned>(world_.ask(1, node::Cosign{newer, size.size, proof}));
  EXPECT_FALSE(again.cosignature.empty());
}

TEST_F(Ledgers, NobodyCosignsAStranger) {
  const auto stranger = draw_key(world_.entropy);
  const std::string note = record::sign_note({"test/alpha", {7, {}}}, stranger);
  EXPECT_EQ(code_of(world_.ask(1, node::Cosign{note, 0, {}})), Code::signature_invalid);
}

TEST_F(Ledgers, NodeRefusesToStartOnALedgerThatWasRewritten) {
  ASSERT_TRUE(world_.hosts[2]->store().database().run(
      "UPDATE leaf SET data = (SELECT data FROM leaf WHERE number = 0) WHERE number = 1"));
  world_.hosts[2]->crash();
  const Status started = world_.hosts[2]->start(world_.now());
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, Code::ledger_rewritten);
}

}  // namespace
}  // namespace quorate::testing
