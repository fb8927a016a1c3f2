// SpellChecker: whether words are spelt right, what was meant, and the words that the user knows
// better.
//
// It answers at once from what it knows; what it does not know yet its thread finds out, and
// checked() tells. So nobody waits for a dictionary to be read or a word to be looked up.
//
// The user's own words are a file of a line each, to which each new one is added whole or not at all.
//
// Ownership  Its thread, which reads and holds the dictionaries.
// Threads    Main thread.
// Errors     failed(): the own words cannot be written; they hold until the program ends.
#pragma once

#include <QChar>
#include <QHash>
#include <QList>
#include <QObject>
#include <QSet>
#include <QString>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/services/program/work_thread.h"
#include "app/services/spelling/dictionaries.h"

namespace dsm {

class Dictionary;

class SpellChecker : public QObject {
    Q_OBJECT

  public:
    enum class Spelling { Right, Wrong, Unknown };
    static constexpr int kMostSuggestions = 6;

    // Of the dictionaries in these folders; nothing is checked before choose().
    explicit SpellChecker(const QString& wordsFile, const QStringList& folders,
                          QObject* parent = nullptr);
    ~SpellChecker() override;

    QStringList dictionaries() const;  // that are there, by name
    // The dictionaries to check with; those that are not there are left out, none: nothing is
    // checked. nullopt: the usual ones of the languages that the desktop has.
    void choose(const std::optional<QStringList>& names);
    QStringList chosen() const { return chosen_; }
    bool isOn() const { return !chosen_.isEmpty(); }
    // Of the chosen dictionaries: words of other scripts are not checked.
    const QSet<QChar::Script>& scripts() const { return scripts_; }

    // A word as it is written. Unknown: it is being looked up.
    Spelling check(const QString& word);
    // Calls `then`, while the receiver lives, with the best words in the place of this one.
    void suggest(const QString& word, QObject* receiver,
                 std::function<void(const QStringList& suggestions)> then);
    // From now on this word is right, in this program.
    void learn(const QString& word);

  Q_SIGNALS:
    void checked();  // words that were Unknown are known
    void changed();  // other dictionaries or own words: what was known does not hold any more
    void failed(const QString& message);

  private:
    using Dictionaries = std::vector<std::unique_ptr<Dictionary>>;

    void readOwnWords();
    void askThread();

    const QString wordsFile_;
    const QList<DictionaryFiles> found_;
    QStringList chosen_;
    QSet<QChar::Script> scripts_;
    QSet<QString> ownWords_;
    QHash<QString, bool> known_;  // whether it is right
    QSet<QString> asked_;         // of these the thread was asked
    QStringList toAsk_;
    quint64 round_ = 0;                   // of choices: answers of an earlier one count for nothing
    std::shared_ptr<Dictionaries> read_;  // the thread's own
    WorkThread thread_;                   // last: it uses what is above
};

}  // namespace dsm
