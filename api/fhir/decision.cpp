// From documents to the rules' question and back.
#include "api/fhir/decision.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "api/fhir/asker.hpp"
#include "api/fhir/consent_history.hpp"
#include "api/fhir/data_context.hpp"
#include "api/fhir/reading.hpp"
#include "api/fhir/reference_names.hpp"

namespace placet::api::fhir {

using contracts::consent::AccessContext;
using contracts::consent::ConsentAnswer;
using contracts::consent::DataContext;
using contracts::consent::Decision;
using contracts::consent::EvaluationReason;
using contracts::consent::FhirVersion;
using contracts::consent::HeldConsent;
using contracts::consent::kSubject;
using contracts::consent::Profile;

namespace {

std::string_view reading_name(const contracts::consent::Consent& consent) {
    switch (consent.profile) {
        case Profile::pcf_basic:
            return "IHE PCF Basic";
        case Profile::pcf_intermediate:
            return "IHE PCF Intermediate";
        case Profile::pcf_advanced:
            return "IHE PCF Advanced";
        case Profile::mii_broad:
            return "German MII broad consent";
        case Profile::none:
            break;
    }
    return consent.fhir_version == FhirVersion::r5 ? "FHIR R5" : "FHIR R4, its published readings compared";
}

std::string joined(const std::set<std::string>& items, std::string_view otherwise) {
    std::string out;
    for (const std::string& item : items) out += (out.empty() ? "" : "; ") + item;
    return out.empty() ? std::string(otherwise) : out;
}

class Decider {
public:
    explicit Decider(const DecisionInput& input)
        : input_(input),
          pools_{&input.consents, &input.resources},
          names_(pools_, input.question.patient),
          patient_(names_.literal(input.question.patient, nullptr)) {
        note_role_holders();
    }

    std::expected<Decided, Unreadable> run() {
        ConsentHistory history(input_.at);
        std::size_t of_others = 0;
        for (const PooledResource& resource : input_.consents.resources) {
            if (resource.type != "Consent") continue;
            auto reading = read_consent(
                *resource.value, [&](const JsonValue& reference) { return names_.reference(reference, &resource); });
            if (!reading) {
                base::Error error = reading.error();
                const std::size_t line = line_of(resource, error);
                if (!resource.place.empty())
                    error.field = resource.place + (error.field.empty() ? "" : ": " + error.field);
                return std::unexpected(Unreadable{std::move(error), resource.file, line});
            }
            if (reading->patient_reference == patient_) {
                explain_doubts(resource, *reading);
                history.add(resource, names_, std::move(reading->model));
            } else {
                ++of_others;
            }
        }
        history.note_replacements(pools_, names_);
        const std::vector<HeldConsent> held = history.held();
        Decided out;
        out.patient = patient_;
        out.answer = contracts::consent::evaluate(held, input_.policy, context(), input_.at);
        explain_missing(held, of_others, out.answer);
        for (const auto& [consent, text] : unknown_) out.answer.reasons.push_back({consent, {}, "note", text});
        std::set<std::string> readings;
        for (const HeldConsent& one : held)
            if (is_in_force(one, input_.at)) readings.insert(std::string(reading_name(*one.consent)));
        out.reading = joined(readings, "no consent in force to read");
        show_and_hide(out);
        return out;
    }

    /// Whether an entry may stay in a Bundle that leaves.
    [[nodiscard]] bool may_stay(const PooledResource& resource, const Decided& decided) const {
        const std::string name = names_.name_of(resource);
        if (std::ranges::binary_search(decided.visible, name)) return true;
        return !is_about(*resource.value, name, patient_, resolver(resource)) && !is_about_anybody(resource);
    }

private:
    [[nodiscard]] std::string model_name(std::string name) const {
        return name == patient_ ? std::string(kSubject) : name;
    }

    [[nodiscard]] ReferenceResolver resolver(const PooledResource& owner) const {
        return [this, &owner](const JsonValue& reference) { return names_.reference(reference, &owner); };
    }

    [[nodiscard]] bool is_about_anybody(const PooledResource& resource) const {
        return resource.type == "Patient" || resource.value->find("patient") != nullptr ||
               resource.value->find("subject") != nullptr || resource.value->find("beneficiary") != nullptr;
    }

    [[nodiscard]] AccessContext context() const {
        const AccessQuestion& question = input_.question;
        NamedAsker named{
            names_.literal(question.actor, nullptr), names_.literal(question.actor_organization, nullptr), {}};
        for (const std::string& group : question.actor_groups) named.groups.push_back(names_.literal(group, nullptr));
        const Asker asker = who_asks(named, pools_, names_, input_.at);
        AccessContext out;
        for (const std::string& reference : asker.references) out.actors.push_back(model_name(reference));
        out.actor_roles = asker.roles;
        out.purposes = question.purposes;
        if (!question.action.empty())
            out.actions.push_back({std::string(contracts::systems::kConsentAction), question.action});
        out.policy_codes = question.codes;
        out.classes = question.classes;
        out.codes = question.codes;
        out.security_labels = question.security_labels;
        // Who may be a clinician or break the glass was settled before this question was asked (IHE PCF 1:53.2.1).
        out.is_clinician = true;
        out.may_break_glass = true;
        return out;
    }

