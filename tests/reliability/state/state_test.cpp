// Broken variants of what the program keeps for itself: its settings and the place of its window,
// its lists, what was written and not sent, and what a run keeps beside its result. Nothing crashes,
// every value is within its bounds, and nothing is lost but what the variant lacks.
//
// tests/support/attack.h says how the long run is asked for.
#include <sys/stat.h>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QRegularExpression>
#include <QScreen>
#include <QSignalSpy>
#include <QSplitter>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "app/services/chat/drafts.h"
#include "app/services/library/conversion_list.h"
#include "app/services/library/folder_list.h"
#include "app/services/library/model_trash.h"
#include "app/services/program/generation_json.h"
#include "app/services/program/settings.h"
#include "app/services/training/job/job_keys.h"
#include "app/services/training/results/evaluation_service.h"
#include "app/services/training/results/run_rows.h"
#include "engine/text/chat_values.h"
#include "finetune_ui/step_bar.h"
#include "tests/support/attack.h"
#include "tests/support/mutation.h"
#include "tests/ui/window_fixture.h"
#include "ui/widgets/screen_fit.h"

namespace dsm {
namespace {

QString write(const QString& path, const QByteArray& bytes) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("no disk");
    return path;
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// Has `use` read variants of `good`; it says what is wrong.
template <class Use>
void walk(const char* kind, quint64 everyRun, quint64 dearness, const QByteArray& good,
          const Use& use) {
    const std::string from = good.toStdString();
    const bool isSurvived = Attack(kind, everyRun, dearness)
                                .walk([&](quint64 seed) { return Mutation(seed)(from); },
                                      [&](const std::string& variant) {
                                          const QString wrong =
                                              use(QByteArray::fromStdString(variant));
                                          if (!wrong.isEmpty()) qInfo().noquote() << wrong;
                                          return wrong.isEmpty();
                                      });
    QVERIFY(isSurvived);
}

QString whatIsWrong(const GenerationChoices& choices) {
    const auto isWithin = [](const auto& value, const SettingRange& range) {
        return !value || range.holds(static_cast<double>(*value));
    };
    if (!isWithin(choices.temperature, kTemperatureRange)) return QStringLiteral("temperature");
    if (!isWithin(choices.topK, kTopKRange)) return QStringLiteral("top-k");
    if (!isWithin(choices.topP, kTopPRange)) return QStringLiteral("top-p");
    if (!isWithin(choices.minP, kMinPRange)) return QStringLiteral("min-p");
    if (!isWithin(choices.repetitionPenalty, kRepetitionPenaltyRange))
        return QStringLiteral("repetition penalty");
    if (!isWithin(choices.maximumTokens, kMaximumTokensRange)) return QStringLiteral("length");
    const bool isRight = kPenaltyRange.holds(choices.presencePenalty) &&
                         kPenaltyRange.holds(choices.frequencyPenalty);
    return isRight ? QString() : QStringLiteral("a penalty");
}

QString whatIsWrong(const Settings& settings) {
    if (const QString wrong = whatIsWrong(settings.generation()); !wrong.isEmpty()) return wrong;
    const QString language = settings.language();
    if (!language.isEmpty() && language != QLatin1String("en") &&
        language != QLatin1String("zh_CN"))
        return QStringLiteral("an unknown language");
    if (settings.threads() < 0 || settings.threads() > 1024) return QStringLiteral("threads");
    if (settings.contextLimit() < 0 || settings.gpu() < -1 || settings.gpuLayers() < -1)
        return QStringLiteral("a number out of its range");
    const AdapterSetting adapter = settings.adapter(QStringLiteral("/m"));
    if (!(adapter.scale >= 0 && adapter.scale <= 4)) return QStringLiteral("a wrong scale");
    return {};
}

// What a run keeps for people to look at.
const QByteArray kRows =
    R"({"step": 20, "rows": 7, "best": [{"file": "/d/a.jsonl", "unit": "row", "number": 3,
        "loss": 0.25, "trained_tokens": 12, "turns": [{"speaker": "user", "parts": [
        {"text": "a", "trained": false, "token": false}]}]}], "worst": []})";
const QByteArray kBatch =
    R"({"samples": 4, "left_out": 1, "batches": [[{"tokens": 9, "trained": 5, "parts": [
        {"text": "a", "trained": true, "token": true}]}]]})";
