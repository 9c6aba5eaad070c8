#include "node/oidc/providers.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tests/node/oidc/world.h"

namespace quorate::oidc {
namespace {

using testing::ProviderKey;
using Type = ProviderKey::Type;

constexpr std::uint64_t second = 1000;
constexpr std::uint64_t minute = 60 * second;
constexpr std::uint64_t hour = 60 * minute;
constexpr std::uint64_t start = 7 * hour;

class ProvidersTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(providers_.configure({corp()}, {})); }

  Standing want(const std::string& kid, std::uint64_t at_ms) {
    return providers_.want(*issuer(), kid, Algorithm::es256, at_ms);
  }
  bool has(const std::string& kid, std::uint64_t at_ms) const {
    return providers_.find(*issuer(), kid, Algorithm::es256, at_ms) != nullptr;
  }
  const Issuer* issuer() const { return providers_.issuer_of("https://id.example.com"); }

  // The one fetch that is due; zero if there is none.
  std::uint64_t due() {
    const auto fetches = providers_.take_fetches();
    EXPECT_LE(fetches.size(), 1U);
    return fetches.empty() ? 0 : fetches[0].ticket;
  }
  Status answer(std::uint64_t ticket, const std::string& kid, std::uint64_t at_ms,
                std::optional<std::uint64_t> max_age_s = {}) {
    return providers_.fetched(
        ticket, Documents{key_set({provider_key(Type::p256).jwk(kid)}), max_age_s}, at_ms);
  }
  Status fail_at(std::uint64_t ticket, std::uint64_t at_ms) {
    return providers_.fetched(ticket, fail(Code::provider_unavailable, "down"), at_ms);
  }
  void learn(const std::string& kid, std::uint64_t at_ms,
             std::optional<std::uint64_t> max_age_s = {}) {
    ASSERT_EQ(want(kid, at_ms), Standing::pending);
    ASSERT_TRUE(answer(due(), kid, at_ms, max_age_s));
    ASSERT_EQ(want(kid, at_ms), Standing::known);
  }

  Providers providers_;
};

TEST_F(ProvidersTest, AreAskedOnceHoweverManyWait) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(want("one", start + static_cast<std::uint64_t>(i)), Standing::pending);
  }
  const auto fetches = providers_.take_fetches();
  ASSERT_EQ(fetches.size(), 1U);
  EXPECT_EQ(fetches[0].name, "corp");
  EXPECT_EQ(fetches[0].identifier, "https://id.example.com");
  EXPECT_FALSE(has("one", start));
  ASSERT_TRUE(answer(fetches[0].ticket, "one", start + second));
  EXPECT_EQ(want("one", start + second), Standing::known);
  EXPECT_TRUE(has("one", start + second));
  EXPECT_EQ(due(), 0U);
}

TEST_F(ProvidersTest, KeepKeysForAnHourWhenNothingIsSaid) {
  learn("one", start);
  EXPECT_EQ(want("one", start + hour - 1), Standing::known);
  EXPECT_EQ(due(), 0U);
  // From then on they serve while they are fetched anew.
  EXPECT_EQ(want("one", start + hour), Standing::known);
  const std::uint64_t ticket = due();
  ASSERT_NE(ticket, 0U);
  EXPECT_EQ(want("one", start + hour + 1), Standing::known);
  EXPECT_EQ(due(), 0U);
  ASSERT_TRUE(answer(ticket, "two", start + hour + 2));
  EXPECT_FALSE(has("one", start + hour + 2));
  EXPECT_EQ(want("two", start + hour + 2), Standing::known);
}

