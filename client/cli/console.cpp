#include "client/cli/console.h"

#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "client/cli/verdict_words.h"

namespace quorate::cli {
namespace {

void write(std::FILE* where, std::string_view text) {
  // A reader that went away (a closed pipe) is no reason to fail after the work is done.
  errno = 0;
  const bool is_written =
      std::fwrite(text.data(), 1, text.size(), where) == text.size() && std::fflush(where) == 0;
  if (is_written || errno == EPIPE || where != stdout) return;
  // A result that nobody can read must not end with 0: a full disk would leave an empty file.
  // Where standard error is gone too, the exit code alone says it.
  static_cast<void>(std::fprintf(stderr, "quorate: can't write the result: %s\n",
                                 std::generic_category().message(errno).c_str()));
  std::_Exit(static_cast<int>(Exit::usage));
}

// File names may be no UTF-8, and are shown all the same.
std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

void write_line(std::FILE* where, std::string_view text) { write(where, std::string(text) + "\n"); }

}  // namespace

Console::Console(Style style, ShowProgress progress)
    : style_(style),
      progress_(progress),
      shows_progress_(progress == ShowProgress::always || isatty(STDERR_FILENO) == 1),
      started_(std::chrono::steady_clock::now()) {}

void Console::result(std::string_view words, const Json& json) const {
  if (style_ == Style::json) {
    write_line(stdout, text_of(json));
  } else {
    write(stdout, words);
  }
}

void Console::line(const Json& json) const {
  write_line(stdout, json.dump(-1, ' ', true, Json::error_handler_t::replace));
}

void Console::clear() const {
  if (isatty(STDOUT_FILENO) == 1) write(stdout, "\x1b[H\x1b[2J");
}

void Console::progress(std::string_view line) const {
  if (!shows_progress_) return;
  const bool is_slow = std::chrono::steady_clock::now() - started_ >= std::chrono::seconds(1);
  if (progress_ == ShowProgress::always || is_slow) write_line(stderr, line);
}

void Console::note(std::string_view line) const { write_line(stderr, line); }

void Console::failed(const Trouble& trouble) const {
  std::string text = "quorate: " + trouble.what + "\n";
  std::size_t width = 0;
  for (const NodeTrouble& node : trouble.nodes) width = std::max(width, node.node.size());
  for (const NodeTrouble& node : trouble.nodes) {
    text += "  " + padded(node.node, width) + "  " + in_words(node) + "\n";
  }
  if (!trouble.next.empty()) text += "  next: " + trouble.next + "\n";
  write(stderr, text);
  if (style_ == Style::json) write_line(stdout, text_of(json_of(trouble)));
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

std::string in_words(const NodeTrouble& node) {
  std::string text = node.reason.empty() ? node.code : node.code + ": " + node.reason;
  const std::string verdict = node.verdict ? in_words(*node.verdict) : "";
  if (!verdict.empty()) text += " (" + verdict + ")";
  if (!node.evidence.empty()) text += "; the proof is in " + node.evidence;
  return text;
}

Json json_of(const NodeTrouble& node) {
  Json json = {{"name", node.node}, {"code", node.code}, {"reason", node.reason}};
  if (node.verdict) json["verdict"] = json_of(*node.verdict);
  if (!node.evidence.empty()) json["evidence"] = node.evidence;
  return json;
}

Json json_of(const Trouble& trouble) {
  Json nodes = Json::array();
  for (const NodeTrouble& node : trouble.nodes) nodes.push_back(json_of(node));
  Json error = {{"code", trouble.code},
                {"exit", static_cast<int>(trouble.exit)},
                {"message", trouble.what},
                {"next", trouble.next},
                {"nodes", nodes}};
  if (!trouble.file.empty()) error["file"] = trouble.file;
  return {{"error", error}};
}

}  // namespace quorate::cli
