#include <QAbstractButton>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QProgressBar>

#include "tests/app/services/library/cache_fixture.h"
#include "tests/ui/download_page_driver.h"
#include "ui/chat/chat_page.h"
#include "ui/downloads/source_choice.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/pill.h"

using namespace dsm;
using namespace dsm::test;

namespace {

using Writer = WindowFixture::Writer;

}  // namespace

class GetModelTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void cardsTellWhatAPersonNeedsToChoose() {
        DownloadPage page;
        QVERIFY(page.open());
        QCOMPARE(page.section()->cards().size(), 2U);
        CatalogueCard* card = page.card();
        QVERIFY(card->isVisible());
        QVERIFY(!page.fixture.window().models()->downloads()->isVisible());
        QCOMPARE(card->verdicts().size(), 4U);
        QCOMPARE(card->verdicts()[0]->text(), QStringLiteral("Fits"));
        QVERIFY(card->verdicts()[0]->toolTip().contains(QLatin1String("32.8 GB for the weights")));
        QVERIFY(!card->benchmarks()->isVisible());
        press(card->benchmarksButton());
        QVERIFY(card->benchmarks()->isVisible());
        QVERIFY(card->benchmarks()->text().contains(QLatin1String("HellaSwag")));
        QCOMPARE(page.fixture.downloads().downloads().size(), 0);
    }

    void cardsTellTheSpaceThatIsNeededAndFree() {
        DownloadPage page;
        page.memory = {16'700'000'000, 13'000'000'000};  // 4 bits fit
        QVERIFY(page.open());
        const auto setDisk = [&](const DiskSpace& disk) {
            page.fixture.library().setSpaceReader(
                [disk](const QString&, const QString&) { return disk; });
            page.fixture.library().refreshMemory();
        };
        setDisk({100'000'000'000, 100'000'000'000, true});
        const QLabel* space = page.card()->space();
        QTRY_COMPARE_WITH_TIMEOUT(
            space->text(),
            QStringLiteral("Takes 42.7 GB of the disk: 32.8 GB to download, and 9.9 GB for 4 bits, "
                           "which suits this computer. 100.0 GB are free."),
            kWaitMs);
        setDisk({30'000'000'000, 30'000'000'000, true});
        QTRY_VERIFY_WITH_TIMEOUT(
            space->text().contains(QLatin1String("That is not enough: free 12.7 GB")), kWaitMs);
        setDisk({40'000'000'000, 5'000'000'000, false});
        QTRY_VERIFY_WITH_TIMEOUT(
            space->text().contains(QLatin1String("5.0 GB on the disk for the rest")), kWaitMs);
        QVERIFY(space->text().contains(QLatin1String("free 4.9 GB")));
        // A machine that runs it as it is published needs no other form.
        page.memory = largeMachine();
        setDisk({40'000'000'000, 5'000'000'000, true});
        QTRY_COMPARE_WITH_TIMEOUT(
            space->text(), QStringLiteral("Takes 32.8 GB of the disk. 40.0 GB are free."), kWaitMs);
    }

    void aModelThatIsHereIsNotOffered() {
        DownloadPage page;
        QVERIFY(page.open());
        const CacheFixture cache(page.fixture.folder() + QStringLiteral("/hub"));
        cache.putTiny(kChat, QString(40, u'a'));
        page.fixture.library().refresh();
        QTRY_VERIFY_WITH_TIMEOUT(!page.card()->button()->isVisible(), kWaitMs);
        QVERIFY(page.section()->card(kBase)->button()->isVisible());
    }

    // Another program has fetched all but one file.
    void aPartOfAnotherProgramIsContinued() {
        DownloadPage page;
        QVERIFY(page.open());
        const QString missing = QStringLiteral("model-00002-of-00002.safetensors");
        const CacheFixture cache(page.fixture.folder() + QStringLiteral("/hub"));
        const QString folder = cache.putTiny(kChat, page.server.commit(), {missing});
        page.fixture.library().refresh();
        QTRY_VERIFY_WITH_TIMEOUT(page.fixture.window().models()->card(folder) != nullptr, kWaitMs);
        page.server.clearRequests();
        press(page.fixture.window().models()->card(folder)->continueButton());
        press(page.section()->findChild<LicenceDialog*>()->acceptButton());
        QVERIFY(page.waitForState(DownloadState::Finished));
        QCOMPARE(page.row()->content().download.folder, folder);
        const auto fetched = [&](const char* file) {
            return page.server.count([&](const ServedRequest& request) {
                return request.isCdn && request.method == "GET" && request.asksFor(file);
            });
        };
        QCOMPARE(fetched("model-00001-of-00002.safetensors"), 0);
        QVERIFY(fetched("model-00002-of-00002.safetensors") > 0);
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(page.fixture, folder, QStringLiteral("bf16")) != nullptr,
                                 kWaitMs);
    }

    void aSmallMachineIsToldBeforeTheDownload() {
        WindowFixture fixture(Writer::Script, {}, [] {
            return ComputerMemory{16'700'000'000, 13'000'000'000};
        });
        QVERIFY(fixture.waitForModel());
        fixture.window().showModels();
        const CatalogueCard* card = fixture.window().models()->section()->card(kBase);
        QCOMPARE(card->verdicts()[0]->text(), QStringLiteral("Won't fit"));
        QCOMPARE(card->verdicts()[1]->text(), QStringLiteral("Won't fit"));
        QCOMPARE(card->verdicts()[2]->text(), QStringLiteral("Fits"));
    }

    void aModelIsDownloadedPausedResumedLoadedAndChattedWith() {
        DownloadPage page(kChat, Writer::Model);
        QVERIFY(page.open());
        page.server.setBytesPerSecond(60'000);
        DownloadRow* row = page.start();
        QVERIFY(row != nullptr);
        QVERIFY(!page.card()->button()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(row->progress()->value() > 50, kWaitMs);
        QVERIFY(row->progress()->isVisible());
        QVERIFY(row->text()->text().contains(QLatin1String(" of ")));
        QVERIFY(page.pressInRow(QStringLiteral("Pause")));
        QVERIFY(page.waitForState(DownloadState::Paused));
        QVERIFY(row->text()->text().startsWith(QLatin1String("Paused at ")));
        page.server.setBytesPerSecond(0);
        QVERIFY(page.pressInRow(QStringLiteral("Resume")));
        QVERIFY(page.waitForState(DownloadState::Finished));
        const QString folder = row->content().download.folder;
        QTRY_VERIFY_WITH_TIMEOUT(page.fixture.window().models()->card(folder) != nullptr, kWaitMs);
        QCOMPARE(page.fixture.library().model(folder).name,
                 QStringLiteral("deepseek-moe-16b-chat"));
        QVERIFY(page.pressInRow(QStringLiteral("Chat now")));
        QVERIFY(page.fixture.window().page()->isVisible());
        QVERIFY(page.fixture.waitForModel());
        QCOMPARE(QDir(page.fixture.host().status().folder), QDir(folder));
        GenerationChoices choices = page.fixture.settings().generation();
        choices.maximumTokens = 8;
        page.fixture.settings().setGeneration(choices);
        page.fixture.sendMessage(QStringLiteral("hello"));
        QVERIFY(page.fixture.waitForReply());
        const qint64 id = page.fixture.window().page()->conversation();
        QCOMPARE(page.fixture.chat().messages(id)[1].state, MessageState::Complete);
    }

    void theFormThatFitsIsOfferedAndConvertedTo() {
        DownloadPage page(kChat, Writer::Model);
        QVERIFY(page.open());
        page.start();
        QVERIFY(page.waitForState(DownloadState::Finished));
        const QString folder = page.row()->content().download.folder;
        QTRY_VERIFY_WITH_TIMEOUT(!page.fixture.library().model(folder).forms.isEmpty(), kWaitMs);
        // A machine one byte too small for what was downloaded.
        const quint64 bytes = page.fixture.library().model(folder).forms[0].memoryBytes() - 1;
        page.memory = {bytes, bytes};
        page.fixture.library().refreshMemory();
        QVERIFY(page.row()->text()->text().endsWith(
            QLatin1String("8 bits fits into the memory of this machine")));
        QVERIFY(page.pressInRow(QStringLiteral("Convert to 8 bits")));
        QVERIFY(page.pressInRow(QStringLiteral("Chat now")));
        QVERIFY(page.fixture.window().page()->isVisible());
        QVERIFY(page.fixture.waitForModel());
        QVERIFY(page.fixture.host().status().folder.endsWith(
            QLatin1String("deepseek-moe-16b-chat-q8")));
    }

    void aModelTakenFromTheListCanBeAddedAgain() {
        DownloadPage page;
        QVERIFY(page.open());
        page.start();
        QVERIFY(page.waitForState(DownloadState::Finished));
        const QString folder = page.row()->content().download.folder;
        QTRY_VERIFY_WITH_TIMEOUT(page.fixture.window().models()->card(folder) != nullptr, kWaitMs);
        page.fixture.library().removeFolder(folder);
        QVERIFY(page.pressInRow(QStringLiteral("Add to the models")));
        QTRY_VERIFY_WITH_TIMEOUT(page.fixture.window().models()->card(folder) != nullptr, kWaitMs);
        press(page.row()->dismissButton());
        QTRY_VERIFY(page.row() == nullptr);
        QVERIFY(QFile::exists(folder + QStringLiteral("/config.json")));
    }

    void filesAreCheckedAgainAndRepaired() {
        DownloadPage page;
        QVERIFY(page.open());
        page.start();
        QVERIFY(page.waitForState(DownloadState::Finished));
        const QString sound = QStringLiteral("All files are as they were published");
        press(page.row()->checkButton());
        QTRY_COMPARE_WITH_TIMEOUT(page.row()->text()->text(), sound, kWaitMs);
        QFile file(page.row()->content().download.folder +
                   QStringLiteral("/model-00001-of-00002.safetensors"));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.seek(400'000);
        file.write("damage");
        file.close();
        press(page.row()->checkButton());
        QTRY_VERIFY_WITH_TIMEOUT(
            page.row()->text()->text().startsWith(QLatin1String("Damaged: model-00001")), kWaitMs);
        QVERIFY(page.pressInRow(QStringLiteral("Repair")));
        QTRY_VERIFY_WITH_TIMEOUT(page.row()->content().download.state == DownloadState::Finished &&
                                     page.row()->content().check.state == FileCheck::State::None,
                                 kWaitMs);
        press(page.row()->checkButton());
        QTRY_COMPARE_WITH_TIMEOUT(page.row()->text()->text(), sound, kWaitMs);
    }

    void soundFilesOfAModelThatCannotBeUsedAreNoBadNews() {
        DownloadPage page;
        ServedFile config = page.server.file(QStringLiteral("config.json"));
        config.bytes = "{}";
        config.sizeBytes = config.bytes.size();
        page.server.add(config);
        QVERIFY(page.open());
        DownloadRow* row = page.start();
        QTRY_VERIFY_WITH_TIMEOUT(row->text()->text().contains(QLatin1String("config.json")),
                                 kWaitMs);
        const QColor badNews = row->text()->palette().color(row->text()->foregroundRole());
        press(row->checkButton());
        QTRY_COMPARE_WITH_TIMEOUT(row->content().check.state, FileCheck::State::Sound, kWaitMs);
        QTRY_VERIFY(!row->text()->text().contains(QLatin1String("config.json")));
        QVERIFY(row->text()->palette().color(row->text()->foregroundRole()) != badNews);
    }

    void aFailureIsShownWithItsRemedyAndCanBeTriedAgain() {
        DownloadPage page;
        Misdeed missing;
        missing.status = 404;
        missing.headers = {{"X-Error-Code", "RepoNotFound"}};
        page.server.setScript([missing](const ServedRequest&) { return missing; });
        QVERIFY(page.open());
        DownloadRow* row = page.start();
        QVERIFY(page.waitForState(DownloadState::Failed));
        QTRY_VERIFY(row->text()->isVisible());
        QVERIFY2(row->text()->text().contains(QLatin1String("Check the name")),
                 qPrintable(row->text()->text()));
        page.server.setScript({});
        QVERIFY(page.pressInRow(QStringLiteral("Try again")));
        QVERIFY(page.waitForState(DownloadState::Finished));
    }

    void whatWasUnderWayGoesOnAfterARestart() {
        DownloadPage page;
        QVERIFY(page.open());
        page.server.setBytesPerSecond(60'000);
        page.start();
        QTRY_VERIFY_WITH_TIMEOUT(page.row()->progress()->value() > 50, kWaitMs);
        page.fixture.restart();
        page.server.setBytesPerSecond(0);
        QVERIFY(page.open());
        QVERIFY(page.row() != nullptr);
        QVERIFY(page.waitForState(DownloadState::Finished));
    }

    void cancellingAsksAndThenDeletes() {
        DownloadPage page;
        QVERIFY(page.open());
        page.server.setBytesPerSecond(60'000);
        page.start();
        QTRY_VERIFY_WITH_TIMEOUT(page.row()->progress()->value() > 50, kWaitMs);
        QVERIFY(page.pressInRow(QStringLiteral("Cancel")));
        auto* box = page.fixture.window().models()->downloads()->findChild<QMessageBox*>();
        QVERIFY(box != nullptr);
        for (QAbstractButton* button : box->buttons()) {
            if (button->text() == QLatin1String("Cancel and delete")) button->click();
        }
        QTRY_VERIFY(page.row() == nullptr);
        QVERIFY(!page.fixture.window().models()->downloads()->isVisible());
        QTRY_VERIFY(page.card()->button()->isVisible());
    }

    void theQueueKeepsItsOrder() {
        DownloadPage page;
        QVERIFY(page.open());
        page.server.setBytesPerSecond(60'000);
        page.start();
        press(page.section()->card(kBase)->button());
        const auto& rows = page.fixture.window().models()->downloads()->rows();
        QCOMPARE(rows.size(), 2U);
        QTRY_COMPARE(rows[0]->content().download.state, DownloadState::Downloading);
        QCOMPARE(rows[1]->content().download.state, DownloadState::Waiting);
        QCOMPARE(rows[1]->text()->text(), QStringLiteral("Waits for its turn"));
        QTRY_VERIFY(rows[0]->y() > 0 && rows[0]->y() < rows[1]->y());
    }

    void everyControlHasANameAndTheKeyboardReachesIt() {
        DownloadPage page;
        QVERIFY(page.open());
        page.server.setBytesPerSecond(60'000);
        page.start();
        press(page.section()->otherButton());
        for (QWidget* control : page.fixture.window().models()->findChildren<QWidget*>()) {
            const bool isControl = qobject_cast<QAbstractButton*>(control) != nullptr ||
                                   qobject_cast<QLineEdit*>(control) != nullptr ||
                                   qobject_cast<QComboBox*>(control) != nullptr;
            if (!isControl || !control->isVisible()) continue;
            QVERIFY2(!control->accessibleName().isEmpty(), control->metaObject()->className());
            QVERIFY2(control->focusPolicy() & Qt::TabFocus, qPrintable(control->accessibleName()));
        }
        QVERIFY(!page.row()->progress()->accessibleName().isEmpty());
    }

    void aNarrowWindowShowsEverything() {
        DownloadPage page;
        QVERIFY(page.open());
        page.server.setBytesPerSecond(60'000);
        page.start();
        page.fixture.window().resize(page.fixture.window().minimumSize());
        const QWidget* models = page.fixture.window().models();
        for (const QWidget* part : {static_cast<QWidget*>(page.section()->card(kBase)->button()),
                                    static_cast<QWidget*>(page.row()->button()),
                                    static_cast<QWidget*>(page.card()->verdicts()[3]),
                                    static_cast<QWidget*>(page.section()->source()->checkButton())})
            QTRY_VERIFY(part->mapTo(models, QPoint(part->width(), 0)).x() <= models->width());
    }
};

QTEST_MAIN(GetModelTest)
#include "get_model_test.moc"
