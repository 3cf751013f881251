// The diseases by which terms are matched: a hierarchy (Mondo) and, beside it, the Mondo names of DOID's diseases.
// Tables are texts (CSV, RFC 4180), so that a governance decision can name one by its hash and every validator reads
// the same relation out of it.
//
// A value: no I/O, no clock; safe to read from any thread once made. Reading and asking are deterministic and terminate
// on any input, circles included.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/common/codec.hpp"
#include "contracts/dataset/commands.hpp"

namespace placet::contracts::dataset {

/// One spelling for each disease: "MONDO:0005148" for "MONDO_0005148", "mondo:0005148" and the OBO address; DOID
/// likewise; any other text as it is, without blanks around it.
[[nodiscard]] std::string disease_id(std::string_view text);

class DiseaseTable {
public:
    /// `id,label,parents`, in any order of columns, parents separated by `|`. A parent without a row of its own is a
    /// disease like any other; a disease may be its own ancestor (a circle: its members descend from each other).
    /// Errors: malformed and conflict (one disease in two differing rows), with the line in `field`; too_large.
    [[nodiscard]] Status add_hierarchy(std::string_view csv);
    /// `doid,mondo`. Errors as above; a DOID with two different Mondo names is a conflict.
    [[nodiscard]] Status add_doid(std::string_view csv);

    /// One row that is known to be well-formed (installed_diseases.hpp): a disease with its parents, or a DOID disease
    /// with its name in Mondo.
    void add_row(const std::string& id, std::vector<std::string> parents);

    /// Whether the hierarchy has this disease, as a row or as a parent.
    [[nodiscard]] bool knows(std::string_view disease) const;
    /// Whether `narrower` equals `broader` or lies below it. An unknown disease equals itself and nothing else.
    [[nodiscard]] bool descends(std::string_view narrower, std::string_view broader) const;
    /// The disease's name in Mondo: itself, or the table's word for a DOID; empty for a DOID the table does not have.
    [[nodiscard]] std::string in_mondo(std::string_view disease) const;
    [[nodiscard]] std::string label(std::string_view disease) const;
    [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
    /// Every disease of either table with what stands above it, ascending by id: what a ledger's table is made of.
    [[nodiscard]] std::vector<DiseaseRow> rows() const;

private:
    struct Row {
        std::string label;
        std::vector<std::string> parents;  // ascending, unique
        bool stated = false;               // has a row of its own
    };
    std::map<std::string, Row, std::less<>> rows_;
    std::map<std::string, std::string, std::less<>> mondo_of_doid_;
};

}  // namespace placet::contracts::dataset