TEST_F(ProvidersTest, KeepKeysAsLongAsTheProviderSaysWithinBounds) {
  const auto life = [](std::uint64_t max_age_s) {
    Providers providers;
    EXPECT_TRUE(providers.configure({corp()}, {}));
    const Issuer& issuer = *providers.issuer_of("https://id.example.com");
    EXPECT_EQ(providers.want(issuer, "one", Algorithm::es256, start), Standing::pending);
    const std::string keys = key_set({provider_key(Type::p256).jwk("one")});
    EXPECT_TRUE(providers.fetched(providers.take_fetches().at(0).ticket, Documents{keys, max_age_s},
                                  start));
    for (std::uint64_t s = 0;; s += 60) {
      EXPECT_EQ(providers.want(issuer, "one", Algorithm::es256, start + s * second),
                Standing::known);
      if (!providers.take_fetches().empty()) return s;
    }
  };
  EXPECT_EQ(life(0), 300U);
  EXPECT_EQ(life(1200), 1200U);
  EXPECT_EQ(life(31'536'000), 86'400U);
  EXPECT_EQ(life(std::numeric_limits<std::uint64_t>::max()), 86'400U);
}

TEST_F(ProvidersTest, ServeOldKeysForAnHourToWhomTheProviderIsDown) {
  learn("one", start);
  std::uint64_t now = start + hour;
  for (; now < start + 2 * hour; now += minute) {
    EXPECT_EQ(want("one", now), Standing::known);
    if (const std::uint64_t ticket = due(); ticket != 0) {
      EXPECT_FALSE(fail_at(ticket, now));
    }
  }
  EXPECT_FALSE(has("one", now));
  EXPECT_NE(want("one", now), Standing::known);
}

TEST_F(ProvidersTest, AreAskedForAnUnknownKeyOnceInThirtySeconds) {
  learn("one", start);
  // Keys rotate: the first sight of a new name asks, whenever it comes.
  EXPECT_EQ(want("two", start + 1), Standing::pending);
  EXPECT_EQ(want("one", start + 1), Standing::known);
  ASSERT_TRUE(answer(due(), "two", start + second));
  EXPECT_EQ(want("two", start + second), Standing::known);

  // Whoever makes names up causes no more than that.
  for (std::uint64_t at = start + second; at < start + 1 + 30 * second; at += 100) {
    EXPECT_EQ(want("made-up-" + std::to_string(at), at), Standing::unknown);
  }
  EXPECT_EQ(due(), 0U);
  EXPECT_EQ(want("made-up", start + 1 + 30 * second), Standing::pending);
  EXPECT_NE(due(), 0U);
}

TEST_F(ProvidersTest, SayThatAProviderIsDownAndAskItLessAndLess) {
  std::vector<std::uint64_t> asked;
  for (std::uint64_t at = start; at < start + 10 * minute; at += second / 2) {
    const Standing standing = want("one", at);
    const std::uint64_t ticket = due();
    EXPECT_EQ(standing, ticket != 0 ? Standing::pending : Standing::unavailable);
    if (ticket == 0) continue;
    asked.push_back((at - start) / second);
    EXPECT_FALSE(fail_at(ticket, at));
  }
  const std::vector<std::uint64_t> expected = {0,   2,   6,   14,  30,  62,  126,
                                               190, 254, 318, 382, 446, 510, 574};
  EXPECT_EQ(asked, expected);
  // One success, and all is forgotten.
  EXPECT_EQ(want("one", start + hour), Standing::pending);
  ASSERT_TRUE(answer(due(), "one", start + hour));
  EXPECT_EQ(want("one", start + hour), Standing::known);
  EXPECT_EQ(want("two", start + hour), Standing::pending);
}

TEST_F(ProvidersTest, SayOfANewKeyThatTheProviderIsDownWhenItIs) {
  learn("one", start);
  EXPECT_EQ(want("two", start + minute), Standing::pending);
  EXPECT_FALSE(fail_at(due(), start + minute));
  EXPECT_EQ(want("two", start + minute + 1), Standing::unavailable);
  EXPECT_EQ(want("one", start + minute + 1), Standing::known);
}

TEST_F(ProvidersTest, TakeNonsenseForAFailure) {
  EXPECT_EQ(want("one", start), Standing::pending);
  const Status fetched = providers_.fetched(due(), Documents{"<html>", {}}, start);
  ASSERT_FALSE(fetched.has_value());
  EXPECT_EQ(fetched.error().code, Code::provider_unavailable);
  EXPECT_EQ(want("one", start + 1), Standing::unavailable);
}

TEST_F(ProvidersTest, KeepTheirKeysThroughNonsense) {
  learn("one", start);
  EXPECT_EQ(want("two", start + 1), Standing::pending);
  EXPECT_FALSE(providers_.fetched(due(), Documents{"{}", {}}, start + 1));
  EXPECT_TRUE(has("one", start + 1));
}

TEST_F(ProvidersTest, AskAgainWhereAnAnswerWasLost) {
  EXPECT_EQ(want("one", start), Standing::pending);
  const std::uint64_t lost = due();
  EXPECT_EQ(want("one", start + minute - 1), Standing::pending);
  EXPECT_EQ(due(), 0U);
  EXPECT_EQ(want("one", start + minute), Standing::pending);
  const std::uint64_t again = due();
  ASSERT_NE(again, 0U);
  EXPECT_TRUE(answer(lost, "one", start + minute));  // passed over
  EXPECT_FALSE(has("one", start + minute));
  ASSERT_TRUE(answer(again, "one", start + minute));
  EXPECT_TRUE(has("one", start + minute));
}

TEST_F(ProvidersTest, KeepWhatTheyKnowThroughAReloadThatChangesNothingOfIt) {
  learn("one", start);
  Issuer renamed = corp();
  renamed.audience = "another";
  Issuer more = corp();
  more.name = "other";
  more.identifier = "https://other.example.com";
  ASSERT_TRUE(providers_.configure({more, renamed}, {}));
  EXPECT_TRUE(has("one", start));
  EXPECT_EQ(issuer()->audience, "another");
}

TEST_F(ProvidersTest, ForgetKeysThatCameUnderOtherAuthorities) {
  learn("one", start);
  Issuer changed = corp();
  changed.ca_file = "other.pem";
  ASSERT_TRUE(providers_.configure({changed}, {}));
  EXPECT_FALSE(has("one", start));
  // And an answer that was asked for under them is not taken for one that was not.
  EXPECT_EQ(want("one", start), Standing::pending);
  const std::uint64_t asked = due();
  ASSERT_TRUE(providers_.configure({corp()}, {}));
  EXPECT_TRUE(answer(asked, "one", start));
  EXPECT_FALSE(has("one", start));
}

TEST_F(ProvidersTest, RefuseAPinnedSetThatIsMissingOrBrokenAndStayAsTheyWere) {
  learn("one", start);
  Issuer pinned = corp();
  pinned.keys_file = "keys.json";
  const Status missing = providers_.configure({pinned}, {});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, Code::configuration);
  const Status broken = providers_.configure({pinned}, {{"corp", "{}"}});
  ASSERT_FALSE(broken.has_value());
  EXPECT_EQ(broken.error().code, Code::configuration);
  EXPECT_TRUE(has("one", start));
}

}  // namespace
}  // namespace quorate::oidc
