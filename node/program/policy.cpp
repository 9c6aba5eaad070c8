#include "node/program/policy.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include <date/date.h>
#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "node/oidc/providers.h"
#include "node/policy/explain.h"
#include "node/policy/words.h"
#include "node/program/policy_files.h"
#include "node/program/system.h"

namespace quorate::node {

namespace fs = std::filesystem;
using nlohmann::json;
using policy::Policy;

namespace {

constexpr int exit_done = 0;
constexpr int exit_refused = 1;
constexpr int exit_configuration = 2;

void print(const std::string& text) { (void)std::fputs(text.c_str(), stdout); }
void print(const json& object) { (void)std::puts(object.dump().c_str()); }

// A node's directory, which must have the file, or the file itself. The key sets that it pins must
// be there and in order.
Result<PolicyFiles> read_from(const fs::path& path) {
  std::error_code failed;
  const bool is_directory = fs::is_directory(path, failed);
  if (is_directory && !fs::exists(path / "policy.toml", failed)) {
    return fail(Code::configuration,
                path.string() + " has no policy.toml; without one a node signs nothing");
  }
  PolicyFiles files;
  if (is_directory) {
    QUORATE_TRY(files, read_policy(path));
    oidc::Providers providers;
    QUORATE_CHECK(providers.configure(files.issuers, files.pinned_keys));
    return files;
  }
  QUORATE_TRY(const std::string text, read_text(path));
  QUORATE_TRY(files.policy, Policy::load(text, path.string()));
  for (const oidc::Issuer& issuer : files.policy.issuers()) {
    const fs::path keys = path.parent_path() / issuer.keys_file;
    if (!issuer.is_pinned() || !fs::exists(keys, failed)) continue;
    QUORATE_TRY(std::string pinned, read_text(keys));
    files.pinned_keys.emplace(issuer.name, std::move(pinned));
  }
  return files;
}

// "2026-01-31T12:00:00Z", or seconds since 1970.
Result<std::uint64_t> parse_time(const std::string& text) {
  if (text.empty()) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now).count());
  }
  std::istringstream in(text);
  if (text.find_first_not_of("0123456789") == std::string::npos) {
    std::uint64_t seconds = 0;
    if (text.size() <= 12 && in >> seconds) return seconds;
  } else {
    date::sys_seconds time;
    in >> date::parse("%FT%TZ", time);
    const bool is_whole = !in.fail() && in.peek() == std::istringstream::traits_type::eof();
    if (is_whole && time.time_since_epoch().count() >= 0) {
      return static_cast<std::uint64_t>(time.time_since_epoch().count());
    }
  }
  return fail(
      Code::usage,
      "--at takes a time like 2026-01-31T12:00:00Z, or seconds since 1970, and not " + text);
}

}  // namespace

PolicyCommands::PolicyCommands(CLI::App& app)
    : policy_(app.add_subcommand("policy", "Review what a node signs, for whom")) {
  policy_->require_subcommand(1);
  add_check();
  add_explain();
  add_diff();
}

void PolicyCommands::add_check() {
  check_ = policy_->add_subcommand("check", "Load the policy, and say in words what it allows");
  check_->add_option("DIR", directory_, "The node's directory, or a policy file")->required();
  check_->add_flag("--json", as_json_, "Print one JSON object");
  check_->footer("Example:\n  quorate-node policy check /var/lib/quorate/alpha");
}

void PolicyCommands::add_explain() {
  explain_ = policy_->add_subcommand(
      "explain", "Decide about a request without signing or recording, and name the rule");
  explain_->add_option("DIR", directory_, "The node's directory, or a policy file")->required();
  explain_->add_option("REQUEST", request_, "A request file, as `quorate … --save` writes it")
      ->required();
  explain_->add_option("--at", at_, "Decide as if it were then: 2026-01-31T12:00:00Z, or seconds");
  explain_->add_flag("--json", as_json_, "Print one JSON object");
  explain_->footer(
      "Exits with 1 where the request would be refused or has to wait for approvals.\n"
      "Example:\n  quorate-node policy explain /var/lib/quorate/alpha release.request");
}

