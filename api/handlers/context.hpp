// What every handler gets and gives: the request with its parameters read strictly, who asks and how far she reaches, one
// sealed snapshot; and an answer or a problem.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "api/auth/ownership.hpp"
#include "api/backend.hpp"
#include "api/dto/json_writer.hpp"
#include "api/http/problem.hpp"
#include "api/http/server.hpp"
#include "api/routes/table.hpp"

namespace placet::api::handlers {

using Answer = std::expected<http::Response, http::Problem>;

inline constexpr std::size_t kDefaultPage = 50;
inline constexpr std::size_t kMaxPage = 100;

struct Context {
    Backend& backend;
    const http::Request& request;
    const routes::Match& match;
    const auth::Principal& principal;
    routes::Reach reach = routes::Reach::none;
    std::shared_ptr<const Snapshot> snapshot;
    std::map<std::string, std::string, std::less<>> query;  ///< decoded; only names the route has

    [[nodiscard]] const routes::Route& route() const noexcept { return *match.route; }
    [[nodiscard]] const state::StateScanner& state() const { return snapshot->state(); }
    [[nodiscard]] const std::string& path(std::string_view name) const;  ///< a path parameter of the route
    [[nodiscard]] std::optional<std::string> maybe(std::string_view name) const;
    [[nodiscard]] bool sees_all() const noexcept { return reach == routes::Reach::all; }
};

/// A handler answers at once, or keeps the responder (the two that wait).
using Handler = std::function<Answer(const Context&)>;

/// Error → problem: the code gives status and type. Our own failures (corrupt, io, internal) are told without their words.
[[nodiscard]] http::Problem problem_of(const base::Error& error);
[[nodiscard]] std::unexpected<http::Problem> refused(const base::Error& error);
/// 404 in the words for what does not exist, and for what is not the caller's.
[[nodiscard]] std::unexpected<http::Problem> not_found(std::string_view what);
[[nodiscard]] std::unexpected<http::Problem> invalid(std::string_view field, std::string message);

/// Reads "a=1&b=2" against the route's parameters: unknown (nearest name told), repeated, undecodable and missing ones are 400.
[[nodiscard]] std::expected<std::map<std::string, std::string, std::less<>>, http::Problem> read_query(const routes::Route& route, std::string_view query);

[[nodiscard]] std::expected<std::optional<std::uint64_t>, http::Problem> maybe_number(const Context& context, std::string_view name, std::uint64_t max);
[[nodiscard]] std::expected<std::optional<base::TimeMs>, http::Problem> maybe_instant(const Context& context, std::string_view name);
/// 32 octets in hexadecimal.
[[nodiscard]] std::expected<contracts::Pseudonym, http::Problem> read_pseudonym(std::string_view text, std::string_view field);

/// JSON of sealed entries: `private, no-store`.
[[nodiscard]] http::Response json_response(std::string json);
[[nodiscard]] http::Response octets_response(std::string_view media_type, base::Bytes body);
/// A committed object that never changes: ETag, immutable; 304 if the client has it.
[[nodiscard]] http::Response immutable(const Context& context, http::Response response);
/// True if the Accept header asks for `media_type` by name.
[[nodiscard]] bool accepts(const Context& context, std::string_view media_type) noexcept;

/// Records an audited read before its answer; a failure is the answer (503).
[[nodiscard]] std::expected<void, http::Problem> record_read(const Context& context, contracts::access::TrailRead read);

/// An opaque cursor: where a list of this operation goes on. Refused (400) if it was made by another.
[[nodiscard]] std::string make_cursor(routes::Operation operation, base::BytesView place);
[[nodiscard]] std::expected<std::optional<base::Bytes>, http::Problem> read_cursor(const Context& context);

/// One page: items are added until it is full.
class Page {
public:
    [[nodiscard]] static std::expected<Page, http::Problem> open(const Context& context);
    [[nodiscard]] bool is_full() const noexcept { return count_ == limit_; }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    /// The place after which the page begins; none = from the beginning.
    [[nodiscard]] const std::optional<base::Bytes>& after() const noexcept { return after_; }
    void add(std::string_view json, base::BytesView place);
    /// There is more behind the last item.
    void set_more() noexcept { more_ = true; }
    [[nodiscard]] http::Response close() &&;

private:
    explicit Page(const Context& context) : context_(&context) {}
    const Context* context_;
    dto::JsonWriter writer_;
    std::optional<base::Bytes> after_;
    base::Bytes last_;
    std::size_t limit_ = kDefaultPage;
    std::size_t count_ = 0;
    bool more_ = false;
};

/// A page of map entries below `prefix`, ascending by key: `view` gives the JSON of an entry, or nothing for one that is not to be
/// seen. Entries are read one after the other, so a page costs what stands before it too.
template <contracts::Described T>
[[nodiscard]] std::expected<Page, http::Problem> entries_page(
    const Context& context, const base::Bytes& prefix,
    const std::function<base::Result<std::optional<std::string>>(const T&)>& view) {
    auto page = Page::open(context);
    if (!page) return page;
    std::optional<base::Error> failure;
    context.state().scan(prefix, [&](base::BytesView key, base::BytesView value) {
        if (page->after() && !std::ranges::lexicographical_compare(*page->after(), key)) return true;
        const auto entry = contracts::decode<T>(value);
        auto json = entry ? view(*entry) : base::Result<std::optional<std::string>>(std::unexpected(entry.error()));
        if (!json) {
            failure = base::Error{base::ErrorCode::corrupt, json.error().message, {}};
            return false;
        }
        if (!*json) return true;
        if (page->is_full()) {
            page->set_more();
            return false;
        }
        page->add(**json, key);
        return true;
    });
    if (failure) return refused(*failure);
    return page;
}

/// The same as an answer.
template <contracts::Described T>
[[nodiscard]] Answer list_entries(const Context& context, const base::Bytes& prefix,
                                  const std::function<base::Result<std::optional<std::string>>(const T&)>& view) {
    auto page = entries_page<T>(context, prefix, view);
    if (!page) return std::unexpected(std::move(page).error());
    return std::move(*page).close();
}

}  // namespace placet::api::handlers
