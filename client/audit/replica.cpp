#include "client/audit/replica.h"

#include <charconv>
#include <system_error>

#include <nlohmann/json.hpp>

#include "client/home/file.h"
#include "crypto/base/hex.h"
#include "proto/layout/writer.h"
#include "proto/record/record.h"

namespace quorate::audit {
namespace {

using nlohmann::json;

constexpr std::string_view first_line = "quorate audit 1";
constexpr std::size_t mark_limit = std::size_t{32} * 1024;
constexpr std::size_t text_limit = std::size_t{1024} * 1024;  // of one; a node's answer is a frame
constexpr std::size_t stored_leaf_limit = sizeof(record::Salt) + record::record_limit;
constexpr std::size_t contradiction_limit = std::size_t{256} * 1024;

bool is_there(const Path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

// `leaves 4711` and the like, line by line.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  Result<std::string_view> value(std::string_view name) {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    if (end == rest_.npos || !line.starts_with(name)) {
      return fail(Code::malformed, "expected a line that begins with `" + std::string(name) + "`");
    }
    rest_.remove_prefix(end + 1);
    return line.substr(name.size());
  }
  Result<std::uint64_t> number(std::string_view name) {
    QUORATE_TRY(const std::string_view digits, value(name));
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc{} || stopped != end) {
      return fail(Code::malformed, "expected a number after `" + std::string(name) + "`");
    }
    return number;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

Result<std::vector<Hash>> parse_hashes(std::string_view text) {
  std::vector<Hash> hashes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    QUORATE_TRY(const Hash hash, from_hex_exactly<32>(text.substr(0, end)));
    hashes.push_back(hash);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return hashes;
}

// nlohmann's own value() throws where the type is another.
std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

json list_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : json::array();
}

}  // namespace

std::string format(const Mark& mark) {
  std::string out(first_line);
  out += "\nleaves " + std::to_string(mark.leaves_bytes) + "\ntexts " +
         std::to_string(mark.texts_bytes) + "\npulled " + std::to_string(mark.pulled_at_s) +
         "\nsize " + std::to_string(mark.held.frontier.size()) + "\nsubtrees ";
  bool is_first = true;
  for (const Hash& hash : mark.held.frontier.subtrees()) {
    out += (is_first ? "" : " ") + to_hex(hash);
    is_first = false;
  }
  return out + "\n\n" + mark.held.note;
}

Result<Mark> parse_mark(std::string_view text) {
  Lines lines(text);
  QUORATE_TRY(const std::string_view nothing, lines.value(first_line));
  Mark mark;
  QUORATE_TRY(mark.leaves_bytes, lines.number("leaves "));
  QUORATE_TRY(mark.texts_bytes, lines.number("texts "));
  QUORATE_TRY(mark.pulled_at_s, lines.number("pulled "));
  QUORATE_TRY(const std::uint64_t size, lines.number("size "));
  QUORATE_TRY(const std::string_view hashes, lines.value("subtrees "));
  QUORATE_TRY(std::vector<Hash> subtrees, parse_hashes(hashes));
  QUORATE_TRY(mark.held.frontier, Frontier::make(size, std::move(subtrees)));
  QUORATE_TRY(const std::string_view empty, lines.value(""));
  if (!nothing.empty() || !empty.empty() || lines.rest().empty()) {
    return fail(Code::malformed, "expected the checkpoint's note after an empty line");
  }
  mark.held.note = std::string(lines.rest());
  return mark;
}

Result<std::optional<Bytes>> Leaves::next() {
  if (left_ == 0) {
    if (file_.left() == 0) return std::nullopt;
    return fail(Code::malformed, "there are more leaves than the checkpoint has");
  }
  --left_;
  QUORATE_TRY(Bytes leaf, file_.read_blob(stored_leaf_limit));
  return std::optional<Bytes>(std::move(leaf));
}

Path Replica::file(std::string_view suffix) const {
  return folder_ / (node_ + "." + std::string(suffix));
}

Result<Replica> Replica::open(const Path& folder, const std::string& node) {
  Replica replica(folder, node, Mark{});
  const Path path = replica.file("checkpoint");
  if (!is_there(path)) return replica;
  QUORATE_TRY(const std::string text, home::read_file(path, mark_limit));
  Result<Mark> mark = parse_mark(text);
  if (!mark) {
    return fail(Code::configuration, path.string() + " is damaged: " + mark.error().message);
  }
  replica.mark_ = *std::move(mark);
  return replica;
}

