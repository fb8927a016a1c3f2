// ComposerHint: the line below the field for writing: how to send, or how much of the context the chat
// takes with what is written, that it takes too much, and what happens then.
//
// Ownership  Borrows everything.
// Threads    Main thread. Counting waits for a pause in typing.
#pragma once

#include "app/services/chat/attachment.h"
#include "app/services/program/generation_types.h"
#include "ui/widgets/label.h"

class QTimer;

namespace dsm {

class AttachmentBar;
class ChatService;
class Composer;
class Theme;

class ComposerHint : public Label {
    Q_OBJECT

  public:
    ComposerHint(ChatService& chat, const Composer& composer, const AttachmentBar& files,
                 const Theme& theme, QWidget* parent = nullptr);

    void setConversation(qint64 id);
    // Counts again: another model has another context.
    void refresh();
    const PromptFit& fit() const { return fit_; }
    // What of the files would be read.
    const QList<Attachment>& attachments() const { return attachments_; }

    static constexpr int kPauseMs = 250;

  Q_SIGNALS:
    void counted();

  private:
    void count();
    void showTexts();
    QString whenFull() const;
    bool isNearlyFull() const;
    void refusePaste(qsizetype characters);

    ChatService& chat_;
    const Composer& composer_;
    const AttachmentBar& files_;
    const Theme& theme_;
    QTimer* pause_;
    PromptFit fit_;
    QList<Attachment> attachments_;
    qsizetype refused_ = 0;  // characters of a message that would be too long to write
    qint64 conversation_ = 0;
};

}  // namespace dsm
