#include "finetune_ui/method/form_memories.h"

#include <QJsonDocument>

namespace dsm {

FormMemories::FormMemories(const RunForecast& like, QObject* parent)
    : QObject(parent), forecast_(like.gpuReader()) {
    connect(&forecast_, &RunForecast::memoryTold, this, [this](const RunMemory& memory) {
        Q_EMIT told(asked_, memory);
        askNext();
    });
    connect(&forecast_, &RunForecast::memoryUnknown, this, &FormMemories::askNext);
}

void FormMemories::ask(const QJsonObject& job, const QStringList& folders) {
    job_ = job;
    waiting_ = folders;
    askNext();
}

void FormMemories::askNext() {
    if (waiting_.isEmpty()) return;
    asked_ = waiting_.takeFirst();
    job_[QStringLiteral("model")] = asked_;
    forecast_.askMemory(QString::fromUtf8(QJsonDocument(job_).toJson()));
}

}  // namespace dsm
