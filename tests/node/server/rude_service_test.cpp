// The rude service in front of a polite one: what it lets through comes back, in whatever order,
// and what it refuses never reaches the node.

#include "node/server/rude_service.h"

#include <gtest/gtest.h>

#include "tests/node/server/running_server.h"

namespace quorate::server {
namespace {

wire::v1::Ask sign_ask() {
  wire::v1::Ask ask;
  ask.mutable_sign()->set_epoch(1);
  return ask;
}

TEST(RudeService, AnswersEachAskOnceInTheNodesPlaceOrAfterIt) {
  boost::asio::io_context io;
  Desk desk;
  RudeService rude(io, {5, 0, 3, 1}, desk);
  constexpr std::size_t asks = 60;
  std::vector<wire::v1::Answer> answers;
  for (std::size_t i = 0; i < asks; ++i) {
    rude.ask(key(2).public_key(), sign_ask(),
             [&answers](wire::v1::Answer answer) { answers.push_back(std::move(answer)); });
  }
  const std::size_t refused = answers.size();
  EXPECT_GT(refused, 0U);
  EXPECT_EQ(desk.kept.size(), asks - refused) << "what is refused never comes to the node";
  for (const wire::v1::Answer& answer : answers) {
    ASSERT_TRUE(answer.has_refused());
    const auto code = code_of_number(answer.refused().code());
    EXPECT_TRUE(code == Code::nonce_unknown || code == Code::busy ||
                code == Code::custody_unavailable)
        << answer.refused().code();
    EXPECT_EQ(answer.refused().wait_s() > 0, code == Code::busy) << "with a wait, as announced";
  }
  answers.clear();
  for (std::size_t i = 0; i < desk.kept.size(); ++i) desk.answer(i, std::to_string(i));
  ASSERT_TRUE(run_until(io, [&] { return answers.size() == desk.kept.size(); }));
  std::set<std::string> names;
  bool is_in_order = true;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    names.insert(answers[i].description().name());
    is_in_order = is_in_order && answers[i].description().name() == std::to_string(i);
  }
  EXPECT_EQ(names.size(), desk.kept.size());
  EXPECT_FALSE(is_in_order);
  EXPECT_NE(answers[0].description().rude().find("seed 5: late "), std::string::npos);
}

TEST(RudeService, MayEndBeforeItsAnswers) {
  boost::asio::io_context io;
  Desk desk;
  {
    RudeService rude(io, {5, 0, 3, 1}, desk);
    for (int i = 0; i < 20; ++i) rude.ask(key(2).public_key(), sign_ask(), [](auto) {});
    rude.watch([](RudeService::Presence) {});
  }
  for (std::size_t i = 0; i < desk.kept.size(); ++i) desk.answer(i, "late");
  io.run_for(std::chrono::milliseconds(1));
}

TEST_F(RunningServer, ThatStaysAwayClosesEveryConnectionAndComesBackOnItsPort) {
  start();
  const auto before = client(2);
  send(*before, describe(1));
  ASSERT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 1; }));
  server_->stay_away();
  EXPECT_FALSE(next(*before).has_value());
  EXPECT_TRUE(run_until(io_, [&] { return server_->connections() == 0; }));
  server_->come_back();
  const auto after = client(2);
  send(*after, describe(2));
  EXPECT_TRUE(run_until(io_, [&] { return desk_.kept.size() == 2; }));
}

}  // namespace
}  // namespace quorate::server
