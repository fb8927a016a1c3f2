#include "app/services/spelling/spell_checker.h"

#include <QLocale>
#include <QTimer>
#include <algorithm>

#include "app/services/program/private_file.h"
#include "app/services/program/said.h"
#include "app/services/spelling/checked_words.h"
#include "app/services/spelling/dictionary.h"

namespace dsm {
namespace {

constexpr qsizetype kMostKnown = 50'000;  // words; a long text has some thousands
constexpr qsizetype kMostAtOnce = 500;    // looked up before the answers are shown
constexpr qint64 kMostOwnBytes = 4'000'000;
constexpr qsizetype kMostOwnWords = 100'000;

}  // namespace

SpellChecker::SpellChecker(const QString& wordsFile, const QStringList& folders, QObject* parent)
    : QObject(parent),
      wordsFile_(wordsFile),
      found_(findDictionaries(folders)),
      read_(std::make_shared<Dictionaries>()) {
    readOwnWords();
}

SpellChecker::~SpellChecker() = default;

QStringList SpellChecker::dictionaries() const {
    QStringList names;
    for (const DictionaryFiles& files : found_)
        names.append(files.name);
    return names;
}

void SpellChecker::choose(const std::optional<QStringList>& names) {
    const QStringList wanted =
        names ? *names : usualDictionaries(dictionaries(), QLocale::system().uiLanguages());
    QList<DictionaryFiles> files;
    QStringList chosen;
    scripts_.clear();
    for (const DictionaryFiles& one : found_) {
        if (!wanted.contains(one.name)) continue;
        files.append(one);
        chosen.append(one.name);
        scripts_.insert(scriptOf(one.name));
    }
    scripts_.remove(QChar::Script_Unknown);
    if (chosen == chosen_) return;
    chosen_ = chosen;
    ++round_;
    known_.clear();
    asked_.clear();
    toAsk_.clear();
    thread_.post(
        this,
        [read = read_, files] {
            read->clear();
            for (const DictionaryFiles& one : files)
                read->push_back(std::make_unique<Dictionary>(one));
            return true;
        },
        [](bool) {});
    Q_EMIT changed();
}

SpellChecker::Spelling SpellChecker::check(const QString& written) {
    const QString word = dictionaryForm(written);
    if (!isOn() || ownWords_.contains(word)) return Spelling::Right;
    if (const auto known = known_.constFind(word); known != known_.constEnd())
        return *known ? Spelling::Right : Spelling::Wrong;
    if (!asked_.contains(word)) {
        if (toAsk_.isEmpty()) QTimer::singleShot(0, this, &SpellChecker::askThread);
        asked_.insert(word);
        toAsk_.append(word);
    }
    return Spelling::Unknown;
}

void SpellChecker::askThread() {
    if (toAsk_.isEmpty()) return;
    const QStringList words = toAsk_.mid(0, kMostAtOnce);
    toAsk_.remove(0, words.size());
    thread_.post(
        this,
        [read = read_, words] {
            QList<bool> answers;
            for (const QString& word : words) {
                answers.append(std::any_of(read->begin(), read->end(),
                                           [&](const auto& one) { return one->knows(word); }));
            }
            return answers;
        },
        [this, words, round = round_](const QList<bool>& answers) {
            if (round != round_) return;
            if (known_.size() > kMostKnown) known_.clear();
            for (qsizetype i = 0; i < words.size(); ++i) {
                known_.insert(words[i], answers[i]);
                asked_.remove(words[i]);
            }
            Q_EMIT checked();
        });
    if (!toAsk_.isEmpty()) QTimer::singleShot(0, this, &SpellChecker::askThread);
}

void SpellChecker::suggest(const QString& word, QObject* receiver,
                           std::function<void(const QStringList& suggestions)> then) {
    thread_.post(
        receiver,
        [read = read_, word = dictionaryForm(word)] {
            QStringList all;
            for (const auto& one : *read) {
                for (const QString& suggestion : one->suggestions(word)) {
                    if (!all.contains(suggestion)) all.append(suggestion);
                }
            }
            return QStringList(all.mid(0, kMostSuggestions));
        },
        [then = std::move(then)](const QStringList& suggestions) { then(suggestions); });
}

void SpellChecker::learn(const QString& written) {
    const QString word = dictionaryForm(written.trimmed());
    if (word.isEmpty() || word.contains(u'\n') || ownWords_.contains(word)) return;
    ownWords_.insert(word);
    const QString problem = appendLine(wordsFile_, word.toUtf8());
    if (!problem.isEmpty()) {
        Q_EMIT failed(said(
            [] { return tr("The word holds until the program ends: %1 cannot be written. %2"); },
            {wordsFile_, problem}));
    }
    Q_EMIT changed();
}

void SpellChecker::readOwnWords() {
    const QString text = QString::fromUtf8(readSmallFile(wordsFile_, kMostOwnBytes));
    for (const QString& line : text.split(u'\n', Qt::SkipEmptyParts)) {
        const QString word = line.trimmed();
        if (!word.isEmpty() && word.size() <= kLongestWord && ownWords_.size() < kMostOwnWords)
            ownWords_.insert(word);
    }
}

}  // namespace dsm
