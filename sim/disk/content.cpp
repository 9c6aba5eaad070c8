#include "sim/disk/content.h"

#include <algorithm>
#include <cstring>

namespace quorate::sim {

std::size_t Content::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::size_t there =
      offset >= size_
          ? 0
          : static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset));
  std::size_t done = 0;
  while (done < there) {
    const std::size_t index = static_cast<std::size_t>((offset + done) / page_size);
    const std::size_t within = static_cast<std::size_t>((offset + done) % page_size);
    const std::size_t length = std::min(there - done, page_size - within);
    const Page* page = pages_[index].get();
    if (page == nullptr) {
      std::memset(out.data() + done, 0, length);
    } else {
      std::memcpy(out.data() + done, page->data() + within, length);
    }
    done += length;
  }
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(there), out.end(), std::uint8_t{0});
  return there;
}

Content::Page& Content::writable(std::size_t index) {
  std::shared_ptr<Page>& page = pages_[index];
  if (page == nullptr) {
    page = std::make_shared<Page>();
  } else if (page.use_count() > 1) {
    page = std::make_shared<Page>(*page);
  }
  return *page;
}

void Content::write(std::uint64_t offset, ByteView data) {
  if (offset + data.size() > size_) resize(offset + data.size());
  while (!data.empty()) {
    const std::size_t index = static_cast<std::size_t>(offset / page_size);
    const std::size_t within = static_cast<std::size_t>(offset % page_size);
    const std::size_t length = std::min(data.size(), page_size - within);
    if (length == page_size && pages_[index].use_count() > 1) pages_[index] = nullptr;
    std::memcpy(writable(index).data() + within, data.data(), length);
    offset += length;
    data = data.subspan(length);
  }
}

void Content::resize(std::uint64_t size) {
  const std::size_t within = static_cast<std::size_t>(size % page_size);
  pages_.resize(static_cast<std::size_t>((size + page_size - 1) / page_size));
  if (size < size_ && within > 0 && pages_.back() != nullptr) {
    Page& last = writable(pages_.size() - 1);
    std::fill(last.begin() + static_cast<std::ptrdiff_t>(within), last.end(), std::uint8_t{0});
  }
  size_ = size;
}

void Content::share_page(std::size_t index, const Content& other) {
  if (index < pages_.size() && index < other.pages_.size()) pages_[index] = other.pages_[index];
}

Bytes Content::all() const {
  Bytes bytes(static_cast<std::size_t>(size_));
  read(0, bytes);
  return bytes;
}

bool operator==(const Content& a, const Content& b) {
  if (a.size_ != b.size_) return false;
  static constexpr Content::Page zeros{};
  for (std::size_t i = 0; i < a.pages_.size(); ++i) {
    if (a.pages_[i] == b.pages_[i]) continue;
    const Content::Page& left = a.pages_[i] == nullptr ? zeros : *a.pages_[i];
    const Content::Page& right = b.pages_[i] == nullptr ? zeros : *b.pages_[i];
    if (left != right) return false;
  }
  return true;
}

}  // namespace quorate::sim
