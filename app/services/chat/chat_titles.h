// ChatTitles: has the model name a chat after its first answer, where nobody gave it a name.
//
// Only while nothing else is asked of the model: it waits for a pause, and stops at once when a message is
// sent. What the model has read of the chat is used again for the title, and again for the next question.
// A temporary chat keeps its first words.
//
// Ownership  Borrows everything.
// Threads    Main thread.
// Errors     None are told: a chat then keeps the title that its first question gave it.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QTimer>

#include "app/services/program/generation_types.h"

namespace dsm {

class ChatService;
class Settings;
class TextGenerator;

class ChatTitles : public QObject {
    Q_OBJECT

  public:
    ChatTitles(ChatService& chats, TextGenerator& generator, const Settings& settings,
               QObject* parent = nullptr);

    // Of silence, before the model is asked.
    void setPause(int milliseconds) { pause_.setInterval(milliseconds); }
    // What a model wrote, as a title: one line without marks; "" where it is none.
    static QString titleIn(const QString& written);

  private:
    void noteReply(qint64 conversation);
    void ask();
    void stop();
    void take(quint64 id, const GenerationOutcome& outcome);
    bool isWanting(qint64 conversation) const;

    ChatService& chats_;
    TextGenerator& generator_;
    const Settings& settings_;
    QTimer pause_;
    QList<qint64> waiting_;
    int underWay_ = 0;  // generations that have begun, of anybody
    quint64 asked_ = 0;
    qint64 named_ = 0;  // the chat that is asked about
    QString written_;
};

}  // namespace dsm
