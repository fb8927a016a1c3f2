// Addresses of engines, as people type them.
//
//   localhost:11434, http://gpu:8000/v1/chat/completions   ->   http://localhost:11434/v1, http://gpu:8000/v1
//
// Without a scheme it is http on this computer and https elsewhere.
//
// Threads  Any.
// Errors   engineAddress() is empty where the text is no address of http or https, or has a name, a password
//          or a question in it.
#pragma once

#include <QString>
#include <QUrl>

#include "app/services/downloads/source/proxy_choice.h"

namespace dsm {

QUrl engineAddress(const QString& typed);
// What is asked for there: "models", "chat/completions".
QUrl engineUrl(const QString& address, const QString& what);
// "host" or "host:port": for whom a key is.
QString engineHost(const QString& address);
// Whether a key may be sent there: not over plain http, but on this computer.
bool maySendKey(const QString& address);
// The way there: none leads through a proxy to this computer.
ProxyChoice proxyFor(const QString& address, const ProxyChoice& chosen);

}  // namespace dsm