Result<Leaves> Replica::leaves() const {
  QUORATE_TRY(home::FileReader file,
              home::FileReader::open(this->file("leaves"), mark_.leaves_bytes));
  return Leaves(std::move(file), mark_.held.frontier.size());
}

Result<std::vector<Text>> Replica::texts() const {
  const Path path = file("texts");
  std::vector<Text> texts;
  std::error_code failed;
  const std::uintmax_t found = std::filesystem::file_size(path, failed);
  if (failed) return texts;
  const std::uint64_t size = std::min<std::uint64_t>(found, mark_.texts_bytes);
  QUORATE_TRY(home::FileReader file, home::FileReader::open(path, size));
  while (file.left() > 0) {
    Text text;
    QUORATE_TRY(const Bytes salt, file.read(text.salt.size()));
    std::copy(salt.begin(), salt.end(), text.salt.begin());
    QUORATE_TRY(text.text, file.read_blob(text_limit));
    texts.push_back(std::move(text));
  }
  return texts;
}

Status Replica::open_for_appending() {
  if (leaves_) return Done{};
  QUORATE_TRY(leaves_,
              home::AppendFile::open(file("leaves"), mark_.leaves_bytes, home::Shorter::refuse));
  // Somebody may have erased what stood behind the veils.
  QUORATE_TRY(texts_,
              home::AppendFile::open(file("texts"), mark_.texts_bytes, home::Shorter::accept));
  return Done{};
}

Status Replica::append(const Grown& grown) {
  QUORATE_CHECK(open_for_appending());
  layout::Writer leaves;
  for (const Bytes& leaf : grown.leaves) leaves.blob(leaf);
  layout::Writer texts;
  for (const Text& text : grown.texts) texts.raw(text.salt).blob(text.text);
  QUORATE_CHECK(leaves_->append(leaves.bytes()));
  return texts_->append(texts.bytes());
}

Status Replica::keep(const Held& held, std::uint64_t now_s) {
  QUORATE_CHECK(open_for_appending());
  QUORATE_CHECK(leaves_->sync());
  QUORATE_CHECK(texts_->sync());
  const Mark mark{leaves_->size(), texts_->size(), now_s, held};
  QUORATE_CHECK(home::write_file(file("checkpoint"), format(mark), 0600, home::Existing::replace));
  mark_ = mark;
  return Done{};
}

Status Replica::keep_cosigned(const std::string& other, const std::string& note) const {
  return home::write_file(file("cosigned." + other), note, 0600, home::Existing::replace);
}

Result<std::optional<std::string>> Replica::cosigned(const std::string& other) const {
  const Path path = file("cosigned." + other);
  if (!is_there(path)) return std::nullopt;
  QUORATE_TRY(std::string note, home::read_file(path, record::note_limit));
  return std::optional<std::string>(std::move(note));
}

Status Replica::keep_contradiction(const Finding& finding) const {
  json proofs = json::array();
  for (const Proof& proof : finding.proofs) {
    proofs.push_back({{"name", proof.name}, {"text", proof.text}});
  }
  const json what = {
      {"node", node_}, {"kind", name(finding.kind)}, {"what", finding.what}, {"proofs", proofs}};
  QUORATE_TRY(const std::vector<Finding> known, contradictions());
  for (const Finding& other : known) {
    if (other.kind == finding.kind && other.proofs == finding.proofs) return Done{};
  }
  if (known.size() >= contradictions_limit) return Done{};  // those that are there say enough
  const std::string number = std::to_string(known.size() + 1);
  return home::write_file(file("contradiction." + number),
                          what.dump(2, ' ', true, json::error_handler_t::replace) + "\n", 0600,
                          home::Existing::refuse);
}

Result<std::vector<Finding>> Replica::contradictions() const {
  std::vector<Finding> found;
  for (std::size_t number = 1;; ++number) {
    const Path path = file("contradiction." + std::to_string(number));
    if (!is_there(path)) return found;
    QUORATE_TRY(const std::string text, home::read_file(path, contradiction_limit));
    const json what = json::parse(text, nullptr, false);
    Finding finding{Kind::rewritten, {node_}, path.string() + " can't be read", {}, {}};
    if (what.is_object()) {
      finding.what = text_of(what, "what");
      finding.kind = kind_of_name(text_of(what, "kind")).value_or(Kind::rewritten);
      for (const json& proof : list_of(what, "proofs")) {
        if (!proof.is_object()) continue;
        finding.proofs.push_back({text_of(proof, "name"), text_of(proof, "text")});
      }
    }
    found.push_back(std::move(finding));
  }
}

}  // namespace quorate::audit
