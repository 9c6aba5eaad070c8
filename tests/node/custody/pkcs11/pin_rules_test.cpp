// A refused PIN is never tried again by the program, however often it reconnects or restarts.

#include <gmock/gmock.h>

#include "tests/node/custody/pkcs11/fault_shim.h"
#include "tests/node/custody/pkcs11/token_fixture.h"

#include "node/custody/pkcs11/cryptoki.h"

namespace quorate::custody::pkcs11 {
namespace {

using quorate::testing::a_share_key;
using quorate::testing::faults;
using quorate::testing::TokenTest;
using quorate::testing::with_faults;
using ::testing::HasSubstr;

class PinRules : public TokenTest {
 protected:
  PinRules() {
    faults().reset();
    config_ = initialized();
    config_.shim = with_faults;
  }
  void TearDown() override { faults().reset(); }

  Config config_;
};

TEST_F(PinRules, AWrongPinIsTriedOnceInTwentyRestarts) {
  write_pin("wrong-pin\n");
  for (int restart = 0; restart < 20; ++restart) {
    const auto backend = opened(config_);
    EXPECT_EQ(backend->health().state, State::pin_refused);
    backend->retry_now();
    EXPECT_EQ(backend->has_key(a_share_key).error().code, Code::pin_refused);
  }
  EXPECT_EQ(faults().logins, 1);
}

TEST_F(PinRules, ACorrectedPinIsNoticedWithoutARestart) {
  write_pin("wrong-pin\n");
  const auto backend = opened(config_);
  EXPECT_EQ(backend->health().state, State::pin_refused);
  write_pin("right-pin\n");
  EXPECT_TRUE(reaches(*backend, State::ready));
  EXPECT_EQ(faults().logins, 2);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "pin.refused"));
}

TEST_F(PinRules, TheMarkerHoldsNoPin) {
  write_pin("wrong-pin\n");
  const auto backend = opened(config_);
  std::ifstream marker(folder_ / "pin.refused");
  const std::string content(std::istreambuf_iterator<char>(marker), {});
  EXPECT_THAT(content, HasSubstr("$argon2id$"));
  EXPECT_EQ(content.find("wrong-pin"), std::string::npos);
}

TEST_F(PinRules, AMissingPinIsWaitedFor) {
  std::filesystem::remove(folder_ / "pin");
  const auto backend = opened(config_);
  EXPECT_EQ(backend->health().state, State::pin_missing);
  EXPECT_EQ(faults().logins, 0);
  write_pin("right-pin");
  EXPECT_TRUE(reaches(*backend, State::ready));
}

TEST_F(PinRules, ALockedTokenIsNotTried) {
  faults().token_flags = CKF_USER_PIN_LOCKED;
  const auto backend = opened(config_);
  EXPECT_EQ(backend->health().state, State::pin_locked);
  EXPECT_EQ(backend->has_key(a_share_key).error().code, Code::pin_locked);
  EXPECT_EQ(faults().logins, 0);
  faults().token_flags = 0;  // unlocked by the security officer
  EXPECT_TRUE(reaches(*backend, State::ready));
}

// As the TPM's module does it: the flags say nothing, and then even the right PIN is refused.
TEST_F(PinRules, ALockThatOnlyTheLoginShowsIsRememberedToo) {
  faults().login = CKR_PIN_LOCKED;
  for (int restart = 0; restart < 3; ++restart) {
    const auto backend = opened(config_);
    EXPECT_NE(backend->health().state, State::ready);
  }
  EXPECT_EQ(faults().logins, 1);
}

TEST_F(PinRules, TheLastTryIsTakenOnlyWhenAPersonSaysSo) {
  faults().token_flags = CKF_USER_PIN_FINAL_TRY;
  {
    const auto backend = opened(config_);
    EXPECT_EQ(backend->health().state, State::pin_refused);
    EXPECT_THAT(backend->health().advice, HasSubstr("--last-try"));
    EXPECT_EQ(faults().logins, 0);
  }
  config_.last_try = LastTry::allow;
  EXPECT_EQ(opened(config_)->health().state, State::ready);
  EXPECT_EQ(faults().logins, 1);
}

TEST_F(PinRules, FewTriesLeftAreAWarning) {
  faults().token_flags = CKF_USER_PIN_COUNT_LOW;
  const auto backend = opened(config_);
  EXPECT_EQ(backend->health().state, State::ready);
  EXPECT_THAT(backend->health().advice, HasSubstr("few tries"));
}

TEST_F(PinRules, InitTriesAWrongPinOnce) {
  write_pin("wrong-pin\n");
  const auto keys = init_token_keys(token_, {folder_ / "pin"}, entropy_, with_faults);
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().code, Code::pin_refused);
  EXPECT_EQ(faults().logins, 1);
}

}  // namespace
}  // namespace quorate::custody::pkcs11
