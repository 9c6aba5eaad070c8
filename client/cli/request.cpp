// quorate request: requests that were saved, shown in words or sent.

#include "client/cli/artifact.h"
#include "client/cli/client.h"
#include "client/cli/request_words.h"
#include "client/cli/signature.h"
#include "client/home/request_file.h"
#include "crypto/base/hex.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::cli {
namespace {

struct ShowArguments {
  Path file;
};

Outcome<Exit> show(const ShowArguments& arguments, const Console& console) {
  QUORATE_TRY(const LoadedRequest loaded, load_request(arguments.file));
  const Fields fields = fields_of(loaded, now_s());
  Json list = Json::array();
  for (const auto& [name, value] : fields) list.push_back({{"name", name}, {"value", value}});
  console.result(in_words(fields),
                 {{"request", to_hex(statement::request_id(loaded.request.statement))},
                  {"nonce", statement::token_nonce(loaded.statement)},
                  {"fields", list}});
  return Exit::done;
}

Outcome<Exit> nonce(const ShowArguments& arguments, const Console& console) {
  QUORATE_TRY(const LoadedRequest loaded, load_request(arguments.file));
  const std::string text = statement::token_nonce(loaded.statement);
  console.result(text + "\n", {{"request", to_hex(statement::request_id(loaded.request.statement))},
                               {"nonce", text}});
  return Exit::done;
}

struct SendArguments {
  Path file;
  std::optional<Path> output;
  Credentials credentials;
  bool is_forced = false;
};

// release.tar.request: release.tar.sig; alice.request: alice-cert.pub.
Path target_of(const Path& file, const statement::Statement& statement) {
  Path stem = file;
  if (stem.extension() == ".request" || stem.extension() == ".req") stem.replace_extension();
  const bool is_file = statement.kind == statement::Kind::file;
  return stem.string() + (is_file ? ".sig" : "-cert.pub");
}

// What is added stays in the file: a token counts from when a node first saw these very bytes.
Outcome<Done> complete(const Client& client, const SendArguments& arguments,
                       LoadedRequest& loaded) {
  const bool has_evidence = !loaded.request.evidence.empty();
  const bool is_to_add = arguments.credentials.key || arguments.credentials.token || !has_evidence;
  if (!is_to_add) return Done{};
  const request::Request before = loaded.request;
  QUORATE_CHECK(add_evidence(client, loaded.statement, arguments.credentials, loaded.request));
  if (loaded.request == before) return Done{};
  QUORATE_CHECK(home::write_request(arguments.file, loaded.request, home::Existing::replace));
  return Done{};
}

Outcome<Exit> send(const SendArguments& arguments, const Common& common, const Console& console) {
  QUORATE_TRY(LoadedRequest loaded, load_request(arguments.file));
  const statement::Statement& statement = loaded.statement;
  const bool has_artifact = statement.kind == statement::Kind::file ||
                            std::holds_alternative<statement::SshCertificate>(statement.body);
  if (!has_artifact) {
    return usage(
        "this program makes file signatures and SSH certificates, and the request is for " +
        std::string(statement::title(statement.kind)));
  }
  QUORATE_TRY(Client client, Client::open(common, console));
  const Path target = arguments.output.value_or(target_of(arguments.file, statement));
  const Overwrite overwrite = arguments.is_forced ? Overwrite::yes : Overwrite::no;
  QUORATE_CHECK(check_target(target, overwrite));
  QUORATE_TRY(const ceremony::EpochRecord record, client.root(statement.root));
  if (record.root_id() != statement.root_id) {
    return trouble(
        Error{Code::unknown_root, "the request is for another root that is called " +
                                      statement.root + ": its key is " + to_hex(statement.root_id)},
        "make the request again, for the root that `quorate root show " + statement.root +
            "` shows");
  }
  QUORATE_CHECK(complete(client, arguments, loaded));
  QUORATE_TRY(const Signature signature,
              sign(client, record, statement, loaded.request, arguments.file));
  const auto* certificate = std::get_if<statement::SshCertificate>(&statement.body);
  return deliver(
      client, record, statement, signature,
      artifact_of(record, statement, signature, certificate == nullptr ? "" : certificate->key_id),
      target, overwrite);
}

void add_show(CLI::App& request, Chosen& chosen) {
  CLI::App& command = add_command(request, "show", "Every field of a request, in words",
                                  "  quorate request show alice.request");
  const auto common = add_common(command, Nodes::not_asked);
  const auto arguments = std::make_shared<ShowArguments>();
  add_path(command, {"FILE", "what --save wrote"}, Need::required, arguments->file);
  choose(command, chosen, common,
         [arguments](const Common&, const Console& console) { return show(*arguments, console); });
}

void add_nonce(CLI::App& request, Chosen& chosen) {
  CLI::App& command =
      add_command(request, "nonce", "What the nonce of an ID token for this request must be",
                  "  quorate sign --root files --save release.request --unsigned release.tar.gz\n"
                  "  fetch-token --nonce \"$(quorate request nonce release.request)\" >token\n"
                  "  quorate request sign --token token release.request");
  const auto common = add_common(command, Nodes::not_asked);
  const auto arguments = std::make_shared<ShowArguments>();
  add_path(command, {"FILE", "what --save wrote"}, Need::required, arguments->file);
  choose(command, chosen, common,
         [arguments](const Common&, const Console& console) { return nonce(*arguments, console); });
}

void add_send(CLI::App& request, Chosen& chosen) {
  CLI::App& command =
      add_command(request, "sign", "Send a request that was saved, and write what comes of it",
                  "  quorate request sign alice.request --nodes alpha,bravo -o alice-cert.pub");
  const auto common = add_common(command, Nodes::asked);
  const auto arguments = std::make_shared<SendArguments>();
  add_path(command,
           {"-o,--output",
            "instead of FILE-cert.pub or FILE.sig (less .request); - is standard output", "OUT"},
           arguments->output);
  add_credentials(command, arguments->credentials);
  add_recording(command, *common);
  add_flag(command, {"--force", "overwrite what is there"}, arguments->is_forced);
  add_path(command, {"FILE", "what --save wrote"}, Need::required, arguments->file);
  choose(command, chosen, common, [arguments](const Common& all, const Console& console) {
    return send(*arguments, all, console);
  });
}

}  // namespace

void add_request(CLI::App& program, Chosen& chosen) {
  CLI::App& request =
      add_group(program, "request", "Requests that were saved: show them, send them",
                "  quorate sign --root files --save release.request release.tar.gz\n"
                "  quorate request show release.request");
  add_show(request, chosen);
  add_nonce(request, chosen);
  add_send(request, chosen);
}

}  // namespace quorate::cli
