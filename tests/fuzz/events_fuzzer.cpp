// Any bytes as what a server at an address answers: the same events however they arrive, and of each
// nothing that a message cannot hold.
#include <QStringList>
#include <cstddef>
#include <cstdint>

#include "app/services/remote/completion_event.h"
#include "app/services/remote/event_reader.h"
#include "kernels/base/check.h"

namespace {

constexpr qsizetype kMostWords = 500;

// In pieces of so many bytes.
QList<QByteArray> eventsOf(QByteArrayView stream, qsizetype piece, bool& isBroken) {
    dsm::EventReader reader;
    QList<QByteArray> events;
    for (qsizetype begin = 0; begin < stream.size(); begin += piece)
        events += reader.take(stream.sliced(begin, qMin(piece, stream.size() - begin)));
    events += reader.end();
    isBroken = reader.isBroken();
    return events;
}

void checkCount(const std::optional<qint64>& count) {
    DSM_CHECK(!count || *count >= 0);
}

void checkBody(const QByteArray& body) {
    const dsm::CompletionEvent event = dsm::readCompletionEvent(body);
    DSM_CHECK(event.isUnderstood || event.text.isEmpty());
    DSM_CHECK(!event.text.contains(QChar(QChar::Null)));
    DSM_CHECK(event.errorWords.size() <= kMostWords);
    checkCount(event.promptTokens);
    checkCount(event.generatedTokens);
    DSM_CHECK(dsm::readServerWords(body).size() <= kMostWords);
    if (const auto models = dsm::readModelList(body)) {
        for (const auto& model : *models)
            DSM_CHECK(!model.name.isEmpty() && model.contextLimit >= 0);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const QByteArrayView stream(data + 1, static_cast<qsizetype>(size) - 1);
    bool isBroken = false;
    bool isBrokenInPieces = false;
    const QList<QByteArray> events = eventsOf(stream, qMax<qsizetype>(stream.size(), 1), isBroken);
    DSM_CHECK(eventsOf(stream, 1 + data[0] % 16, isBrokenInPieces) == events);
    DSM_CHECK(isBroken == isBrokenInPieces);
    for (const QByteArray& event : events) {
        DSM_CHECK(event.size() <= dsm::EventReader::kMostBytes);
        checkBody(event);
    }
    checkBody(stream.toByteArray());
    return 0;
}
