// FHIR R4 §2.6.2: the JSON form of resources.
#include "api/fhir/element.hpp"

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;

std::unexpected<base::Error> Element::refuse(ErrorCode code, std::string message) const {
    return base::refuse(code, std::move(message), path_);
}

std::unexpected<base::Error> Element::refuse_at(std::string_view name, ErrorCode code, std::string message) const {
    return base::refuse(code, std::move(message), path_of(name));
}

Result<std::vector<Element>> Element::objects(std::string_view name, std::size_t max_items) const {
    std::vector<Element> out;
    const JsonValue* list = value_->find(name);
    if (list == nullptr) return out;
    if (!list->is(JsonKind::array))
        return refuse_at(name, ErrorCode::malformed,
                         "must be an array in FHIR, but is " + std::string(to_words(list->kind)));
    if (list->elements.empty())
        return refuse_at(name, ErrorCode::malformed, "an array may not be empty: leave the element out");
    if (list->elements.size() > max_items)
        return refuse_at(name, ErrorCode::too_large, "has more than " + std::to_string(max_items) + " repetitions");
    for (std::size_t i = 0; i < list->elements.size(); ++i) {
        Element& item = out.emplace_back(list->elements[i], path_of(name) + "[" + std::to_string(i) + "]");
        if (!item.value().is(JsonKind::object) || item.value().members.empty())
            return item.refuse(ErrorCode::malformed,
                               "must be an object with content, but is " + std::string(to_words(item.value().kind)));
    }
    return out;
}

Result<std::vector<Element>> Element::object(std::string_view name) const {
    std::vector<Element> out;
    const JsonValue* one = value_->find(name);
    if (one == nullptr) return out;
    if (!one->is(JsonKind::object) || one->members.empty())
        return refuse_at(name, ErrorCode::malformed,
                         "must be an object with content in FHIR, but is " + std::string(to_words(one->kind)));
    out.emplace_back(*one, path_of(name));
    return out;
}

Result<std::string> Element::text(std::string_view name, std::size_t max_octets) const {
    const JsonValue* one = value_->find(name);
    if (one == nullptr) return std::string();
    if (!one->is(JsonKind::string))
        return refuse_at(name, ErrorCode::malformed, "must be a text, but is " + std::string(to_words(one->kind)));
    if (one->text.empty()) return refuse_at(name, ErrorCode::malformed, "may not be empty: leave the element out");
    if (one->text.size() > max_octets)
        return refuse_at(name, ErrorCode::too_large, "has more than " + std::to_string(max_octets) + " octets");
    return one->text;
}

}  // namespace placet::api::fhir