    /// The model names no element that FHIR does not know; its reader's notes do.
    void explain_doubts(const PooledResource& resource, const ConsentReading& reading) {
        if (reading.model.doubts.empty()) return;
        for (const std::string& note : reading.notes)
            if (note.find("unknown element") != std::string::npos) unknown_.emplace(names_.name_of(resource), note);
    }

    void explain_missing(const std::vector<HeldConsent>& held, std::size_t of_others, ConsentAnswer& answer) const {
        for (const HeldConsent& one : held) {
            const std::string_view why = why_not_in_force(one, input_.at);
            if (!why.empty())
                answer.reasons.push_back(
                    {one.id, {}, "not_in_force", "does not count at this instant: it is " + std::string(why)});
        }
        if (of_others > 0)
            answer.reasons.push_back(
                {{},
                 {},
                 "other_patient",
                 std::to_string(of_others) + " of the given consents are another patient's and were not looked at"});
    }

    void show_and_hide(Decided& out) const {
        std::map<std::string, std::vector<const PooledResource*>> about;
        std::map<std::string, std::set<std::string>> referred_by;
        for (const PooledResource& resource : input_.resources.resources) {
            const std::string name = names_.name_of(resource);
            if (!is_about(*resource.value, name, patient_, resolver(resource))) continue;
            about[name].push_back(&resource);
            for (const std::string& other : data_context_of(*resource.value, name, resolver(resource)).related)
                referred_by[other].insert(name);
        }
        for (const auto& [name, documents] : about) {
            const bool visible =
                out.answer.permits() && std::ranges::all_of(documents, [&](const PooledResource* one) {
                    return is_shown(*one, name, name == patient_ ? std::set<std::string>{} : referred_by[name],
                                    out.answer);
                });
            (visible ? out.visible : out.hidden).push_back(name);
        }
    }

    [[nodiscard]] bool is_shown(const PooledResource& resource, const std::string& name,
                                const std::set<std::string>& referred_by, const ConsentAnswer& answer) const {
        if (!is_understood(*resource.value)) return false;
        DataContext data = data_context_of(*resource.value, model_name(name), [&](const JsonValue& reference) {
            return model_name(names_.reference(reference, &resource));
        });
        for (const std::string& one : referred_by) data.referred_by.push_back(model_name(one));
        add_role_holders(data.authors);
        return is_visible(answer.residual, data);
    }

    /// Who writes in a role writes herself, and for its organisation.
    void add_role_holders(std::vector<std::string>& authors) const {
        const std::size_t stated = authors.size();
        for (std::size_t i = 0; i < stated; ++i) {
            const auto [first, last] = role_holders_.equal_range(authors[i]);
            for (auto one = first; one != last; ++one) authors.push_back(one->second);
        }
    }

    void note_role_holders() {
        for (const ResourcePool* pool : pools_)
            for (const PooledResource& role : pool->resources) {
                if (role.type != "PractitionerRole") continue;
                for (const char* part : {"practitioner", "organization"})
                    if (const JsonValue* reference = role.value->find(part))
                        if (std::string name = names_.reference(*reference, &role); !name.empty())
                            role_holders_.emplace(names_.name_of(role), model_name(std::move(name)));
            }
    }

    const DecisionInput& input_;
    std::vector<const ResourcePool*> pools_;
    ReferenceNames names_;
    std::string patient_;
    std::multimap<std::string, std::string> role_holders_;   ///< PractitionerRole to who holds it, and for whom
    std::set<std::pair<std::string, std::string>> unknown_;  ///< consent, and what it has that FHIR does not know
};

}  // namespace

std::expected<Decided, Unreadable> decide(const DecisionInput& input) {
    return Decider(input).run();
}

JsonValue filtered_bundle(const JsonValue& bundle, const DecisionInput& input, const Decided& decided) {
    const Decider decider(input);
    std::set<const JsonValue*> gone;
    for (const PooledResource& resource : input.resources.resources)
        if (!decider.may_stay(resource, decided)) gone.insert(resource.value);
    JsonValue out = bundle;
    JsonValue* entries = out.find("entry");
    if (entries == nullptr) return out;
    std::vector<JsonValue> kept;
    std::uint64_t matches_gone = 0;
    const JsonValue* source = bundle.find("entry");
    for (std::size_t i = 0; i < source->elements.size(); ++i) {
        const JsonValue* resource = source->elements[i].find("resource");
        if (resource == nullptr || !gone.contains(resource)) {
            kept.push_back(source->elements[i]);
            continue;
        }
        const JsonValue* search = source->elements[i].find("search");
        const std::string_view mode = search == nullptr ? std::string_view() : search->text_of("mode");
        if (mode.empty() || mode == "match") ++matches_gone;
    }
    if (kept.empty())
        out.erase("entry");
    else
        entries->elements = std::move(kept);
    if (const JsonValue* total = bundle.find("total")) {
        std::uint64_t number = 0;
        std::from_chars(total->text.data(), total->text.data() + total->text.size(), number);
        out.set("total", JsonValue::number(number - std::min(number, matches_gone)));
    }
    return out;
}

}  // namespace placet::api::fhir
