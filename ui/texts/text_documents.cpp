#include "ui/texts/text_documents.h"

#include <QPlainTextDocumentLayout>
#include <QScopedValueRollback>
#include <QTextCursor>
#include <QTextDocument>

#include "app/services/texts/text_service.h"
#include "ui/texts/text_editor.h"

namespace dsm {

TextDocuments::TextDocuments(TextService& texts, QObject* parent) : QObject(parent), texts_(texts) {
    connect(&texts_, &TextService::grew, this, &TextDocuments::append);
    connect(&texts_, &TextService::writingChanged, this, [this](qint64 id) { joins_.remove(id); });
}

QTextDocument* TextDocuments::of(qint64 id) {
    if (QTextDocument* known = documents_.value(id)) return known;
    auto* document = new QTextDocument(this);
    document->setDocumentLayout(new QPlainTextDocumentLayout(document));
    document->setUndoRedoEnabled(false);
    QTextCursor(document).insertText(id == 0 ? QString() : texts_.text(id));
    document->setUndoRedoEnabled(true);
    documents_.insert(id, document);
    connect(document, &QTextDocument::contentsChanged, this, [this, document] { take(document); });
    return document;
}

void TextDocuments::forget(qint64 id) {
    if (QTextDocument* document = documents_.take(id)) document->deleteLater();
}

qint64 TextDocuments::idOf(const QTextDocument* document) const {
    for (auto known = documents_.constBegin(); known != documents_.constEnd(); ++known) {
        if (*known == document) return known.key();
    }
    return -1;
}

// Also called where only the look of a document changed.
void TextDocuments::take(QTextDocument* document) {
    qint64 id = idOf(document);
    if (id < 0) return;
    if (isAppending_) return;
    const QString text = textOf(*document);
    if (id == 0) {
        if (text.isEmpty()) return;
        id = texts_.add();
        if (id == 0) return;
        documents_.remove(0);
        documents_.insert(id, document);
        texts_.edit(id, text);
        Q_EMIT began(id);
    } else {
        if (text == texts_.text(id)) return;
        texts_.edit(id, text);
    }
    Q_EMIT changed(id);
}

void TextDocuments::append(qint64 id, const QString& piece) {
    QTextDocument* document = documents_.value(id);
    if (document == nullptr) return;  // reads it from the service, once it is opened
    const QScopedValueRollback appending(isAppending_, true);
    QTextCursor cursor(document);
    cursor.movePosition(QTextCursor::End);
    if (joins_.value(id)) {
        cursor.joinPreviousEditBlock();
    } else {
        cursor.beginEditBlock();
    }
    cursor.insertText(piece);
    cursor.endEditBlock();
    joins_[id] = true;
    Q_EMIT changed(id);
}

}  // namespace dsm
