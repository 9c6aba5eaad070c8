#include "tests/tool/operation.h"

#include "tests/tool/json_line.h"

namespace quorate::primitives {

using nlohmann::json;

namespace {

const std::vector<Operation>& all_operations() {
  static const std::vector<Operation> operations = [] {
    std::vector<Operation> all = frost_operations();
    for (const auto& family : {dkg_operations(), document_operations()}) {
      all.insert(all.end(), family.begin(), family.end());
    }
    return all;
  }();
  return operations;
}

Answer perform(std::string_view line) {
  QUORATE_TRY(const json request, parse_line(line));
  const auto name = request.find("op");
  if (name == request.end() || !name->is_string()) {
    return fail(Code::usage, "the field \"op\" must name an operation");
  }
  for (const Operation& operation : all_operations()) {
    if (operation.name == name->get_ref<const std::string&>()) return operation.perform(request);
  }
  return fail(Code::usage, "no such operation");
}

json in_words(const Failure& failure) {
  json error = {{"code", name(failure.error.code)}, {"message", failure.error.message}};
  for (const frost::Identifier guilty : failure.guilty) error["guilty"].push_back(guilty.number());
  return {{"error", error}};
}

}  // namespace

std::string answer(std::string_view line) {
  const Answer answer = perform(line);
  return (answer ? *answer : in_words(answer.error()))
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace quorate::primitives
