// RemoteRequest: what a server is asked for a reply, as JSON.
//
// What OpenAI's language has no word for is asked for in the words of the servers that have one (top_k,
// min_p, repetition_penalty, continue_final_message). A server that refuses one of them by its name is
// asked without it.
//
// Threads  Any.
#pragma once

#include <QJsonObject>
#include <QStringList>

#include "app/services/program/generation_types.h"
#include "app/services/remote/remote_types.h"

namespace dsm {

struct RemoteRequest {
    QString what;  // "chat/completions" or, for a raw text, "completions"
    QJsonObject body;
};

// Without the fields that are named in `refused`.
RemoteRequest remoteRequest(const GenerationRequest& request, const RemoteEngine& engine,
                            const QStringList& refused);
// The field of a request without which it can be asked again, that these words of a server refuse; "": none.
QString refusedField(const QJsonObject& body, const QString& words);

}  // namespace dsm
