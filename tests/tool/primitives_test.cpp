// The program plays every part of the vectors: what it answers is what other implementations gave.

#include <gtest/gtest.h>

#include "tests/support/known_answers.h"
#include "tests/tool/program_in_a_pipe.h"

namespace quorate::primitives {
namespace {

using nlohmann::json;
using testing::known_answers;

class Primitives : public ::testing::Test {
 protected:
  ProgramInAPipe program_;

  void expect_error(const json& request, const std::string& code, const json& guilty = nullptr) {
    const json answer = program_.ask(request);
    ASSERT_TRUE(answer.contains("error")) << answer;
    EXPECT_EQ(answer["error"]["code"], code) << answer;
    EXPECT_FALSE(answer["error"]["message"].get<std::string>().empty());
    EXPECT_EQ(answer["error"].value("guilty", json(nullptr)), guilty) << answer;
  }
};

TEST_F(Primitives, ParsesExactlyTheValidEncodings) {
  const json encodings = known_answers("frost-ed25519/encodings.json");
  for (const char* what : {"point", "scalar"}) {
    for (const json& example : encodings.at(std::string(what) + "s")) {
      const json request = {{"op", std::string(what) + ".parse"}, {what, example.at("bytes")}};
      if (example.at("valid").get<bool>()) {
        EXPECT_EQ(program_.ask(request), json({{what, example.at("bytes")}}));
      } else {
        expect_error(request, "malformed");
      }
    }
  }
}

// A signing session of RFC 9591's vectors, as requests.
struct Session {
  json vector = known_answers("frost-ed25519/rfc9591-vectors.json");
  json inputs = vector.at("inputs");
  json shares = inputs.at("participant_shares");
  json commitments = json::array();
  json partials = json::array();
  json verification_shares = json::array();

