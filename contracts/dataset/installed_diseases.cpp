// Staging a table of diseases, and reading what matters of the one in force.
#include "contracts/dataset/installed_diseases.hpp"

#include <algorithm>
#include <set>

#include "contracts/common/ids.hpp"
#include "contracts/dataset/rules.hpp"
#include "ledger/crypto/hash.hpp"

namespace placet::contracts::dataset {
namespace {

constexpr std::string_view kDigestTag = "placet/diseases/1";

}  // namespace

Status check(const DiseaseRow& row) {
    PLACET_TRY(check_object_id(row.id, "rows.id"));
    if (disease_id(row.id) != row.id)
        return refuse(ErrorCode::invalid_value, "'" + row.id + "' is another spelling of '" + disease_id(row.id) + "'", "rows.id");
    for (const std::string& parent : row.parents) {
        PLACET_TRY(check_object_id(parent, "rows.parents"));
        if (disease_id(parent) != parent)
            return refuse(ErrorCode::invalid_value, "'" + parent + "' is another spelling of '" + disease_id(parent) + "'", "rows.parents");
    }
    if (std::ranges::adjacent_find(row.parents, std::greater_equal{}) != row.parents.end())
        return refuse(ErrorCode::invalid_value, "parents must ascend without repeats", "rows.parents");
    if (row.id.starts_with("DOID:") && (row.parents.size() != 1 || !row.parents[0].starts_with("MONDO:")))
        return refuse(ErrorCode::invalid_value, "a DOID disease has one name in Mondo", "rows.parents");
    return {};
}

Hash digest_after(const Hash& before, const DiseaseRow& row) {
    Bytes all = base::to_bytes(before.view());
    const Bytes encoded = encode(row);
    all.insert(all.end(), encoded.begin(), encoded.end());
    return crypto::tagged_hash(kDigestTag, all);
}

Bytes disease_table_key(std::string_view table) { return KeyBuilder(EntryKind::disease_table, 2).text(table).take(); }
Bytes disease_tables_prefix() { return scan_prefix(EntryKind::disease_table, 2); }
Bytes disease_key(std::string_view table, std::string_view disease) {
    return KeyBuilder(EntryKind::disease, 3).text(table).text(disease).take();
}

Result<std::optional<DiseaseTableHead>> find_disease_table(const state::StateReader& reader, std::string_view table) {
    return load<DiseaseTableHead>(reader, disease_table_key(table));
}

Result<std::optional<DiseaseTableHead>> diseases_in_force(const state::StateReader& reader) {
    PLACET_TRY_ASSIGN(const auto chosen, load<governance::DiseasesInForce>(reader, governance::diseases_in_force_key()));
    if (!chosen) return std::optional<DiseaseTableHead>{};
    PLACET_TRY_ASSIGN(std::optional<DiseaseTableHead> head, find_disease_table(reader, chosen->table));
    if (head && (!head->closed || head->digest != chosen->digest)) head.reset();
    return head;
}

Result<std::optional<DiseaseTable>> diseases_around(const state::StateReader& reader, std::vector<std::string> diseases) {
    PLACET_TRY_ASSIGN(const std::optional<DiseaseTableHead> head, diseases_in_force(reader));
    if (!head) return std::optional<DiseaseTable>{};
    DiseaseTable out;
    std::set<std::string> seen;
    for (std::string& one : diseases) one = disease_id(one);
    std::size_t read = 0;
    while (!diseases.empty() && read < kMostDiseasesRead) {
        const std::string id = std::move(diseases.back());
        diseases.pop_back();
        if (!seen.insert(id).second) continue;
        ++read;
        PLACET_TRY_ASSIGN(const std::optional<DiseaseParents> row, load<DiseaseParents>(reader, disease_key(head->id, id)));
        if (!row) continue;
        diseases.insert(diseases.end(), row->parents.begin(), row->parents.end());
        out.add_row(id, row->parents);
    }
    return std::optional(std::move(out));
}

Status check(const StageDiseases& command) {
    PLACET_TRY(check_object_id(command.table, "table"));
    if (command.rows.empty() || command.rows.size() > kMaxDiseaseRows)
        return refuse(ErrorCode::invalid_value, "name 1 to " + std::to_string(kMaxDiseaseRows) + " rows", "rows");
    for (const DiseaseRow& row : command.rows) PLACET_TRY(check(row));
    if (std::ranges::adjacent_find(command.rows, std::ranges::greater_equal{}, &DiseaseRow::id) != command.rows.end())
        return refuse(ErrorCode::invalid_value, "rows must ascend by id without repeats", "rows");
    return {};
}

Result<Verdict> apply(Transition& state, const governance::Actor& sender, const StageDiseases& command) {
    PLACET_TRY_ASSIGN(std::optional<DiseaseTableHead> head, find_disease_table(state, command.table));
    if (!head) head = DiseaseTableHead{command.table, sender.organisation, 0, {}, {}, false, state.now_ms()};
    if (head->organisation != sender.organisation) return refused("not_own", command.table);
    if (head->closed) return refused("table_closed", command.table);
    if (command.first != head->rows) return refused("sequence_gap", std::to_string(head->rows));
    if (head->rows > 0 && command.rows.front().id <= head->last) return refused("invalid_command", "rows.id");
    for (const DiseaseRow& row : command.rows) {
        state.put(disease_key(command.table, row.id), DiseaseParents{row.parents});
        head->digest = digest_after(head->digest, row);
    }
    head->rows += command.rows.size();
    head->last = command.rows.back().id;
    head->closed = command.last;
    state.put(disease_table_key(command.table), *head);
    return accepted("diseases_staged", DiseasesDetail{head->rows, head->digest, head->closed});
}

}  // namespace placet::contracts::dataset
