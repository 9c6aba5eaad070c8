// quorate sign: a signature over a file, which `ssh-keygen -Y verify` checks.

#include <algorithm>

#include "client/cli/artifact.h"
#include "client/cli/client.h"
#include "client/cli/file_digest.h"
#include "client/cli/signature.h"

namespace quorate::cli {
namespace {

constexpr std::size_t label_limit = 255;

struct SignArguments {
  std::string root;
  std::string name_space = "file";
  std::string profile;
  Path file;
  std::optional<Path> output;
  Credentials credentials;
  std::optional<Path> save;
  std::string life;
  bool is_forced = false;

  Overwrite overwrite() const { return is_forced ? Overwrite::yes : Overwrite::no; }
};

// The file's name, as far as a statement can hold it: it is shown to people and signed by nobody.
std::string label_of(const Path& file) {
  std::string label = file.filename().string();
  std::ranges::replace_if(
      label, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return label.substr(0, label_limit);
}

std::function<void(std::uint64_t)> hashing_progress(const Console& console, const Path& file) {
  if (!console.shows_progress()) return {};
  return [&console, file, last = std::chrono::steady_clock::now()](std::uint64_t done) mutable {
    const auto now = std::chrono::steady_clock::now();
    if (now - last < std::chrono::seconds(1)) return;
    last = now;
    console.progress("hashing " + file.string() + ": " + std::to_string(done >> 20) + " MiB");
  };
}

Outcome<Exit> sign_file(const SignArguments& arguments, const Common& common,
                        const Console& console) {
  QUORATE_TRY(Client client, Client::open(common, console));
  QUORATE_TRY(const std::uint64_t life_s,
              life_of(arguments.life, arguments.save ? Sent::later : Sent::now));
  const Path target =
      arguments.save.value_or(arguments.output.value_or(arguments.file.string() + ".sig"));
  QUORATE_CHECK(check_target(target, arguments.overwrite()));
  QUORATE_TRY(const FileDigest digest,
              digest_file(arguments.file, hashing_progress(console, arguments.file)));
  QUORATE_TRY(const ceremony::EpochRecord record, client.root(arguments.root));
  QUORATE_TRY(const statement::Statement statement,
              new_statement(record, {statement::Kind::file, arguments.profile, life_s,
                                     statement::File{arguments.name_space, digest.sha512,
                                                     digest.size, label_of(arguments.file)}}));
  if (arguments.save) {
    QUORATE_TRY(const request::Request request,
                make_request(client, statement, arguments.credentials));
    return save_request(client, request, target, arguments.overwrite());
  }
  QUORATE_TRY(const Signature signature, sign(client, record, statement, arguments.credentials));
  return deliver(client, record, statement, signature,
                 artifact_of(record, statement, signature, ""), target, arguments.overwrite());
}

}  // namespace

void add_sign(CLI::App& program, Chosen& chosen) {
  CLI::App& command =
      add_command(program, "sign", "Have a file signed by a threshold of the root's nodes",
                  "  quorate sign --root files --namespace file release.tar.gz\n"
                  "  writes release.tar.gz.sig, which `ssh-keygen -Y verify` checks");
  const auto common = add_common(command, Nodes::asked);
  const auto arguments = std::make_shared<SignArguments>();
  add_text(command, {"--root", "the root to sign with", "NAME"}, Need::required, arguments->root);
  add_text(command, {"--namespace", "what the signature is for: file, git", "NS"}, Need::optional,
           arguments->name_space);
  add_text(command, {"--profile", "the nodes' profile, where there are several", "NAME"},
           Need::optional, arguments->profile);
  add_path(command, {"-o,--output", "instead of FILE.sig; - is standard output", "OUT"},
           arguments->output);
  add_credentials(command, arguments->credentials);
  add_recording(command, *common);
  add_saving(command, arguments->save, arguments->life, arguments->credentials);
  add_flag(command, {"--force", "overwrite what is there"}, arguments->is_forced);
  add_path(command, {"FILE", "the file to sign"}, Need::required, arguments->file);
  choose(command, chosen, common, [arguments](const Common& all, const Console& console) {
    return sign_file(*arguments, all, console);
  });
}

}  // namespace quorate::cli
