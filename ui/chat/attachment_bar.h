// AttachmentBar: the files that go with the message that is being written, above it: what each is, how much
// of it there is room for, and a way to take it back.
//
// Each chat has its own, while the program runs.
//
// Ownership  Borrows the theme.
// Threads    Main thread; files are read beside it.
#pragma once

#include <QHash>
#include <QWidget>

#include "app/services/chat/attachment.h"
#include "app/services/chat/document_reader.h"

class QMimeData;
class QPushButton;
class QVBoxLayout;

namespace dsm {

class Label;
class Theme;

class AttachmentBar : public QWidget {
    Q_OBJECT

  public:
    static constexpr qsizetype kMost = 8;

    explicit AttachmentBar(const Theme& theme, QWidget* parent = nullptr);

    void setConversation(qint64 id);
    void add(const QStringList& files);
    QList<DocumentPointer> documents() const { return documents_.value(conversation_); }
    bool isReading() const { return reading_.contains(conversation_); }  // for this chat
    void clear();
    // What of them the model would read.
    void setRead(const QList<Attachment>& attachments);

    QStringList texts() const;
    QList<QPushButton*> removeButtons() const;

    static QStringList filesIn(const QMimeData* data);

  Q_SIGNALS:
    void changed();
    void failed(const QString& problems);  // a line each

  private:
    void take(const DocumentPointer& document);
    void sayProblem(const QString& problem);
    void refresh();
    QString describe(qsizetype place) const;

    const Theme& theme_;
    DocumentReader reader_;
    QVBoxLayout* column_;
    QHash<qint64, QList<DocumentPointer>> documents_;
    QList<Attachment> read_;
    qint64 conversation_ = 0;
    QStringList problems_;   // of the files that were added together
    QList<qint64> reading_;  // the chats of the files that are being read, in their order
};

}  // namespace dsm
