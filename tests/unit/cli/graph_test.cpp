// Graphs for people: quoted for DOT and for SVG, laid out from left to right.
#include "cli/words/graph.hpp"

#include <catch2/catch.hpp>

using namespace placet::cli::words;

namespace {

Graph sample() {
    Graph out;
    out.title = "what \"touches\" <whom>";
    out.nodes = {{"patient", {"patient 1"}, GraphNode::Shape::person, {}},
                 {"dataset:a", {"a\\b", "data & more"}, GraphNode::Shape::record, {}},
                 {"grant:g", {"g"}, GraphNode::Shape::permission, GraphNode::Tone::urgent}};
    out.edges = {
        {"patient", "dataset:a", "member"}, {"dataset:a", "grant:g", "released"}, {"dataset:a", "nowhere", "lost"}};
    return out;
}

std::size_t x_of(const std::string& drawing, const std::string& text) {
    const std::size_t at = drawing.rfind("<text x=\"", drawing.find(">" + text + "<"));
    return std::stoul(drawing.substr(at + 9));
}

}  // namespace

TEST_CASE("a graph in DOT quotes what stands in it") {
    const std::string text = dot(sample());
    CHECK(text.starts_with("digraph lineage {\n"));
    CHECK(text.find(R"(label="what \"touches\" <whom>";)") != std::string::npos);
    CHECK(text.find(R"("dataset:a" [shape=box, label="a\\b\ndata & more"];)") != std::string::npos);
    CHECK(text.find(R"("patient" -> "dataset:a" [label="member"];)") != std::string::npos);
    CHECK(text.find("fillcolor") != std::string::npos);
}

TEST_CASE("a graph in SVG stands in columns, escapes what stands in it, and a circle does not hang it") {
    Graph graph = sample();
    const std::string drawing = svg(graph);
    CHECK(drawing.find("<title>what &quot;touches&quot; &lt;whom&gt;</title>") != std::string::npos);
    CHECK(drawing.find("data &amp; more") != std::string::npos);
    CHECK(drawing.find("lost") == std::string::npos);
    CHECK(x_of(drawing, "patient 1") < x_of(drawing, "a\\b"));
    CHECK(x_of(drawing, "a\\b") < x_of(drawing, "g"));
    graph.edges.push_back({"grant:g", "patient", "back"});
    CHECK(svg(graph).ends_with("</svg>\n"));
    CHECK(svg({}).ends_with("</svg>\n"));
}
