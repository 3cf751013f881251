// DOT and SVG of a graph.
#include "cli/words/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace placet::cli::words {
namespace {

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    return out + '"';
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    return out;
}

std::string label_of(const GraphNode& node) {
    std::string text;
    for (const std::string& line : node.lines) {
        const std::string one = quoted(line);
        text += (text.empty() ? "" : "\\n") + one.substr(1, one.size() - 2);
    }
    return '"' + text + '"';
}

struct Box {
    std::size_t column = 0;
    std::size_t x = 0;
    std::size_t y = 0;
    std::size_t height = 0;
};
constexpr std::size_t kWidth = 250;
constexpr std::size_t kColumn = 350;
constexpr std::size_t kLine = 16;
constexpr std::size_t kMargin = 24;

/// Every node one column right of all that lead to it (at most as many columns as nodes: a circle does not hang it).
std::map<std::string, Box> laid_out(const Graph& graph) {
    std::map<std::string, Box> boxes;
    for (const GraphNode& node : graph.nodes) boxes[node.id].height = kLine * (node.lines.size() + 1);
    bool moved = true;
    for (std::size_t round = 0; moved && round < graph.nodes.size(); ++round) {
        moved = false;
        for (const GraphEdge& edge : graph.edges) {
            const auto from = boxes.find(edge.from);
            const auto to = boxes.find(edge.to);
            if (from == boxes.end() || to == boxes.end() || to->second.column > from->second.column) continue;
            to->second.column = from->second.column + 1;
            moved = true;
        }
    }
    std::map<std::size_t, std::size_t> filled;
    for (const GraphNode& node : graph.nodes) {
        Box& box = boxes[node.id];
        std::size_t& below = filled.try_emplace(box.column, 2 * kMargin).first->second;
        box.x = kMargin + box.column * kColumn;
        box.y = below;
        below += box.height + kMargin;
    }
    return boxes;
}

std::string drawn(const GraphEdge& edge, const Box& from, const Box& to) {
    const std::size_t x1 = from.x + kWidth, y1 = from.y + from.height / 2, x2 = to.x, y2 = to.y + to.height / 2;
    const std::size_t half = x1 + (x2 > x1 ? (x2 - x1) / 2 : 0);
    return fmt::format(
        "<path d=\"M{} {} C{} {} {} {} {} {}\" fill=\"none\" stroke=\"#555\" marker-end=\"url(#tip)\"/>\n"
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555\">{}</text>\n",
        x1, y1, half, y1, half, y2, x2, y2, half, (y1 + y2) / 2 - 4, escaped(edge.label));
}

std::string drawn(const GraphNode& node, const Box& box) {
    const char* fill = node.tone == GraphNode::Tone::urgent         ? "#fdd"
                       : node.shape == GraphNode::Shape::permission ? "#eef"
                                                                    : "#fff";
    const std::size_t round = node.shape == GraphNode::Shape::person ? kLine : 3;
    std::string out =
        fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"{}\" stroke=\"#222\"/>\n",
                    box.x, box.y, kWidth, box.height, round, fill);
    for (std::size_t i = 0; i < node.lines.size(); ++i)
        out += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>\n", box.x + kLine / 2, box.y + kLine * (i + 1) + 4,
                           escaped(node.lines[i]));
    return out;
}

}  // namespace

std::string dot(const Graph& graph) {
    std::string out = "digraph lineage {\n  label=" + quoted(graph.title) + ";\n  rankdir=LR;\n  node [shape=box];\n";
    for (const GraphNode& node : graph.nodes) {
        const char* shape = node.shape == GraphNode::Shape::person       ? "ellipse"
                            : node.shape == GraphNode::Shape::permission ? "note"
                                                                         : "box";
        out += "  " + quoted(node.id) + " [shape=" + shape + ", label=" + label_of(node) +
               (node.tone == GraphNode::Tone::urgent ? ", style=filled, fillcolor=\"#ffdddd\"" : "") + "];\n";
    }
    for (const GraphEdge& edge : graph.edges)
        out += "  " + quoted(edge.from) + " -> " + quoted(edge.to) + " [label=" + quoted(edge.label) + "];\n";
    return out + "}\n";
}

std::string svg(const Graph& graph) {
    const auto boxes = laid_out(graph);
    std::size_t width = kColumn, height = kColumn / 4;
    std::string body;
    for (const GraphEdge& edge : graph.edges) {
        const auto from = boxes.find(edge.from);
        const auto to = boxes.find(edge.to);
        if (from != boxes.end() && to != boxes.end()) body += drawn(edge, from->second, to->second);
    }
    for (const GraphNode& node : graph.nodes) {
        const Box& box = boxes.at(node.id);
        width = std::max(width, box.x + kWidth + kMargin);
        height = std::max(height, box.y + box.height + kMargin);
        body += drawn(node, box);
    }
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" font-family=\"sans-serif\" "
        "font-size=\"12\">\n"
        "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" "
        "orient=\"auto\">"
        "<path d=\"M0 0 L8 4 L0 8 z\" fill=\"#555\"/></marker></defs>\n<title>{}</title>\n"
        "<text x=\"{}\" y=\"{}\" font-weight=\"bold\">{}</text>\n{}</svg>\n",
        width, height, escaped(graph.title), kMargin, kMargin, escaped(graph.title), body);
}

}  // namespace placet::cli::words
