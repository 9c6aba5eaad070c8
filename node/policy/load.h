// How policy.toml is read, in parts. Inside node/policy only.

#pragma once

#include "node/policy/profile.h"
#include "proto/settings/settings.h"

namespace quorate::policy {

// load_people.cpp: who is who. Persons and groups name issuers, groups name persons.
[[nodiscard]] Status read_issuer(settings::Section& section, Contents& contents);
[[nodiscard]] Status read_person(settings::Section& section, Contents& contents);
[[nodiscard]] Status read_group(settings::Section& section, Contents& contents);

// load_rules.cpp: the sections of one profile, whose kind and evidence are known.
[[nodiscard]] Status read_ssh(settings::Section& section, Profile& profile);
[[nodiscard]] Status read_file(settings::Section& section, Profile& profile);
[[nodiscard]] Status read_access(settings::Section& section, Profile& profile);
[[nodiscard]] Status read_limits(settings::Section& section, Profile& profile);

// load_profile.cpp
[[nodiscard]] Status read_profile(settings::Section& section, Contents& contents);

// soundness.cpp: what the profile's groups, evidence and templates ask for, somebody can give.
[[nodiscard]] Status check_sound(const settings::Section& section, const Profile& profile,
                                 const Contents& contents);

// Reads `key` as a name: of its own, or of something that the file has.
[[nodiscard]] Result<std::string> read_name(settings::Section& section, std::string_view key);

// A list that is not empty, none of it twice. `what` is what messages call one: "a principal".
[[nodiscard]] Result<std::vector<settings::Item>> read_list(settings::Section& section,
                                                            std::string_view key,
                                                            std::string_view what);

// A duration up to `most`, which messages call `words`.
struct Longest {
  std::uint64_t seconds;
  std::string_view words;
};
[[nodiscard]] Result<std::uint64_t> read_duration(settings::Section& section, std::string_view key,
                                                  const Longest& longest);

bool is_printable(std::string_view text);

}  // namespace quorate::policy
