#include "node/program/holdings.h"

#include <cstdio>
#include <filesystem>

#include "crypto/base/hex.h"
#include "node/holdings/holdings.h"
#include "node/store/store.h"

namespace quorate::node {

using holdings::Holdings;

namespace {

constexpr int exit_nothing_to_free = 1;
constexpr int exit_configuration = 2;

Result<std::unique_ptr<store::Store>> open_stopped(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "node.db";
  if (!std::filesystem::exists(file)) {
    return fail(Code::io, "there is no node in " + directory.string());
  }
  auto store = store::Store::open(file);
  if (!store) {
    return fail(Code::io, store.error().message +
                              " (stop the node first: its database is locked while it runs)");
  }
  return store;
}

}  // namespace

BundleCommands::BundleCommands(CLI::App& app)
    : bundle_(app.add_subcommand("bundle", "The operator's word about trust bundles")) {
  bundle_->require_subcommand(1);
  free_ = bundle_->add_subcommand(
      "free", "Let the node sign another bundle of a version that it has approved one of");
  free_->add_option("DIR", directory_, "The directory of a node that is stopped")->required();
  free_->add_option("VERSION", version_, "The bundle's version")->required();
  free_->footer(
      "Two bundles of one version stop every verifier, so a node signs one, until its operator\n"
      "knows that the first was never finished. Of a version that was published twice both are\n"
      "forgotten, with all that came after: publish the right one then.\n"
      "Example:\n  quorate-node bundle free /var/lib/quorate/alpha 4");
  trust_ = bundle_->add_subcommand("trust", "Say with which bundle the chain may start");
  trust_->add_option("DIR", directory_, "The directory of a node that is stopped")->required();
  trust_->add_option("SHA256", sha256_, "Of the bundle's payload, in lower-case hex")->required();
  trust_->footer(
      "For a node that is a member of no bundle root, and so knows nobody who could vouch for a\n"
      "first bundle.\n"
      "Example:\n  quorate-node bundle trust /var/lib/quorate/alpha $(sha256sum <bundle.json | cut "
      "-c-64)");
}

int BundleCommands::run() {
  const Result<int> done = free_->parsed() ? free() : trust();
  if (done) return *done;
  (void)std::fprintf(stderr, "quorate-node: %s\n", done.error().message.c_str());
  return exit_configuration;
}

Result<int> BundleCommands::free() {
  QUORATE_TRY(const auto store, open_stopped(directory_));
  QUORATE_TRY(store::Transaction transaction, store->begin());
  QUORATE_TRY(Holdings holdings, Holdings::open(store->database()));
  QUORATE_TRY(const bool was_bound, holdings.free_bundle(version_));
  QUORATE_CHECK(transaction.commit());
  (void)std::printf(was_bound ? "version %llu is free: the node may sign another bundle of it\n"
                              : "version %llu was not bound to any bundle; nothing has changed\n",
                    static_cast<unsigned long long>(version_));
  return was_bound ? 0 : exit_nothing_to_free;
}

Result<int> BundleCommands::trust() {
  const auto hash = from_hex_exactly<32>(sha256_);
  if (!hash) return fail(Code::usage, "SHA256: " + hash.error().message);
  QUORATE_TRY(const auto store, open_stopped(directory_));
  QUORATE_TRY(store::Transaction transaction, store->begin());
  QUORATE_TRY(Holdings holdings, Holdings::open(store->database()));
  QUORATE_CHECK(holdings.trust_bundle(*hash));
  QUORATE_CHECK(transaction.commit());
  (void)std::printf("the chain of bundles may start with %s\n", sha256_.c_str());
  return 0;
}

ListCommands::ListCommands(CLI::App& app)
    : list_(app.add_subcommand("list", "The operator's word about revocation lists")) {
  list_->require_subcommand(1);
  CLI::App* free = list_->add_subcommand(
      "free", "Forget the entries that the node approved and that no list it holds has");
  free->add_option("DIR", directory_, "The directory of a node that is stopped")->required();
  free->add_option("ROOT", root_, "The name of the root that signs the lists")->required();
  free->footer(
      "A node signs no list that leaves out what it approved once, since that list may be\n"
      "somewhere. So lists that failed, and are too large for one list together, stop the next:\n"
      "free them then, on as many nodes as have to sign.\n"
      "Example:\n  quorate-node list free /var/lib/quorate/alpha revocations");
}

int ListCommands::run() {
  const Result<int> done = free();
  if (done) return *done;
  (void)std::fprintf(stderr, "quorate-node: %s\n", done.error().message.c_str());
  return exit_configuration;
}

Result<int> ListCommands::free() {
  QUORATE_TRY(const auto store, open_stopped(directory_));
  QUORATE_TRY(const std::optional<store::RootRow> root, store->roots().find(root_));
  if (!root) return fail(Code::usage, "this node is no member of a root " + root_);
  QUORATE_TRY(store::Transaction transaction, store->begin());
  QUORATE_TRY(Holdings holdings, Holdings::open(store->database()));
  QUORATE_TRY(const std::uint64_t freed, holdings.free_list(root->root_id));
  QUORATE_CHECK(transaction.commit());
  (void)std::printf("entries forgotten that were only approved: %llu\n",
                    static_cast<unsigned long long>(freed));
  return freed > 0 ? 0 : exit_nothing_to_free;
}

}  // namespace quorate::node
