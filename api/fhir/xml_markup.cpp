// One pass over the octets; nothing is built but the list of elements' ends.
#include "api/fhir/xml_markup.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "ledger/base/cbor.hpp"

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;
using base::Status;

namespace {

class MarkupReader {
public:
    MarkupReader(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

    Result<ElementEnds> run() {
        while (at_ < text_.size()) {
            if (text_[at_] != '<') {
                PLACET_TRY(character());
                continue;
            }
            if (text_.substr(at_).starts_with("<!--"))
                PLACET_TRY(skip("<!--", "-->"));
            else if (text_.substr(at_).starts_with("<![CDATA["))
                PLACET_TRY(skip("<![CDATA[", "]]>"));
            else if (text_.substr(at_).starts_with("<?"))
                PLACET_TRY(instruction());
            else if (text_.substr(at_).starts_with("<!"))
                return refuse(ErrorCode::unsupported,
                              "a document type declaration: entities of one's own are not expanded");
            else
                PLACET_TRY(tag());
        }
        if (!open_.empty()) return refuse(ErrorCode::malformed, "the text ends before all elements are closed");
        return std::move(ends_);
    }

private:
    [[nodiscard]] std::unexpected<base::Error> refuse(ErrorCode code, const std::string& message) const {
        return base::refuse(code, place_in_text(text_, at_) + ": " + message);
    }

    Status skip(std::string_view begin, std::string_view end) {
        const std::size_t found = text_.find(end, at_ + begin.size());
        if (found == std::string_view::npos)
            return refuse(ErrorCode::malformed, "this is not closed with " + std::string(end));
        at_ = found + end.size();
        return {};
    }

    Status instruction() {
        const bool is_declaration = at_ == 0 && text_.starts_with("<?xml") && text_.size() > 5 &&
                                    (text_[5] == ' ' || text_[5] == '\n' || text_[5] == '\t' || text_[5] == '\r');
        const std::size_t begin = at_;
        PLACET_TRY(skip("<?", "?>"));
        if (!is_declaration) return {};
        std::string declaration(text_.substr(begin, at_ - begin));
        std::ranges::transform(declaration, declaration.begin(),
                               [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
        if (declaration.find("encoding") != std::string::npos && declaration.find("utf-8") == std::string::npos)
            return refuse(ErrorCode::unsupported, "FHIR is written in UTF-8, but another encoding is declared");
        return {};
    }

    /// An octet outside of tags or inside an attribute's quotes; the five entities of XML and characters by number are
    /// allowed.
    Status character() {
        const auto octet = static_cast<unsigned char>(text_[at_]);
        if (octet < 0x20 && octet != '\t' && octet != '\n' && octet != '\r')
            return refuse(ErrorCode::malformed, "a control character");
        if (octet != '&') {
            ++at_;
            return {};
        }
        const std::size_t end = text_.find(';', at_);
        const std::string_view name =
            end == std::string_view::npos ? std::string_view() : text_.substr(at_ + 1, end - at_ - 1);
        const bool known = name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos" ||
                           is_character_number(name);
        if (!known) return refuse(ErrorCode::malformed, "an entity that XML does not know by itself, or a bare &");
        at_ = end + 1;
        return {};
    }

    static bool is_character_number(std::string_view name) {
        if (name.size() < 2 || name[0] != '#') return false;
        const bool hexadecimal = name[1] == 'x';
        const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
        std::uint32_t point = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), point, hexadecimal ? 16 : 10);
        if (error != std::errc{} || end != digits.data() + digits.size()) return false;
        const bool is_control = point < 0x20 && point != 9 && point != 10 && point != 13;
        return !is_control && !(point >= 0xD800 && point <= 0xDFFF) && point <= 0x10FFFF && point != 0xFFFE &&
               point != 0xFFFF;
    }

    Status tag() {
        const std::size_t begin = at_;
        const bool closes = text_.substr(at_).starts_with("</");
        char quote = 0;
        for (++at_; at_ < text_.size();) {
            const char c = text_[at_];
            if (quote == 0 && c == '>') break;
            if (quote == 0 && c == '<') return refuse(ErrorCode::malformed, "a tag inside a tag");
            if (quote == 0 && (c == '"' || c == '\''))
                quote = c;
            else if (c == quote)
                quote = 0;
            if (quote != 0 && c == '<') return refuse(ErrorCode::malformed, "a < inside a value");
            PLACET_TRY(character());
        }
        if (at_ == text_.size()) return refuse(ErrorCode::malformed, "the text ends inside a tag");
        const bool empty = text_[at_ - 1] == '/';
        ++at_;
        if (!closes) return opened(begin, empty);
        if (open_.empty()) return refuse(ErrorCode::malformed, "an element is closed that was not opened");
        ends_.emplace(open_.back(), at_);
        open_.pop_back();
        return {};
    }

    Status opened(std::size_t begin, bool empty) {
        if (open_.size() >= limits_.max_depth)
            return refuse(ErrorCode::too_large, "nested deeper than " + std::to_string(limits_.max_depth) + " levels");
        if (++elements_ > limits_.max_values)
            return refuse(ErrorCode::too_large, "more than " + std::to_string(limits_.max_values) + " elements");
        if (empty)
            ends_.emplace(begin, at_);
        else
            open_.push_back(begin);
        return {};
    }

    std::string_view text_;
    const JsonLimits& limits_;
    std::size_t at_ = 0;
    std::size_t elements_ = 0;
    std::vector<std::size_t> open_;
    ElementEnds ends_;
};

}  // namespace

std::string place_in_text(std::string_view text, std::size_t offset) {
    const auto head = text.substr(0, offset);
    const auto line = 1 + std::ranges::count(head, '\n');
    const auto column = head.size() - (head.rfind('\n') == std::string_view::npos ? 0 : head.rfind('\n') + 1) + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

Result<ElementEnds> look_at_markup(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.max_bytes)
        return base::refuse(ErrorCode::too_large, "the text has " + std::to_string(text.size()) + " octets; at most " +
                                                      std::to_string(limits.max_bytes) + " are read");
    if (!base::cbor::is_utf8(base::as_bytes(text)))
        return base::refuse(ErrorCode::malformed, "the text is not valid UTF-8");
    return MarkupReader(text, limits).run();
}

}  // namespace placet::api::fhir
