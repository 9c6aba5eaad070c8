// What an audit finds and reads, as people and programs see it.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "client/audit/finding.h"
#include "client/audit/texts.h"
#include "client/cli/console.h"
#include "proto/record/record.h"

namespace quorate::cli {

std::string in_words(const std::vector<audit::Finding>& findings);
Json json_of(const std::vector<audit::Finding>& findings);

// A record, and what it takes to say what it means.
struct ReadRecord {
  std::string node;
  std::uint64_t index;
  record::Record record;
};
struct Meaning {
  const audit::Texts& texts;
  const std::map<record::Hash, std::string>& roots;  // names by root id
};

// Names of those who asked and who approved, as the node knows them; `erased` where it forgot.
struct Persons {
  std::vector<std::string> asked;
  std::vector<std::string> approved;
};
Persons persons_of(const record::Verdict& verdict, const audit::Texts& texts);

// The root's name, or its id where it is not pinned here.
std::string root_name(const Meaning& meaning, const record::Hash& root_id);

// One line, with a line feed.
std::string in_words(const ReadRecord& read, const Meaning& meaning);
Json json_of(const ReadRecord& read, const Meaning& meaning);

}  // namespace quorate::cli
