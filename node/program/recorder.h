// `quorate-node run --record FILE`: what goes into the core, in a file, for `quorate-sim replay`.
// Off unless asked for. Nothing secret comes in (node/recording/recording.h).

#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "crypto/base/result.h"
#include "node/recording/recording.h"
#include "node/server/worker.h"
#include "proto/recording/writer.h"

namespace quorate::node {

class Recorder {
 public:
  // Off: every call does nothing.
  Recorder() = default;

  // Fails with `io`; never writes over a file.
  [[nodiscard]] static Result<Recorder> create(const std::filesystem::path& file,
                                               std::uint64_t limit_bytes);
  bool is_on() const { return writer_ && writer_->is_open(); }

  void begin(const recording::Begin& begin);
  void reload(const recording::Reload& reload);
  // Before and after the core had them.
  void asks(std::span<const server::Worker::Asked* const> asks, const Now& now);
  void answers(std::span<const std::optional<Answer>> answers, const Now& now);
  void fetched(std::uint64_t ticket, const Result<oidc::Documents>& answer, const Now& now);
  // Where they differ from those before.
  void roots(std::vector<Bytes> records, const Now& now);

 private:
  explicit Recorder(recording::Writer writer) : writer_(std::move(writer)) {}
  void append(recording::NodeEntry kind, const Now& now, Bytes body);

  std::optional<recording::Writer> writer_;
  std::vector<Bytes> roots_;
};

// policy.toml as it lies there, and the pinned keys as they were read with it.
recording::PolicyTexts texts_of(const std::filesystem::path& directory,
                                const Result<PolicyFiles>& read);

}  // namespace quorate::node