const QByteArray kEvaluations =
    R"({"loss": 1.5, "rows": 10, "tokens": 100, "model": "/m", "files": ["/d"], "adapter": "/a"})"
    "\n"
    R"({"loss": 1.25, "rows": 10, "tokens": 100, "best": [], "worst": []})"
    "\n";
const QByteArray kDraft =
    R"({"job": {"model": "/m", "data": ["/d/a.jsonl"], "epochs": 3, "learning_rate": 2e-4,
        "targets": "attention", "eval_data": "/d/e.jsonl", "sample_prompts": ["a", "b"]},
        "remarks": {"step": 2, "seen": 3, "preset": "balanced", "advanced": true,
        "way": "file", "fitted_to": {"rank": 8}, "run_name": "first"}})";

}  // namespace

class StateReliabilityTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^Q[A-Z]|ASSERT")));
        folder_ = std::make_unique<QTemporaryDir>(
            QString::fromStdString((fastFolder() / "dsm-test-XXXXXX").string()));
    }

    void brokenSettingsHaveValuesInTheirBounds();
    void aBrokenPlaceOfTheWindowLeavesItUsable();
    void brokenDraftsAreKeptAsFarAsTheyAreRead();
    void brokenChoicesOfAChatAreWithinTheirRanges();
    void brokenListsOfFoldersAndConversionsNameNothingElse();
    void aBrokenListOfTheTrashLosesNothing();
    void brokenFilesOfARunAreRead();
    void pipesInThePlaceOfFilesOfARunAreNotWaitedFor();
    void aBrokenDraftOfARunIsShown();

  private:
    QString path(const char* name) const { return folder_->filePath(QLatin1String(name)); }

    std::unique_ptr<QTemporaryDir> folder_;
};

void StateReliabilityTest::brokenSettingsHaveValuesInTheirBounds() {
    const QString file = path("settings.ini");
    {
        Settings settings(file);
        GenerationChoices choices;
        choices.temperature = 1.25;
        choices.topK = 40;
        choices.minP = 0.05;
        choices.seed = 7;
        settings.setGeneration(choices);
        settings.setTheme(ThemeChoice::Dark);
        settings.setLanguage(QStringLiteral("zh_CN"));
        settings.setThreads(3);
        settings.setContextLimit(4096);
        settings.setAdapter(QStringLiteral("/m"), {QStringLiteral("/模型/a b"), 0.5});
        settings.setAdapterFolders({QStringLiteral("/a"), QStringLiteral("/b, c")});
        settings.setWindowGeometry(QByteArray("\x00\x01\xFF;=", 5));
    }
    walk("settings.ini", 2'000, 1, contentOf(file), [&](const QByteArray& variant) {
        write(file, variant);
        Settings settings(file);
        if (const QString wrong = whatIsWrong(settings); !wrong.isEmpty()) return wrong;
        settings.adapterFolders();
        settings.setThreads(5);
        return settings.threads() == 5 ? QString() : QStringLiteral("not set");
    });
}

void StateReliabilityTest::aBrokenPlaceOfTheWindowLeavesItUsable() {
    QWidget window;
    auto* splitter = new QSplitter(&window);
    splitter->addWidget(new QLabel);
    splitter->addWidget(new QLabel);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    window.resize(900, 600);
    window.show();
    QVERIFY(restoreSizes(splitter, splitter->saveState()));
    // What is wrong with where it is.
    const auto isUsable = [&] {
        const QRect room = window.screen()->geometry();
        const bool isReached = room.intersects(window.geometry());
        const bool fits = window.width() <= 2 * room.width() &&
                          window.height() <= 2 * room.height() && splitter->count() == 2;
        if (isReached && fits) return QString();
        const QRect place = window.geometry();
        return QStringLiteral("a window out of reach: %1 x %2 at %3, %4")
            .arg(place.width())
            .arg(place.height())
            .arg(place.x())
            .arg(place.y());
    };
    walk("window-geometry", 500, 10, window.saveGeometry(), [&](const QByteArray& variant) {
        restoreOnScreen(&window, variant);
        // What fills the screen is in reach.
        const bool isFilling = window.isMaximized() || window.isFullScreen();
        const QString wrong = isFilling ? QString() : isUsable();
        window.setWindowState(Qt::WindowNoState);
        window.setGeometry(100, 100, 600, 400);
        return wrong;
    });
    walk("window-layout", 500, 1, splitter->saveState(), [&](const QByteArray& variant) {
        restoreSizes(splitter, variant);
        QCoreApplication::sendPostedEvents();
        return isUsable();
    });
}

