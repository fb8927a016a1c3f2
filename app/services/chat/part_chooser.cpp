#include "app/services/chat/part_chooser.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "app/services/model/text_generator.h"

namespace dsm {

PartChooser::PartChooser(TextGenerator& generator, QObject* parent)
    : QObject(parent), generator_(&generator) {
    connect(&generator, &TextGenerator::studied, this, &PartChooser::take);
}

PartChooser::~PartChooser() {
    for (const auto& choice : std::as_const(choices_)) {
        if (generator_) generator_->stop(choice->study);
    }
}

quint64 PartChooser::choose(const QString& question, const QList<DocumentPointer>& documents) {
    const quint64 id = generator_->newRequestId();
    choices_[id] = std::make_shared<Choice>(Choice{PartChoice(question, documents)});
    ask(id);
    return id;
}

void PartChooser::stop(quint64 id) {
    const auto choice = choices_.value(id);
    if (!choice || !generator_) return;
    choice->isStopped = true;
    generator_->stop(choice->study);
}

std::pair<int, int> PartChooser::progress(quint64 id) const {
    const auto choice = choices_.value(id);
    if (!choice) return {0, 0};
    return {static_cast<int>(choice->parts.seen()), static_cast<int>(choice->parts.toSee())};
}

void PartChooser::ask(quint64 id) {
    const auto choice = choices_.value(id);
    const bool isLate = choice->sinceFirst.isValid() &&
                        std::chrono::milliseconds(choice->sinceFirst.elapsed()) >= kLongest;
    const std::optional<QString> text = isLate ? std::nullopt : choice->parts.nextText();
    if (!text || !generator_) return end(id);
    choice->study = generator_->newRequestId();
    generator_->study({choice->study, *text, 0});
}

void PartChooser::take(quint64 study, const TextStudyResult& result) {
    const auto found = std::find_if(choices_.keyValueBegin(), choices_.keyValueEnd(),
                                    [&](const auto& one) { return one.second->study == study; });
    if (found == choices_.keyValueEnd()) return;
    const quint64 id = (*found).first;
    const std::shared_ptr<Choice> choice = (*found).second;
    if (choice->isStopped) {
        choices_.remove(id);
        Q_EMIT stopped(id);
        return;
    }
    if (!result.error.isEmpty()) return end(id);
    if (!result.isStopped) {
        choice->parts.take(result.tokens);
        if (!choice->sinceFirst.isValid()) choice->sinceFirst.start();
        Q_EMIT progressed(id);
    }
    if (choices_.contains(id)) ask(id);
}

void PartChooser::end(quint64 id) {
    const auto choice = choices_.take(id);
    Q_EMIT chosen(id, choice->parts);
}

}  // namespace dsm
