// EngineLease: who the computer works for, a chat or a training run. Both at once would make each
// slower than alone and, with a large model, run out of memory.
//
// Chats may hold it several times (a reply that waits behind another). Whoever is refused is told
// why in a sentence for people, instead of waiting without a word. A training run that lends stands
// still for a chat that asks:
//
//   ask()   a chat waits: asked(), once
//   lend()  the run stands between two steps: lent(), and chats may take it
//           the last of them has given it back: returned(), and the run goes on
//
// Threads  Main thread.
#pragma once

#include <QObject>
#include <QString>

namespace dsm {

class EngineLease : public QObject {
    Q_OBJECT

  public:
    enum class Holder { None, Chat, Training };

    using QObject::QObject;

    // Whether it could be taken; it is then held once more.
    bool take(Holder holder);
    void giveBack(Holder holder);

    // By the training that has taken it, until it gives it back.
    void setLending(bool lends) { lends_ = lends && isTraining_; }
    // False: who has it lends nothing. Who asked may take it at lent(), or has changed its mind.
    bool ask();
    // Where nobody takes it, it is returned at once.
    void lend();

    Holder holder() const;
    // Why `asking` would be refused now; "" where it would not.
    QString refusal(Holder asking) const;

  Q_SIGNALS:
    void freed();
    void asked();
    void lent();
    void returned();

  private:
    int chats_ = 0;
    bool isTraining_ = false;
    bool lends_ = false;
    bool isAsked_ = false;
    bool isLent_ = false;
};

}  // namespace dsm
