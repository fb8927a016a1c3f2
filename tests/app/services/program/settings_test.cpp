#include "app/services/program/settings.h"

#include <sys/stat.h>

#include <QDBusVariant>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <atomic>
#include <cmath>
#include <thread>

#include "app/services/program/color_scheme.h"
#include "app/services/program/log.h"
#include "app/services/program/own_files.h"
#include "app/services/program/paths.h"
#include "app/services/program/single_instance.h"
#include "kernels/base/log.h"

namespace dsm {

class SettingsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void valuesSurviveARestart();
    void onlyRealChangesAreAnnounced();
    void strangeValuesReadAsDefaults();
    void outOfBoundsValuesAreClamped();
    void pathsLieBelowTheChosenFolder();
    void portalNumbersBecomePreferences();
    void logTakesQtAndEngineMessages();
    void logWritesOutWhatCommandsATerminal();
    void logKeepsThreeFiles();
    void logTakesMessagesFromManyThreads();
    void secondInstanceCallsTheFirst_data();
    void secondInstanceCallsTheFirst();
    void whoCallsOneThatEndsTakesItsPlace();
    void whatLiesInTheWayOfTheLockLetsNoTwoStart();
    void aFileThatIsNoSettingsIsSetAside_data();
    void aFileThatIsNoSettingsIsSetAside();
    void whatCannotBeKeptIsSaidOnce();
    void filesThatNobodyCanReadAreSetAside();

  private:
    QString file() const { return folder_->path() + QStringLiteral("/settings.ini"); }

    std::unique_ptr<QTemporaryDir> folder_;
};

void SettingsTest::valuesSurviveARestart() {
    GenerationChoices choices;
    choices.temperature = 1.25;
    choices.topK = 40;
    choices.maximumTokens = 77;
    choices.seed = 18446744073709551615ULL;
    QVERIFY(!choices.topP);
    {
        Settings settings(file());
        QVERIFY(settings.isWritable());
        QCOMPARE(settings.theme(), ThemeChoice::System);
        settings.setTheme(ThemeChoice::Dark);
        settings.setLanguage(QStringLiteral("zh_CN"));
        settings.setGeneration(choices);
        settings.setTextPercent(150);
        settings.setTitlesByModel(false);
        QVERIFY(!settings.spelling());
        settings.setSpelling({});
        settings.setCodeFont(QStringLiteral("Fira Code"));
        settings.setCodePercent(125);
        settings.setPrompt(QStringLiteral("名"), QStringLiteral("a\n\"b\" {{c}}"));
        settings.setBackend(QStringLiteral("reference"));
        settings.setThreads(3);
        settings.setWeightsStayOnDisk(true);
        settings.setContextIn8Bits(true);
        settings.setLastModelFolder(QStringLiteral("/模型/a b"));
        settings.setWindowGeometry(QByteArray("\x00\x01\xFF;=", 5));
        settings.setAdapterFolders({QStringLiteral("/a, @Variant(b"), QStringLiteral("@DateTime(c"),
                                    QStringLiteral("\\d\\"), QStringLiteral("e\r\n\"f")});
    }
    Settings settings(file());
    QCOMPARE(settings.theme(), ThemeChoice::Dark);
    QCOMPARE(settings.language(), QStringLiteral("zh_CN"));
    QVERIFY2(settings.notice().isEmpty(), qPrintable(settings.notice()));
    QCOMPARE(settings.adapterFolders(),
             (QStringList{QStringLiteral("/a, @Variant(b"), QStringLiteral("@DateTime(c"),
                          QStringLiteral("\\d\\"), QStringLiteral("e\r\n\"f")}));
    QVERIFY(settings.generation() == choices);
    QCOMPARE(settings.backend(), QStringLiteral("reference"));
    QCOMPARE(settings.textPercent(), 150);
    QVERIFY(!settings.titlesByModel());
    QCOMPARE(settings.spelling(), std::optional(QStringList()));
    settings.setSpelling({QStringLiteral("en_US"), QStringLiteral("de_DE")});
    QCOMPARE(Settings(file()).spelling(),
             std::optional(QStringList{QStringLiteral("en_US"), QStringLiteral("de_DE")}));
    QCOMPARE(settings.codeFont(), QStringLiteral("Fira Code"));
    QCOMPARE(settings.codePercent(), 125);
    QCOMPARE(settings.prompts().value(QStringLiteral("名")), QStringLiteral("a\n\"b\" {{c}}"));
    settings.setPrompt(QStringLiteral("名"), std::nullopt);
    QVERIFY(settings.prompts().isEmpty());
    for (const ThemeChoice choice : {ThemeChoice::HighContrastLight, ThemeChoice::HighContrastDark,
                                     ThemeChoice::System, ThemeChoice::Dark}) {
        settings.setTheme(choice);
        QCOMPARE(settings.theme(), choice);
    }
    QVERIFY(settings.weightsStayOnDisk());
    QVERIFY(settings.contextIn8Bits());
    QCOMPARE(settings.threads(), 3);
    settings.setGeneration({});  // a value that is taken back is gone, not its old default
    QVERIFY(Settings(file()).generation() == GenerationChoices());
    QCOMPARE(settings.lastModelFolder(), QStringLiteral("/模型/a b"));
    QCOMPARE(settings.windowGeometry(), QByteArray("\x00\x01\xFF;=", 5));
}

