// quorate approve: one's word for a request that somebody else made, after having read it.

#include <unistd.h>
#include <algorithm>
#include <iostream>

#include "client/cli/client.h"
#include "client/cli/request_words.h"
#include "client/cli/validity.h"
#include "client/evidence/ssh_keygen.h"
#include "client/home/file.h"
#include "client/home/request_file.h"
#include "crypto/base/hex.h"
#include "proto/document/sshsig.h"
#include "proto/request/approval.h"
#include "proto/statement/describe.h"

namespace quorate::cli {
namespace {

struct ApproveArguments {
  Path file;
  std::optional<Path> key;
  std::optional<Path> output;
  std::string expires = "12h";
  bool is_confirmed = false;
};

// The public half, where it lies beside the private one: so that a mistake is told before a key is
// touched.
std::optional<ssh::PublicKey> public_key(const Path& key) {
  const Path file = key.extension() == ".pub" ? key : Path(key.string() + ".pub");
  const Result<std::string> line = home::read_file(file, std::size_t{16} * 1024);
  if (!line) return std::nullopt;
  Result<ssh::PublicKey> parsed = ssh::PublicKey::parse_line(*line);
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

bool is_requester(const request::Request& request, const ssh::PublicKey& key) {
  return std::ranges::any_of(request.evidence, [&](const request::Evidence& evidence) {
    if (evidence.type != request::requester) return false;
    const Result<ssh::Sshsig> sshsig = ssh::Sshsig::parse_blob(evidence.data);
    return sshsig && sshsig->key == key;
  });
}

Outcome<Done> refuse_own(const request::Request& request, const ssh::PublicKey& key) {
  if (!is_requester(request, key)) return Done{};
  return trouble(Error{Code::approval_by_requester,
                       "the key " + key.fingerprint() +
                           " asked for this: nobody approves what he asked for himself"},
                 "have somebody else approve it; --key names another person's key");
}

Outcome<request::Approval> draft(const LoadedRequest& loaded, const std::string& expires,
                                 std::uint64_t now) {
  QUORATE_TRY(const std::uint64_t period, parse_period(expires));
  if (period == 0 || period > request::longest_approval_s) {
    return usage("--expires is " + expires + ", and an approval counts for at most 7d");
  }
  // Longer than the request itself it would be a word for nothing.
  const std::uint64_t end = std::min(now + period, loaded.statement.not_after);
  return request::Approval{
      statement::request_id(loaded.request.statement), loaded.statement.root_id, now, end, {}};
}

std::string screen_of(const LoadedRequest& loaded, const request::Approval& approval,
                      const std::string& approver) {
  Fields fields = fields_of(loaded, approval.time);
  fields.emplace_back("you approve with", approver);
  fields.emplace_back("and that counts until", statement::utc(approval.expires) + " (" +
                                                   relative(approval.expires, approval.time) + ")");
  return "This request waits for your approval. Names and labels in it are its requester's "
         "claims.\n\n" +
         in_words(fields) + "\n";
}

// What is written here is what the approver signs to have seen.
Outcome<Done> confirm(const std::string& screen, const ApproveArguments& arguments) {
  std::cerr << screen << std::flush;
  if (arguments.is_confirmed) return Done{};
  if (isatty(STDIN_FILENO) != 1) {
    return usage("an approval is given by a person at a terminal",
                 "--yes approves without asking, for scripts");
  }
  std::cerr << "Type yes to approve it: " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "yes") return Done{};
  return trouble(Error{Code::approval_missing, "not approved: nothing was signed"},
                 "the answer that approves is `yes`");
}

Outcome<Exit> approve(const ApproveArguments& arguments, const Common& common,
                      const Console& console) {
  QUORATE_TRY(LoadedRequest loaded, load_request(arguments.file));
  const std::uint64_t now = now_s();
  if (const Status status = statement::check_time(loaded.statement, now); !status) {
    return trouble(status.error(), "have its requester make the request again");
  }
  QUORATE_TRY(const home::Home home,
              home::Home::locate(common.home, home::Environment::of_process()));
  QUORATE_TRY(const Path key, home.approver_key(arguments.key));
  const std::optional<ssh::PublicKey> known = public_key(key);
  if (known) QUORATE_CHECK(refuse_own(loaded.request, *known));
  QUORATE_TRY(request::Approval approval, draft(loaded, arguments.expires, now));
  const std::string screen =
      screen_of(loaded, approval, known ? "the key " + known->fingerprint() : key.string());
  QUORATE_CHECK(confirm(screen, arguments));

  approval.shown = request::shown_hash(screen);
  const auto encoded = request::encode(approval);
  Bytes data(encoded.begin(), encoded.end());
  QUORATE_TRY(const ssh::Sshsig sshsig,
              evidence::sign({std::string(request::approval_namespace), key, data}));
  QUORATE_CHECK(refuse_own(loaded.request, sshsig.key));
  append(data, sshsig.blob());
  QUORATE_CHECK(request::add(loaded.request, {request::approval, std::move(data)}));
  const Path target = arguments.output.value_or(arguments.file);
  QUORATE_CHECK(home::write_request(target, loaded.request, home::Existing::replace));

  const std::string fingerprint = sshsig.key.fingerprint();
  console.result(target.string() + ": approved by " + fingerprint + " until " +
                     statement::utc(approval.expires) + "\n  next: `quorate request sign " +
                     target.string() + "`\n",
                 {{"request", to_hex(approval.request_id)},
                  {"approved_by", fingerprint},
                  {"time", approval.time},
                  {"expires", approval.expires},
                  {"shown", to_hex(approval.shown)},
                  {"written", target.string()}});
  return Exit::done;
}

}  // namespace

void add_approve(CLI::App& program, Chosen& chosen) {
  CLI::App& command =
      add_command(program, "approve", "Read a request that somebody else made, and approve it",
                  "  quorate approve alice.request\n"
                  "  adds your approval to the file; then `quorate request sign alice.request`");
  const auto common = add_common(command, Nodes::home);
  const auto arguments = std::make_shared<ApproveArguments>();
  add_path(command, {"--key", "your key; else `approver` or `requester` in the home", "KEY"},
           arguments->key);
  add_text(command, {"--expires", "how long the approval counts, 7d at most", "P"}, Need::optional,
           arguments->expires);
  add_path(command, {"-o,--output", "instead of adding to FILE", "OUT"}, arguments->output);
  add_flag(command, {"--yes", "without asking, for scripts"}, arguments->is_confirmed);
  add_path(command, {"FILE", "what --save wrote"}, Need::required, arguments->file);
  choose(command, chosen, common, [arguments](const Common& all, const Console& console) {
    return approve(*arguments, all, console);
  });
}

}  // namespace quorate::cli
