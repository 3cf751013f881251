// Routing: path segments against the templates of the table. Literal segments win over parameters.
#include "api/http/message.hpp"
#include "api/routes/table.hpp"

namespace placet::api::routes {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const std::size_t end = std::min(path.find('/'), path.size());
        out.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return out;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

/// Fills `parameters`; false if the template is another.
bool fits(std::string_view pattern, const std::vector<std::string_view>& segments, std::map<std::string, std::string, std::less<>>& parameters) {
    const auto parts = segments_of(pattern);
    if (parts.size() != segments.size()) return false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!is_parameter(parts[i])) {
            if (parts[i] != segments[i]) return false;
            continue;
        }
        auto value = http::percent_decode(segments[i]);
        if (!value || value->empty()) return false;
        parameters[std::string(parts[i].substr(1, parts[i].size() - 2))] = std::move(*value);
    }
    return true;
}

}  // namespace

Match match(std::string_view method, std::string_view path) {
    Match out;
    const auto segments = segments_of(path);
    for (const Route& route : table()) {
        std::map<std::string, std::string, std::less<>> parameters;
        if (!fits(route.path, segments, parameters)) continue;
        out.allowed.push_back(route.method);
        const bool more_literal = out.route == nullptr || parameters.size() < out.path_parameters.size();
        if (route.method != method || !more_literal) continue;
        out.route = &route;
        out.path_parameters = std::move(parameters);
    }
    return out;
}

}  // namespace placet::api::routes
