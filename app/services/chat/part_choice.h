// PartChoice: which parts of files answer a question best, as a model finds among those chosen by words.
//
//   worth of a part = mean over the tokens of the question of log p(token | part, the tokens before)
//
// How likely the question is after a part tells how well the part answers it, also where they share no word.
// It is done in two steps: those parts are shown that the words are in, and some spread over the files; then
// the neighbours of the best of them.
//
// Source   Sachan et al., Improving Passage Retrieval with Zero-Shot Question Generation (arXiv 2204.07496).
// Threads  Any, one at a time.
#pragma once

#include <QList>
#include <QString>
#include <optional>

#include "app/services/chat/attachment.h"
#include "app/services/model/text_tokens.h"

namespace dsm {

class PartChoice {
  public:
    static constexpr qsizetype kMostByWords = 18;
    static constexpr qsizetype kMostSpread = 6;
    static constexpr qsizetype kMostNeighbours = 8;

    PartChoice(const QString& question, const QList<DocumentPointer>& documents);

    // What the model is to read next; nullopt: it has read enough.
    std::optional<QString> nextText();
    // Of the last nextText(), as the model read it.
    void take(const QList<TextToken>& tokens);

    // All parts: those it has read, the best first, then the others as the words have them.
    QList<FilePart> order() const;
    qsizetype seen() const { return seen_.size(); }
    qsizetype seenOf(qsizetype document) const;
    qsizetype toSee() const;  // in all, at most

  private:
    struct Seen {
        FilePart part;
        double worth = 0;
    };

    bool isKnown(qsizetype document, int part) const;
    QList<Seen> bestFirst() const;
    void addSpread();
    void addNeighbours();

    QString question_;
    QList<DocumentPointer> documents_;
    QList<FilePart> byWords_;
    QList<FilePart> candidates_;  // the first of them are seen_
    QList<Seen> seen_;
    bool hasNeighbours_ = false;  // the second step has begun
};

}  // namespace dsm
