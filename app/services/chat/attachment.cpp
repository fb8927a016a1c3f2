#include "app/services/chat/attachment.h"

#include <algorithm>
#include <vector>

namespace dsm {
namespace {

// Longer texts are in no context of 4,096 tokens: that need not be measured.
constexpr qsizetype kMostToMeasure = 64 * 1024;

// Not translated: what a model reads.
QString rendered(const QString& question, const QList<DocumentPointer>& documents,
                 const QList<QList<TextRange>>& read) {
    QString prompt;
    for (qsizetype i = 0; i < documents.size(); ++i) {
        const Document& document = *documents[i];
        if (read[i].isEmpty()) continue;
        prompt += QStringLiteral("[File: %1]\n").arg(document.name());
        qsizetype end = 0;
        for (const TextRange& range : read[i]) {
            if (range.begin > end) prompt += QStringLiteral("[…]\n");
            prompt += document.text().mid(range.begin, range.end - range.begin).trimmed() + u'\n';
            end = range.end;
        }
        if (end < document.text().size()) prompt += QStringLiteral("[…]\n");
        prompt += QStringLiteral("[End of %1]\n\n").arg(document.name());
    }
    return prompt + question;
}

AttachedPrompt made(const QString& question, const QList<DocumentPointer>& documents,
                    const QList<QList<TextRange>>& read) {
    AttachedPrompt result{rendered(question, documents, read), {}};
    for (qsizetype i = 0; i < documents.size(); ++i) {
        const Document& document = *documents[i];
        result.attachments.append(
            {document.name(), document.pages(), document.text().size(), read[i]});
    }
    return result;
}

// The parts of all documents: in turn the best of each that is left.
std::vector<std::pair<qsizetype, int>> partsByWorth(const QString& question,
                                                    const QList<DocumentPointer>& documents) {
    QList<QList<int>> orders;
    qsizetype longest = 0;
    for (const DocumentPointer& document : documents) {
        orders.append(document->partsFor(question));
        longest = std::max(longest, orders.back().size());
    }
    std::vector<std::pair<qsizetype, int>> all;
    for (qsizetype rank = 0; rank < longest; ++rank) {
        for (qsizetype i = 0; i < orders.size(); ++i) {
            if (rank < orders[i].size()) all.emplace_back(i, orders[i][rank]);
        }
    }
    return all;
}

QList<QList<TextRange>> rangesOf(const QList<DocumentPointer>& documents,
                                 const std::vector<std::pair<qsizetype, int>>& parts,
                                 std::size_t count) {
    QList<QList<int>> chosen(documents.size());
    for (std::size_t i = 0; i < count; ++i)
        chosen[parts[i].first].append(parts[i].second);
    QList<QList<TextRange>> ranges;
    for (qsizetype i = 0; i < documents.size(); ++i)
        ranges.append(joinedRanges(documents[i]->parts(), chosen[i]));
    return ranges;
}

}  // namespace

AttachedPrompt attach(const QString& question, const QList<DocumentPointer>& documents,
                      const std::function<bool(const QString& prompt)>& fits) {
    const auto parts = partsByWorth(question, documents);
    const auto fitsWith = [&](std::size_t count) {
        const QString prompt = rendered(question, documents, rangesOf(documents, parts, count));
        return prompt.size() <= kMostToMeasure && fits(prompt);
    };
    if (fitsWith(parts.size()))
        return made(question, documents, rangesOf(documents, parts, parts.size()));
    // The more parts the longer: the border is found by halving.
    std::size_t fitting = 0;
    std::size_t tooMany = std::min<std::size_t>(
        parts.size(), static_cast<std::size_t>(kMostToMeasure / Document::kPartLength) * 4);
    while (tooMany - fitting > 1) {
        const std::size_t half = fitting + (tooMany - fitting) / 2;
        (fitsWith(half) ? fitting : tooMany) = half;
    }
    if (fitting == 0) return {};
    return made(question, documents, rangesOf(documents, parts, fitting));
}

}  // namespace dsm
