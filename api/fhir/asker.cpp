// The closure of memberships: Group.member, CareTeam.participant, PractitionerRole.
#include "api/fhir/asker.hpp"

#include <set>

#include "api/fhir/fhir_time.hpp"
#include "api/fhir/reading.hpp"

namespace placet::api::fhir {

namespace {

/// A repeating element, whether it came as a list or as one.
std::vector<const JsonValue*> items_of(const JsonValue& parent, std::string_view name) {
    std::vector<const JsonValue*> out;
    const JsonValue* found = parent.find(name);
    if (found == nullptr) return out;
    if (!found->is(JsonKind::array)) return {found};
    for (const JsonValue& one : found->elements) out.push_back(&one);
    return out;
}

bool says(const JsonValue& parent, std::string_view name, std::string_view what) {
    const JsonValue* value = parent.find(name);
    return value != nullptr && value->text == what;
}

bool holds_at(const JsonValue& parent, base::TimeMs at) {
    const JsonValue* period = parent.find("period");
    if (period == nullptr) return true;
    if (const auto start = read_date_time(period->text_of("start")); start && at < start->earliest) return false;
    if (const auto end = read_date_time(period->text_of("end")); end && at > end->latest) return false;
    return true;
}

/// A membership list somewhere: a resource of its own or a contained one, with the name consents know it by.
struct Listed {
    const JsonValue* value;
    const PooledResource* owner;
    std::string name;
};

class Closure {
public:
    Closure(const NamedAsker& named, const std::vector<const ResourcePool*>& pools, const ReferenceNames& names,
            base::TimeMs at)
        : named_(named), names_(names), at_(at) {
        for (const ResourcePool* pool : pools)
            for (const PooledResource& resource : pool->resources) {
                lists_.push_back({resource.value, &resource, names.name_of(resource)});
                for (const JsonValue* inner : items_of(*resource.value, "contained"))
                    lists_.push_back(
                        {inner, &resource, names.name_of(resource) + "#" + std::string(inner->text_of("id"))});
            }
        for (const std::string& one : {named.actor, named.organization})
            if (!one.empty()) known_.insert(one);
        known_.insert(named.groups.begin(), named.groups.end());
    }

    Asker run() {
        for (std::size_t before = known_.size() + 1; before != known_.size();) {
            before = known_.size();
            for (const Listed& one : lists_) look_at(one);
        }
        return {{known_.begin(), known_.end()}, {roles_.begin(), roles_.end()}};
    }

private:
    [[nodiscard]] bool is_known(const JsonValue* reference, const Listed& in) const {
        return reference != nullptr && known_.contains(names_.reference(*reference, in.owner));
    }

    void look_at(const Listed& one) {
        const std::string_view type = one.value->text_of("resourceType");
        if (type == "PractitionerRole") return look_at_role(one);
        if (known_.contains(one.name)) return;
        const bool is_group =
            type == "Group" && !says(*one.value, "active", "false") && !says(*one.value, "actual", "false");
        const std::string_view status = one.value->text_of("status");
        const bool is_team = type == "CareTeam" && (status.empty() || status == "active") && holds_at(*one.value, at_);
        if (!is_group && !is_team) return;
        for (const JsonValue* member : items_of(*one.value, is_group ? "member" : "participant")) {
            const bool counts = !says(*member, "inactive", "true") && holds_at(*member, at_);
            if (counts && is_known(member->find(is_group ? "entity" : "member"), one)) {
                known_.insert(one.name);
                return;
            }
        }
    }

    void look_at_role(const Listed& one) {
        if (says(*one.value, "active", "false") || !holds_at(*one.value, at_)) return;
        const JsonValue* organization = one.value->find("organization");
        const std::string at_organization =
            organization == nullptr ? std::string() : names_.reference(*organization, one.owner);
        if (!known_.contains(one.name)) {
            if (!is_known(one.value->find("practitioner"), one)) return;
            if (!named_.organization.empty() && !at_organization.empty() && at_organization != named_.organization)
                return;
            known_.insert(one.name);
        } else if (const JsonValue* person = one.value->find("practitioner")) {
            if (std::string name = names_.reference(*person, one.owner); !name.empty()) known_.insert(std::move(name));
        }
        if (!at_organization.empty()) known_.insert(at_organization);
        for (const JsonValue* code : items_of(*one.value, "code"))
            for (const JsonValue* coding : items_of(*code, "coding"))
                roles_.insert({usual_system(coding->text_of("system")), std::string(coding->text_of("code"))});
    }

    const NamedAsker& named_;
    const ReferenceNames& names_;
    base::TimeMs at_;
    std::vector<Listed> lists_;
    std::set<std::string> known_;
    std::set<contracts::Coding> roles_;
};

}  // namespace

Asker who_asks(const NamedAsker& named, const std::vector<const ResourcePool*>& pools, const ReferenceNames& names,
               base::TimeMs at) {
    if (named.actor.empty() && named.organization.empty() && named.groups.empty()) return {};
    return Closure(named, pools, names, at).run();
}

}  // namespace placet::api::fhir
