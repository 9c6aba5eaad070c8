// quorate audit: the nodes' ledgers, copied to this disk, checked and read.

#include "client/cli/audit_commands.h"
#include "client/cli/blame.h"
#include "client/cli/ledgers.h"

namespace quorate::cli {
namespace {

std::string in_words(const PullReport& report) {
  std::string out = cli::in_words(report.findings);
  for (const PulledNode& node : report.nodes) {
    out += node.node + ": ";
    if (node.trouble) {
      out += in_words(*node.trouble) + "; " + std::to_string(node.size) + " records are here\n";
      continue;
    }
    out += std::to_string(node.size) + " records, " + std::to_string(node.grown) + " of them new";
    if (!node.cosigned_by.empty()) {
      out += "; cosigned by";
      for (const std::string& name : node.cosigned_by) out += " " + name;
    }
    out += "\n";
    for (const std::string& note : node.notes) out += "  " + note + "\n";
  }
  return out;
}

Json json_of(const PullReport& report) {
  Json nodes = Json::array();
  for (const PulledNode& node : report.nodes) {
    Json json = {{"name", node.node},   {"size", node.size},
                 {"new", node.grown},   {"cosigned_by", node.cosigned_by},
                 {"notes", node.notes}, {"trouble", nullptr}};
    if (node.trouble) {
      json["trouble"] = {{"code", node.trouble->code}, {"reason", node.trouble->reason}};
    }
    nodes.push_back(std::move(json));
  }
  return {{"nodes", nodes}, {"findings", cli::json_of(report.findings)}};
}

// Findings come first; then a node that would not, or could not, show its ledger.
Exit exit_of(const PullReport& report) {
  if (!report.findings.empty()) return Exit::refused;
  Exit exit = Exit::done;
  for (const PulledNode& node : report.nodes) {
    if (!node.trouble) continue;
    const bool is_away = node.trouble->code == name(Code::unreachable) ||
                         node.trouble->code == name(Code::timed_out);
    if (!is_away) return Exit::refused;
    exit = Exit::too_few;
  }
  return exit;
}

Outcome<Exit> pull(const Common& common, const Console& console) {
  QUORATE_TRY(Client client, Client::open(common, console));
  QUORATE_TRY(const PullReport report, pull_ledgers(client));
  console.result(in_words(report), json_of(report));
  return exit_of(report);
}

void add_pull(CLI::App& audit, Chosen& chosen) {
  CLI::App& command = add_command(
      audit, "pull",
      "Fetch what the nodes' ledgers grew by, and have the nodes cosign each other's",
      "  quorate audit pull\n"
      "  the copies are in audit/ of the home; exits with 1 when a ledger was cut or rewritten,\n"
      "  and with 3 when a node can't be reached");
  choose(command, chosen, add_common(command, Nodes::asked), pull);
}

void add_verify(CLI::App& audit, Chosen& chosen) {
  CLI::App& command =
      add_command(audit, "verify", "Check the copies: each by itself, and all against each other",
                  "  quorate audit pull && quorate audit verify\n"
                  "  asks no node; exits with 1 when anything is amiss, and shows the proof\n"
                  "  quorate audit verify --blame FILE\n"
                  "  checks a proof that a node lied, by itself: exits with 1 when it proves "
                  "nothing");
  const auto blame = std::make_shared<std::optional<Path>>();
  add_path(command,
           {"--blame", "instead: a proof that a node lied, of `quorate blame list`", "FILE"},
           *blame);
  choose(command, chosen, add_common(command, Nodes::asked),
         [blame](const Common& common, const Console& console) {
           return *blame ? verify_blame(**blame, common, console) : verify_ledgers(common, console);
         });
}

void add_filter(CLI::App& command, RecordFilter& filter) {
  add_text(command, {"--who", "who asked or approved", "PERSON"}, Need::optional, filter.who);
  add_text(command, {"--since", "a period such as 2d, or a time such as 20261231Z", "T"},
           Need::optional, filter.since);
  add_text(command, {"--root", "verdicts about this root", "NAME"}, Need::optional, filter.root);
  add_text(command, {"--code", "refusals with this code: its name or number", "CODE"},
           Need::optional, filter.code);
}

void add_show(CLI::App& audit, Chosen& chosen) {
  CLI::App& command = add_command(audit, "show", "Records of the copies, in words",
                                  "  quorate audit show --who alice --since 2d\n"
                                  "  quorate audit show --root ssh-users --code approval_missing");
  const auto filter = std::make_shared<RecordFilter>();
  add_filter(command, *filter);
  choose(command, chosen, add_common(command, Nodes::asked),
         [filter](const Common& common, const Console& console) {
           return show_records(*filter, common, console);
         });
}

void add_export(CLI::App& audit, Chosen& chosen) {
  CLI::App& command =
      add_command(audit, "export", "Records of the copies, as JSON: one on each line",
                  "  quorate audit export --since 1d | jq -r .decision | sort | uniq -c");
  const auto filter = std::make_shared<RecordFilter>();
  add_filter(command, *filter);
  choose(command, chosen, add_common(command, Nodes::asked),
         [filter](const Common& common, const Console& console) {
           return export_records(*filter, common, console);
         });
}

void add_trace(CLI::App& audit, Chosen& chosen) {
  CLI::App& command = add_command(
      audit, "trace", "Who asked for an artifact, who approved it, and which nodes signed it",
      "  quorate audit trace ~/.ssh/id_ed25519-cert.pub\n"
      "  quorate audit trace release.tar.gz.sig --file release.tar.gz");
  const auto arguments = std::make_shared<TraceArguments>();
  add_path(command, {"--file", "what a .sig is a signature of; else its name less .sig", "FILE"},
           arguments->of);
  add_flag(command, {"--offline", "ask no node: read the copies as they are"},
           arguments->is_offline);
  add_path(command, {"FILE", "a certificate, a .sig, or a request"}, Need::required,
           arguments->file);
  choose(command, chosen, add_common(command, Nodes::asked),
         [arguments](const Common& common, const Console& console) {
           return trace(*arguments, common, console);
         });
}

}  // namespace

void add_audit(CLI::App& program, Chosen& chosen) {
  CLI::App& audit =
      add_group(program, "audit", "The nodes' ledgers: copied, checked, compared, read",
                "  quorate audit pull && quorate audit verify\n"
                "  quorate audit trace release.tar.gz.sig");
  add_pull(audit, chosen);
  add_verify(audit, chosen);
  add_show(audit, chosen);
  add_export(audit, chosen);
  add_trace(audit, chosen);
}

}  // namespace quorate::cli