void PolicyCommands::add_diff() {
  diff_ = policy_->add_subcommand("diff", "Compare two policies by what they mean");
  diff_->add_option("DIR", directory_, "A node's directory, or a policy file")->required();
  diff_->add_option("OTHER", other_, "Another one")->required();
  diff_->add_flag("--json", as_json_, "Print one JSON object");
  diff_->footer(
      "Exits with 1 where they differ. Order of sections, comments and units make no difference.\n"
      "Example:\n  quorate-node policy diff /var/lib/quorate/alpha new-policy.toml");
}

int PolicyCommands::run() {
  const Result<int> done = check_->parsed() ? check() : explain_->parsed() ? explain() : diff();
  if (done) return *done;
  if (as_json_) {
    print(json{
        {"result", "failed"}, {"code", name(done.error().code)}, {"reason", done.error().message}});
  } else {
    (void)std::fprintf(stderr, "quorate-node: %s\n", done.error().message.c_str());
  }
  return exit_configuration;
}

Result<int> PolicyCommands::check() {
  QUORATE_TRY(const PolicyFiles files, read_from(directory_));
  const std::vector<std::string> warnings = policy::warnings(files.policy);
  if (!as_json_) {
    print(policy::in_words(files.policy));
    for (const std::string& warning : warnings) print("\nwarning: " + warning + "\n");
    return exit_done;
  }
  json profiles = json::array();
  for (const policy::Profile& profile : files.policy.contents().profiles) {
    profiles.push_back({{"name", profile.name},
                        {"root", profile.root},
                        {"statement", policy::word(profile.kind)},
                        {"hash", to_hex(profile.hash)},
                        {"canonical", json::parse(policy::canonical_json(profile))}});
  }
  print(json{{"result", "sound"},
             {"policies", to_hex(files.policy.policies())},
             {"profiles", profiles},
             {"warnings", warnings}});
  return exit_done;
}

Result<int> PolicyCommands::explain() {
  QUORATE_TRY(const std::uint64_t at_s, parse_time(at_));
  QUORATE_TRY(const PolicyFiles files, read_from(directory_));
  QUORATE_TRY(const std::string text, read_text(request_));
  const Result<request::Request> request = request::decode_armour(text);
  if (!request) {
    return fail(Code::configuration, request_ + " is no request file: " + request.error().message);
  }
  const policy::Explanation explanation =
      policy::explain(files.policy, files.pinned_keys, *request, at_s);
  const policy::Decision& decision = explanation.decision;
  if (!decision.status && decision.status.error().code == Code::configuration) {
    return tl::unexpected(decision.status.error());  // a key set that is missing or broken
  }
  const int exit = decision.status ? exit_done : exit_refused;
  if (!as_json_) {
    print(policy::in_words(explanation));
    return exit;
  }
  json out{{"decision", policy::word(decision)},        {"rule", decision.rule},
           {"profile", decision.profile_name},          {"profile_hash", to_hex(decision.profile)},
           {"requester", explanation.requester},        {"approved_by", explanation.approved_by},
           {"request", explanation.request_id},         {"at", at_s},
           {"not_looked_at", explanation.not_looked_at}};
  if (!decision.status) {
    out["code"] = name(decision.status.error().code);
    out["reason"] = decision.status.error().message;
  }
  print(out);
  return exit;
}

Result<int> PolicyCommands::diff() {
  QUORATE_TRY(const PolicyFiles before, read_from(directory_));
  QUORATE_TRY(const PolicyFiles after, read_from(other_));
  const std::vector<std::string> lines = policy::differences(before.policy, after.policy);
  if (as_json_) {
    print(json{{"result", lines.empty() ? "same" : "different"}, {"differences", lines}});
  } else if (lines.empty()) {
    print(std::string("The two mean the same.\n"));
  } else {
    for (const std::string& line : lines) print(line + "\n");
  }
  return lines.empty() ? exit_done : exit_refused;
}

}  // namespace quorate::node
