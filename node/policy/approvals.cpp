// Whose approvals count, and whether they are enough: k different people, none of them the
// requester under any key, nobody in two rules.

#include <algorithm>
#include <map>

#include "node/policy/assignment.h"
#include "node/policy/rules.h"
#include "node/policy/words.h"

namespace quorate::policy {

using request::Approver;

namespace {

// The issuers that know the requester, where nothing else does: of somebody without an entry of
// theirs nobody can tell that he is not the requester.
std::vector<std::string> only_known_to(const Case& asked) {
  std::vector<std::string> issuers;
  if (asked.contents.person(asked.facts.judgement.person) != nullptr) return issuers;
  for (const request::Requester& one : asked.facts.judgement.requesters) {
    if (one.token) issuers.push_back(one.token->issuer);
  }
  return issuers;
}

bool is_known_to_all(const Person& person, const std::vector<std::string>& issuers) {
  return std::all_of(issuers.begin(), issuers.end(),
                     [&](const std::string& issuer) { return person.is_known_to(issuer); });
}

bool is_member(const std::string& person, const ApprovalRule& rule, const Contents& contents) {
  return std::any_of(rule.groups.begin(), rule.groups.end(), [&](const std::string& name) {
    return contents.group(name)->has_member(person);
  });
}

bool is_good_enough(const Approver& approver, Evidence evidence) {
  if (evidence == Evidence::key) return true;
  if (!approver.fido || !approver.fido->touched()) return false;
  return evidence != Evidence::key_verified || approver.fido->person_verified();
}

bool is_recent(const Approver& approver, const ApprovalRule& rule, std::uint64_t now_s) {
  const std::uint64_t time = approver.approval.time;
  return time >= now_s || now_s - time <= rule.within_s;
}

enum class Verdict { counts, too_old, does_not_fit };

Verdict judge(const Approver& approver, const ApprovalRule& rule, const Case& asked) {
  if (!is_member(approver.person, rule, asked.contents) ||
      !is_good_enough(approver, rule.evidence)) {
    return Verdict::does_not_fit;
  }
  return is_recent(approver, rule, asked.facts.now_s) ? Verdict::counts : Verdict::too_old;
}

// Why an approval serves no rule at all; none where it may.
std::optional<Error> ruled_out(const Approver& approver, const Case& asked) {
  const std::string by = "the approval by " + approver.person;
  if (const Status on_time = request::check_time(approver.approval, asked.facts.now_s); !on_time) {
    return Error{Code::approval_expired, by + ": " + on_time.error().message};
  }
  if (approver.person == asked.facts.judgement.person) {
    return Error{Code::approval_by_requester,
                 by + " does not count: nobody approves his own request, under whichever key"};
  }
  if (asked.facts.is_revoked && asked.facts.is_revoked(approver.person, approver.key)) {
    return Error{Code::revoked, by + " does not count: the person or the key is revoked"};
  }
  const Person* person = asked.contents.person(approver.person);
  if (person == nullptr || !is_known_to_all(*person, only_known_to(asked))) {
    return Error{Code::approval_missing,
                 by + " does not count: a token alone names the requester, and the policy has no "
                      "`oidc` entry of its issuer that would show them to be two"};
  }
  return std::nullopt;
}

// Why an approval that is not ruled out did not count in the end.
Error passed_over(const Approver& approver, const Case& asked) {
  const std::string by = "the approval by " + approver.person;
  for (const ApprovalRule& rule : asked.profile.approvals) {
    if (judge(approver, rule, asked) == Verdict::too_old) {
      return {Code::approval_expired, by + " is older than the " +
                                          duration_in_words(rule.within_s) + " that profile " +
                                          asked.profile.name + " allows"};
    }
  }
  return {Code::approval_missing, by + " does not count, or not once more"};
}

// One of the people who approved: for each rule that he could serve, by which approval.
struct Candidate {
  std::string person;
  std::map<std::size_t, std::size_t> approval_for;
};

std::vector<Candidate> candidates_of(const Case& asked) {
  std::vector<Candidate> out;
  const auto& approvers = asked.facts.judgement.approvers;
  for (std::size_t i = 0; i < approvers.size(); ++i) {
    if (ruled_out(approvers[i], asked)) continue;
    auto found = std::find_if(out.begin(), out.end(), [&](const Candidate& one) {
      return one.person == approvers[i].person;
    });
    if (found == out.end()) found = out.insert(out.end(), Candidate{approvers[i].person, {}});
    for (std::size_t rule = 0; rule < asked.profile.approvals.size(); ++rule) {
      if (judge(approvers[i], asked.profile.approvals[rule], asked) == Verdict::counts) {
        found->approval_for.emplace(rule, i);
      }
    }
  }
  return out;
}

// "1 more approval by carol or dave with a touched key": who could complete the request.
std::string still_needed(const Case& asked, const std::vector<Candidate>& candidates,
                         const Assignment& assignment) {
  std::vector<std::string> excluded = {asked.facts.judgement.person};
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (assignment.rule_of[i]) excluded.push_back(candidates[i].person);
  }
  std::string out;
  for (std::size_t i = 0; i < asked.profile.approvals.size(); ++i) {
    if (assignment.lacking[i] == 0) continue;
    const ApprovalRule& rule = asked.profile.approvals[i];
    const std::vector<std::string> issuers = only_known_to(asked);
    std::vector<std::string> people;
    for (const Person& person : asked.contents.persons) {
      const bool is_excluded =
          std::find(excluded.begin(), excluded.end(), person.name) != excluded.end();
      const bool has_key =
          rule.evidence == Evidence::key ? !person.keys.empty() : person.has_fido_key();
      if (!is_excluded && has_key && is_member(person.name, rule, asked.contents) &&
          is_known_to_all(person, issuers)) {
        people.push_back(person.name);
      }
    }
    out += (out.empty() ? "" : ", and ") + std::to_string(assignment.lacking[i]) +
           (assignment.lacking[i] == rule.count ? "" : " more") +
           (assignment.lacking[i] == 1 ? " approval" : " approvals") + " by " + either(people) +
           with_evidence(rule.evidence);
  }
  return out;
}

}  // namespace

