#include "client/driver/leading.h"

#include <map>
#include <optional>

#include "client/driver/answer.h"
#include "client/driver/timer.h"

namespace quorate::driver {
namespace {

class Leading {
 public:
  Leading(Quorum& quorum, leader::Leader leader, Progress progress)
      : quorum_(quorum),
        leader_(std::move(leader)),
        progress_(std::move(progress)),
        wake_(quorum.loop()),
        deadline_(quorum.loop()) {
    for (const ceremony::Member& member : leader_.proposal().target.members) {
      Link* const link = quorum_.find(member.identity);
      if (link == nullptr) continue;
      const frost::Identifier who = member.index;
      links_.emplace(who, link);
      link->listen({[this, who](const std::string& why) {
                      tell(leader::Lost{who, why});
                    },
                    [this, who] { tell(leader::Reconnected{who}); }});
    }
  }
  Leading(const Leading&) = delete;
  Leading& operator=(const Leading&) = delete;
  ~Leading() {
    for (const auto& [who, link] : links_) link->forget();
  }

  CeremonyEnd run(leader::Begin begin, Milliseconds timeout) {
    deadline_.after(timeout, [this] { tell(leader::Deadline{}); });
    tell(leader::Start{begin});
    for (const ceremony::Member& member : leader_.proposal().target.members) {
      const auto link = links_.find(member.index);
      if (link == links_.end()) {
        tell(leader::Lost{member.index, "it is not in the roster, or was left out"});
      } else if (link->second->trouble()) {
        tell(leader::Lost{member.index, link->second->trouble()->message});
      }
    }
    quorum_.run_until([this] { return end_.has_value(); });
    return *std::move(end_);
  }

 private:
  void tell(const leader::Event& event) {
    if (end_) return;
    for (const leader::Action& action : leader_.handle(Quorum::now_ms(), event)) {
      std::visit([this](const auto& what) { perform(what); }, action);
    }
  }

  void perform(const leader::Send& action) {
    const auto link = links_.find(action.member);
    if (link == links_.end()) return;
    const frost::Identifier member = action.member;
    link->second->ask(ceremony_ask(action.ask), [this, member](const wire::v1::Answer& answer) {
      tell(ceremony_event(member, answer));
    });
  }

  void perform(const leader::Progress& action) {
    if (progress_) progress_(action.text);
  }

  void perform(const leader::WakeAt& action) {
    const std::uint64_t now = Quorum::now_ms();
    wake_.after(Milliseconds(action.time_ms > now ? action.time_ms - now : 0),
                [this] { tell(leader::Tick{}); });
  }

  void perform(const leader::Finished& action) { end_ = action; }
  void perform(const leader::Failed& action) { end_ = action; }

  Quorum& quorum_;
  leader::Leader leader_;
  Progress progress_;
  std::map<frost::Identifier, Link*> links_;
  std::optional<CeremonyEnd> end_;
  Timer wake_;
  Timer deadline_;
};

}  // namespace

CeremonyEnd lead(Quorum& quorum, leader::Leader leader, leader::Begin begin, Milliseconds timeout,
                 const Progress& progress) {
  return Leading(quorum, std::move(leader), progress).run(begin, timeout);
}

}  // namespace quorate::driver
