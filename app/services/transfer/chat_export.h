// ChatExport: writes chats into files of the user's choice.
//
// One chat, or many in the program's own format, are one file; many in another format are a file each,
// named after their titles, in a folder. A file appears whole or not at all.
//
// Ownership Borrows the chats, which outlive it.
// Threads   Main thread; many are written piece by piece between other events.
// Errors    failed(): a sentence that names the file; those written before stay.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <functional>
#include <memory>

#include "app/services/chat/chat_record.h"

namespace dsm {

class AtomicFile;
class ChatService;
struct Error;

enum class ChatFormat { Json, Markdown, Html, Pdf };
QString suffixOf(ChatFormat format);  // without a dot

struct ChatsWritten {
    QString place;  // the file, or the folder
    qint64 chats = 0;
};

class ChatExport : public QObject {
    Q_OBJECT

  public:
    // Paints a page of HTML, as toHtml() makes it for printing, into a PDF.
    using PdfMaker = std::function<QByteArray(const QByteArray& html)>;

    ChatExport(const ChatService& chats, PdfMaker pdf, QObject* parent = nullptr);
    ~ChatExport() override;

    // written() or failed() follows. While one is under way another is not begun.
    void writeFile(const QList<qint64>& chats, ChatFormat format, const QString& file);
    void writeFolder(const QList<qint64>& chats, ChatFormat format, const QString& folder);
    bool isRunning() const { return isRunning_; }
    qint64 left() const { return waiting_.size(); }

    // For printing; empty where there is no such chat.
    QByteArray printedHtml(qint64 chat) const;
    // What a file of the chat may be called, with its suffix.
    static QString fileNameOf(const QString& title, ChatFormat format);

  Q_SIGNALS:
    void progressed();
    void written(const dsm::ChatsWritten& result);
    void failed(const QString& error);

  private:
    void begin(const QList<qint64>& chats, ChatFormat format, const QString& place);
    void writeSome();
    bool writeOne(qint64 chat);
    bool appendToFile(const ChatRecord& record);
    bool writeAlone(const ChatRecord& record);
    QString freeName(const QString& title) const;
    QByteArray contentsOf(const ChatRecord& record) const;
    void finish();
    bool fail(const QString& file, const Error& error);

    const ChatService& chats_;
    PdfMaker pdf_;
    ChatFormat format_ = ChatFormat::Json;
    QList<qint64> waiting_;
    std::unique_ptr<AtomicFile> out_;  // of the program's own format
    QString folder_;                   // of files of their own; "": one file
    ChatsWritten result_;
    bool isRunning_ = false;
};

}  // namespace dsm