void StateReliabilityTest::brokenDraftsAreKeptAsFarAsTheyAreRead() {
    const QString file = path("drafts.json");
    {
        Drafts drafts(file);
        drafts.set(0, QStringLiteral("new 新"));
        drafts.set(7, QStringLiteral("a\n\"b\""));
    }
    walk("drafts.json", 1'000, 5, contentOf(file), [&](const QByteArray& variant) {
        write(file, variant);
        QString kept;
        {
            Drafts drafts(file);
            drafts.prune([](qint64) { return false; });
            kept = drafts.of(0);
            drafts.set(1, QStringLiteral("more"));
            if (const QString reason = drafts.saveNow(); !reason.isEmpty()) return reason;
        }
        const Drafts again(file);
        return again.of(0) == kept && again.of(1) == QLatin1String("more")
                   ? QString()
                   : QStringLiteral("a draft is lost");
    });
}

void StateReliabilityTest::brokenChoicesOfAChatAreWithinTheirRanges() {
    GenerationChoices choices;
    choices.temperature = 0.5;
    choices.topK = 4;
    choices.topP = 0.9;
    choices.minP = 0.1;
    choices.repetitionPenalty = 1.1;
    choices.maximumTokens = 99;
    choices.seed = 5;
    const QByteArray good = QByteArray::fromStdString(toJson(choices));
    walk("chat-choices", 2'000, 1, good, [](const QByteArray& variant) {
        const auto read = choicesFromJson(variant.toStdString());
        return read ? whatIsWrong(clamped(*read)) : QString();
    });
}

void StateReliabilityTest::brokenListsOfFoldersAndConversionsNameNothingElse() {
    const QString list = path("models.json");
    {
        FolderList good(list);
        good.add(QStringLiteral("/models/a"), -1);
        good.add(QStringLiteral("/models/模型 b"), -1);
        good.hide(QStringLiteral("/cache/c"));
        QVERIFY(good.save().isEmpty());
    }
    walk("models.json", 1'000, 1, contentOf(list), [&](const QByteArray& variant) {
        write(list, variant);
        FolderList read(list);
        read.add(QStringLiteral("/models/d"), 0);
        read.unhide(QStringLiteral("/cache/c"));
        if (const QString reason = read.save(); !reason.isEmpty()) return reason;
        const FolderList again(list);
        return again.added() == read.added() && again.hidden() == read.hidden()
                   ? QString()
                   : QStringLiteral("another list");
    });
    const QString models = path("models");
    const QString conversions = path("conversions.json");
    QVERIFY(QDir().mkpath(models + QStringLiteral("/q4")));
    Conversion one;
    one.sourceFolder = QStringLiteral("/models/a");
    one.preset = QStringLiteral("q4");
    one.folder = models + QStringLiteral("/q4");
    one.state = ConversionState::Running;
    one.totalBytes = 100;
    saveConversions(conversions, {one, one});
    QCOMPARE(loadConversions(conversions, models).size(), 2);
    walk("conversions.json", 1'000, 1, contentOf(conversions), [&](const QByteArray& variant) {
        write(conversions, variant);
        const QList<Conversion> read = loadConversions(conversions, models);
        for (qsizetype i = 0; i < read.size(); ++i) {
            const QString folder = QDir::cleanPath(read[i].folder);
            const QString inside = QDir::cleanPath(models) + u'/';
            if (read[i].id != i + 1) return QStringLiteral("a wrong number");
            // What is removed with its conversion must be one of the program's.
            if (!folder.startsWith(inside) || folder.size() == inside.size())
                return QStringLiteral("a folder elsewhere: ") + read[i].folder;
        }
        return QString();
    });
}