void SettingsTest::onlyRealChangesAreAnnounced() {
    Settings settings(file());
    QSignalSpy theme(&settings, &Settings::themeChanged);
    QSignalSpy generation(&settings, &Settings::generationChanged);
    settings.setTheme(ThemeChoice::Light);
    settings.setTheme(ThemeChoice::Light);
    QCOMPARE(theme.count(), 1);
    settings.setTextPercent(9000);
    settings.setTextPercent(Settings::kMostText);
    QCOMPARE(theme.count(), 2);
    QCOMPARE(settings.textPercent(), Settings::kMostText);
    settings.setCodePercent(9000);
    settings.setCodePercent(Settings::kMostCode);
    settings.setCodeFont(QStringLiteral("Mono"));
    settings.setCodeFont(QStringLiteral("Mono"));
    QCOMPARE(theme.count(), 4);
    QSignalSpy spelling(&settings, &Settings::spellingChanged);
    settings.setSpelling({});
    settings.setSpelling({});
    settings.setSpelling({QStringLiteral("en_US")});
    QCOMPARE(spelling.count(), 2);
    GenerationChoices choices;
    choices.temperature = 0.9;
    settings.setGeneration(choices);
    settings.setGeneration(choices);
    QCOMPARE(generation.count(), 1);
    Settings again(file());
    QSignalSpy later(&again, &Settings::generationChanged);
    again.setGeneration(choices);
    QCOMPARE(later.count(), 0);
}

void SettingsTest::strangeValuesReadAsDefaults() {
    QFile broken(file());
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write(
        "[appearance]\ntheme=purple\nlanguage=../../etc\n[generation]\ntemperature=hot\n"
        "topK=1e99\nseed=-4\n[model]\nthreads=many\n");
    broken.close();
    Settings settings(file());
    QCOMPARE(settings.theme(), ThemeChoice::System);
    QVERIFY(settings.language().isEmpty());
    QVERIFY(settings.generation() == GenerationChoices());
    QCOMPARE(settings.threads(), 0);
}

void SettingsTest::outOfBoundsValuesAreClamped() {
    GenerationChoices wild;
    wild.temperature = std::nan("");
    wild.topP = 7;
    wild.topK = -3;
    wild.minP = -1;
    wild.repetitionPenalty = 0;
    wild.maximumTokens = 0;
    const GenerationChoices tame = clamped(wild);
    QVERIFY(!tame.temperature);
    QVERIFY(tame.topP == 1.0);
    QVERIFY(tame.topK == 0);
    QVERIFY(tame.minP == 0.0);
    QVERIFY(*tame.repetitionPenalty > 0);
    QVERIFY(tame.maximumTokens == 1);
    QVERIFY(clamped(tame) == tame);
}

void SettingsTest::pathsLieBelowTheChosenFolder() {
    const QString root = folder_->path() + QStringLiteral("/data");
    const Paths paths = Paths::find(root);
    for (const QString& folder :
         {paths.dataFolder, paths.configFolder, paths.cacheFolder, paths.logFolder}) {
        QVERIFY(folder.startsWith(root));
        QVERIFY(QDir(folder).exists());
        QVERIFY(!(QFile::permissions(folder) & (QFile::ReadOther | QFile::ReadGroup)));
    }
    qputenv("DSM_DATA_DIR", root.toUtf8());
    QCOMPARE(Paths::find().dataFolder, root);
    qunsetenv("DSM_DATA_DIR");
}

void SettingsTest::portalNumbersBecomePreferences() {
    QCOMPARE(ColorScheme::fromPortal(0U), ColorPreference::NoPreference);
    QCOMPARE(ColorScheme::fromPortal(1U), ColorPreference::Dark);
    QCOMPARE(ColorScheme::fromPortal(2U), ColorPreference::Light);
    QCOMPARE(ColorScheme::fromPortal(9U), ColorPreference::NoPreference);
    QCOMPARE(ColorScheme::fromPortal(QStringLiteral("dark")), ColorPreference::NoPreference);
    const QVariant wrapped = QVariant::fromValue(QDBusVariant(1U));
    QCOMPARE(ColorScheme::fromPortal(QVariant::fromValue(QDBusVariant(wrapped))),
             ColorPreference::Dark);
    const ColorScheme withoutBus;
    QCOMPARE(withoutBus.preference(), ColorPreference::NoPreference);
}

