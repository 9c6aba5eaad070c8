// quorate request: requests that were saved, shown in words or sent.

#include "client/cli/artifact.h"
#include "client/cli/client.h"
#include "client/cli/signature.h"
#include "client/home/request_file.h"
#include "crypto/base/hex.h"
#include "proto/document/sshsig.h"
#include "proto/statement/describe.h"

namespace quorate::cli {
namespace {

struct Loaded {
  request::Request request;
  statement::Statement statement;
};

Outcome<Loaded> load(const Path& file) {
  Result<request::Request> request = home::read_request(file);
  Result<statement::Statement> statement =
      request ? statement::decode(request->statement)
              : Result<statement::Statement>(tl::unexpected<Error>(request.error()));
  if (statement) return Loaded{*std::move(request), *std::move(statement)};
  Trouble what = trouble(statement.error(),
                         "--save of `quorate sign` or `quorate ssh-cert` writes "
                         "such a file")
                     .value();
  what.exit = Exit::usage;
  return tl::unexpected<Trouble>(std::move(what));
}

std::pair<std::string, std::string> in_words(const request::Evidence& evidence,
                                             ByteView statement) {
  if (evidence.type == request::requester) {
    const Result<ssh::Sshsig> sshsig = ssh::Sshsig::parse_blob(evidence.data);
    if (!sshsig) return {"asked by", "nobody: a broken signature"};
    // Anybody can write a file with somebody's key in it.
    const bool holds = ssh::verify(*sshsig, request::requester_namespace, statement).has_value();
    return {"asked by", sshsig->key.fingerprint() +
                            (holds ? "" : " as it claims, but the signature does NOT hold")};
  }
  if (evidence.type == request::approval) return {"approval", "of some person"};
  return {"evidence", "of type " + std::to_string(evidence.type)};
}

struct ShowArguments {
  Path file;
};

Outcome<Exit> show(const ShowArguments& arguments, const Console& console) {
  QUORATE_TRY(const Loaded loaded, load(arguments.file));
  std::vector<std::pair<std::string, std::string>> fields = statement::describe(loaded.statement);
  for (const request::Evidence& evidence : loaded.request.evidence) {
    fields.push_back(in_words(evidence, loaded.request.statement));
  }
  std::size_t width = 0;
  for (const auto& [name, value] : fields) width = std::max(width, name.size());
  std::string words;
  Json list = Json::array();
  for (const auto& [name, value] : fields) {
    words += padded(name, width) + "  " + value + "\n";
    list.push_back({{"name", name}, {"value", value}});
  }
  console.result(words, {{"request", to_hex(statement::request_id(loaded.request.statement))},
                         {"fields", list}});
  return Exit::done;
}

struct SendArguments {
  Path file;
  std::optional<Path> output;
  bool is_forced = false;
};

// release.tar.request: release.tar.sig; alice.request: alice-cert.pub.
Path target_of(const Path& file, const statement::Statement& statement) {
  Path stem = file;
  if (stem.extension() == ".request" || stem.extension() == ".req") stem.replace_extension();
  const bool is_file = statement.kind == statement::Kind::file;
  return stem.string() + (is_file ? ".sig" : "-cert.pub");
}

Outcome<Exit> send(const SendArguments& arguments, const Common& common, const Console& console) {
  QUORATE_TRY(const Loaded loaded, load(arguments.file));
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
  QUORATE_TRY(const Signature signature, sign(client, record, statement, loaded.request));
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
  add_send(request, chosen);
}

}  // namespace quorate::cli
