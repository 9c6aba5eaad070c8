// What a verdict's decision implies for its other fields. Said from two sides: record.cpp demands
// it of us before writing, record_decode.cpp of others after reading.

#pragma once

#include "proto/record/record.h"

namespace quorate::record {

bool is_consistent(const Verdict& verdict);

}  // namespace quorate::record
