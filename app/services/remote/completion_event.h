// What a server says of a completion: one event of a stream, a whole answer, an error.
//
// Threads  Any.
// Errors   What is not understood is nothing: isUnderstood false, an empty text, no list.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

#include "app/services/remote/remote_types.h"

namespace dsm {

struct CompletionEvent {
    bool isUnderstood = false;  // it is an object
    bool isDone = false;        // "[DONE]"
    QString text;
    QString end;           // "stop", "length"; "": not yet
    bool isError = false;  // in place of an answer
    QString errorWords;    // the server's; "": it has none
    std::optional<qint64> promptTokens;
    std::optional<qint64> generatedTokens;
};

// Of a chat or of a completion, of a stream or whole.
CompletionEvent readCompletionEvent(const QByteArray& json);
// The words of an error, however the server shapes it; cut short. "": none.
QString readServerWords(const QByteArray& body);
// Of the list of models; nullopt where it is none.
std::optional<QList<EngineProbe::Model>> readModelList(const QByteArray& json);

}  // namespace dsm
