// libFuzzer's entry, compiled once per target with PLACET_FUZZ_RUN naming its body.
#include "tests/fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    placet::fuzz::PLACET_FUZZ_RUN({data, size});
    return 0;
}
