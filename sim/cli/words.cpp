#include "sim/cli/words.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "sim/adversary/adversary.h"
#include "sim/run/mutants.h"
#include "sim/run/probes.h"

namespace quorate::sim {
namespace {

struct Property {
  const char* id;
  const char* about;
};
constexpr std::array properties = {
    Property{"P1",
             "no forgery: a signature stands only for bytes that an honest node approved, and "
             "honest nodes approve only what their policy allows"},
    Property{"P1a",
             "secrecy (transparent group): no honest share, and no root's secret, follows "
             "from all the scalars that honest nodes gave away"},
    Property{"P2", "no theatre: the bytes under a partial follow from the statement"},
    Property{"P3",
             "recorded first: when a partial signature leaves a node, its verdict is durable, "
             "and stays in the ledger through any crash"},
    Property{"P4", "no nonce reuse: a nonce pair answers once"},
    Property{"P5", "live: once t honest nodes are well again, every root signs"},
    Property{"P5a", "no pressure: nobody asks one node again and again for one request"},
    Property{"P6", "blame: evidence convicts nobody but liars"},
    Property{"P8", "nothing lost: a root is active at all honest members or at none, with one key"},
    Property{"P10", "secrets stay in: no key in what is written to a disk or sent"},
    Property{"P11", "ledger: append-only, whole from the first leaf to the last"},
    Property{"P13", "bounded: batches, pairs, refusals and frames stay within their limits"},
    Property{"P14", "deterministic: one seed, one trace"},
    Property{"crash", "no run may end the process"},
};

const char* played_by(Stage stage) {
  switch (stage) {
    case Stage::signing: return "a node that signs";
    case Stage::ceremony: return "a member of a ceremony";
    case Stage::records: return "a node, with its ledger";
    case Stage::client: return "a client";
    case Stage::leader: return "who leads a ceremony";
  }
  return "";
}

std::string number(double value, int digits = 0) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(digits) << value;
  std::string text = out.str();
  const std::size_t point = text.find('.');
  for (std::size_t at = point == std::string::npos ? text.size() : point; at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

}  // namespace

std::string duration(Time time) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(time < minute ? 3 : 1);
  if (time < minute) {
    out << static_cast<double>(time) / static_cast<double>(second) << " s";
  } else if (time < 2 * hour) {
    out << static_cast<double>(time) / static_cast<double>(minute) << " min";
  } else if (time < 2 * day) {
    out << static_cast<double>(time) / static_cast<double>(hour) << " h";
  } else {
    out << static_cast<double>(time) / static_cast<double>(day) << " days";
  }
  return out.str();
}

std::string line(const std::string& what, const std::string& value) {
  std::ostringstream out;
  out << "  " << std::left << std::setw(26) << what << value << '\n';
  return out.str();
}

std::string trace_line(Time time, std::string_view host, std::string_view text) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(3) << std::setw(12)
      << static_cast<double>(time) / static_cast<double>(second) << " s  " << std::left
      << std::setw(9) << host << text << '\n';
  return out.str();
}

std::string text_of(const RunPlan& plan, const RunResult& result) {
  std::ostringstream out;
  out << "seed " << result.seed << ": " << plan.threshold << " of " << plan.nodes << " nodes, "
      << plan.liars << " of them the adversary's";
  for (std::size_t i = 0; i < plan.liars && i < plan.strategies.size(); ++i) {
    out << (i == 0 ? " (" : ", ") << plan.strategies[i];
  }
  out << (plan.liars > 0 ? ")" : "") << ", " << plan.clients << " clients, " << plan.faults.size()
      << " faults in " << duration(plan.length) << '\n';
  out << line("events", number(static_cast<double>(result.events)))
      << line("virtual time", duration(result.virtual_time))
      << line("signatures", number(static_cast<double>(result.signatures)))
      << line("requests without one", number(static_cast<double>(result.failures)))
      << line("with a second session", number(static_cast<double>(result.second_sessions)))
      << line("crashes", number(static_cast<double>(result.crashes)))
      << line("liars convicted", number(static_cast<double>(result.convictions)))
      << line("trace", to_hex(result.hash));
  for (const Violation& violation : result.violations) {
    out << "BROKEN " << violation.property << " at " << duration(violation.time) << ": "
        << violation.what << '\n';
  }
  if (result.violations.empty()) {
    out << "all promises hold\n";
  } else {
    out << "again, line by line: quorate-sim run --trace short --seed " << result.seed << '\n';
  }
  return out.str();
}