void SettingsTest::logTakesQtAndEngineMessages() {
    QString path;
    {
        const Log log(folder_->path() + QStringLiteral("/log"));
        path = log.file();
        qWarning("from Qt %d", 42);
        logMessage(LogLevel::Info, "from the engine");
    }
    logMessage(LogLevel::Info, "after its end");
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.contains("warning from Qt 42\n"));
    QVERIFY(text.contains("info from the engine\n"));
    QVERIFY(!text.contains("after its end"));
}

void SettingsTest::logWritesOutWhatCommandsATerminal() {
    const Log log(folder_->path());
    logMessage(LogLevel::Warning, "a folder \x1b]0;owned\x07 of \u202e and\r\nnext");
    QFile file(log.file());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().endsWith(
        "warning a folder \\x1b]0;owned\\x07 of \\u202e and\\x0d\n    next\n"));
}

void SettingsTest::logKeepsThreeFiles() {
    const Log log(folder_->path());
    const std::string line(1000, 'x');
    for (int i = 0; i < 5000; ++i)
        logMessage(LogLevel::Info, line);
    const QDir logs(folder_->path());
    const auto files = logs.entryInfoList({QStringLiteral("deepseekmoe.log*")});
    QCOMPARE(files.size(), Log::kFiles);
    for (const QFileInfo& info : files)
        QVERIFY(info.size() <= Log::kMaximumBytes);
}

void SettingsTest::logTakesMessagesFromManyThreads() {
    QString path;
    {
        const Log log(folder_->path());
        path = log.file();
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([] {
                for (int i = 0; i < 200; ++i)
                    logMessage(LogLevel::Info, "whole line");
            });
        }
        for (std::thread& thread : threads)
            thread.join();
    }
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    int lines = 0;
    while (!file.atEnd())
        lines += file.readLine().endsWith("info whole line\n") ? 1 : 0;
    QCOMPARE(lines, 800);
}

void SettingsTest::aFileThatIsNoSettingsIsSetAside_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("zeros") << QByteArray(4096, '\0');
    QTest::newRow("no UTF-8") << QByteArray("[a]\nb=\xff\xfe\n");
    QTest::newRow("lines of something else") << QByteArray("{\"theme\": \"dark\"}\n");
    QTest::newRow("objects of Qt") << QByteArray("[window]\ngeometry=@Variant(\\0\\0)\n");
    QTest::newRow("objects, hidden") << QByteArray("[window]\ngeometry=@\\x56ariant(\\0\\0)\n");
    QTest::newRow("objects, hidden whole") << QByteArray("[window]\ngeometry=\\x40Variant(\\0)\n");
    QTest::newRow("objects, quoted") << QByteArray("[window]\ngeometry= \"@Variant(\\0)\"\n");
    QTest::newRow("objects in a list") << QByteArray("[adapters]\nfolders=/a, @DateTime(\\0\\0)\n");
    QTest::newRow("objects on a next line") << QByteArray("[a]\nb=\\\n@Variant(\\0)=\n");
    QTest::newRow("objects behind a return") << QByteArray("[a]\nb=1\rc=@DateTime(\\0)\n");
    QTest::newRow("too long") << QByteArray("[a]\nb=") + QByteArray(2 << 20, 'x');
    QTest::newRow("a folder") << QByteArray("/");
    QTest::newRow("a pipe") << QByteArray("|");
}

void SettingsTest::aFileThatIsNoSettingsIsSetAside() {
    QFETCH(QByteArray, bytes);
    const QString aside = file() + QStringLiteral(".damaged");
    if (bytes == "/") {
        QVERIFY(QDir().mkpath(file() + QStringLiteral("/x")));
    } else if (bytes == "|") {
        QCOMPARE(::mkfifo(qPrintable(file()), 0600), 0);
    } else {
        QFile broken(file());
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write(bytes);
    }
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("it is kept as")));
    {
        Settings settings(file());
        QVERIFY(settings.notice().contains(aside));
        QCOMPARE(settings.theme(), ThemeChoice::System);
        settings.setTheme(ThemeChoice::Dark);
    }
    Settings settings(file());
    QVERIFY(settings.notice().isEmpty());
    QCOMPARE(settings.theme(), ThemeChoice::Dark);
    QVERIFY(QFileInfo::exists(aside));
    QFile kept(aside);
    if (bytes != "/" && bytes != "|") {
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), bytes);
    }
}

