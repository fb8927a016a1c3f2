// TextDocuments: the texts that were opened, each with what was done to it, so that it can be undone.
//
// What a model writes in one go is one step to undo.
//
// Ownership  Borrows the service, which keeps the texts.
// Threads    Main thread.
#pragma once

#include <QHash>
#include <QObject>
#include <QString>

class QTextDocument;

namespace dsm {

class TextService;

class TextDocuments : public QObject {
    Q_OBJECT

  public:
    TextDocuments(TextService& texts, QObject* parent);

    // With the text as it is now; 0: one that is kept nowhere until something is written in it.
    QTextDocument* of(qint64 id);
    // 0 begins anew.
    void forget(qint64 id);

  Q_SIGNALS:
    // Somebody wrote in it: a person, or the model.
    void changed(qint64 id);
    // What was begun as 0 is kept as this now.
    void began(qint64 id);

  private:
    void take(QTextDocument* document);
    void append(qint64 id, const QString& piece);
    qint64 idOf(const QTextDocument* document) const;

    TextService& texts_;
    QHash<qint64, QTextDocument*> documents_;
    bool isAppending_ = false;
    QHash<qint64, bool> joins_;  // the next piece belongs to the step of the one before
};

}  // namespace dsm
