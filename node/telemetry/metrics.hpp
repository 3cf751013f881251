// The node's counters and gauges, shown on /metrics in Prometheus' text format. Updating one is an atomic add: any thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>

namespace placet::node {

class Metrics {
public:
    Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

private:
    std::shared_ptr<prometheus::Registry> registry_;

public:
    prometheus::Gauge& height;
    prometheus::Gauge& view;
    prometheus::Gauge& voting;
    prometheus::Gauge& mempool;
    prometheus::Gauge& peers_connected;
    prometheus::Gauge& seal_age_seconds;
    prometheus::Gauge& certificate_days_left;
    prometheus::Gauge& disk_free_bytes;
    prometheus::Gauge& unsealed_blocks;
    prometheus::Counter& transactions_sealed;
    prometheus::Counter& transactions_refused;  ///< by a rule, with a receipt
    prometheus::Counter& submissions_accepted;
    prometheus::Counter& submissions_refused;
    prometheus::Counter& messages_received;
    prometheus::Counter& messages_dropped;  ///< queue full
    prometheus::Counter& messages_invalid;
    prometheus::Counter& view_changes;
    prometheus::Counter& syncs;
    prometheus::Counter& sync_seconds;
    prometheus::Counter& accusations;
    prometheus::Counter& reads_journalled;

    /// One sample a reason of /readyz: 1 = ok.
    void set_readiness(const std::string& reason, double value);
    [[nodiscard]] std::string text() const;

private:
    prometheus::Family<prometheus::Gauge>& readiness_;
};

}  // namespace placet::node
