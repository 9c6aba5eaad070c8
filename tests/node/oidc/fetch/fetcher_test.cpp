#include "node/oidc/fetch/fetcher.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "node/oidc/fetch/page.h"
#include "tests/node/oidc/fetch/tls_pages.h"

namespace quorate::oidc {
namespace {

using testing::Lifetime;
using testing::TlsPages;

constexpr const char* discovery_path = "/.well-known/openid-configuration";

// One fetcher, and what it says.
class FetcherTest : public ::testing::Test {
 protected:
  struct Said {
    std::uint64_t ticket;
    Result<Documents> answer;
  };

  static std::string discovery(const std::string& issuer, const std::string& keys) {
    return R"({"issuer":")" + issuer + R"(","jwks_uri":")" + keys + R"("})";
  }
  static void put_provider(TlsPages& pages, const std::string& headers = {}) {
    pages.put(discovery_path, discovery(pages.url(), pages.url() + "/jwks"));
    pages.put("/jwks", R"({"keys":[]})", headers);
  }
  static Fetch fetch_from(const TlsPages& pages, std::uint64_t ticket = 1) {
    return {ticket, "corp", pages.url(), pages.ca_file()};
  }

  // Fetches, and gives what came back.
  Result<Documents> fetch(const Fetch& what, std::uint64_t milliseconds = 5000) {
    std::promise<Result<Documents>> arrived;
    Fetcher fetcher(
        [&](std::uint64_t ticket, const Result<Documents>& answer) {
          EXPECT_EQ(ticket, what.ticket);
          arrived.set_value(answer);  // which ends the test if it comes twice
        },
        [&](const std::string& line) { log_ += line + "\n"; }, {milliseconds});
    fetcher.start(what);
    return arrived.get_future().get();
  }
  // The reason, where a fetch fails with `provider_unavailable`.
  std::string failure(const Fetch& what, std::uint64_t milliseconds = 5000) {
    const Result<Documents> answer = fetch(what, milliseconds);
    if (answer) return "it did not fail";
    EXPECT_TRUE(answer.error().code == Code::provider_unavailable ||
                answer.error().code == Code::malformed);
    return answer.error().message;
  }

