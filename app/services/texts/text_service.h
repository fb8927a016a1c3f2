// TextService: raw texts that a person and a model write together.
//
// What is typed is on the disk within kSaveMs, and before a model is asked to write on. What a model
// writes is added at the end and saved every 250 ms while it comes, and once more when it ends;
// stopping, a crash and a failure keep what was written. What the disk does not take is tried again
// every kRetryMs until it does. While a model writes at a text, nobody else does.
//
// Text ids are positive and never reused; 0 means none.
//
// Threads   Main thread; a call costs a disk write at most.
// Errors    failed() carries one sentence for people; the call then returns 0 or false.
#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <memory>
#include <optional>

#include "app/services/program/background_task.h"
#include "app/services/program/generation_types.h"
#include "app/services/program/said.h"

namespace dsm {

class Settings;
class TextGenerator;
class TextStore;
class TextStudy;

struct TextInfo {
    qint64 id = 0;
    QString title;      // that a person gave it; "": none
    QString firstLine;  // that says something, shortened; "": there is none
    QString name() const { return title.isEmpty() ? firstLine : title; }
};

struct UnsavedText {
    QString firstLine;
    qsizetype characters = 0;
    QString reason;  // a sentence
};

class TextService : public QObject {
    Q_OBJECT

  public:
    static constexpr int kSaveMs = 300;
    static constexpr int kRetryMs = 2000;

    // Opens the texts at `file`, where damage is repaired; where that is impossible they are kept in
    // memory alone, which notices() says.
    TextService(const QString& file, TextGenerator& generator, const Settings& settings,
                QObject* parent = nullptr);
    // Saves; what is being written stays as far as it is.
    ~TextService() override;

    // What the user should know about the file. Whole sentences.
    QStringList notices() const { return saidAgain(notices_); }

    QList<TextInfo> texts() const;  // the last changed first
    QList<TextInfo> trash() const;  // the last removed first; emptied after 30 days
    qint64 add();
    // "" gives it the name of its first line again.
    bool rename(qint64 id, const QString& title);
    // To the trash; a model that writes at it is stopped.
    bool remove(qint64 id);
    bool restore(qint64 id);

    // As it is typed and written now.
    QString text(qint64 id) const;
    // As the user has it now; not while a model writes at it.
    void edit(qint64 id, const QString& text);
    // Waits for the disk. What it did not take.
    QList<UnsavedText> saveNow();

    // How the model writes on at a text: its own choices, or those of the settings.
    GenerationChoices choices(qint64 id) const;
    bool hasOwnChoices(qint64 id) const;
    bool setChoices(qint64 id, const GenerationChoices& choices);
    bool resetChoices(qint64 id);

    // The user turns to the texts: the time to put away what was read of a chat.
    void look();
    // What a text takes of the context; no room: not known.
    PromptFit fit(const QString& text) const;
    // Lets the model write on at the end. A text for which the context has no room is refused, with
    // numbers, before anything begins.
    bool continueText(qint64 id);
    void stop(qint64 id);
    // From continueText() until it ended.
    bool isWriting(qint64 id) const;
    // The model has not begun, as it does something else before.
    bool isWaiting(qint64 id) const;
    // What it does before is another text.
    bool isBehindAnother(qint64 id) const;
    bool isWritingAny() const;
    // What the model finds of the text that is looked at.
    TextStudy& study() { return *study_; }
    // With which the last continuation was drawn, while the program runs.
    std::optional<quint64> lastSeed(qint64 id) const;

  Q_SIGNALS:
    void textsChanged();  // which there are, their order, or a name
    void grew(qint64 id, const QString& piece);
    void writingChanged(qint64 id);  // or waits no longer
    // After the last grew().
    void ended(qint64 id, const dsm::GenerationOutcome& outcome);
    void failed(const QString& message);
    void savedAgain();  // after a failed() of saving: all is on the disk now

  private:
    // A text that was changed since it was saved, or that a model writes at.
    struct Open {
        QString text;
        bool isSaved = true;
        quint64 request = 0;  // 0: no model writes
        bool hasBegun = false;
    };

    void open(const QString& file);
    void startUpkeep(const QString& file);
    void saveAll(bool waitsForDisk);
    bool save(qint64 id, bool waitsForDisk);
    bool isAllSaved() const;
    void refuse(const PromptFit& fit);
    qint64 textOf(quint64 request) const;
    void takeBeginning(quint64 request);
    void takePiece(quint64 request, const QString& piece);
    void takeEnd(quint64 request, const GenerationOutcome& outcome);
    // Or failed() says why not.
    template <class Value>
    bool kept(const Value& result);

    TextGenerator& generator_;
    const Settings& settings_;
    QStringList notices_;
    std::unique_ptr<TextStudy> study_;
    std::unique_ptr<TextStore> store_;
    QHash<qint64, Open> open_;
    QHash<qint64, quint64> seeds_;
    QTimer saving_;
    QString unsavedBecause_;  // "": the last save went well
    BackgroundTask upkeep_;
};

}  // namespace dsm
