#include "proto/statement/rule.h"

#include <algorithm>

#include "proto/layout/reader.h"

namespace quorate::statement {
namespace {

// More parts than there may be roots can't be met by anybody; 4 digits are enough to say so.
constexpr std::size_t digits_limit = 4;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; }

}  // namespace

// By descent; `at_` only moves forward.
class Rule::Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Rule> whole() {
    Rule out;
    QUORATE_TRY(out.whole_, rule(0));
    if (at_ != text_.size()) return expected("`and`, or the rule's end");
    out.names_ = std::move(names_);
    return out;
  }

 private:
  Result<Term> rule(std::size_t depth) {
    Term all;
    do {
      QUORATE_TRY(Term next, term(depth));
      all.parts.push_back(std::move(next));
    } while (take_word("and"));
    all.needed = all.parts.size();
    return all;
  }

  Result<Term> term(std::size_t depth) {
    const std::size_t begin = skip_blanks();
    const std::string word = take_word();
    if (word.empty()) return expected("a name or a number");
    // `2` may be a root's name, too; what follows decides.
    const bool is_number = std::all_of(word.begin(), word.end(), is_digit);
    if (is_number && take_word("of")) return counted(word, begin, depth);
    if (!layout::is_name(word) || word == "of" || word == "and") {
      return wrong(begin, "`" + word + "` is no root's name");
    }
    if (!names_.insert(word).second) return wrong(begin, word + " stands in the rule twice");
    Term out;
    out.name = word;
    return out;
  }

  Result<Term> counted(const std::string& number, std::size_t begin, std::size_t depth) {
    if (depth == rule_depth_limit) {
      return fail(Code::too_large, "the rule is nested more than 8 deep");
    }
    if (number.size() > digits_limit || (number.size() > 1 && number.front() == '0')) {
      return wrong(begin, "`" + number + "` is no count: decimal, without leading zeros");
    }
    if (!take('(')) return expected("`(`");
    Term out;
    out.needed = std::stoul(number);
    do {
      QUORATE_TRY(Term part, rule(depth + 1));
      out.parts.push_back(std::move(part));
    } while (take(','));
    if (!take(')')) return expected("`,` or `)`");
    if (out.needed == 0 || out.needed > out.parts.size()) {
      return wrong(begin, number + " of " + std::to_string(out.parts.size()) +
                              (out.needed == 0 ? " demands nothing" : " can't be met"));
    }
    return out;
  }

  std::size_t skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    return at_;
  }
  bool take(char wanted) {
    skip_blanks();
    const bool is_there = at_ < text_.size() && text_[at_] == wanted;
    if (is_there) {
      ++at_;
      skip_blanks();
    }
    return is_there;
  }
  std::string take_word() {
    const std::size_t begin = skip_blanks();
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    std::string out(text_.substr(begin, at_ - begin));
    skip_blanks();
    return out;
  }
  bool take_word(std::string_view wanted) {
    const std::size_t before = at_;
    if (take_word() == wanted) return true;
    at_ = before;
    return false;
  }
  static tl::unexpected<Error> wrong(std::size_t position, const std::string& what) {
    return fail(Code::malformed, "the rule, byte " + std::to_string(position + 1) + ": " + what);
  }
  tl::unexpected<Error> expected(const std::string& what) const {
    return wrong(at_, "expected " + what);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::set<std::string> names_;
};

Result<Rule> Rule::parse(std::string_view text) {
  if (text.size() > rule_length_limit) return fail(Code::too_large, "the rule is too long");
  return Parser(text).whole();
}

bool Rule::is_met(const std::set<std::string>& vouched) const { return is_met(whole_, vouched); }

bool Rule::is_met(const Term& term, const std::set<std::string>& vouched) {
  if (!term.name.empty()) return vouched.contains(term.name);
  const auto met = std::count_if(term.parts.begin(), term.parts.end(),
                                 [&](const Term& part) { return is_met(part, vouched); });
  return static_cast<std::size_t>(met) >= term.needed;
}

}  // namespace quorate::statement