void SettingsTest::whatCannotBeKeptIsSaidOnce() {
    // A link to nowhere can be followed by nobody, root included.
    QVERIFY(QFile::link(QStringLiteral("/nowhere/at/all"), file()));
    Settings settings(file());
    QSignalSpy lost(&settings, &Settings::notKept);
    settings.setTheme(ThemeChoice::Dark);
    settings.setThreads(3);
    QCOMPARE(lost.count(), 1);
    QVERIFY(lost[0][0].toString().contains(file()));
    QCOMPARE(settings.theme(), ThemeChoice::Dark);
}

void SettingsTest::filesThatNobodyCanReadAreSetAside() {
    const Paths paths = Paths::find(folder_->path());
    const QStringList pipes{paths.databaseFile(), paths.textsFile(),       paths.trainingFile(),
                            paths.draftsFile(),   paths.tuningDraftFile(), paths.trashFile()};
    for (const QString& pipe : pipes)
        QCOMPARE(::mkfifo(qPrintable(pipe), 0600), 0);
    const QByteArray bytes("\x01 no list");
    for (const auto& [path, text] : {std::pair(paths.downloadsFile(), bytes),
                                     std::pair(paths.modelListFile(), QByteArray("{}"))}) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    for (int i = 0; i < 7; ++i)
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("it is kept as")));
    QCOMPARE(setAsideStrangeFiles(paths).size(), 7);
    for (const QString& pipe : pipes)
        QVERIFY(!QFileInfo::exists(pipe));
    QVERIFY(QFileInfo::exists(paths.modelListFile()));
    QFile kept(paths.downloadsFile() + QStringLiteral(".damaged"));
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), bytes);
    QVERIFY(setAsideStrangeFiles(paths).isEmpty());
}

// As another process would: it waits for an answer, which this thread gives.
class SecondStart {
  public:
    explicit SecondStart(const QString& folder, const QString& model = {})
        : thread_([this, folder, model] {
              SingleInstance second(folder);
              wasFirst_ = second.isFirst();
              isHeard_ = !wasFirst_ && second.callFirst(model);
              isFirst_ = second.isFirst();
              isOver_ = true;
          }) {}

    bool isOver() const { return isOver_; }
    bool wasFirst() const { return wasFirst_; }
    bool isFirst() const { return isFirst_; }
    bool isHeard() const { return isHeard_; }

  private:
    std::atomic<bool> isOver_ = false;
    std::atomic<bool> wasFirst_ = false;
    std::atomic<bool> isFirst_ = false;
    std::atomic<bool> isHeard_ = false;
    std::jthread thread_;
};

void SettingsTest::secondInstanceCallsTheFirst_data() {
    QTest::addColumn<QString>("below");
    QTest::newRow("its socket in the folder") << QString();
    QTest::newRow("a path too long for a socket") << QString(120, u'x');
}

void SettingsTest::secondInstanceCallsTheFirst() {
    QFETCH(QString, below);
    const QString folder = folder_->path() + u'/' + below;
    QVERIFY(QDir().mkpath(folder));
    const SingleInstance first(folder);
    QVERIFY(first.isFirst());
    QSignalSpy called(&first, &SingleInstance::called);
    const SecondStart second(folder);
    QTRY_VERIFY(second.isOver());
    QVERIFY(!second.wasFirst() && second.isHeard() && !second.isFirst());
    QCOMPARE(called.count(), 1);
    QCOMPARE(called[0][0].toString(), QString());
    // A folder is one of the caller's, wherever the first runs.
    const SecondStart third(folder, QStringLiteral("some/mo\ndel"));
    QTRY_VERIFY(third.isOver());
    QVERIFY(third.isHeard());
    QCOMPARE(called[1][0].toString(), QDir::current().absoluteFilePath("some/mo\ndel"));
}

void SettingsTest::whoCallsOneThatEndsTakesItsPlace() {
    auto first = std::make_unique<SingleInstance>(folder_->path());
    const SecondStart second(folder_->path());
    // It has connected, and nobody reads: the first is past its last event.
    QThread::msleep(200);
    QVERIFY(!second.isOver());
    first.reset();
    QTRY_VERIFY(second.isOver());
    QVERIFY(!second.wasFirst() && !second.isHeard() && second.isFirst());
}

void SettingsTest::whatLiesInTheWayOfTheLockLetsNoTwoStart() {
    QVERIFY(QDir(folder_->path()).mkpath(QStringLiteral("lock/x")));
    QVERIFY(QDir(folder_->path()).mkpath(QStringLiteral("call")));
    const SingleInstance first(folder_->path());
    QVERIFY(first.isFirst());
    const SecondStart second(folder_->path());
    QTRY_VERIFY(second.isOver());
    QVERIFY(!second.wasFirst() && second.isHeard());
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::SettingsTest)
#include "settings_test.moc"
