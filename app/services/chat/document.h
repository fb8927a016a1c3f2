// Document: the text of a file that a person attaches, in parts of which some can be chosen by words.
//
// Parts are paragraphs, or lines and sentences of long ones, together at most kPartLength characters; they
// join to the whole text. Of a text with pages a form feed begins each but the first. How well a part answers to words is measured as BM25 does (Robertson and Zaragoza,
// 2009: k1 1.2, b 0.75); Chinese, Japanese and Korean are compared by pairs of characters.
//
// Threads  Immutable.
#pragma once

#include <QHash>
#include <QList>
#include <QString>
#include <memory>

namespace dsm {

struct TextRange {
    qsizetype begin = 0;  // characters
    qsizetype end = 0;

    bool operator==(const TextRange&) const = default;
};

class Document {
  public:
    static constexpr qsizetype kPartLength = 700;

    Document(QString name, QString text, int pages = 0);

    const QString& name() const { return name_; }
    const QString& text() const { return text_; }
    int pages() const { return pages_; }  // 0: it has none
    const QList<TextRange>& parts() const { return parts_; }
    // The places of all parts, those first that say most of what is asked for; where none says any of it,
    // and among equals, from the beginning on.
    struct Order {
        QList<int> parts;
        qsizetype found = 0;  // so many of them say any of it
    };
    Order partsFor(const QString& question) const;

  private:
    void index();

    QString name_;
    QString text_;
    int pages_;
    QList<TextRange> parts_;
    QList<qsizetype> lengths_;                           // of the parts, in words
    QHash<QString, QList<std::pair<int, int>>> places_;  // word -> parts, and how often in each
    double usualLength_ = 1;
};

// Of a document that has some, pages, else lines; counted from 1, both included.
struct PlaceRange {
    qsizetype first = 0;
    qsizetype last = 0;

    bool operator==(const PlaceRange&) const = default;
};

using DocumentPointer = std::shared_ptr<const Document>;

// Where in a text ranges of it lie. Without pages where it has some and does not say where they begin.
QList<PlaceRange> placesOf(QStringView text, int pages, const QList<TextRange>& ranges);

// Neighbours are joined.
QList<TextRange> joinedRanges(const QList<TextRange>& parts, QList<int> chosen);

}  // namespace dsm