  Session() {
    for (const json& one : vector.at("round_one_outputs").at("outputs")) {
      commitments.push_back({{"identifier", one.at("identifier")},
                             {"hiding", one.at("hiding_nonce_commitment")},
                             {"binding", one.at("binding_nonce_commitment")}});
    }
    for (const json& one : vector.at("round_two_outputs").at("outputs")) {
      partials.push_back({{"identifier", one.at("identifier")}, {"partial", one.at("sig_share")}});
    }
    for (const json& share : shares) {
      const auto secret = testing::secret(share.at("participant_share"));
      verification_shares.push_back(
          {{"identifier", share.at("identifier")},
           {"point", testing::hex_of(ed25519::Point::base_times(secret))}});
    }
  }
  std::string random(std::size_t signer) const {
    const json& one = vector.at("round_one_outputs").at("outputs")[signer];
    return one.at("hiding_nonce_randomness").get<std::string>() +
           one.at("binding_nonce_randomness").get<std::string>();
  }
  const json& share(const json& identifier) const {
    return shares.at(identifier.get<std::size_t>() - 1).at("participant_share");
  }
  json sign(std::size_t signer) const {
    const json& identifier = commitments[signer].at("identifier");
    return {{"op", "frost.sign"},
            {"identifier", identifier},
            {"share", share(identifier)},
            {"random", random(signer)},
            {"group_key", inputs.at("group_public_key")},
            {"threshold", 2},
            {"members", {1, 2, 3}},
            {"message", inputs.at("message")},
            {"commitments", commitments}};
  }
  json check(std::size_t signer) const {
    const auto place = commitments[signer].at("identifier").get<std::size_t>() - 1;
    return {{"op", "frost.check"},
            {"identifier", commitments[signer].at("identifier")},
            {"partial", partials[signer].at("partial")},
            {"verification_share", verification_shares[place].at("point")},
            {"group_key", inputs.at("group_public_key")},
            {"message", inputs.at("message")},
            {"commitments", commitments}};
  }
  json aggregate() const {
    return {{"op", "frost.aggregate"},
            {"group_key", inputs.at("group_public_key")},
            {"threshold", 2},
            {"message", inputs.at("message")},
            {"commitments", commitments},
            {"partials", partials},
            {"verification_shares", verification_shares}};
  }
};

TEST_F(Primitives, PlaysEveryPartOfASigningSession) {
  const Session session;
  const std::string signature = session.vector.at("final_output").at("sig");
  for (std::size_t signer = 0; signer < 2; ++signer) {
    const json& own = session.commitments[signer];
    EXPECT_EQ(program_.ask({{"op", "frost.commit"},
                            {"identifier", own.at("identifier")},
                            {"share", session.share(own.at("identifier"))},
                            {"random", session.random(signer)}}),
              json({{"hiding", own.at("hiding")}, {"binding", own.at("binding")}}));
    EXPECT_EQ(program_.ask(session.sign(signer)),
              json({{"partial", session.partials[signer].at("partial")},
                    {"r", signature.substr(0, 64)}}));
    EXPECT_EQ(program_.ask(session.check(signer)), json({{"valid", true}}));
  }
  EXPECT_EQ(program_.ask(session.aggregate()), json({{"signature", signature}}));
  json verify = {{"op", "frost.verify"},
                 {"group_key", session.inputs.at("group_public_key")},
                 {"message", session.inputs.at("message")},
                 {"signature", signature}};
  EXPECT_EQ(program_.ask(verify), json({{"valid", true}}));
  verify["message"] = "00";
  expect_error(verify, "signature_invalid");
  verify["signature"] = signature.substr(2);
  expect_error(verify, "signature_invalid");
}

TEST_F(Primitives, NamesWhoeverSentAWrongPartial) {
  Session session;
  session.partials[0]["partial"] = std::string(64, '0');
  expect_error(session.check(0), "partial_invalid", {1});
  expect_error(session.aggregate(), "partial_invalid", {1});
  session.partials[1]["partial"] = session.partials[0]["partial"];
  expect_error(session.aggregate(), "partial_invalid", {1, 3});
}

TEST_F(Primitives, RefusesSessionsThatAreNone) {
  const Session good;
  json request = good.sign(0);
  request["random"] = std::string(128, '1');
  expect_error(request, "commitment_mismatch");
  request = good.sign(0);
  std::swap(request["commitments"][0], request["commitments"][1]);
  expect_error(request, "wrong_participants");
  request = good.sign(0);
  request["commitments"].erase(1);
  expect_error(request, "wrong_participants");
  request = good.sign(0);
  request["members"] = {1, 2};
  expect_error(request, "wrong_participants");
  request["members"] = {1, 3, 2};
  expect_error(request, "wrong_participants");
  request = good.sign(0);
  request["threshold"] = 1;
  expect_error(request, "threshold_invalid");
  request["threshold"] = 4;
  expect_error(request, "threshold_invalid");
  request = good.sign(0);
  request["identifier"] = 0;
  expect_error(request, "unknown_participant");

  request = good.check(0);
  request["identifier"] = 2;
  expect_error(request, "unknown_participant");
  request = good.check(0);
  request["commitments"].erase(1);
  expect_error(request, "threshold_invalid");
  request = good.check(0);
  std::swap(request["commitments"][0], request["commitments"][1]);
  expect_error(request, "wrong_participants");

  request = good.aggregate();
  std::swap(request["partials"][0], request["partials"][1]);
  expect_error(request, "wrong_participants");
  request = good.aggregate();
  std::swap(request["verification_shares"][0], request["verification_shares"][1]);
  expect_error(request, "wrong_participants");
  request = good.aggregate();
  request["verification_shares"].erase(2);
  expect_error(request, "wrong_participants");
}

TEST_F(Primitives, GivesLagrangeCoefficients) {
  const json session = known_answers("ceremony/session.json");
  for (const auto& [number, values] : session.at("signers").items()) {
    json request = {
        {"op", "frost.lagrange"}, {"identifier", std::stoi(number)}, {"set", {4, 5, 7}}};
    EXPECT_EQ(program_.ask(request), json({{"scalar", values.at("lagrange")}}));
    request["x"] = 0;
    EXPECT_EQ(program_.ask(request), json({{"scalar", values.at("lagrange")}}));
    request["x"] = std::stoi(number);  // at its own place: one
    EXPECT_EQ(program_.ask(request), json({{"scalar", "01" + std::string(62, '0')}}));
  }
  json request = {{"op", "frost.lagrange"}, {"identifier", 6}, {"set", {4, 5, 7}}};
  expect_error(request, "unknown_participant");
  request["set"] = {4, 4, 6};
  expect_error(request, "wrong_participants");
  request["set"] = {0, 4, 6};
  expect_error(request, "unknown_participant");
}

class Dkg : public Primitives {
 protected:
  const json vector_ = known_answers("ceremony/create.json");

