// PartChooser: has the loaded model look at parts of files, one after the other, and choose those that answer
// a question best (part_choice.h).
//
// Whatever is to be written goes first: a part that it interrupts is looked at again. The model looks no
// longer than kLongest; then, and where it fails, what it has found so far counts, and the words for the rest.
//
// Ownership  Borrows the generator, which may go before.
// Threads    Main thread.
// Errors     None: the words alone choose, then.
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QPointer>
#include <chrono>
#include <memory>
#include <utility>

#include "app/services/chat/part_choice.h"

namespace dsm {

class TextGenerator;

class PartChooser : public QObject {
    Q_OBJECT

  public:
    static constexpr std::chrono::seconds kLongest{30};

    explicit PartChooser(TextGenerator& generator, QObject* parent = nullptr);
    ~PartChooser() override;

    // Ends with chosen(), or stopped(). The documents have text. Returns its number, which is one of the generator's.
    quint64 choose(const QString& question, const QList<DocumentPointer>& documents);
    // Unknown numbers are ignored.
    void stop(quint64 id);
    // Parts it has looked at, and how many it is to look at; 0 of 0 where there is no such choice.
    std::pair<int, int> progress(quint64 id) const;

  Q_SIGNALS:
    void progressed(quint64 id);
    void chosen(quint64 id, const dsm::PartChoice& choice);
    void stopped(quint64 id);

  private:
    struct Choice {
        PartChoice parts;
        quint64 study = 0;  // that is asked for
        bool isStopped = false;
        QElapsedTimer sinceFirst = {};  // before that it may have waited for others
    };

    void ask(quint64 id);
    void take(quint64 study, const TextStudyResult& result);
    void end(quint64 id);

    QPointer<TextGenerator> generator_;
    QHash<quint64, std::shared_ptr<Choice>> choices_;
};

}  // namespace dsm