  std::string log_;
};

bool says(const std::string& text, const std::string& word) {
  return text.find(word) != std::string::npos;
}

TEST_F(FetcherTest, BringsTheKeysAndLogsTheHashOfWhatItFetched) {
  TlsPages pages;
  put_provider(pages, "Cache-Control: public, max-age=1800\r\n");
  const Result<Documents> answer = fetch(fetch_from(pages, 41));
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->keys, R"({"keys":[]})");
  EXPECT_EQ(answer->max_age_s, 1800U);
  EXPECT_EQ(pages.asked(), (std::vector<std::string>{discovery_path, "/jwks"}));
  // printf '{"keys":[]}' | sha256sum
  EXPECT_TRUE(says(log_, "9638d11914735d0072002dd4d67c734a94ee7a0cd845e6dcbc984ee7581860a7"))
      << log_;
}

TEST_F(FetcherTest, SaysNothingOfALifeThatTheProviderDoesNotName) {
  TlsPages pages;
  put_provider(pages);
  EXPECT_EQ(fetch(fetch_from(pages))->max_age_s, std::nullopt);
}

TEST_F(FetcherTest, TrustsNobodyButTheConfiguredAuthorities) {
  TlsPages pages;
  TlsPages others;
  put_provider(pages);
  Fetch what = fetch_from(pages);
  what.ca_file = others.ca_file();
  EXPECT_TRUE(says(failure(what), "certificate"));
  what.ca_file.clear();  // those of the system
  EXPECT_TRUE(says(failure(what), "certificate"));
  what.ca_file = "/nonexistent/ca.pem";
  EXPECT_NE(failure(what), "it did not fail");
  EXPECT_TRUE(pages.asked().empty());
}

TEST_F(FetcherTest, RefusesACertificateForAnotherHost) {
  TlsPages pages("127.0.0.2");
  put_provider(pages);
  EXPECT_NE(failure(fetch_from(pages)), "it did not fail");
  EXPECT_TRUE(pages.asked().empty());
}

TEST_F(FetcherTest, RefusesACertificateThatIsOver) {
  TlsPages pages("127.0.0.1", Lifetime::over);
  put_provider(pages);
  EXPECT_TRUE(says(failure(fetch_from(pages)), "expired"));
}

TEST_F(FetcherTest, FollowsNoRedirect) {
  TlsPages pages;
  put_provider(pages);
  pages.put_raw(discovery_path, "HTTP/1.1 302 Found\r\nLocation: " + pages.url() +
                                    "/elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  pages.put("/elsewhere", discovery(pages.url(), pages.url() + "/jwks"));
  EXPECT_TRUE(says(failure(fetch_from(pages)), "302"));
  EXPECT_EQ(pages.asked(), std::vector<std::string>{discovery_path});
}

TEST_F(FetcherTest, TakesNoPageButOneThatIsThere) {
  for (const char* status : {"404 Not Found", "500 Internal Server Error", "204 No Content"}) {
    TlsPages pages;
    put_provider(pages);
    pages.put_raw("/jwks", "HTTP/1.1 " + std::string(status) +
                               "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(says(failure(fetch_from(pages)), std::string(status).substr(0, 3))) << status;
  }
}

TEST_F(FetcherTest, GoesNowhereButToHttps) {
  TlsPages pages;
  for (const std::string& keys :
       std::vector<std::string>{"http://127.0.0.1/jwks", "file:///etc/passwd",
                                "ftp://127.0.0.1/jwks", "https://user:secret@127.0.0.1/jwks"}) {
    pages.put(discovery_path, discovery(pages.url(), keys));
    EXPECT_NE(failure(fetch_from(pages)), "it did not fail") << keys;
  }
  // Nor would the connection, if it were told to.
  const std::atomic<bool> is_stopping = false;
  Connection connection("", Connection::Clock::now() + std::chrono::seconds(5), is_stopping);
  for (const char* url : {"http://127.0.0.1:1/", "file:///etc/passwd", "gopher://127.0.0.1:1/"}) {
    const Result<Page> page = connection.get(url);
    ASSERT_FALSE(page.has_value()) << url;
    EXPECT_TRUE(says(page.error().message, "not supported or disabled")) << page.error().message;
  }
}

TEST_F(FetcherTest, RefusesADiscoveryDocumentOfSomebodyElse) {
  TlsPages pages;
  put_provider(pages);
  pages.put(discovery_path, discovery("https://id.example.com", pages.url() + "/jwks"));
  EXPECT_NE(failure(fetch_from(pages)), "it did not fail");
  EXPECT_EQ(pages.asked(), std::vector<std::string>{discovery_path});
}

TEST_F(FetcherTest, TakesTwoHundredFiftySixKibibytesAndNotOneMore) {
  TlsPages pages;
  put_provider(pages);
  const std::string most = R"({"keys":[]})" + std::string(262'144 - 11, ' ');
  pages.put("/jwks", most);
  EXPECT_EQ(fetch(fetch_from(pages))->keys, most);
  pages.put("/jwks", most + " ");
  EXPECT_TRUE(says(failure(fetch_from(pages)), "256 KiB"));
  // One that does not say how long it is.
  pages.put_raw("/jwks", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + most + " ");
  EXPECT_TRUE(says(failure(fetch_from(pages)), "256 KiB"));
  pages.put_raw("/jwks",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
                "\r\n80000\r\n" +
                    std::string(0x80000, ' ') + "\r\n0\r\n\r\n");
  EXPECT_TRUE(says(failure(fetch_from(pages)), "256 KiB"));
}

TEST_F(FetcherTest, RefusesAPageThatEndsEarly) {
  TlsPages pages;
  put_provider(pages);
  pages.put_raw("/jwks", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"keys\":[]}");
  EXPECT_NE(failure(fetch_from(pages)), "it did not fail");
}

TEST_F(FetcherTest, WaitsForASlowProviderNoLongerThanItMay) {
  TlsPages pages;
  put_provider(pages);
  const std::string begun = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"keys\"";
  pages.put_unfinished("/jwks", begun);
  EXPECT_TRUE(says(failure(fetch_from(pages), 300), "timed out"));
  pages.put_unfinished(discovery_path, begun);
  EXPECT_TRUE(says(failure(fetch_from(pages), 300), "timed out"));
  pages.fall_silent();  // before the TLS handshake
  EXPECT_NE(failure(fetch_from(pages), 300), "it did not fail");
}

TEST_F(FetcherTest, SaysThatNobodyIsThere) {
  std::optional<TlsPages> pages(std::in_place);
  Fetch what = fetch_from(*pages);
  pages.reset();
  EXPECT_TRUE(says(failure({1, "corp", what.identifier, ""}), "connect"));
}

TEST_F(FetcherTest, PassesOverTheEnvironmentsProxy) {
  // NOLINTBEGIN(concurrency-mt-unsafe): before there is a second thread, and after
  ASSERT_EQ(::setenv("https_proxy", "http://127.0.0.1:1", 1), 0);
  ASSERT_EQ(::setenv("ALL_PROXY", "socks5://127.0.0.1:1", 1), 0);
  {
    TlsPages pages;
    put_provider(pages);
    EXPECT_TRUE(fetch(fetch_from(pages)).has_value());
  }
  ASSERT_EQ(::unsetenv("https_proxy"), 0);
  ASSERT_EQ(::unsetenv("ALL_PROXY"), 0);
  // NOLINTEND(concurrency-mt-unsafe)
}

TEST_F(FetcherTest, HoldsUpNoProviderForAnother) {
  TlsPages slow;
  TlsPages quick;
  slow.fall_silent();
  put_provider(quick);
  std::promise<std::uint64_t> first;
  std::atomic<bool> is_answered = false;
  Fetcher fetcher(
      [&](std::uint64_t ticket, const Result<Documents>&) {
        if (!is_answered.exchange(true)) first.set_value(ticket);
      },
      [](const std::string&) {});
  fetcher.start(fetch_from(slow, 1));
  fetcher.start(fetch_from(quick, 2));
  EXPECT_EQ(first.get_future().get(), 2U);
}

TEST_F(FetcherTest, GivesUpWhatIsUnderWayWhenItEnds) {
  TlsPages pages;
  pages.put_unfinished(discovery_path, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n");
  std::atomic<bool> is_answered = false;
  const auto begun = std::chrono::steady_clock::now();
  {
    Fetcher fetcher([&](std::uint64_t, const Result<Documents>&) { is_answered = true; },
                    [](const std::string&) {}, {60'000});
    fetcher.start(fetch_from(pages));
    pages.wait_until_asked(discovery_path);
  }
  EXPECT_FALSE(is_answered);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(30));
}

}  // namespace
}  // namespace quorate::oidc
