// Random datasets, requests and disease hierarchies, decided by the matcher (through the JSON that people write) and by
// the naive model.
#include "api/dto/match_input.hpp"
#include "tests/model/duo_model.hpp"
#include "tests/model/topic.hpp"
#include "tests/support/prng.hpp"

namespace placet::tests::model {
namespace {

namespace dataset = contracts::dataset;
using Texts = std::vector<std::string>;

struct Case {
    ModelDataset offer;
    ModelRequest ask;
    ModelDiseases diseases;
};

class Generator {
public:
    explicit Generator(std::uint64_t seed) : prng_(seed) {}

    /// A hierarchy of few diseases, now and then with a circle, and DOIDs of which some have a Mondo name.
    ModelDiseases diseases() {
        ModelDiseases out;
        for (int i = 0; i < 9; ++i) {
            std::set<std::string>& parents = out.parents["MONDO:" + std::to_string(i)];
            for (std::size_t n = prng_.below(3); n > 0; --n) {
                const auto parent = chance(6) ? prng_.below(11) : prng_.below(static_cast<std::uint64_t>(i) + 1);
                if (parent != static_cast<std::uint64_t>(i) || chance(4))
                    parents.insert("MONDO:" + std::to_string(parent));
            }
        }
        for (int i = 0; i < 4; ++i)
            if (chance(2)) out.mondo_of_doid["DOID:" + std::to_string(i)] = "MONDO:" + std::to_string(prng_.below(9));
        return out;
    }

    ModelDataset offer() {
        ModelDataset out;
        static const Texts kPermissions = {"DUO:0000004", "DUO:0000042", "DUO:0000006", "DUO:0000007",
                                           "DUO_0000007", "DUO:0000011", "GRU",         "HMB",
                                           "DS",          "POA",         "DUO:0000007", "DUO:0000006"};
        if (!chance(10)) {
            out.permissions.emplace();
            for (std::size_t n = chance(12) ? 0 : 1 + prng_.below(chance(3) ? 3 : 1); n > 0; --n)
                out.permissions->push_back(pick(kPermissions));
            if (chance(20)) out.permissions->push_back(pick({"DUO:0000001", "DUO:0000045", "X"}));
        }
        if (!chance(8)) out.diseases = some_diseases();
        for (std::size_t n = prng_.below(4); n > 0; --n) out.modifiers.push_back(modifier());
        return out;
    }

    ModelRequest ask() {
        ModelRequest out;
        if (!chance(12)) {
            out.purposes.emplace();
            for (std::size_t n = chance(15) ? 0 : 1 + prng_.below(chance(2) ? 3 : 1); n > 0; --n)
                out.purposes->push_back(pick({"GRU", "HMB", "DS", "POA", "MDS", "CC", "DS", "HMB"}));
        }
        if (!chance(6)) out.diseases = some_diseases();
        for (const char* name : {"controls", "forProfit", "commercial", "phenotypeOnly"})
            if (chance(2)) out.flags[name] = chance(std::string_view(name) == "controls" ? 5 : 3);
        if (chance(4)) out.sensitive = chance(2) ? Texts{} : Texts{"children"};
        for (const char* name : {"researchType", "ethicsApproval", "collaboration", "institution", "project", "user"})
            if (!chance(3)) out.statements[name] = pick({"a", "b", "c"});
        if (!chance(3)) out.statements["country"] = pick({"AU", "DE", "US"});
        if (chance(2)) out.months = static_cast<long>(prng_.below(30));
        if (chance(2)) out.accepted_at = day();
        if (chance(3)) {
            out.undertakings.emplace();
            for (const char* name : {"PUB", "RTN"})
                if (!chance(3)) out.undertakings->push_back(name);
        }
        return out;
    }

private:
    bool chance(std::uint64_t one_in) { return prng_.below(one_in) == 0; }
    std::string pick(const Texts& list) { return list[prng_.below(list.size())]; }
    std::string day() { return pick({"2025-12-31", "2026-01-01", "2026-01-02", "1960-06-30", "2026-10-01"}); }

    Texts some_diseases() {
        Texts out;
        for (std::size_t n = chance(10) ? 0 : 1 + prng_.below(chance(3) ? 3 : 1); n > 0; --n) {
            if (chance(8))
                out.push_back("DOID:" + std::to_string(prng_.below(4)));
            else if (chance(20))
                out.push_back("ORPHA:" + std::to_string(prng_.below(2)));
            else
                out.push_back("MONDO:" + std::to_string(prng_.below(11)));
        }
        return out;
    }

    ModelModifier modifier() {
        static const Texts kCodes = {"DUO:0000012", "DUO:0000015",  "DUO:0000016", "DUO:0000018", "DUO:0000019",
                                     "DUO:0000020", "DUO:0000021",  "DUO:0000022", "DUO:0000024", "DUO:0000025",
                                     "DUO:0000026", "DUO:0000027",  "DUO:0000028", "DUO:0000029", "DUO:0000043",
                                     "DUO:0000044", "DUO_00000044", "DUO:0000045", "DUO:0000046", "NPU",
                                     "TS",          "PUB",          "DUO:0000017", "X:1",         "DUO:0000042"};
        ModelModifier out;
        out.code = pick(kCodes);
        const std::string code = out.code;
        if ((code == "DUO:0000025" || code == "TS") && !chance(5)) out.months = static_cast<long>(prng_.below(30));
        if (code == "DUO:0000024" && !chance(5)) out.date = day();
        static const std::map<std::string, std::string> kLists = {
            {"DUO:0000012", "types"}, {"DUO:0000020", "with"},     {"DUO:0000022", "countries"},
            {"DUO:0000026", "users"}, {"DUO:0000027", "projects"}, {"DUO:0000028", "institutions"}};
        const auto list = kLists.find(code);
        if (list == kLists.end() || chance(5)) return out;
        out.list_name = list->second;
        for (std::size_t n = prng_.below(3); n > 0; --n)
            out.list.push_back(out.list_name == "countries" ? pick({"AU", "DE", "US"}) : pick({"a", "b", "c"}));
        return out;
    }

