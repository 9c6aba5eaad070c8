#include "client/cli/artifact.h"

#include <cstdio>

#include "client/home/request_file.h"
#include "crypto/base/hex.h"
#include "proto/document/armour.h"
#include "proto/document/ssh_certificate.h"
#include "proto/document/sshsig.h"

namespace quorate::cli {
namespace {

constexpr mode_t public_mode = 0644;

home::Existing existing(Overwrite overwrite) {
  return overwrite == Overwrite::yes ? home::Existing::replace : home::Existing::refuse;
}

void add_certificate(Json& json, const ceremony::EpochRecord& record,
                     const statement::SshCertificate& fields,
                     const statement::RequestId& request_id) {
  json["key_id"] = fields.key_id;
  json["principals"] = fields.principals;
  json["serial"] = std::to_string(ssh::derived_serial(record.root_id(), request_id));
  json["valid_after"] = fields.valid_after;
  json["valid_before"] = fields.valid_before;
}

void add_file(Json& json, const statement::File& file) {
  json["namespace"] = file.name_space;
  json["sha512"] = to_hex(file.sha512);
  json["size"] = file.size;
}

}  // namespace

Artifact artifact_of(const ceremony::EpochRecord& record, const statement::Statement& statement,
                     const Signature& signature, const std::string& comment) {
  const std::string kind(statement::title(statement.kind));
  if (const auto* file = std::get_if<statement::File>(&statement.body)) {
    return {ssh::file_signature(file->name_space, record.group_key(), signature.signature).armour(),
            kind};
  }
  const Bytes blob =
      ssh::certificate(signature.to_be_signed, ssh::ed25519_signature_blob(signature.signature));
  return {ssh::to_line(blob, comment) + "\n", kind};
}

Outcome<Done> check_target(const Path& path, Overwrite overwrite) {
  std::error_code failed;
  if (path == "-" || overwrite == Overwrite::yes || !std::filesystem::exists(path, failed)) {
    return Done{};
  }
  return usage(path.string() + " exists", "--force overwrites it, -o names another file");
}

Outcome<Done> write_artifact(const Artifact& artifact, const Path& path, Overwrite overwrite) {
  if (path == "-") {
    const bool is_written =
        std::fwrite(artifact.text.data(), 1, artifact.text.size(), stdout) == artifact.text.size();
    if (is_written && std::fflush(stdout) == 0) return Done{};
    return trouble(Error{Code::io, "can't write to standard output"});
  }
  QUORATE_CHECK(home::write_file(path, artifact.text, public_mode, existing(overwrite)));
  return Done{};
}

Outcome<Exit> deliver(const Client& client, const ceremony::EpochRecord& record,
                      const statement::Statement& statement, const Signature& signature,
                      const Artifact& artifact, const Path& target, Overwrite overwrite) {
  note_others(client.console(), signature);
  const bool is_to_standard_output = target == "-";
  if (!is_to_standard_output || client.console().style() == Style::words) {
    QUORATE_CHECK(write_artifact(artifact, target, overwrite));
  }
  Json json = json_of(record, signature);
  json["kind"] = artifact.kind;
  if (const auto* file = std::get_if<statement::File>(&statement.body)) add_file(json, *file);
  if (const auto* fields = std::get_if<statement::SshCertificate>(&statement.body)) {
    add_certificate(json, record, *fields, signature.request_id);
  }
  if (is_to_standard_output) {
    json["artifact"] = artifact.text;
  } else {
    json["written"] = target.string();
  }
  const std::string words = is_to_standard_output ? ""
                                                  : target.string() + ": " + artifact.kind + ", " +
                                                        signers_in_words(record, signature) + "\n";
  client.console().result(words, json);
  return Exit::done;
}

Outcome<Exit> save_request(const Client& client, const request::Request& request, const Path& file,
                           Overwrite overwrite) {
  QUORATE_CHECK(home::write_request(file, request, existing(overwrite)));
  const std::string id = to_hex(statement::request_id(request.statement));
  client.console().result(file.string() + ": request " + id + ", sent to nobody yet\n",
                          {{"request", id}, {"written", file.string()}});
  return Exit::done;
}

}  // namespace quorate::cli
