// quorate ssh-cert: a certificate that sshd accepts from whoever trusts the root.

#include <algorithm>

#include "client/cli/artifact.h"
#include "client/cli/certificate_options.h"
#include "client/cli/client.h"
#include "client/cli/signature.h"
#include "client/cli/validity.h"
#include "client/home/file.h"
#include "proto/document/armour.h"
#include "proto/document/ssh_certificate.h"

namespace quorate::cli {
namespace {

struct CertificateArguments {
  std::string root;
  std::string profile;
  std::string key_id;
  std::vector<std::string> principals;
  std::string validity;
  std::vector<std::string> options;
  Path subject;
  std::optional<Path> output;
  Credentials credentials;
  std::optional<Path> save;
  std::string life;
  bool is_forced = false;
};

// KEY.pub or KEY: KEY-cert.pub, where ssh looks for it.
Path certificate_path(const Path& subject) {
  Path stem = subject;
  if (stem.extension() == ".pub") stem.replace_extension();
  return stem.string() + "-cert.pub";
}

Outcome<ssh::Line> read_subject(const Path& path) {
  QUORATE_TRY(const std::string text, home::read_file(path, 2 * ssh::public_blob_limit));
  Result<ssh::Line> line = ssh::from_line(text, ssh::public_blob_limit);
  if (line) return *std::move(line);
  return usage(path.string() + " holds no public key: " + line.error().message,
               "give the file that ends with .pub: ssh-keygen -t ed25519 makes a pair");
}

statement::Kind kind_of(const ceremony::EpochRecord& record) {
  const bool is_host = record.purpose == statement::purpose(statement::Kind::ssh_host);
  return is_host ? statement::Kind::ssh_host : statement::Kind::ssh_user;
}

// A host's certificate has no options at all.
Outcome<CertificateOptions> options_for(statement::Kind kind,
                                        const std::vector<std::string>& words) {
  if (kind == statement::Kind::ssh_user) {
    QUORATE_TRY(CertificateOptions options, parse_options(words));
    return options;
  }
  if (words.empty()) return CertificateOptions{};
  return usage("a host's certificate takes no -O");
}

Outcome<statement::Statement> ask_for(const CertificateArguments& arguments,
                                      const ceremony::EpochRecord& record, Bytes subject) {
  const statement::Kind kind = kind_of(record);
  QUORATE_TRY(CertificateOptions options, options_for(kind, arguments.options));
  QUORATE_TRY(const Validity validity, parse_validity(arguments.validity, now_s()));
  const auto type =
      kind == statement::Kind::ssh_user ? ssh::CertificateType::user : ssh::CertificateType::host;
  QUORATE_TRY(const std::uint64_t life_s,
              life_of(arguments.life, arguments.save ? Sent::later : Sent::now));
  return new_statement(
      record, {kind, arguments.profile, life_s,
               statement::SshCertificate{
                   type, std::move(subject), arguments.key_id, arguments.principals, validity.after,
                   validity.before, std::move(options.critical), std::move(options.extensions)}});
}

Outcome<Exit> issue(const CertificateArguments& arguments, const Common& common,
                    const Console& console) {
  QUORATE_TRY(Client client, Client::open(common, console));
  QUORATE_TRY(ssh::Line subject, read_subject(arguments.subject));
  QUORATE_TRY(const ceremony::EpochRecord record, client.root(arguments.root));
  QUORATE_TRY(const statement::Statement statement,
              ask_for(arguments, record, std::move(subject.blob)));
  if (arguments.save) {
    const Overwrite overwrite = arguments.is_forced ? Overwrite::yes : Overwrite::no;
    QUORATE_CHECK(check_target(*arguments.save, overwrite));
    QUORATE_TRY(const request::Request request,
                make_request(client, statement, arguments.credentials));
    return save_request(client, request, *arguments.save, overwrite);
  }
  QUORATE_TRY(const Signature signature, sign(client, record, statement, arguments.credentials));
  // As ssh-keygen does: a certificate is renewed in its place.
  return deliver(client, record, statement, signature,
                 artifact_of(record, statement, signature, subject.comment),
                 arguments.output.value_or(certificate_path(arguments.subject)), Overwrite::yes);
}

}  // namespace

void add_ssh_cert(CLI::App& program, Chosen& chosen) {
  CLI::App& command = add_command(
      program, "ssh-cert", "Have an SSH certificate issued by a threshold of the root's nodes",
      "  quorate ssh-cert --root ssh-users -I alice@laptop -n alice -V +8h ~/.ssh/id_ed25519.pub\n"
      "  writes ~/.ssh/id_ed25519-cert.pub, which ssh uses by itself");
  const auto common = add_common(command, Nodes::asked);
  const auto arguments = std::make_shared<CertificateArguments>();
  add_text(command, {"--root", "the root to sign with", "NAME"}, Need::required, arguments->root);
  add_text(command, {"--profile", "the nodes' profile, where there are several", "NAME"},
           Need::optional, arguments->profile);
  add_text(command, {"-I,--id", "who it is for: sshd writes it into its log", "ID"}, Need::required,
           arguments->key_id);
  add_list(command, {"-n,--principals", "the names it may log in as", "A,B,..."}, Need::required,
           arguments->principals);
  add_text(command,
           {"-V,--validity",
            "how long: +8h, +1d, +30m, or FROM:TO with times like -5m and 202612312359Z", "V"},
           Need::required, arguments->validity);
  add_repeated(command,
               {"-O,--option",
                "as ssh-keygen's: clear, no-pty, permit-pty, force-command=..., "
                "source-address=..., verify-required; once for each",
                "OPTION"},
               arguments->options);
  add_path(command, {"-o,--output", "instead of KEY-cert.pub; - is standard output", "OUT"},
           arguments->output);
  add_credentials(command, arguments->credentials);
  add_recording(command, *common);
  add_saving(command, arguments->save, arguments->life, arguments->credentials);
  add_flag(command, {"--force", "overwrite the file that --save names"}, arguments->is_forced);
  add_path(command, {"KEY.pub", "the public key to certify"}, Need::required, arguments->subject);
  choose(command, chosen, common, [arguments](const Common& all, const Console& console) {
    return issue(*arguments, all, console);
  });
}

}  // namespace quorate::cli
