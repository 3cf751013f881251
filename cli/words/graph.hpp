// A small directed graph for people: as Graphviz's DOT, and as an SVG of our own with one column a step from the left.
// Texts may hold anything; they are quoted for the format.
#pragma once

#include <string>
#include <vector>

namespace placet::cli::words {

struct GraphNode {
    enum class Shape : std::uint8_t { person, record, permission };
    std::string id;
    std::vector<std::string> lines;  ///< what stands in it
    Shape shape = Shape::record;
    enum class Tone : std::uint8_t { plain, urgent } tone = Tone::plain;
};
struct GraphEdge {
    std::string from;
    std::string to;
    std::string label;
};
struct Graph {
    std::string title;
    std::vector<GraphNode> nodes;
    std::vector<GraphEdge> edges;  ///< between nodes that are there; others are left out
};

[[nodiscard]] std::string dot(const Graph& graph);
[[nodiscard]] std::string svg(const Graph& graph);

}  // namespace placet::cli::words