std::string json_of(const RunResult& result) {
  nlohmann::json out = {{"seed", result.seed},
                        {"events", result.events},
                        {"virtual_seconds", static_cast<double>(result.virtual_time) / 1e9},
                        {"signatures", result.signatures},
                        {"without_signature", result.failures},
                        {"crashes", result.crashes},
                        {"hash", to_hex(result.hash)},
                        {"probes", result.probes},
                        {"violations", nlohmann::json::array()}};
  for (const Violation& violation : result.violations) {
    out["violations"].push_back({{"property", violation.property},
                                 {"seconds", static_cast<double>(violation.time) / 1e9},
                                 {"what", violation.what}});
  }
  return out.dump(2) + "\n";
}

std::string progress_line(const SwarmReport& report) {
  return number(static_cast<double>(report.seeds)) + " seeds, " +
         number(static_cast<double>(report.signatures)) + " signatures, " +
         std::to_string(report.failures.size()) + " failures";
}

std::string text_of(const SwarmReport& report) {
  const double cpu = std::max(report.cpu_seconds, 0.001);
  const auto rate = [&](double count) { return number(count / cpu); };
  std::ostringstream out;
  out << line("seeds", number(static_cast<double>(report.seeds)) + " (" +
                           rate(static_cast<double>(report.seeds) * 60) + " a CPU-minute)")
      << line("events", number(static_cast<double>(report.events)) + " (" +
                            rate(static_cast<double>(report.events)) + " a CPU-second)")
      << line("signatures", number(static_cast<double>(report.signatures)) + " (" +
                                rate(static_cast<double>(report.signatures)) + " a CPU-second)")
      << line("virtual time", number(report.virtual_hours) + " h (" + rate(report.node_hours) +
                                  " node-hours a CPU-second)")
      << line("requests refused or lost", number(static_cast<double>(report.refused)))
      << line("second sessions", number(static_cast<double>(report.second_sessions)))
      << line("crashes", number(static_cast<double>(report.crashes)))
      << line("roots made", number(static_cast<double>(report.roots)))
      << line("liars convicted", number(static_cast<double>(report.convictions)))
      << line("CPU time", number(report.cpu_seconds / 60, 1) + " min");
  std::vector<std::string_view> never;
  for (const std::string_view probe : reached_probes) {
    if (!report.probes.contains(std::string(probe))) never.push_back(probe);
  }
  out << line("rare states reached", std::to_string(reached_probes.size() - never.size()) + " of " +
                                         std::to_string(reached_probes.size()));
  for (const std::string_view probe : never) out << "    never: " << probe << '\n';
  for (const SwarmFailure& failure : report.failures) {
    out << "BROKEN " << failure.property << ", seed " << failure.seed << ": " << failure.what
        << '\n';
  }
  if (report.failures.empty()) {
    out << "all promises hold\n";
  } else {
    out << "look at one: quorate-sim run --trace short --seed " << report.failures.front().seed
        << '\n';
  }
  return out.str();
}

std::string json_of(const SwarmReport& report) {
  nlohmann::json out = {{"seeds", report.seeds},           {"events", report.events},
                        {"signatures", report.signatures}, {"virtual_hours", report.virtual_hours},
                        {"node_hours", report.node_hours}, {"cpu_seconds", report.cpu_seconds},
                        {"crashes", report.crashes},       {"convictions", report.convictions},
                        {"probes", report.probes},         {"failures", nlohmann::json::array()}};
  for (const SwarmFailure& failure : report.failures) {
    out["failures"].push_back(
        {{"seed", failure.seed}, {"property", failure.property}, {"what", failure.what}});
  }
  return out.dump(2) + "\n";
}

std::string list_of(std::string_view what) {
  std::ostringstream out;
  const auto entry = [&](std::string_view name, std::string_view about) {
    out << std::left << std::setw(16) << name << about << '\n';
  };
  if (what == "faults") {
    for (const FaultKind& kind : fault_kinds()) entry(kind.name, kind.about);
  } else if (what == "properties") {
    for (const Property& property : properties) entry(property.id, property.about);
  } else if (what == "probes") {
    for (const std::string_view probe : reached_probes) out << probe << '\n';
  } else if (what == "strategies") {
    std::string_view who;
    for (const Strategy& strategy : strategies()) {
      if (const std::string_view stage = played_by(strategy.stage); stage != who) {
        out << stage << ":\n";
        who = stage;
      }
      out << "  " << std::left << std::setw(42) << strategy.name << strategy.what << '\n';
    }
  } else if (what == "bugs") {
    for (const Mutant& mutant : mutants()) {
      std::string by;
      for (const std::string& property : mutant.properties) {
        by += (by.empty() ? "" : ", ") + property;
      }
      if (!mutant.where.empty()) by = mutant.where;
      out << std::left << std::setw(6) << plant::name(mutant.bug) << "caught by " << by << '\n';
    }
    out << "docs/simulation.md says what each is, and where it stands\n";
  }
  return out.str();
}

}  // namespace quorate::sim
