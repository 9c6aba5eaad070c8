// Evidence against a liar must convince by itself, and nothing else may.

#include "client/coordinator/report.h"

#include <gtest/gtest.h>

#include "proto/signing/session.h"
#include "tests/client/coordinator/world.h"

namespace quorate::coordinator {
namespace {

using testing::identifier;
using testing::World;
using Behaviour = testing::Conduct;

WrongPartial evidence() {
  World world(2, {Behaviour::lies, Behaviour::honest}, 1);
  Latencies latencies;
  Coordinator coordinator = Coordinator::make(world.task(), latencies).value();
  const testing::Outcome outcome = world.run(coordinator, {}, 10'000);
  return outcome.failed.value().report.nodes.front().evidence.value();
}

TEST(WrongPartial, ConvictsItsSender) { EXPECT_EQ(judge(evidence()).value(), identifier(1)); }

TEST(WrongPartial, ProvesNothingWhenAnythingInItIsChanged) {
  WrongPartial changed = evidence();
  changed.to_be_signed.push_back('x');
  EXPECT_EQ(judge(changed).error().code, Code::message_differs);

  changed = evidence();
  std::swap(changed.commitments[0].hiding, changed.commitments[0].binding);
  EXPECT_EQ(judge(changed).error().code, Code::message_differs);

  changed = evidence();
  changed.commitments.pop_back();
  EXPECT_EQ(judge(changed).error().code, Code::wrong_participants);

  changed = evidence();
  changed.partial.signature[0] ^= 1;
  EXPECT_EQ(judge(changed).error().code, Code::signature_invalid);

  changed = evidence();
  changed.partial.body.pop_back();
  EXPECT_EQ(judge(changed).error().code, Code::malformed);

  changed = evidence();
  changed.partial.body[65] ^= 0x01;  // another z: the node did not sign that
  EXPECT_EQ(judge(changed).error().code, Code::signature_invalid);
}

TEST(WrongPartial, FramesNobodyWhoseIdentityDidNotSign) {
  WrongPartial changed = evidence();
  changed.partial.body[33] = 4;  // the same in the name of participant 4
  EXPECT_EQ(judge(changed).error().code, Code::signature_invalid);
}

}  // namespace
}  // namespace quorate::coordinator
