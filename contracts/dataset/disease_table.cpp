// Reads the tables, and walks upwards.
#include "contracts/dataset/disease_table.hpp"

#include <algorithm>
#include <set>

#include "contracts/common/outcome.hpp"
#include "contracts/dataset/csv.hpp"

namespace placet::contracts::dataset {
namespace {

constexpr std::size_t kMaxRows = 1'000'000;

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view kBlank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// The rest of `text` after an ontology's prefix, whatever its capitals and whether ":" or "_" follows; empty if it is
/// no such id.
std::string_view after_prefix(std::string_view text, std::string_view prefix) noexcept {
    if (text.size() <= prefix.size() + 1) return {};
    for (std::size_t i = 0; i < prefix.size(); ++i) {
        const char upper = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 32) : text[i];
        if (upper != prefix[i]) return {};
    }
    const char separator = text[prefix.size()];
    return separator == ':' || separator == '_' ? text.substr(prefix.size() + 1) : std::string_view{};
}

std::vector<std::string> parents_of(std::string_view field) {
    std::vector<std::string> out;
    while (!field.empty()) {
        const std::size_t bar = std::min(field.find('|'), field.size());
        if (std::string id = disease_id(field.substr(0, bar)); !id.empty()) out.push_back(std::move(id));
        field.remove_prefix(std::min(bar + 1, field.size()));
    }
    std::ranges::sort(out);
    const auto repeated = std::ranges::unique(out);
    out.erase(repeated.begin(), repeated.end());
    return out;
}

/// A row as wide as the heading.
Status check_width(const std::vector<std::string>& fields, std::size_t width, const CsvReader& reader) {
    if (fields.size() == width) return {};
    return refuse(ErrorCode::malformed,
                  "the row has " + std::to_string(fields.size()) + " fields, the first line " + std::to_string(width),
                  reader.place());
}

}  // namespace

std::string disease_id(std::string_view text) {
    text = trimmed(text);
    std::string_view local = text;
    if (const std::size_t address = text.find("/obo/"); address != std::string_view::npos)
        local = text.substr(address + 5);
    for (const std::string_view prefix : {std::string_view("MONDO"), std::string_view("DOID")})
        if (const std::string_view rest = after_prefix(local, prefix); !rest.empty())
            return std::string(prefix) + ":" + std::string(rest);
    return std::string(text);
}

Status DiseaseTable::add_hierarchy(std::string_view csv) {
    CsvReader reader(csv);
    std::vector<std::string> fields;
    PLACET_TRY_ASSIGN(const bool has_heading, reader.next(fields));
    if (!has_heading)
        return refuse(ErrorCode::malformed, "the table is empty: its first line names the columns id,label,parents",
                      "line 1");
    const std::size_t width = fields.size();
    PLACET_TRY_ASSIGN(const std::vector<std::size_t> column, columns_of(fields, {"id", "label", "parents"}));
    while (true) {
        PLACET_TRY_ASSIGN(const bool more, reader.next(fields));
        if (!more) return {};
        PLACET_TRY(check_width(fields, width, reader));
        std::string id = disease_id(fields[column[0]]);
        if (id.empty()) return refuse(ErrorCode::malformed, "a disease without an id", reader.place());
        std::vector<std::string> parents = parents_of(fields[column[2]]);
        for (const std::string& parent : parents) rows_.try_emplace(parent);
        Row& row = rows_[id];
        if (row.stated && (row.parents != parents || row.label != fields[column[1]]))
            return refuse(ErrorCode::conflict, "\"" + plain_text(id, kMaxId) + "\" stands in two rows that differ",
                          reader.place());
        row = Row{std::move(fields[column[1]]), std::move(parents), true};
        if (rows_.size() > kMaxRows)
            return refuse(ErrorCode::too_large, "the table has more than a million diseases", reader.place());
    }
}

Status DiseaseTable::add_doid(std::string_view csv) {
    CsvReader reader(csv);
    std::vector<std::string> fields;
    PLACET_TRY_ASSIGN(const bool has_heading, reader.next(fields));
    if (!has_heading)
        return refuse(ErrorCode::malformed, "the table is empty: its first line names the columns doid,mondo",
                      "line 1");
    const std::size_t width = fields.size();
    PLACET_TRY_ASSIGN(const std::vector<std::size_t> column, columns_of(fields, {"doid", "mondo"}));
    while (true) {
        PLACET_TRY_ASSIGN(const bool more, reader.next(fields));
        if (!more) return {};
        PLACET_TRY(check_width(fields, width, reader));
        const std::string doid = disease_id(fields[column[0]]), mondo = disease_id(fields[column[1]]);
        if (!doid.starts_with("DOID:"))
            return refuse(ErrorCode::malformed, "expected DOID:… in column doid", reader.place());
        if (!mondo.starts_with("MONDO:"))
            return refuse(ErrorCode::malformed, "expected MONDO:… in column mondo", reader.place());
        const auto [entry, fresh] = mondo_of_doid_.emplace(doid, mondo);
        if (!fresh && entry->second != mondo)
            return refuse(ErrorCode::conflict, "\"" + plain_text(doid, kMaxId) + "\" has two Mondo names",
                          reader.place());
        if (mondo_of_doid_.size() > kMaxRows)
            return refuse(ErrorCode::too_large, "the table has more than a million diseases", reader.place());
    }
}

void DiseaseTable::add_row(const std::string& id, std::vector<std::string> parents) {
    if (id.starts_with("DOID:") && parents.size() == 1) {
        mondo_of_doid_.emplace(id, std::move(parents[0]));
        return;
    }
    for (const std::string& parent : parents) rows_.try_emplace(parent);
    rows_[id] = Row{{}, std::move(parents), true};
}

std::vector<DiseaseRow> DiseaseTable::rows() const {
    std::vector<DiseaseRow> out;
    for (const auto& [id, row] : rows_) out.push_back({id, row.parents});
    for (const auto& [doid, mondo] : mondo_of_doid_) out.push_back({doid, {mondo}});
    std::ranges::sort(out, {}, &DiseaseRow::id);
    return out;
}

bool DiseaseTable::knows(std::string_view disease) const {
    return rows_.contains(disease);
}

bool DiseaseTable::descends(std::string_view narrower, std::string_view broader) const {
    if (narrower == broader) return true;
    const auto start = rows_.find(narrower);
    if (start == rows_.end()) return false;
    std::set<std::string_view> seen{start->first};
    std::vector<const Row*> open{&start->second};
    while (!open.empty()) {
        const Row* row = open.back();
        open.pop_back();
        for (const std::string& parent : row->parents) {
            if (parent == broader) return true;
            if (const auto above = rows_.find(parent); seen.insert(parent).second && above != rows_.end())
                open.push_back(&above->second);
        }
    }
    return false;
}

std::string DiseaseTable::in_mondo(std::string_view disease) const {
    if (!disease.starts_with("DOID:")) return std::string(disease);
    const auto found = mondo_of_doid_.find(disease);
    return found == mondo_of_doid_.end() ? std::string() : found->second;
}

std::string DiseaseTable::label(std::string_view disease) const {
    const auto found = rows_.find(disease);
    return found == rows_.end() ? std::string() : found->second.label;
}

}  // namespace placet::contracts::dataset