// The file of a model that was being deleted when the program was killed: in the trash, at its
// place, or, where the list says that it was deleted wholly, gone. All else stays.
void StateReliabilityTest::aBrokenListOfTheTrashLosesNothing() {
    const QString list = path("trash.json");
    const QString place = path("disk/.deepseekmoe-trash-1");
    const QString model = path("disk/model");
    const QString precious = write(path("disk/precious/file"), "kept");
    const QJsonArray good{
        QJsonObject{{QStringLiteral("folder"), model},
                    {QStringLiteral("place"), place},
                    {QStringLiteral("paths"), QJsonArray{model, path("disk/blob")}},
                    {QStringLiteral("mayBeEmpty"), QJsonArray{path("disk/refs")}},
                    {QStringLiteral("isComplete"), false}}};
    const QDir home = QDir::current();
    QVERIFY(QDir::setCurrent(folder_->path()));
    QDir disk(path("disk"));
    walk("trash.json", 500, 10, QJsonDocument(good).toJson(), [&](const QByteArray& variant) {
        QDir(model).removeRecursively();
        QDir(place).removeRecursively();
        QFile::remove(path("disk/blob"));
        write(place + QStringLiteral("/0/weights"), "weights");
        write(place + QStringLiteral("/1"), "blob");
        write(list, variant);
        { ModelTrash trash(list); }
        bool saysGone = false;
        for (const QJsonValue entry : QJsonDocument::fromJson(variant).array())
            saysGone = saysGone || entry[QStringLiteral("isComplete")].toBool();
        if (contentOf(precious) != "kept") return QStringLiteral("something else is gone");
        if (saysGone) return QString();
        QStringList found;
        QDirIterator all(folder_->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (all.hasNext())
            found.append(QString::fromLatin1(contentOf(all.next())));
        return found.contains(QLatin1String("weights")) && found.contains(QLatin1String("blob"))
                   ? QString()
                   : QStringLiteral("a file that was not deleted is gone");
    });
    QVERIFY(QDir::setCurrent(home.path()));
}

void StateReliabilityTest::brokenFilesOfARunAreRead() {
    const QString folder = folder_->path();
    write(path("evaluation_rows.json"), kRows);
    QCOMPARE(evaluatedRowsOf(folder).best.size(), 1);
    walk("evaluation_rows.json", 1'000, 1, kRows, [&](const QByteArray& variant) {
        write(path("evaluation_rows.json"), variant);
        evaluatedRowsOf(folder);
        return QString();
    });
    write(path("first_batch.json"), kBatch);
    QCOMPARE(firstBatchOf(folder).batches.size(), 1);
    walk("first_batch.json", 1'000, 1, kBatch, [&](const QByteArray& variant) {
        write(path("first_batch.json"), variant);
        firstBatchOf(folder);
        return QString();
    });
    write(path("evaluations.jsonl"), kEvaluations);
    QCOMPARE(EvaluationService::resultsOf(folder).size(), 2);
    walk("evaluations.jsonl", 1'000, 1, kEvaluations, [&](const QByteArray& variant) {
        write(path("evaluations.jsonl"), variant);
        EvaluationService::resultsOf(folder);
        return QString();
    });
    walk("job-of-a-run", 500, 2, QByteArray(kDraft), [&](const QByteArray& variant) {
        ReasonShown problem;
        const QJsonObject job = readJobText(variant, folder, problem);
        if (job.isEmpty() && problem.isEmpty()) return QStringLiteral("no problem is said");
        problemOfJob(QString::fromUtf8(QJsonDocument(job).toJson()), folder);
        return QString();
    });
}

void StateReliabilityTest::pipesInThePlaceOfFilesOfARunAreNotWaitedFor() {
    for (const char* name : {"evaluation_rows.json", "first_batch.json", "evaluations.jsonl"})
        QCOMPARE(::mkfifo(QFile::encodeName(path(name)).constData(), 0600), 0);
    QCOMPARE(evaluatedRowsOf(folder_->path()).rows, 0);
    QCOMPARE(firstBatchOf(folder_->path()).samples, 0);
    QCOMPARE(EvaluationService::resultsOf(folder_->path()).size(), 0);
}

// Over the real window, whose pages show it.
void StateReliabilityTest::aBrokenDraftOfARunIsShown() {
    WindowFixture fixture;
    fixture.window().showFinetune();
    walk("finetune_draft.json", 20, 50, kDraft, [&](const QByteArray& variant) {
        // What is no object at all is set aside, with a warning.
        if (!QJsonDocument::fromJson(variant).isObject()) return QString();
        fixture.restartAfter([&](const QString& chats) {
            write(QFileInfo(chats).path() + QStringLiteral("/finetune_draft.json"), variant);
        });
        fixture.window().showFinetune();
        QCoreApplication::processEvents();
        const auto* steps = fixture.finetune().findChild<StepBar*>();
        for (int step = 0; step < 4; ++step) {
            steps->button(step)->click();
            QCoreApplication::processEvents();
        }
        return fixture.window().isVisible() ? QString() : QStringLiteral("no window");
    });
}

}  // namespace dsm

QTEST_MAIN(dsm::StateReliabilityTest)
#include "state_test.moc"
