// Attachment: a document that was sent with a message, and what of it the model reads.
//
// Threads  Plain values; the functions on any thread.
#pragma once

#include <QList>
#include <QString>
#include <functional>

#include "app/services/chat/document.h"

namespace dsm {

struct Attachment {
    QString name;
    int pages = 0;             // 0: it has none
    qsizetype characters = 0;  // of the whole text
    QList<TextRange> read;     // of it

    bool isWhole() const { return read.size() == 1 && read[0] == TextRange{0, characters}; }
    qsizetype charactersRead() const {
        qsizetype sum = 0;
        for (const auto& [begin, end] : read)
            sum += end - begin;
        return sum;
    }

    bool operator==(const Attachment&) const = default;
};

// What the model reads of a message with documents, before the words of the person.
struct AttachedPrompt {
    QString text;
    QList<Attachment> attachments;
};

// All of the documents where `fits` says so; else as many of their parts as fit, those first that answer
// best to the question, in their order. `fits` is asked a few times, of texts of about what a context holds
// at most. Without text: not even one part fits.
AttachedPrompt attach(const QString& question, const QList<DocumentPointer>& documents,
                      const std::function<bool(const QString& prompt)>& fits);

}  // namespace dsm
