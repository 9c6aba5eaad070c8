// What only other tokens do: SoftHSM never loses a device, is never slow and has sessions enough.

#include <thread>

#include <gmock/gmock.h>

#include "node/custody/blob.h"
#include "tests/node/custody/pkcs11/fault_shim.h"
#include "tests/node/custody/pkcs11/token_fixture.h"

#include "node/custody/pkcs11/cryptoki.h"

namespace quorate::custody::pkcs11 {
namespace {

using quorate::testing::a_share_key;
using quorate::testing::faults;
using quorate::testing::share_place;
using quorate::testing::TokenTest;
using quorate::testing::with_faults;
using ::testing::HasSubstr;

class FaultTest : public TokenTest {
 protected:
  FaultTest() { faults().reset(); }
  void TearDown() override { faults().reset(); }

  Config with_shim() {
    Config config = initialized();
    config.shim = with_faults;
    return config;
  }
  // A share key and a blob under it.
  Bytes sealed(Backend& backend) {
    EXPECT_TRUE(backend.create_key(a_share_key, entropy_));
    return seal_blob(backend, share_place, Bytes{1}, entropy_).value();
  }
  static Code failure(Backend& backend, ByteView blob) {
    const auto opened = open_blob(backend, share_place, blob);
    return opened ? Code::internal : opened.error().code;
  }
  static void decrypt_fails(unsigned long code, int times) {
    faults().decrypt = code;
    faults().decrypt_times = times;
  }
};

TEST_F(FaultTest, AStaleHandleIsTriedOnceMoreAndNobodyNotices) {
  const auto backend = opened(with_shim());
  const Bytes blob = sealed(*backend);
  for (const unsigned long code :
       {CKR_SESSION_HANDLE_INVALID, CKR_SESSION_CLOSED, CKR_OPERATION_ACTIVE,
        CKR_OBJECT_HANDLE_INVALID, CKR_KEY_HANDLE_INVALID, CKR_USER_NOT_LOGGED_IN}) {
    decrypt_fails(code, 1);
    EXPECT_TRUE(open_blob(*backend, share_place, blob));
    EXPECT_EQ(backend->health().state, State::ready);
  }
}

TEST_F(FaultTest, AHandleThatStaysStaleMakesItReconnect) {
  const auto backend = opened(with_shim());
  const Bytes blob = sealed(*backend);
  decrypt_fails(CKR_SESSION_HANDLE_INVALID, 2);
  EXPECT_EQ(failure(*backend, blob), Code::token_suspect);
  EXPECT_TRUE(reaches(*backend, State::ready));
  EXPECT_TRUE(open_blob(*backend, share_place, blob));
}

TEST_F(FaultTest, ADeviceErrorIsJudgedByTheCanary) {
  const auto backend = opened(with_shim());
  const Bytes blob = sealed(*backend);
  for (const unsigned long code : {0x80000101ul, CKR_DEVICE_ERROR, CKR_GENERAL_ERROR, 0x7ffful}) {
    decrypt_fails(code, 1);  // the canary opens: then it was this blob
    EXPECT_EQ(failure(*backend, blob), Code::blob_damaged);
    EXPECT_EQ(backend->health().state, State::ready);
    decrypt_fails(code, 2);  // the canary does not: then it is the token
    EXPECT_EQ(failure(*backend, blob), Code::token_suspect);
    EXPECT_TRUE(reaches(*backend, State::ready));
  }
}

TEST_F(FaultTest, ARemovedDeviceIsRefusedAtOnceUntilItIsBack) {
  const auto backend = opened(with_shim());
  const Bytes blob = sealed(*backend);
  decrypt_fails(CKR_DEVICE_REMOVED, 1'000'000);
  EXPECT_EQ(failure(*backend, blob), Code::token_suspect);
  EXPECT_EQ(failure(*backend, blob), Code::token_suspect);
  EXPECT_NE(backend->health().state, State::ready);
  EXPECT_THAT(backend->health().advice, HasSubstr("CKR_DEVICE_REMOVED"));
  faults().decrypt_times = 0;
  backend->retry_now();
  EXPECT_TRUE(reaches(*backend, State::ready));
  EXPECT_TRUE(open_blob(*backend, share_place, blob));
}

TEST_F(FaultTest, OurOwnMistakesAreSaidAndNotRepeated) {
  Config config = with_shim();
  std::string said;
  config.log = [&](const std::string& sentence) { said += sentence; };
  const auto backend = opened(config);
  const Bytes blob = sealed(*backend);
  const int before = faults().decrypts;
  decrypt_fails(CKR_MECHANISM_PARAM_INVALID, 1);
  EXPECT_EQ(failure(*backend, blob), Code::internal);
  EXPECT_EQ(faults().decrypts, before + 1);
  EXPECT_THAT(said, HasSubstr("CKR_MECHANISM_PARAM_INVALID"));
  EXPECT_EQ(backend->health().state, State::ready);
}

TEST_F(FaultTest, ATokenWithTwoSessionsServesManyThreads) {
  Config config = with_shim();
  faults().most_sessions = 2;  // one of them is the anchor's
  const auto backend = opened(config);
  const Bytes blob = sealed(*backend);
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        const auto secret = open_blob(*backend, share_place, blob);
        EXPECT_TRUE(secret) << secret.error().message;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(backend->health().state, State::ready);
}

TEST_F(FaultTest, ASlowCallCostsItsCallerTheDeadlineAndThePoolOneWorker) {
  Config config = with_shim();
  config.sessions = 2;
  config.deadline = std::chrono::milliseconds(2000);
  const auto backend = opened(config);
  ASSERT_TRUE(reaches(*backend, State::ready));
  const Bytes blob = sealed(*backend);
  faults().hold();
  EXPECT_EQ(failure(*backend, blob), Code::token_suspect);
  EXPECT_EQ(backend->health().state, State::ready);  // the other worker is left
  EXPECT_EQ(failure(*backend, blob), Code::token_suspect);
  EXPECT_EQ(backend->health().state, State::suspect);  // now nobody is: refusals are quick
  EXPECT_EQ(failure(*backend, blob), Code::token_suspect);
  EXPECT_EQ(faults().held(), 2);

  faults().release();
  EXPECT_TRUE(reaches(*backend, State::ready));
  EXPECT_TRUE(eventually([&] { return open_blob(*backend, share_place, blob).has_value(); }));
}

TEST_F(FaultTest, WhoWaitsForAStuckPoolIsReleasedWithIt) {
  Config config = with_shim();
  config.sessions = 1;
  config.deadline = std::chrono::milliseconds(2000);
  const auto backend = opened(config);
  ASSERT_TRUE(reaches(*backend, State::ready));
  const Bytes blob = sealed(*backend);
  faults().hold();
  std::thread slow([&] { EXPECT_EQ(failure(*backend, blob), Code::token_suspect); });
  EXPECT_TRUE(eventually([] { return faults().held() == 1; }));
  // Withdrawn at its own deadline or when the pool is given up, whichever the clock brings first.
  const Code code = failure(*backend, blob);
  EXPECT_TRUE(code == Code::token_busy || code == Code::token_suspect);
  EXPECT_EQ(faults().held(), 1);
  slow.join();
  faults().release();
  EXPECT_TRUE(reaches(*backend, State::ready));
}

TEST_F(FaultTest, ATokenWithoutGcmSealsWithCbc) {
  faults().hides_gcm = true;
  const auto keys = init_token_keys(token_, {folder_ / "pin"}, entropy_, with_faults);
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_EQ(keys->mode, WrapMode::cbc);
  Config config = with_shim();
  config.seal_key = keys->seal_key;
  config.mode = keys->mode;
  config.canary = keys->canary;
  const auto backend = opened(config);
  const Bytes blob = sealed(*backend);
  EXPECT_TRUE(open_blob(*backend, share_place, blob));
  for (std::size_t i = 0; i < blob.size(); ++i) {
    Bytes changed = blob;
    changed[i] ^= 1;
    EXPECT_EQ(failure(*backend, changed), Code::blob_damaged) << "byte " << i;
  }
}

TEST_F(FaultTest, AnAttributeThatATokenMayRefuseIsLeftOutAndSaid) {
  faults().refuses_allowed_mechanisms = true;
  const auto keys = init_token_keys(token_, {folder_ / "pin"}, entropy_, with_faults);
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_THAT(keys->note, HasSubstr("CKA_ALLOWED_MECHANISMS"));
}

TEST_F(FaultTest, AKeyThatCouldLeaveTheTokenIsNotAccepted) {
  faults().makes_extractable_keys = true;
  const auto keys = init_token_keys(token_, {folder_ / "pin"}, entropy_, with_faults);
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().code, Code::configuration);
}

}  // namespace
}  // namespace quorate::custody::pkcs11
