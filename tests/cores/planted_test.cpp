// That a planted bug is one, and that the same run without it comes out right. What the simulator
// makes of them is its own affair; here a handful stands for all.

#include "crypto/base/plant.h"

#include <functional>

#include <gtest/gtest.h>

#include "crypto/base/probe.h"
#include "crypto/frost/aggregator.h"
#include "proto/ceremony/message.h"
#include "proto/signing/session.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"
#include "tests/cores/world.h"

#if QUORATE_PLANT

namespace quorate::testing {
namespace {

using plant::Bug;

class Planted {
 public:
  explicit Planted(Bug bug) { plant::plant(bug); }
  Planted(const Planted&) = delete;
  Planted& operator=(const Planted&) = delete;
  ~Planted() { plant::plant(Bug::none); }
};

class Listening : public probe::Listener {
 public:
  explicit Listening(std::string fires) : fires_(std::move(fires)) { probe::listen(this); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  ~Listening() override { probe::listen(nullptr); }
  void reached(const char* name) override { reached_.emplace_back(name); }
  bool sometimes(const char* name) override { return name == fires_; }
  bool has_reached(const std::string& name) const {
    return std::find(reached_.begin(), reached_.end(), name) != reached_.end();
  }

 private:
  std::string fires_;
  std::vector<std::string> reached_;
};

// A quorum with one root, and what a client sees of it.
struct Scene {
  World world;
  ceremony::EpochRecord root = world.create_root("files", "file").value();

  Bytes ask() { return world.request_for(world.file_statement(root), world.requester); }
  std::vector<frost::Commitment> pairs() { return world.commitments(root, {0, 1}); }
  node::Answer sign(const Bytes& request, const std::vector<frost::Commitment>& pairs) {
    return world.sign(0, root, request, pairs);
  }
  bool gives_partial(const Bytes& request, const std::vector<frost::Commitment>& pairs) {
    return std::holds_alternative<node::PartialAnswer>(sign(request, pairs));
  }
  bool gives_right_partial(const Bytes& asked) {
    const auto chosen = pairs();
    const node::Answer answer = sign(asked, chosen);
    const auto& partial = std::get<node::PartialAnswer>(answer);
    const auto parsed = statement::parse(quorate::request::decode(asked)->statement).value();
    const auto key = statement::ed25519_root(root.root_id()).value();
    const auto package =
        frost::Package::make(root.quorum(), statement::to_be_signed(parsed, key).value(), chosen)
            .value();
    const auto body = signing::decode_partial(partial.partial.body).value();
    return frost::check(body.partial, package, root.verification_shares()->at(body.partial.signer));
  }
  void restart() {
    world.hosts[0]->crash();
    world.start(0);
  }
};

bool uses_a_pair_twice() {
  Scene scene;
  const auto pairs = scene.pairs();
  EXPECT_TRUE(scene.gives_partial(scene.ask(), pairs));
  return scene.gives_partial(scene.ask(), pairs);
}

bool uses_a_pair_again_after_a_restart() {
  Scene scene;
  const auto pairs = scene.pairs();
  EXPECT_TRUE(scene.gives_partial(scene.ask(), pairs));
  scene.restart();
  return scene.gives_partial(scene.ask(), pairs);
}

bool answers_before_it_is_durable() {
  Scene scene;
  EXPECT_TRUE(scene.gives_partial(scene.ask(), scene.pairs()));
  const std::uint64_t records = scene.world.hosts[0]->records();
  scene.restart();
  return scene.world.hosts[0]->records() != records + 1 + 1;  // start, and who is who
}

bool signs_other_bytes_the_second_time() {
  Scene scene;
  const Bytes request = scene.ask();
  EXPECT_TRUE(scene.gives_right_partial(request));
  return !scene.gives_right_partial(request);
}

bool sends_a_wrong_partial() {
  Scene scene;
  return !scene.gives_right_partial(scene.ask());
}

bool judges_by_a_clock_that_was_set_back() {
  Scene scene;
  EXPECT_TRUE(scene.gives_partial(scene.ask(), scene.pairs()));
  scene.world.clock_ms -= 3'600'000;
  return scene.gives_partial(scene.ask(), scene.pairs());
}

// A ceremony that everybody has confirmed and nobody has activated.
struct Ceremony {
  World world;
  ceremony::Certificate certificate;

