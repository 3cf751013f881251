// Keys and look-ups of datasets.
#include "contracts/dataset/entries.hpp"

#include <array>

namespace placet::contracts::dataset {
namespace {

constexpr std::array<std::string_view, 8> kKindNames = {"structured", "notes", "imaging", "waveform", "genomic", "synthetic", "derived", "model"};

}  // namespace

std::string_view to_string(DatasetKind kind) noexcept { return kKindNames[static_cast<std::size_t>(kind)]; }

std::optional<DatasetKind> dataset_kind_from(std::string_view text) noexcept {
    for (std::size_t i = 0; i < kKindNames.size(); ++i)
        if (kKindNames[i] == text) return static_cast<DatasetKind>(i);
    return std::nullopt;
}

Bytes dataset_key(std::string_view id) { return KeyBuilder(EntryKind::dataset, 2).text(id).take(); }
Bytes datasets_prefix() { return scan_prefix(EntryKind::dataset, 2); }
Bytes member_key(std::string_view dataset, const Pseudonym& pseudonym) {
    return KeyBuilder(EntryKind::member, 3).text(dataset).bytes(pseudonym.view()).take();
}
Bytes members_prefix(std::string_view dataset) { return KeyBuilder(EntryKind::member, 3).text(dataset).take(); }
Bytes live_grants_key(std::string_view dataset) { return KeyBuilder(EntryKind::dataset_grants, 2).text(dataset).take(); }
Bytes derivations_key(std::string_view dataset) { return KeyBuilder(kDerivationsEntry, 2).text(dataset).take(); }

Result<std::optional<Dataset>> find_dataset(const state::StateReader& reader, std::string_view id) {
    return load<Dataset>(reader, dataset_key(id));
}

Result<bool> is_member(const state::StateReader& reader, std::string_view dataset, const Pseudonym& pseudonym) {
    return reader.get(member_key(dataset, pseudonym)).has_value();
}

Result<LiveGrants> live_grants(const state::StateReader& reader, std::string_view dataset) {
    PLACET_TRY_ASSIGN(std::optional<LiveGrants> found, load<LiveGrants>(reader, live_grants_key(dataset)));
    return found.value_or(LiveGrants{});
}

Result<Derivations> derivations(const state::StateReader& reader, std::string_view dataset) {
    PLACET_TRY_ASSIGN(std::optional<Derivations> found, load<Derivations>(reader, derivations_key(dataset)));
    return std::move(found).value_or(Derivations{});
}

Result<std::vector<Dataset>> all_datasets(const state::StateScanner& scanner) { return load_all<Dataset>(scanner, datasets_prefix()); }

}  // namespace placet::contracts::dataset