Approvals check_approvals(const Case& asked) {
  const std::vector<Candidate> candidates = candidates_of(asked);
  std::vector<std::vector<std::size_t>> fits;
  for (const Candidate& candidate : candidates) {
    std::vector<std::size_t> rules;
    for (const auto& [rule, approval] : candidate.approval_for) rules.push_back(rule);
    fits.push_back(std::move(rules));
  }
  std::vector<std::uint64_t> counts;
  for (const ApprovalRule& rule : asked.profile.approvals) counts.push_back(rule.count);
  const Assignment assignment = assign(fits, counts);

  Approvals out;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (const auto rule = assignment.rule_of[i]) {
      out.counted.push_back(candidates[i].approval_for.at(*rule));
    }
  }
  std::sort(out.counted.begin(), out.counted.end());
  if (assignment.is_complete()) return out;

  const std::string needed =
      "profile " + asked.profile.name + " needs " + still_needed(asked, candidates, assignment);
  const auto lacking = std::find_if(assignment.lacking.begin(), assignment.lacking.end(),
                                    [](std::uint64_t many) { return many > 0; });
  const auto rule = static_cast<std::size_t>(lacking - assignment.lacking.begin());
  out.lacking =
      Breach{{Code::approval_missing, needed}, "approval", asked.profile.approvals[rule].line};
  const auto& approvers = asked.facts.judgement.approvers;
  for (std::size_t i = 0; i < approvers.size(); ++i) {
    if (std::find(out.counted.begin(), out.counted.end(), i) != out.counted.end()) continue;
    const std::optional<Error> why = ruled_out(approvers[i], asked);
    const Error first = why ? *why : passed_over(approvers[i], asked);
    out.lacking->error = {first.code, first.message + "; " + needed};
    break;
  }
  return out;
}

}  // namespace quorate::policy
