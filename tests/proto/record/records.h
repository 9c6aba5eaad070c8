// Records that keep every rule, to be spoilt by the tests.

#pragma once

#include <rapidcheck.h>

#include "proto/record/record.h"

namespace quorate::testing {

inline record::Hash filled(std::uint8_t byte) {
  record::Hash hash;
  hash.fill(byte);
  return hash;
}

inline record::Verdict an_approval() {
  return {.request_id = filled(1),
          .root_id = filled(2),
          .epoch = 3,
          .kind = 1,
          .decision = record::Decision::approve,
          .code = 0,
          .document = filled(4),
          .profile = filled(5),
          .revocation = 6,
          .not_after = 7,
          .reason = {},
          .evidence = {{1, filled(8), filled(9)}, {2, filled(10), filled(11)}}};
}

inline record::Verdict a_refusal() {
  record::Verdict verdict = an_approval();
  verdict.decision = record::Decision::refuse;
  verdict.code = 302;
  verdict.document = {};
  verdict.reason = filled(12);
  return verdict;
}

inline record::Verdict a_pending() {
  record::Verdict verdict = an_approval();
  verdict.decision = record::Decision::pending;
  verdict.code = 220;
  verdict.reason = filled(12);
  return verdict;
}

inline record::Hash any_hash() {
  return *rc::gen::container<record::Hash>(rc::gen::arbitrary<std::uint8_t>());
}

inline std::uint64_t any_number() { return *rc::gen::arbitrary<std::uint64_t>(); }

inline record::Verdict any_verdict() {
  record::Verdict verdict = *rc::gen::element(an_approval(), a_refusal(), a_pending());
  verdict.request_id = any_hash();
  verdict.root_id = any_hash();
  verdict.epoch = any_number();
  verdict.kind = *rc::gen::inRange<std::uint8_t>(1, 8);
  verdict.profile = any_hash();
  verdict.revocation = any_number();
  verdict.not_after = any_number();
  verdict.evidence.resize(*rc::gen::inRange<std::size_t>(0, 3));
  return verdict;
}

inline record::Record any_record() {
  const std::uint8_t event = *rc::gen::inRange<std::uint8_t>(1, 11);
  const std::string version = *rc::gen::element<std::string>("", "0.1.0", std::string(64, '~'));
  const std::vector<record::Body> bodies{
      any_verdict(),
      record::Ceremony{any_hash(), record::CeremonyEvent{event}, any_number(), any_hash()},
      record::PolicyChange{any_hash(), any_hash()},
      record::Start{version, any_hash(), any_number(), any_hash()},
      record::Stop{},
      record::Refusals{any_number(), any_number()},
      record::People{any_hash(), any_hash()}};
  return {any_hash(), any_number(), bodies.at(*rc::gen::inRange<std::size_t>(0, bodies.size()))};
}

}  // namespace quorate::testing