    Prng prng_;
};

std::string list_json(const Texts& items) {
    std::string out;
    for (const std::string& item : items) out += (out.empty() ? "\"" : ",\"") + item + "\"";
    return "[" + out + "]";
}

/// The members of an object, put together as text.
class ObjectText {
public:
    void add(const std::string& name, const std::string& value) {
        text_ += (text_.empty() ? "\"" : ",\"") + name + "\":" + value;
    }
    void add_text(const std::string& name, const std::string& value) { add(name, "\"" + value + "\""); }
    void add_list(const std::string& name, const std::optional<Texts>& list) {
        if (list) add(name, list_json(*list));
    }
    [[nodiscard]] std::string text() const { return "{" + text_ + "}"; }

private:
    std::string text_;
};

std::string offer_json(const ModelDataset& offer) {
    ObjectText out;
    out.add_list("permissions", offer.permissions);
    out.add_list("diseases", offer.diseases);
    std::string modifiers;
    for (const ModelModifier& one : offer.modifiers) {
        ObjectText modifier;
        modifier.add_text("code", one.code);
        if (one.months) modifier.add("months", std::to_string(*one.months));
        if (one.date) modifier.add_text("date", *one.date);
        if (!one.list_name.empty()) modifier.add(one.list_name, list_json(one.list));
        modifiers += (modifiers.empty() ? "" : ",") + modifier.text();
    }
    out.add("modifiers", "[" + modifiers + "]");
    return out.text();
}

std::string ask_json(const ModelRequest& ask) {
    ObjectText out;
    out.add_list("purposes", ask.purposes);
    out.add_list("diseases", ask.diseases);
    for (const auto& [name, value] : ask.flags) out.add(name, value ? "true" : "false");
    out.add_list("sensitive", ask.sensitive);
    for (const auto& [name, value] : ask.statements) out.add_text(name, value);
    if (ask.months) out.add("months", std::to_string(*ask.months));
    if (ask.accepted_at) out.add_text("acceptedAt", *ask.accepted_at);
    out.add_list("undertakings", ask.undertakings);
    return out.text();
}

std::string hierarchy_csv(const ModelDiseases& diseases) {
    std::string out = "id,label,parents\n";
    for (const auto& [id, parents] : diseases.parents) {
        std::string joined;
        for (const std::string& parent : parents) joined += (joined.empty() ? "" : "|") + parent;
        out += id + ",\"label, " + id + "\"," + joined + "\n";
    }
    return out;
}

std::string doid_csv(const ModelDiseases& diseases) {
    std::string out = "doid,mondo\n";
    for (const auto& [doid, mondo] : diseases.mondo_of_doid) out += doid + "," + mondo + "\n";
    return out;
}

std::string written(const ModelAnswer& answer) {
    std::string out(1, answer.decision);
    for (const std::string& obligation : answer.obligations) out += " " + obligation;
    return answer.expires ? out + " " + std::to_string(*answer.expires) + " months" : out;
}

ModelAnswer as_model(const dataset::MatchAnswer& answer) {
    ModelAnswer out;
    out.decision = answer.decision == dataset::DuoDecision::approve ? 'A'
                   : answer.decision == dataset::DuoDecision::deny  ? 'D'
                                                                    : 'R';
    out.obligations = {answer.obligations.begin(), answer.obligations.end()};
    if (answer.expires_after_months) out.expires = static_cast<long>(*answer.expires_after_months);
    return out;
}

std::string difference(const Case& one, const std::string& theirs, const std::string& ours) {
    return "dataset  " + offer_json(one.offer) + "\nrequest  " + ask_json(one.ask) + "\ndiseases\n" +
           hierarchy_csv(one.diseases) + doid_csv(one.diseases) + "model    " + theirs + "\nmatcher  " + ours;
}

}  // namespace

Tally check_match(const Plan& plan) {
    Tally tally;
    Generator generator(plan.seed);
    Case one;
    dataset::DiseaseTable table;
    for (; tally.ops < plan.ops && tally.difference.empty(); ++tally.ops) {
        if (tally.ops % 64 == 0) {
            one.diseases = generator.diseases();
            table = {};
            if (!table.add_hierarchy(hierarchy_csv(one.diseases)) || !table.add_doid(doid_csv(one.diseases)))
                tally.difference = difference(one, "a hierarchy", "unreadable");
        }
        one.offer = generator.offer();
        one.ask = generator.ask();
        const auto offer = api::dto::offer_from_json(offer_json(one.offer));
        const auto ask = api::dto::ask_from_json(ask_json(one.ask));
        const ModelAnswer theirs = model_match(one.offer, one.ask, one.diseases);
        if (!offer || !ask) {
            tally.difference =
                difference(one, written(theirs), "unreadable: " + base::describe(offer ? ask.error() : offer.error()));
            continue;
        }
        const ModelAnswer ours =
            as_model(dataset::match(*offer, *ask, &table, static_cast<dataset::MatchFault>(plan.fault)));
        ++tally.counts[theirs.decision == 'A' ? "approve" : theirs.decision == 'D' ? "deny" : "review"];
        if (!(theirs == ours)) tally.difference = difference(one, written(theirs), written(ours));
    }
    return tally;
}

}  // namespace placet::tests::model
