// Performs the coordinator's actions on connections and timers. Decides nothing. Commitments that a
// request did not need serve the next one on the same Quorum, which is then one round trip; a
// quorum that signs for the first time asks all nodes, and goes on with the first that answer.
//
//   Signing signing(*quorum, record);
//   signing.fetch_commitments();                   while the evidence is still being made
//   quorum->run_until_readable(evidence.pidfd());
//   signing.finish(task, request, timeout)

#pragma once

#include <map>
#include <optional>
#include <variant>

#include "client/coordinator/coordinator.h"
#include "client/driver/quorum.h"
#include "client/driver/timer.h"
#include "client/recording/recording.h"
#include "proto/ceremony/epoch_record.h"

namespace quorate::driver {

using SigningEnd = std::variant<coordinator::Finished, coordinator::Failed>;

class Signing {
 public:
  // Of the record's members, those that the quorum has links to are asked.
  Signing(Quorum& quorum, ceremony::EpochRecord record);
  ~Signing();
  Signing(const Signing&) = delete;
  Signing& operator=(const Signing&) = delete;

  // What goes into the coordinator is told to it from finish() on. It outlives that call.
  void record_to(recording::ClientRecorder& recorder) { recorder_ = &recorder; }

  // Asks every member for a commitment. What has come when finish() is called is used there.
  void fetch_commitments();

  // For coordinator::Task: the members that can be asked.
  std::map<frost::Identifier, std::string> names() const;

  // Runs the loop until there is a signature, or a reason why not. `request` is what every `sign`
  // carries. Once. Fails as Coordinator::make() does.
  [[nodiscard]] Result<SigningEnd> finish(coordinator::Task task, Bytes request,
                                          Milliseconds timeout, const Progress& progress);

 private:
  using Identifier = frost::Identifier;

  void tell(const coordinator::Event& event);
  void perform(const coordinator::AskCommitments& action);
  void perform(const coordinator::AskToSign& action);
  void perform(const coordinator::WakeAt& action);
  void perform(const coordinator::Finished& action) { end_ = action; }
  void perform(const coordinator::Failed& action) { end_ = action; }
  void ask_commitments(Identifier member);
  void on_answer(Identifier member, const wire::v1::Answer& answer);
  void report_each_second(const Progress& progress);

  Quorum& quorum_;
  ceremony::EpochRecord record_;
  Bytes request_;
  std::map<Identifier, Link*> links_;
  std::map<Identifier, std::uint64_t> asked_early_;  // when
  std::map<Identifier, coordinator::Pair> early_;    // before there was a coordinator
  std::map<Identifier, std::string> lost_early_;
  std::optional<coordinator::Coordinator> coordinator_;
  recording::ClientRecorder* recorder_ = nullptr;  // off, unless somebody asks
  std::optional<SigningEnd> end_;
  Timer wake_;
  Timer deadline_;
  Timer each_second_;
};

}  // namespace quorate::driver
