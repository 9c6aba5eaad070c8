#include <array>
#include <cstdio>

#include "sim/availability/availability.h"
#include "sim/availability/lessons.h"
#include "sim/availability/requests.h"

namespace quorate::sim::availability {
namespace {

constexpr Time settled = 30 * second;

double hours(Time time) { return static_cast<double>(time) / static_cast<double>(hour); }

// "day  12  Sat 03:00"
std::string when(Time time) {
  static constexpr std::array<const char*, 7> weekdays = {"Mon", "Tue", "Wed", "Thu",
                                                          "Fri", "Sat", "Sun"};
  std::array<char, 48> text{};
  const std::uint64_t days = time / day;
  std::snprintf(text.data(), text.size(), "day %3llu  %s %02llu:%02llu",
                static_cast<unsigned long long>(days), weekdays[days % 7],
                static_cast<unsigned long long>(time % day / hour),
                static_cast<unsigned long long>(time % hour / minute));
  return text.data();
}

std::string begins(const Cause& cause) {
  switch (cause.kind) {
    case Ailment::host: return cause.name + " fails";
    case Ailment::hsm: return cause.name + " is gone: it answers, and cannot sign";
    case Ailment::maintenance: return cause.name + " begins";
    case Ailment::upgrade: return cause.name + " begins";
    case Ailment::shared: return cause.name + " fails";
    case Ailment::slow: return cause.name;
  }
  return cause.name;
}

std::string ends(const Cause& cause) {
  switch (cause.kind) {
    case Ailment::host: return cause.name + " is back";
    case Ailment::hsm: return cause.name + " is back";
    case Ailment::maintenance: return cause.name + " is over";
    case Ailment::upgrade: return cause.name + " is over";
    case Ailment::shared: return cause.name + " is back";
    case Ailment::slow: return cause.nodes.empty() ? cause.name : cause.name + " no longer";
  }
  return cause.name;
}

class Story {
 public:
  Story(const Scenario& scenario, const Quorum& quorum, Requests requests)
      : quorum_(quorum), requests_(std::move(requests)) {
    text_ = scenario.title + ": " + said(quorum.choice()) + ", " + "nodes";
    for (const Node& node : quorum.nodes) {
      text_ += " " + node.name;
      if (!node.site.empty()) text_ += " (" + node.site + ")";
    }
    text_ += "\n\n";
  }

  Result<std::string> tell(const StoryOptions& options) {
    Timeline timeline(quorum_, options.seed);
    QUORATE_CHECK(first_request(timeline.conditions()));
    while (timeline.next() < options.length && lines_ < options.lines) {
      const Conditions before = timeline.conditions();
      timeline.advance();
      QUORATE_CHECK(change(before, timeline));
    }
    if (lines_ >= options.lines) text_ += "... and so on\n";
    const Time end = lines_ < options.lines ? options.length : timeline.now();
    if (is_down_) down_ += end - down_since_;
    text_ += "\nIn " + said_hours(hours(std::max(end, hour))) + ": signing stopped " +
             std::to_string(outages_) + (outages_ == 1 ? " time" : " times") + ", for " +
             said_hours(hours(down_)) + " in all.\n";
    return std::move(text_);
  }

 private:
  Status first_request(const Conditions& conditions) {
    QUORATE_TRY(const std::string request, try_now(conditions, conditions));
    line(0, "all begins; a request " + request);
    return Done{};
  }

  Status change(const Conditions& before, const Timeline& timeline) {
    const Cause& cause = quorum_.causes[timeline.latest()];
    if (timeline.was_put_off()) {
      line(timeline.now(), cause.name + " is put off: " + away(timeline.conditions()));
      return Done{};
    }
    const bool came = timeline.is_there(timeline.latest());
    QUORATE_TRY(const std::string request, try_now(before, timeline.conditions()));
    line(timeline.now(), (came ? begins(cause) : ends(cause)) + "; " + able(timeline.conditions()) +
                             "; a request then " + request);
    if (!is_signed_ && !is_down_) {
      is_down_ = true;
      ++outages_;
      down_since_ = timeline.now();
      line(timeline.now(), "** signing stops: " + away(timeline.conditions()) + " **");
    } else if (is_signed_ && is_down_) {
      is_down_ = false;
      down_ += timeline.now() - down_since_;
      line(timeline.now(),
           "** signing again, after " + said_hours(hours(timeline.now() - down_since_)) + " **");
    }
    return Done{};
  }

  // Once the client has seen what happened.
  Result<std::string> try_now(const Conditions& before, const Conditions& now) {
    Plan run{before, {{0, now}}, {settled}};
    QUORATE_TRY(const std::vector<Answered> answered, requests_.run(run));
    const Answered& one = answered.front();
    is_signed_ = one.is_signed;
    if (!one.is_signed) return "fails: " + one.why;
    return "is signed in " + said_hours(hours(one.took)) +
           (one.sessions > 1 ? ", in " + std::to_string(one.sessions) + " sessions" : "");
  }

  std::string able(const Conditions& conditions) const {
    std::size_t count = 0;
    for (std::size_t node = 0; node < conditions.size(); ++node) {
      if (conditions[node].reach == Reach::up && !quorum_.nodes[node].lies) ++count;
    }
    return std::to_string(count) + " of " + std::to_string(conditions.size()) + " can sign";
  }
  std::string away(const Conditions& conditions) const {
    std::string names;
    for (std::size_t node = 0; node < conditions.size(); ++node) {
      const Node& one = quorum_.nodes[node];
      std::string how;
      switch (conditions[node].reach) {
        case Reach::up: how = one.lies ? "lies" : ""; break;
        case Reach::silent: how = "is gone"; break;
        case Reach::closed: how = "is stopped"; break;
        case Reach::no_token: how = "has no HSM"; break;
      }
      if (!how.empty()) names += (names.empty() ? "" : ", ") + one.name + " " + how;
    }
    return names;
  }

  void line(Time time, const std::string& what) {
    ++lines_;
    text_ += when(time) + "  " + what + "\n";
  }

  const Quorum& quorum_;
  Requests requests_;
  std::string text_;
  std::size_t lines_ = 0;
  bool is_signed_ = true;
  bool is_down_ = false;
  Time down_since_ = 0;
  Time down_ = 0;
  std::size_t outages_ = 0;
};

}  // namespace

Result<std::string> story(const Scenario& scenario, const StoryOptions& options) {
  const Quorum quorum =
      quorum_of(scenario, {scenario.threshold, static_cast<std::uint16_t>(scenario.nodes.size())});
  QUORATE_TRY(Requests requests, Requests::make(quorum, options.seed));
  return Story(scenario, quorum, std::move(requests)).tell(options);
}

}  // namespace quorate::sim::availability
