// How a ceremony's steps are called in records.

#pragma once

#include "proto/layout/labelled.h"
#include "proto/record/record.h"

namespace quorate::node {

// `body` is what the node sends: the record holds its SHA-256.
record::Ceremony event_of_body(const layout::Hash& ceremony, record::CeremonyEvent event,
                               std::uint64_t epoch, ByteView body);

}  // namespace quorate::node
