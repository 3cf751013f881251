// Names and meanings of the metrics: see metrics.hpp.
#include "node/telemetry/metrics.hpp"

#include <prometheus/text_serializer.h>

namespace placet::node {

namespace {
prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}
prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}
}  // namespace

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()),
      height(gauge(*registry_, "placet_height", "Last sealed height.")),
      view(gauge(*registry_, "placet_view", "View this validator is in.")),
      voting(gauge(*registry_, "placet_voting", "1 while this validator votes.")),
      mempool(gauge(*registry_, "placet_mempool_transactions", "Transactions that wait.")),
      peers_connected(gauge(*registry_, "placet_peers_connected", "Validators with a link.")),
      seal_age_seconds(gauge(*registry_, "placet_seal_age_seconds", "Time since the last seal by this machine's clock.")),
      certificate_days_left(gauge(*registry_, "placet_certificate_days_left", "Until this node's TLS certificate ends.")),
      disk_free_bytes(gauge(*registry_, "placet_disk_free_bytes", "Free on the data disk.")),
      unsealed_blocks(gauge(*registry_, "placet_unsealed_blocks", "Executed and not sealed.")),
      transactions_sealed(counter(*registry_, "placet_transactions_sealed_total", "Transactions with a receipt.")),
      transactions_refused(counter(*registry_, "placet_transactions_refused_total", "Of these, refused by a rule.")),
      submissions_accepted(counter(*registry_, "placet_submissions_accepted_total", "Submissions taken into the mempool.")),
      submissions_refused(counter(*registry_, "placet_submissions_refused_total", "Submissions refused at the door.")),
      messages_received(counter(*registry_, "placet_messages_received_total", "Verified messages of other validators.")),
      messages_dropped(counter(*registry_, "placet_messages_dropped_total", "Messages dropped for a full queue.")),
      messages_invalid(counter(*registry_, "placet_messages_invalid_total", "Messages that did not decode or verify.")),
      view_changes(counter(*registry_, "placet_view_changes_total", "View changes this validator took part in.")),
      syncs(counter(*registry_, "placet_syncs_total", "Synced group commits.")),
      sync_seconds(counter(*registry_, "placet_sync_seconds_total", "Time spent in them.")),
      accusations(counter(*registry_, "placet_accusations_total", "Contradictory votes of others, stored as evidence.")),
      reads_journalled(counter(*registry_, "placet_reads_journalled_total", "Audited reads made durable before their answer.")),
      readiness_(prometheus::BuildGauge().Name("placet_ready").Help("1 where a reason of /readyz is good.").Register(*registry_)) {}

void Metrics::set_readiness(const std::string& reason, double value) { readiness_.Add({{"reason", reason}}).Set(value); }

std::string Metrics::text() const { return prometheus::TextSerializer().Serialize(registry_->Collect()); }

}  // namespace placet::node
