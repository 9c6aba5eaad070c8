#include "client/cli/exit.h"

#include <utility>

namespace quorate::cli {
namespace {

bool is_about_reach(Code code) {
  return code == Code::too_few_nodes || code == Code::timed_out || code == Code::unreachable;
}

// What helps, where that follows from the code alone.
std::string advice(Code code) {
  if (is_about_reach(code)) return "`quorate status` shows which nodes answer, and what ails them";
  if (code == Code::usage) {
    return "`quorate --help` lists the commands, `quorate COMMAND --help` ends with an example";
  }
  if (code == Code::not_pinned) {
    return "compare roster.toml with the node's own identity key, and sign nothing until you know "
           "why "
           "they differ";
  }
  if (code == Code::internal) return "this is a mistake in quorate: please report it";
  return {};
}

}  // namespace

Exit exit_of(Code code) {
  if (is_about_reach(code)) return Exit::too_few;
  if (code == Code::configuration || code == Code::usage || code == Code::io ||
      code == Code::tool_failed) {
    return Exit::usage;
  }
  return code == Code::internal ? Exit::internal : Exit::refused;
}

tl::unexpected<Trouble> trouble(Error error, std::string next) {
  if (next.empty()) next = advice(error.code);
  return tl::unexpected<Trouble>(Trouble{exit_of(error.code), std::string(name(error.code)),
                                         std::move(error.message), std::move(next)});
}

tl::unexpected<Trouble> usage(std::string what, std::string next) {
  return trouble(Error{Code::usage, std::move(what)}, std::move(next));
}

}  // namespace quorate::cli
