// For tests and benches, where an error of a library is the end: the value, or an exception that tells the error.
#pragma once

#include <stdexcept>

#include "ledger/base/error.hpp"

namespace placet::tests {

template <class T>
T must(base::Result<T> result) {
    if (!result) throw std::runtime_error(base::describe(result.error()));
    return std::move(*result);
}
inline void must(const base::Status& status) {
    if (!status) throw std::runtime_error(base::describe(status.error()));
}

}  // namespace placet::tests
