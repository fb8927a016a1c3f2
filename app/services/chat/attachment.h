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
    int pages = 0;                  // 0: it has none
    qsizetype characters = 0;       // of the whole text
    QList<TextRange> read;          // of it
    QList<PlaceRange> places = {};  // where that is; none: not known
    int partsSeen = 0;  // so many the model looked at to choose them; 0: chosen by words alone

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

struct FilePart {
    qsizetype document = 0;  // its place among the documents
    int part = 0;
    bool hasWords = false;  // of the question
};

// The parts of all documents: in turn the best of each that is left, by the words of the question.
QList<FilePart> partsByWords(const QString& question, const QList<DocumentPointer>& documents);

// All of the documents where `fits` says so; else as many of their parts as fit, the first of `parts`
// first, in the order of the documents. `fits` is asked a few times, of texts of about what a context holds
// at most. Without text: not even one part fits.
AttachedPrompt attach(const QString& question, const QList<DocumentPointer>& documents,
                      const QList<FilePart>& parts,
                      const std::function<bool(const QString& prompt)>& fits);

}  // namespace dsm