  json deal(const std::string& dealer) {
    const json& given = vector_.at("deal").at(dealer);
    return program_.ask({{"op", "dkg.deal"},
                         {"identifier", std::stoi(dealer)},
                         {"threshold", 2},
                         {"members", {1, 2, 3}},
                         {"coefficients", given.at("coefficients")},
                         {"proof_nonce", given.at("proof_nonce")},
                         {"context", vector_.at("ceremony")}});
  }
  json check(const std::string& dealer, const std::string& receiver) {
    const json dealt = deal(dealer);
    return {{"op", "dkg.check"},
            {"dealer", std::stoi(dealer)},
            {"receiver", std::stoi(receiver)},
            {"threshold", 2},
            {"commitments", dealt.at("commitments")},
            {"proof", dealt.at("proof")},
            {"context", vector_.at("ceremony")},
            {"share", vector_.at("deal").at(dealer).at("shares").at(receiver)}};
  }
  json finish(const std::string& receiver) {
    json deals = json::array();
    for (const std::string dealer : {"1", "2", "3"}) {
      deals.push_back({{"dealer", std::stoi(dealer)},
                       {"commitments", deal(dealer).at("commitments")},
                       {"share", vector_.at("deal").at(dealer).at("shares").at(receiver)}});
    }
    return {{"op", "dkg.finish"},
            {"identifier", std::stoi(receiver)},
            {"threshold", 2},
            {"members", {1, 2, 3}},
            {"deals", deals}};
  }
};

TEST_F(Dkg, DealsAsTheVectorDoes) {
  for (const auto& [dealer, expected] : vector_.at("deal").items()) {
    const json dealt = deal(dealer);
    const std::string body = expected.at("body");
    // ceremony, hellos, sender; then two commitments and the proof
    EXPECT_EQ(dealt.at("commitments"), json({body.substr(132, 64), body.substr(196, 64)}));
    EXPECT_EQ(dealt.at("proof"), body.substr(260, 128));
    json shares = json::array();
    for (const auto& [receiver, share] : expected.at("shares").items()) {
      shares.push_back({{"identifier", std::stoi(receiver)}, {"share", share}});
    }
    EXPECT_EQ(dealt.at("shares"), shares);
    EXPECT_EQ(dealt.size(), 3U);
  }
}

TEST_F(Dkg, ChecksAndNamesTheDealer) {
  for (const std::string dealer : {"1", "2", "3"}) {
    for (const std::string receiver : {"1", "2", "3"}) {
      EXPECT_EQ(program_.ask(check(dealer, receiver)), json({{"valid", true}}));
    }
  }
  json request = check("2", "1");
  request["share"] = vector_.at("deal").at("2").at("shares").at("3");
  expect_error(request, "share_invalid", {2});
  request = check("2", "1");
  request["context"] = "";
  expect_error(request, "proof_invalid", {2});
  request = check("2", "1");
  request["commitments"].push_back(request["commitments"][1]);
  expect_error(request, "malformed");
  request = check("2", "1");
  request["threshold"] = 65;
  expect_error(request, "threshold_invalid");
}

TEST_F(Dkg, FinishesAsTheVectorDoes) {
  json verification_shares = json::array();
  for (const auto& [member, point] : vector_.at("verification_shares").items()) {
    verification_shares.push_back({{"identifier", std::stoi(member)}, {"point", point}});
  }
  for (const std::string receiver : {"1", "2", "3"}) {
    EXPECT_EQ(program_.ask(finish(receiver)), json({{"share", vector_.at("shares").at(receiver)},
                                                    {"commitments", vector_.at("commitments")},
                                                    {"group_key", vector_.at("public_key")},
                                                    {"verification_shares", verification_shares}}));
  }
  json request = finish("2");
  request["deals"][0]["share"] = request["deals"][1]["share"];
  request["deals"][2]["share"] = request["deals"][1]["share"];
  expect_error(request, "share_invalid", {1, 3});
  request = finish("2");
  request["deals"].erase(2);
  expect_error(request, "wrong_participants");
  request = finish("2");
  std::swap(request["deals"][0], request["deals"][1]);
  expect_error(request, "wrong_participants");
  request = finish("2");
  request["identifier"] = 4;
  expect_error(request, "unknown_participant");
}

TEST_F(Dkg, RefusesZeroWhereAPointWouldBeTheIdentity) {
  json request = {{"op", "dkg.deal"},
                  {"identifier", 1},
                  {"threshold", 2},
                  {"members", {1, 2}},
                  {"coefficients", {"01" + std::string(62, '0'), std::string(64, '0')}},
                  {"proof_nonce", "02" + std::string(62, '0')},
                  {"context", ""}};
  expect_error(request, "malformed");
  request["coefficients"][1] = request["coefficients"][0];
  EXPECT_TRUE(program_.ask(request).contains("proof"));
  request["proof_nonce"] = std::string(64, '0');
  expect_error(request, "malformed");
}

TEST_F(Dkg, HashesWithLabels) {
  EXPECT_EQ(program_.ask(
                {{"op", "ceremony.hash"}, {"label", "proposal"}, {"data", vector_.at("proposal")}}),
            json({{"hash", vector_.at("ceremony")}}));
  expect_error({{"op", "ceremony.hash"}, {"label", std::string("a\0b", 3)}, {"data", ""}}, "usage");
}

}  // namespace
}  // namespace quorate::primitives
