#include "app/services/chat/document_reader.h"

#include "app/services/chat/document_file.h"

namespace dsm {

DocumentReader::DocumentReader(QObject* parent) : QObject(parent) {}

DocumentReader::~DocumentReader() = default;

void DocumentReader::read(const QStringList& files) {
    waiting_ += files;
    if (!isReading()) readNext();
}

void DocumentReader::stop() {
    waiting_.clear();
    task_.stop();
    Q_EMIT stateChanged();
}

void DocumentReader::readNext() {
    if (waiting_.isEmpty()) return;
    const QString file = waiting_.takeFirst();
    task_.start([file](const std::stop_token& stop) { return readDocumentFile(file, stop); },
                [this](const ReadDocument& read) {
                    readNext();
                    Q_EMIT stateChanged();
                    if (read.document) {
                        Q_EMIT taken(read.document);
                    } else {
                        Q_EMIT failed(read.problem);
                    }
                });
    Q_EMIT stateChanged();
}

}  // namespace dsm
