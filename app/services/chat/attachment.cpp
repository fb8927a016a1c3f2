#include "app/services/chat/attachment.h"

#include <algorithm>

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
            QString part = document.text().mid(range.begin, range.end - range.begin);
            prompt += part.remove(u'\f').trimmed() + u'\n';
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
        result.attachments.append({document.name(), document.pages(), document.text().size(),
                                   read[i], placesOf(document.text(), document.pages(), read[i])});
    }
    return result;
}

QList<QList<TextRange>> rangesOf(const QList<DocumentPointer>& documents,
                                 const QList<FilePart>& parts, qsizetype count) {
    QList<QList<int>> chosen(documents.size());
    for (const FilePart& part : parts.first(count))
        chosen[part.document].append(part.part);
    QList<QList<TextRange>> ranges;
    for (qsizetype i = 0; i < documents.size(); ++i)
        ranges.append(joinedRanges(documents[i]->parts(), chosen[i]));
    return ranges;
}

}  // namespace

QList<FilePart> partsByWords(const QString& question, const QList<DocumentPointer>& documents) {
    QList<Document::Order> orders;
    qsizetype longest = 0;
    for (const DocumentPointer& document : documents) {
        orders.append(document->partsFor(question));
        longest = std::max(longest, orders.back().parts.size());
    }
    QList<FilePart> all;
    for (qsizetype rank = 0; rank < longest; ++rank) {
        for (qsizetype i = 0; i < orders.size(); ++i) {
            const Document::Order& order = orders[i];
            if (rank < order.parts.size()) all.append({i, order.parts[rank], rank < order.found});
        }
    }
    return all;
}

AttachedPrompt attach(const QString& question, const QList<DocumentPointer>& documents,
                      const QList<FilePart>& parts,
                      const std::function<bool(const QString& prompt)>& fits) {
    const auto fitsWith = [&](qsizetype count) {
        const QString prompt = rendered(question, documents, rangesOf(documents, parts, count));
        return prompt.size() <= kMostToMeasure && fits(prompt);
    };
    if (fitsWith(parts.size()))
        return made(question, documents, rangesOf(documents, parts, parts.size()));
    // The more parts the longer: the border is found by halving.
    qsizetype fitting = 0;
    qsizetype tooMany = std::min(parts.size(), kMostToMeasure / Document::kPartLength * 4);
    while (tooMany - fitting > 1) {
        const qsizetype half = fitting + (tooMany - fitting) / 2;
        (fitsWith(half) ? fitting : tooMany) = half;
    }
    if (fitting == 0) return {};
    return made(question, documents, rangesOf(documents, parts, fitting));
}

}  // namespace dsm
