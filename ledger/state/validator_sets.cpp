// Validator sets in the map.
#include "ledger/state/validator_sets.hpp"

#include "ledger/base/cbor.hpp"

namespace placet::state {

namespace {
constexpr std::uint64_t kEntryKind = 14;  // contracts/common/state_keys.hpp
}  // namespace

base::Bytes validator_set_key(types::Epoch epoch) {
    base::cbor::Writer out;
    out.array(2).uint(kEntryKind).uint(epoch);
    return std::move(out).take();
}

base::Result<types::ValidatorSet> read_validator_set(base::BytesView value, types::Epoch epoch) {
    auto set = types::decode_validator_set(value);
    if (!set || set->epoch != epoch || set->n() == 0)
        return base::refuse(base::ErrorCode::corrupt, "the map's entry of epoch " + std::to_string(epoch) + " is no validator set of it", "validators");
    return set;
}

base::Result<types::ValidatorSet> validator_set(const StateReader& reader, const types::Genesis& genesis, types::Epoch epoch) {
    if (epoch == 0) return genesis.validators;
    const auto value = reader.get(validator_set_key(epoch));
    if (!value) return base::refuse(base::ErrorCode::not_found, "no validator set of epoch " + std::to_string(epoch) + " at this height", "epoch");
    return read_validator_set(*value, epoch);
}

}  // namespace placet::state
