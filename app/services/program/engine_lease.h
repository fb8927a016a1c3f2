// EngineLease: who the computer works for, a chat or a training run. Both at once would make each
// slower than alone and, with a large model, run out of memory.
//
// A holder may hold it several times (a reply that waits behind another). Whoever is refused is
// told why in a sentence for people, instead of waiting without a word.
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

    Holder holder() const { return count_ > 0 ? holder_ : Holder::None; }
    // Why `asking` would be refused now; "" where it would not.
    QString refusal(Holder asking) const;

  Q_SIGNALS:
    void freed();

  private:
    Holder holder_ = Holder::None;
    int count_ = 0;
};

}  // namespace dsm
