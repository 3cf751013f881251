// The table as text, the modifiers one after the other.
#include "tests/model/duo_model.hpp"

#include <algorithm>

namespace placet::tests::model {
namespace {

const std::vector<std::string> kColumns = {"NRES", "GRU", "HMB", "DS", "POA", "none"};

const std::map<std::string, std::string> kTable = {
    {"GRU", "AADDDR"}, {"HMB", "AAADDR"}, {"DS inside", "AAAADR"}, {"DS outside", "AAADDR"}, {"DS not known", "AAARDR"},
    {"POA", "AADDAR"}, {"MDS", "AAAAAR"}, {"CC", "ADDDDR"},        {"CC allowed", "AAAAAR"}};

const std::map<std::string, std::string> kCodes = {
    {"DUO:0000004", "NRES"},   {"DUO:0000042", "GRU"}, {"DUO:0000006", "HMB"},  {"DUO:0000007", "DS"},
    {"DUO:0000011", "POA"},    {"DUO:0000012", "RS"},  {"DUO:0000015", "NMDS"}, {"DUO:0000016", "GSO"},
    {"DUO:0000018", "NPUNCU"}, {"DUO:0000019", "PUB"}, {"DUO:0000020", "COL"},  {"DUO:0000021", "IRB"},
    {"DUO:0000022", "GS"},     {"DUO:0000024", "MOR"}, {"DUO:0000025", "TS"},   {"DUO:0000026", "US"},
    {"DUO:0000027", "PS"},     {"DUO:0000028", "IS"},  {"DUO:0000029", "RTN"},  {"DUO:0000043", "CC"},
    {"DUO:0000044", "NPOA"},   {"DUO:0000045", "NPU"}, {"DUO:0000046", "NCU"},  {"DUO:00000044", "NPOA"}};

bool has(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

/// The short name of a code; empty if unknown.
std::string name_of(std::string code) {
    if (code.substr(0, 4) == "DUO_") code[3] = ':';
    const auto found = kCodes.find(code);
    if (found != kCodes.end()) return found->second;
    for (const auto& [any, name] : kCodes)
        if (name == code) return name;
    return "";
}

bool is_permission(const std::string& name) {
    return has({"NRES", "GRU", "HMB", "DS", "POA"}, name);
}

class Model {
public:
    Model(const ModelDataset& dataset, const ModelRequest& request, const ModelDiseases& diseases)
        : dataset_(dataset), request_(request), diseases_(diseases) {
        if (dataset.permissions)
            for (const std::string& code : *dataset.permissions) {
                const std::string name = name_of(code);
                if (is_permission(name))
                    permissions_.push_back(name);
                else
                    unknown_permission_ = true;
            }
        for (const ModelModifier& one : dataset.modifiers) allows_care_ |= name_of(one.code) == "CC";
    }

    ModelAnswer run() {
        if (!request_.purposes || request_.purposes->empty()) {
            note('R');
        } else {
            for (const std::string& purpose : *request_.purposes) note(judge(purpose));
            if (is_sensitive()) note('R');
        }
        if (unknown_permission_) note('R');
        for (const ModelModifier& one : dataset_.modifiers) modifier(one);
        answer_.decision = verdicts_.count('D') != 0 ? 'D' : verdicts_.count('R') != 0 ? 'R' : 'A';
        if (request_.months) cap(*request_.months);
        if (answer_.decision == 'D') {
            answer_.obligations.clear();
            answer_.expires.reset();
        }
        return answer_;
    }

private:
    void note(char verdict) { verdicts_.insert(verdict); }
    void cap(long months) { answer_.expires = answer_.expires ? std::min(*answer_.expires, months) : months; }
    bool is_sensitive() const {
        const auto controls = request_.flags.find("controls");
        return (controls != request_.flags.end() && controls->second) ||
               (request_.sensitive && !request_.sensitive->empty());
    }

    /// '+' inside, '-' outside, '?' cannot be known.
    char inside(const std::string& asked) const {
        char best = '-';
        for (const std::string& consented : *dataset_.diseases) {
            const std::string a = mondo(asked), c = mondo(consented);
            if (a.empty() || c.empty())
                best = best == '+' ? '+' : '?';
            else if (below(a, c))
                best = '+';
        }
        return best;
    }
    std::string mondo(const std::string& disease) const {
        if (disease.substr(0, 5) != "DOID:") return disease;
        const auto found = diseases_.mondo_of_doid.find(disease);
        return found == diseases_.mondo_of_doid.end() ? "" : found->second;
    }
    bool below(const std::string& a, const std::string& c) const {
        std::set<std::string> reached = {a};
        for (bool grows = true; grows;) {
            grows = false;
            for (const std::string& one : std::set<std::string>(reached)) {
                const auto row = diseases_.parents.find(one);
                if (row == diseases_.parents.end()) continue;
                for (const std::string& parent : row->second) grows |= reached.insert(parent).second;
            }
        }
        return reached.count(c) != 0;
    }
    /// "inside", "outside", "not known" (a DOID) or "not stated".
    std::string fit() const {
        if (!dataset_.diseases || dataset_.diseases->empty() || !request_.diseases || request_.diseases->empty())
            return "not stated";
        std::set<char> all;
        for (const std::string& asked : *request_.diseases) all.insert(inside(asked));
        if (all.count('-') != 0) return "outside";
        return all.count('?') != 0 ? "not known" : "inside";
    }

    char judge(const std::string& purpose) const {
        std::string row = purpose;
        if (purpose == "CC" && allows_care_) row = "CC allowed";
        if (purpose == "DS") row = fit() == "inside" ? "DS inside" : fit() == "outside" ? "DS outside" : "DS not known";
        const std::string& cells = kTable.at(row);
        if (permissions_.empty()) return cells[5];
        char best = 'D';
        for (const std::string& permission : permissions_) {
            const auto column = std::find(kColumns.begin(), kColumns.end(), permission) - kColumns.begin();
            const char cell = cells[static_cast<std::size_t>(column)];
            if (cell == 'A' || (cell == 'R' && best == 'D')) best = cell;
        }
        return best == 'D' && unknown_permission_ ? 'R' : best;
    }

    char flag(const std::string& name) const {
        const auto found = request_.flags.find(name);
        return found == request_.flags.end() ? 'R' : found->second ? 'D' : 'A';
    }
    std::string statement(const std::string& name) const {
        const auto found = request_.statements.find(name);
        return found == request_.statements.end() ? "" : found->second;
    }
    char listed(const ModelModifier& one, const std::string& said) const {
        if (one.list.empty() || said.empty()) return 'R';
        return has(one.list, said) ? 'A' : 'D';
    }
    bool asks(const std::string& purpose) const { return request_.purposes && has(*request_.purposes, purpose); }

    void modifier(const ModelModifier& one) {
        const std::string name = name_of(one.code);
        if (name.empty() || is_permission(name))
            note('R');
        else if (name == "IRB")
            note(statement("ethicsApproval").empty() ? 'R' : 'A');
        else if (name == "COL")
            note(one.list.empty() ? (statement("collaboration").empty() ? 'R' : 'A')
                                  : listed(one, statement("collaboration")));
        else if (name == "GS")
            note(listed(one, statement("country")));
        else if (name == "PS")
            note(listed(one, statement("project")));
        else if (name == "IS")
            note(listed(one, statement("institution")));
        else if (name == "US")
            note(listed(one, statement("user")));
        else if (name == "RS")
            note(listed(one, statement("researchType")));
        else if (name == "MOR")
            note(!one.date || !request_.accepted_at ? 'R' : *request_.accepted_at >= *one.date ? 'A' : 'D');
        else if (name == "TS")
            time_limit(one);
        else if (name == "NPU")
            note(flag("forProfit"));
        else if (name == "NCU")
            note(flag("commercial"));
        else if (name == "NPUNCU") {
            note(flag("forProfit"));
            note(flag("commercial"));
        } else if (name == "GSO")
            note(flag("phenotypeOnly"));
        else if (name == "NMDS")
            note(no_methods());
        else if (name == "NPOA")
            note(asks("POA") ? 'D' : 'A');
        else if (name == "PUB" || name == "RTN")
            undertaking(name);
    }
    void time_limit(const ModelModifier& one) {
        if (!one.months) return note('R');
        cap(*one.months);
        if (request_.months && *request_.months > *one.months) note('D');
    }
    char no_methods() const {
        if (!asks("MDS")) return 'A';
        if (!has(permissions_, "DS")) return 'D';
        return fit() == "inside" ? 'A' : fit() == "not known" ? 'R' : 'D';
    }
    void undertaking(const std::string& name) {
        if (request_.undertakings && !has(*request_.undertakings, name))
            note('D');
        else
            answer_.obligations.insert(name);
    }

    const ModelDataset& dataset_;
    const ModelRequest& request_;
    const ModelDiseases& diseases_;
    std::vector<std::string> permissions_;
    bool unknown_permission_ = false;
    bool allows_care_ = false;
    std::set<char> verdicts_;
    ModelAnswer answer_;
};

}  // namespace

ModelAnswer model_match(const ModelDataset& dataset, const ModelRequest& request, const ModelDiseases& diseases) {
    return Model(dataset, request, diseases).run();
}

}  // namespace placet::tests::model
