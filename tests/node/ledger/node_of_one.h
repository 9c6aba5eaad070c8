// One node's ledger, and just enough of the node around it to write into it.

#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/base/secret_bytes.h"
#include "node/ledger/ledger.h"
#include "node/store/store.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temporary_folder.h"

namespace quorate::testing {

inline ed25519::SigningKey drawn_key(Entropy& entropy) {
  SecretBytes<32> seed;
  entropy.fill(seed.writable());
  return ed25519::SigningKey(seed);
}

class NodeOfOne {
 public:
  explicit NodeOfOne(std::filesystem::path file, std::string origin = "demo/alpha",
                     std::uint64_t seed = 1)
      : key([&] {
          SeededEntropy of_key(seed);
          return drawn_key(of_key);
        }()),
        file_(std::move(file)),
        origin_(std::move(origin)),
        entropy_(seed + 1000) {}

  // What a restart finds. Nothing may be done with a ledger that did not open.
  Status open() {
    close();
    QUORATE_TRY(store_, store::Store::open(file_));
    QUORATE_TRY(ledger_, ledger::Ledger::open(store_->database(), origin_, key.public_key()));
    return Done{};
  }
  void close() {
    ledger_.reset();
    store_.reset();
  }
  store::Store& store() { return *store_; }
  ledger::Ledger& ledger() { return *ledger_; }
  const std::filesystem::path& file() const { return file_; }

  // Inside a transaction. Returns the record's bytes.
  Bytes append(record::Body body, std::uint64_t time_ms) {
    const Bytes bytes =
        record::encode(record::Record{key.public_key().bytes(), time_ms, std::move(body)});
    record::Salt salt;
    entropy_.fill(salt);
    const auto index = ledger_->append(salt, bytes);
    EXPECT_TRUE(index.has_value()) << index.error().message;
    return bytes;
  }
  // As many records, one transaction, one checkpoint.
  void grow(std::uint64_t records) {
    auto transaction = store_->begin();
    ASSERT_TRUE(transaction.has_value());
    const std::uint64_t size = ledger_->tree().value().size;
    for (std::uint64_t i = size; i < size + records; ++i) {
      append(record::Refusals{i, 1}, 1'000'000 + i);
    }
    ASSERT_TRUE(ledger_->seal(key));
    ASSERT_TRUE(transaction->commit());
  }
  // A verdict with texts behind its veils, and the row that answers for it, in one transaction.
  void decide(std::uint64_t time_ms, std::uint64_t not_after_s,
              const std::vector<std::string>& texts) {
    auto transaction = store_->begin();
    ASSERT_TRUE(transaction.has_value());
    std::vector<store::VeiledText> veiled;
    for (const std::string& text : texts) {
      store::VeiledText one{{}, {}, Bytes(text.begin(), text.end())};
      entropy_.fill(one.salt);
      one.veil = record::veil(one.salt, one.text);
      veiled.push_back(one);
    }
    record::Verdict verdict{.request_id = {},
                            .root_id = {},
                            .epoch = 1,
                            .kind = 3,
                            .decision = record::Decision::approve,
                            .code = 0,
                            .document = {1},
                            .profile = {},
                            .revocation = 0,
                            .not_after = not_after_s,
                            .reason = {},
                            .evidence = {}};
    entropy_.fill(verdict.request_id);
    for (std::size_t i = 0; i + 1 < veiled.size(); i += 2) {
      verdict.evidence.push_back({1, veiled[i].veil, veiled[i + 1].veil});
    }
    store::VerdictRow row;
    row.request_id = verdict.request_id;
    row.person = texts.empty() ? "nobody" : texts.back();
    row.decision = 1;
    row.leaf = ledger_->tree().value().size;
    row.record = append(verdict, time_ms);
    ASSERT_TRUE(store_->verdicts().put(row, veiled));
    ASSERT_TRUE(ledger_->seal(key));
    ASSERT_TRUE(transaction->commit());
  }

  ed25519::SigningKey key;

 private:
  std::filesystem::path file_;
  std::string origin_;
  SeededEntropy entropy_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ledger::Ledger> ledger_;
};

inline Status verify_all(NodeOfOne& node) {
  return node.ledger().verify_all([](std::uint64_t, std::uint64_t) {});
}

}  // namespace quorate::testing
