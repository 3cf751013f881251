// prometheus-cpp stays in this file.
#include "api/handlers/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace placet::api::handlers {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

void line(std::string& out, std::string_view name, std::string_view type, std::uint64_t value) {
    out += "# TYPE ";
    out += name;
    out += ' ';
    out += type;
    out += '\n';
    out += name;
    out += ' ' + std::to_string(value) + '\n';
}

}  // namespace

struct Metrics::Impl {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& requests =
        prometheus::BuildCounter().Name("placet_http_requests_total").Help("Answered requests by operation and status").Register(registry);
    prometheus::Family<prometheus::Histogram>& seconds =
        prometheus::BuildHistogram().Name("placet_http_request_seconds").Help("Time from request to answer by operation").Register(registry);
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::count(std::string_view operation, unsigned status, std::chrono::duration<double> took) {
    const std::string name(operation);
    impl_->requests.Add({{"operation", name}, {"status", std::to_string(status)}}).Increment();
    impl_->seconds.Add({{"operation", name}}, kSeconds).Observe(took.count());
}

std::string Metrics::text(const http::ServerCounters& server) const {
    std::string out = prometheus::TextSerializer().Serialize(impl_->registry.Collect());
    line(out, "placet_http_connections_total", "counter", server.connections);
    line(out, "placet_http_connections_open", "gauge", server.connections_open);
    line(out, "placet_http_connections_refused_total", "counter", server.connections_refused);
    line(out, "placet_http_handshakes_failed_total", "counter", server.handshakes_failed);
    line(out, "placet_http_requests_refused_total", "counter", server.requests_refused);
    line(out, "placet_http_exceptions_total", "counter", server.exceptions);
    return out;
}

}  // namespace placet::api::handlers
