#include "node/program/recorder.h"

#include <spdlog/spdlog.h>

#include "node/program/system.h"
#include "proto/wire/decode.h"

namespace quorate::node {

using recording::NodeEntry;

Result<Recorder> Recorder::create(const std::filesystem::path& file, std::uint64_t limit_bytes) {
  QUORATE_TRY(recording::Writer writer,
              recording::Writer::create(file, recording::Core::node, limit_bytes));
  spdlog::warn("recording what this node is asked to {}: requests, tokens, people's names",
               file.string());
  return Recorder(std::move(writer));
}

void Recorder::begin(const recording::Begin& begin) {
  roots_ = begin.roots;
  append(NodeEntry::begin, begin.now, recording::encode(begin));
}

void Recorder::reload(const recording::Reload& reload) {
  append(NodeEntry::policy, reload.now, recording::encode(reload));
}

void Recorder::asks(std::span<const server::Worker::Asked* const> asks, const Now& now) {
  if (!is_on()) return;
  recording::Asks entry{now, {}};
  for (const server::Worker::Asked* one : asks) {
    entry.asks.push_back({one->client, wire::encode(one->ask)});
  }
  append(NodeEntry::asks, now, recording::encode(entry));
}

void Recorder::answers(std::span<const std::optional<Answer>> answers, const Now& now) {
  if (!is_on()) return;
  std::vector<recording::AnswerLine> lines;
  for (const std::optional<Answer>& answer : answers) lines.push_back(recording::line_of(answer));
  append(NodeEntry::answers, now, recording::encode(lines));
}

void Recorder::fetched(std::uint64_t ticket, const Result<oidc::Documents>& answer,
                       const Now& now) {
  if (!is_on()) return;
  append(NodeEntry::fetched, now,
         recording::encode(recording::FetchedDocuments{now, ticket, answer}));
}

void Recorder::roots(std::vector<Bytes> records, const Now& now) {
  if (!is_on() || records == roots_) return;
  roots_ = std::move(records);
  append(NodeEntry::roots, now, recording::encode_roots(roots_));
}

void Recorder::append(NodeEntry kind, const Now& now, Bytes body) {
  if (!is_on()) return;
  const Status written =
      writer_->append({static_cast<std::uint8_t>(kind), now.wall_ms, std::move(body)});
  if (!written) spdlog::error("{}", written.error().message);
}

recording::PolicyTexts texts_of(const std::filesystem::path& directory,
                                const Result<PolicyFiles>& read) {
  recording::PolicyTexts texts;
  const std::filesystem::path file = directory / "policy.toml";
  std::error_code failed;
  if (std::filesystem::exists(file, failed)) {
    if (Result<std::string> text = read_text(file)) texts.policy = *std::move(text);
  }
  if (read) texts.pinned_keys = read->pinned_keys;
  return texts;
}

}  // namespace quorate::node
