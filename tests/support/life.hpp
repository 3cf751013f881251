// How long the transactions of tests and benches may wait to be executed.
#pragma once

#include "ledger/base/time.hpp"

namespace placet::tests {

constexpr base::TimeMs kTransactionLifeMs = 5 * 60 * 1000;

}  // namespace placet::tests
