#include "client/driver/round.h"

#include <optional>

#include "client/driver/timer.h"

namespace quorate::driver {
namespace {

class Round {
 public:
  Round(Quorum& quorum, std::vector<Question> questions, Patience patience)
      : quorum_(quorum),
        questions_(std::move(questions)),
        patience_(patience),
        deadline_(quorum.loop()) {
    answers_.resize(questions_.size());
    failures_.resize(questions_.size());
    for (std::size_t i = 0; i < questions_.size(); ++i) ask(i);
  }
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;
  ~Round() {
    for (const Question& question : questions_) question.link->forget();
  }

  std::vector<Result<wire::v1::Answer>> run(Milliseconds timeout) {
    deadline_.after(timeout, [this] { is_over_ = true; });
    quorum_.run_until([this] { return is_over_ || is_settled(); });
    std::vector<Result<wire::v1::Answer>> out;
    for (std::size_t i = 0; i < answers_.size(); ++i) out.push_back(result(i));
    return out;
  }

 private:
  void ask(std::size_t i) {
    Link& link = *questions_[i].link;
    link.listen({[this, i, &link](const std::string&) { failures_[i] = link.trouble(); },
                 [this, i] {
                   failures_[i].reset();
                   if (!answers_[i]) put_question(i);
                 }});
    failures_[i] = link.trouble();
    put_question(i);
  }

  void put_question(std::size_t i) {
    questions_[i].link->ask(questions_[i].ask,
                            [this, i](const wire::v1::Answer& answer) { answers_[i] = answer; });
  }

  bool is_settled() const {
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      const bool is_given_up = patience_ == Patience::first_failure && failures_[i].has_value();
      if (!answers_[i] && !is_given_up) return false;
    }
    return true;
  }

  Result<wire::v1::Answer> result(std::size_t i) const {
    if (answers_[i]) return *answers_[i];
    if (failures_[i]) return tl::unexpected<Error>(*failures_[i]);
    Error late{Code::timed_out, "it did not answer in time"};
    return tl::unexpected(std::move(late));
  }

  Quorum& quorum_;
  std::vector<Question> questions_;
  Patience patience_;
  Timer deadline_;
  bool is_over_ = false;
  std::vector<std::optional<wire::v1::Answer>> answers_;
  std::vector<std::optional<Error>> failures_;  // as long as the node is out of reach
};

}  // namespace

std::vector<Result<wire::v1::Answer>> ask_all(Quorum& quorum, std::vector<Question> questions,
                                              Milliseconds timeout, Patience patience) {
  return Round(quorum, std::move(questions), patience).run(timeout);
}

}  // namespace quorate::driver
