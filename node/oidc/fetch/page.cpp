#include "node/oidc/fetch/page.h"

#include <array>

#include <curl/curl.h>

#include "crypto/base/invariant.h"
#include "node/oidc/cache_control.h"
#include "node/oidc/key_set.h"

namespace quorate::oidc {
namespace {

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// Only what this libcurl does not know is refused here, and that is our own mistake.
template <typename T>
void set(CURL* handle, CURLoption option, T value) {
  QUORATE_INVARIANT((curl_easy_setopt)(handle, option, value) == CURLE_OK);
}

std::size_t take(char* data, std::size_t size, std::size_t count, void* target) {
  auto& body = *static_cast<std::string*>(target);
  const std::size_t bytes = size * count;
  if (bytes > largest_document - body.size()) return 0;  // which ends the transfer
  body.append(data, bytes);
  return bytes;
}

int look_up(void* is_stopping, curl_off_t /*down*/, curl_off_t /*so_far*/, curl_off_t /*up*/,
            curl_off_t /*so_far*/) {
  return static_cast<const std::atomic<bool>*>(is_stopping)->load() ? 1 : 0;
}

tl::unexpected<Error> unavailable(const std::string& url, const std::string& why) {
  return fail(Code::provider_unavailable, url + ": " + why);
}

}  // namespace

struct Connection::Handle {
  std::unique_ptr<CURL, Free> curl;
  std::unique_ptr<curl_slist, Free> headers;
  std::array<char, CURL_ERROR_SIZE> complaint{};
};

Connection::Connection(const std::string& ca_file, Clock::time_point deadline,
                       const std::atomic<bool>& is_stopping)
    : handle_(std::make_unique<Handle>()), deadline_(deadline) {
  handle_->curl.reset(curl_easy_init());
  handle_->headers.reset(curl_slist_append(nullptr, "Accept: application/json"));
  CURL* curl = handle_->curl.get();
  QUORATE_INVARIANT(curl != nullptr && handle_->headers != nullptr);

  set(curl, CURLOPT_PROTOCOLS_STR, "https");
  set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  set(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!ca_file.empty()) {
    // The library would trust the system's folder besides.
    set(curl, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    set(curl, CURLOPT_CAINFO, ca_file.c_str());
  }
  set(curl, CURLOPT_FOLLOWLOCATION, 0L);
  set(curl, CURLOPT_PROXY, "");  // the environment's is passed over
  set(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(curl, CURLOPT_HTTPHEADER, handle_->headers.get());
  set(curl, CURLOPT_USERAGENT, "quorate-node");
  set(curl, CURLOPT_MAXFILESIZE, static_cast<long>(largest_document));
  set(curl, CURLOPT_WRITEFUNCTION, &take);
  set(curl, CURLOPT_NOPROGRESS, 0L);
  set(curl, CURLOPT_XFERINFOFUNCTION, &look_up);
  set(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&is_stopping));
  set(curl, CURLOPT_ERRORBUFFER, handle_->complaint.data());
}

Connection::~Connection() = default;

Result<Page> Connection::get(const std::string& url) {
  CURL* curl = handle_->curl.get();
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now());
  if (left.count() <= 0) return unavailable(url, "no time is left for it");
  Page page;
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(left.count()));
  set(curl, CURLOPT_WRITEDATA, static_cast<void*>(&page.body));
  handle_->complaint.front() = '\0';

  const CURLcode ended = curl_easy_perform(curl);
  if (ended == CURLE_WRITE_ERROR || ended == CURLE_FILESIZE_EXCEEDED) {
    return unavailable(url, "it sends more than 256 KiB");
  }
  if (ended != CURLE_OK) {
    const char* complaint = handle_->complaint.data();
    return unavailable(url, *complaint != '\0' ? complaint : curl_easy_strerror(ended));
  }
  long status = 0;
  QUORATE_INVARIANT(curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
  if (status != 200) {
    return unavailable(url, "it answers with status " + std::to_string(status) +
                                " (and redirects are not followed)");
  }
  curl_header* header = nullptr;
  if (curl_easy_header(curl, "Cache-Control", 0, CURLH_HEADER, -1, &header) == CURLHE_OK) {
    page.max_age_s = max_age_of(header->value);
  }
  return page;
}

}  // namespace quorate::oidc
