// P2: a node signs the bytes that its statement stands for, and no others. Those bytes are made
// here once more, by other code than the nodes': a digest that dresses up as a statement finds no
// second audience.

#pragma once

#include <optional>
#include <string>

#include "node/core/message.h"

namespace quorate::sim {

// What a root signs for this statement. Nothing for kinds that are not rebuilt here (4 to 7, and
// certificates for keys other than Ed25519), and for what is no statement.
std::optional<Bytes> rebuild(ByteView statement);

// What is wrong with a partial signature that a node gave: its verdict names another document than
// the statement stands for, or its session is one of other bytes. Nothing: it is as it should be,
// or of a kind that is not rebuilt.
std::optional<std::string> find_theatre(const node::SignAsk& ask,
                                        const node::PartialAnswer& answer);

}  // namespace quorate::sim