  Ceremony() {
    const Bytes proposal = world.propose("files", "file", 2);
    const ceremony::Id id = ceremony::id(ceremony::decode_proposal(proposal).value());
    const auto hellos =
        all(node::Open{proposal, {world.administrator.sshsig("quorate-proposal", proposal)}});
    const auto deals = all(node::Hellos{id, hellos});
    certificate = {proposal, hellos, deals, all(node::Deals{id, deals})};
  }
  std::vector<layout::Signed> all(const node::CeremonyAsk& step) {
    std::vector<layout::Signed> said;
    for (std::size_t i = 0; i < 3; ++i) {
      const node::Answer answer = world.ask(i, step);
      said.push_back(std::get<layout::Signed>(std::get<node::CeremonyAnswer>(answer)));
    }
    return said;
  }
  bool activates() {
    return std::holds_alternative<node::CeremonyAnswer>(world.ask(0, node::Activate{certificate}));
  }
};

bool loses_its_share_between_confirm_and_activation() {
  Ceremony ceremony;
  ceremony.world.hosts[0]->crash();
  ceremony.world.start(0);
  EXPECT_TRUE(ceremony.activates());
  const node::Answer answer = ceremony.world.ask(0, node::Describe{});
  return std::get<node::Description>(answer).roots.at(0).state == "share_missing";
}

bool takes_a_certificate_that_not_all_confirmed() {
  Ceremony ceremony;
  ceremony.certificate.confirms.pop_back();
  return ceremony.activates();
}

bool takes_a_list_with_a_member_twice() {
  Scene scene;
  auto pairs = scene.pairs();
  pairs[1] = pairs[0];
  return scene.gives_partial(scene.ask(), pairs);
}

bool takes_the_identity_for_a_point() {
  return ed25519::Point::parse(ByteArray<32>{1}).has_value();
}

struct Case {
  Bug bug;
  std::function<bool()> goes_wrong;
};

TEST(PlantedBugs, DoWhatTheyAreNamedFor) {
  const std::vector<Case> cases = {
      {Bug::B01, uses_a_pair_twice},
      {Bug::B02, uses_a_pair_again_after_a_restart},
      {Bug::B04, answers_before_it_is_durable},
      {Bug::B12, takes_a_certificate_that_not_all_confirmed},
      {Bug::B15, loses_its_share_between_confirm_and_activation},
      {Bug::B20, signs_other_bytes_the_second_time},
      {Bug::B22, takes_a_list_with_a_member_twice},
      {Bug::B23, takes_the_identity_for_a_point},
      {Bug::B24, sends_a_wrong_partial},
      {Bug::B29, judges_by_a_clock_that_was_set_back},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(plant::name(one.bug));
    EXPECT_FALSE(one.goes_wrong());
    const Planted planted(one.bug);
    EXPECT_TRUE(one.goes_wrong());
  }
}

TEST(PlantedBugs, ANodeThrowsAwayAPartialThatItComputedWrongly) {
  Scene scene;
  const Bytes request = scene.ask();
  const auto pairs = scene.pairs();
  const Listening listening("fault: custody computes wrongly");
  EXPECT_EQ(code_of(scene.sign(request, pairs)), Code::custody_unavailable);
  EXPECT_TRUE(listening.has_reached("custody: wrong partial caught"));
  // The pair is gone with it.
  EXPECT_EQ(code_of(scene.sign(request, pairs)), Code::nonce_unknown);
}

}  // namespace
}  // namespace quorate::testing

#endif
