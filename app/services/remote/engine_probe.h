// Tries an engine: whether it answers, what models it has, and how fast that was.
//
// Threads  That of the HttpClient. `done` is called once, later, while `context` lives.
#pragma once

#include <QObject>
#include <functional>

#include "app/services/remote/remote_types.h"

namespace dsm {

class HttpClient;

// `address` is one of engineAddress().
void probeEngine(HttpClient& http, const QString& address, QObject* context,
                 std::function<void(const EngineProbe&)> done);

}  // namespace dsm
