// What the parts of a running node share besides their own work, and what is told to the service manager. Private to this folder.
#pragma once

#include "api/http/server.hpp"
#include "node/service/node_backend.hpp"
#include "node/telemetry/log.hpp"
#include "node/work/lifecycle.hpp"

namespace placet::node {

struct Supervisor {
    Log& log;
    Lifecycle& lifecycle;
    Metrics& metrics;
    NodeBackend& backend;
    api::http::Server& server;

    /// systemd's READY=1 (Type=notify); nothing without NOTIFY_SOCKET.
    void notify_ready() const;
    /// A line in the log when the certificate ends within 30 days.
    void warn_of_certificate(const TlsFiles& tls) const;
};

}  // namespace placet::node
