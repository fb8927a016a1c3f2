#include <QAbstractButton>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

#include "app/services/downloads/catalogue.h"
#include "tests/app/services/downloads/hub_server.h"
#include "tests/ui/window_fixture.h"
#include "ui/catalogue_card.h"
#include "ui/chat_page.h"
#include "ui/download_settings.h"
#include "ui/downloads_panel.h"
#include "ui/get_model_section.h"
#include "ui/model_card.h"
#include "ui/models_page.h"
#include "ui/source_choice.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/pill.h"

using namespace dsm;
using test::HubServer;
using test::Misdeed;
using test::ServedRequest;

namespace {

using Writer = WindowFixture::Writer;

constexpr int kWaitMs = 30'000;
const QString kChat = QStringLiteral("deepseek-ai/deepseek-moe-16b-chat");
const QString kBase = QStringLiteral("deepseek-ai/deepseek-moe-16b-base");

ComputerMemory largeMachine() {
    return {64'000'000'000, 60'000'000'000};
}

// The tiny checkpoint, as if it were the model of this name.
void serveTinyModel(HubServer& server) {
    const QDir tiny(QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny"));
    for (const QString& name :
         {QStringLiteral("config.json"), QStringLiteral("generation_config.json"),
          QStringLiteral("tokenizer.json"), QStringLiteral("tokenizer_config.json"),
          QStringLiteral("model.safetensors.index.json"),
          QStringLiteral("model-00001-of-00002.safetensors"),
          QStringLiteral("model-00002-of-00002.safetensors")}) {
        QFile file(tiny.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        test::ServedFile served;
        served.path = name;
        served.bytes = file.readAll();
        served.sizeBytes = served.bytes.size();
        served.isLarge = name.endsWith(QLatin1String(".safetensors"));
        server.add(served);
    }
}

void press(QWidget* control) {
    QVERIFY2(control->isVisible() && control->isEnabled(), qPrintable(control->accessibleName()));
    control->setFocus();
    QTest::keyClick(control, Qt::Key_Space);
}

// The page over a server that has the tiny model.
class Page {
  public:
    explicit Page(const QString& repository = kChat, Writer writer = Writer::Script,
                  const Converter& converter = {})
        : server(repository), fixture(writer, converter, [this] { return memory; }) {
        serveTinyModel(server);
        fixture.settings().setDownloadSource(server.hub());
        fixture.restart();
    }

    bool open() {
        if (!fixture.waitForModel()) return false;
        fixture.window().showModels();
        return true;
    }
    GetModelSection* section() { return fixture.window().models()->section(); }
    CatalogueCard* card() { return section()->card(kChat); }
    // The keyboard's way from the card to a started download.
    DownloadRow* start() {
        press(card()->accept());
        press(card()->button());
        return row();
    }
    DownloadRow* row() {
        const auto& rows = fixture.window().models()->downloads()->rows();
        return rows.empty() ? nullptr : rows.front();
    }
    // Waits until a row says this on one of its buttons, and presses it.
    bool pressInRow(const QString& text) {
        QPushButton* found = nullptr;
        const bool isOffered = QTest::qWaitFor(
            [&] {
                if (row() == nullptr) return false;
                for (QPushButton* button : {row()->button(), row()->secondButton()}) {
                    if (button->isVisible() && button->text() == text) found = button;
                }
                return found != nullptr;
            },
            kWaitMs);
        if (isOffered) press(found);
        return isOffered;
    }
    bool waitForState(DownloadState state) {
        return QTest::qWaitFor(
            [&] { return row() != nullptr && row()->content().download.state == state; }, kWaitMs);
    }

    ComputerMemory memory = largeMachine();
    HubServer server;
    WindowFixture fixture;
};

}  // namespace

class GetModelTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void cardsTellWhatAPersonNeedsToChoose() {
        Page page;
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
        QVERIFY(!card->button()->isEnabled());  // the licence comes first
        press(card->accept());
        QVERIFY(card->button()->isEnabled());
        QCOMPARE(page.fixture.downloads().downloads().size(), 0);
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
        Page page(kChat, Writer::Model);
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
        Page page(kChat, Writer::Model);
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
        Page page;
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
        Page page;
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

    void theLicenceIsAskedForOnce() {
        Page page;
        QVERIFY(page.open());
        QVERIFY(page.start() != nullptr);
        QVERIFY(page.waitForState(DownloadState::Finished));
        for (const CatalogueCard* card : page.section()->cards())
            QVERIFY(!card->accept()->isVisible());
        page.fixture.restart();
        QVERIFY(page.open());
        QVERIFY(!page.section()->card(kBase)->accept()->isVisible());
        QVERIFY(page.section()->card(kBase)->button()->isEnabled());
    }

    void aFailureIsShownWithItsRemedyAndCanBeTriedAgain() {
        Page page;
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
        Page page;
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
        Page page;
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
        Page page;
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

    void anotherRepositoryIsDownloadedByItsName() {
        Page page(QStringLiteral("someone/tiny-moe"));
        QVERIFY(page.open());
        press(page.section()->otherButton());
        QLineEdit* name = page.section()->repository();
        QVERIFY(name->isVisible() && name->hasFocus());
        QTest::keyClicks(name, QStringLiteral("nonsense"));
        QTest::keyClick(name, Qt::Key_Return);
        QVERIFY(page.fixture.window().models()->banner()->isVisible());
        QVERIFY(page.fixture.window().models()->banner()->text().contains(
            QLatin1String("organisation/model")));
        name->setText(QStringLiteral("someone/tiny-moe"));
        QTest::keyClick(name, Qt::Key_Return);
        QVERIFY(page.waitForState(DownloadState::Finished));
        QTRY_VERIFY(page.fixture.library().models().size() == 2);
        QCOMPARE(page.fixture.library().models()[1].name, QStringLiteral("tiny-moe"));
    }

    void aSourceThatDoesNotAnswerSaysWhy() {
        Page page;
        QVERIFY(page.open());
        SourceChoice* source = page.section()->source();
        QVERIFY(source->endpoint()->isVisible());
        press(source->checkButton());
        QTRY_VERIFY(source->verdict()->text().contains(QLatin1String("has this model")));
        source->endpoint()->setText(QStringLiteral("http://127.0.0.1:1"));
        QTest::keyClick(source->endpoint(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(
            source->verdict()->text().contains(QLatin1String("does not accept connections")),
            kWaitMs);
        QVERIFY(source->verdict()->isVisible());
        QCOMPARE(page.fixture.settings().downloadSource(), QStringLiteral("http://127.0.0.1:1"));
        source->endpoint()->setText(QStringLiteral("not an address"));
        press(source->checkButton());
        QTRY_VERIFY(source->verdict()->text().contains(QLatin1String("https://example.org")));
    }

    void everyControlHasANameAndTheKeyboardReachesIt() {
        Page page;
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

    void theSettingsReachTheDownloads() {
        Page page;
        QVERIFY(page.open());
        page.fixture.window().showSettings();
        auto* settings = page.fixture.window().findChild<DownloadSettings*>();
        QVERIFY(settings != nullptr && settings->isVisible());
        settings->connections()->setValue(2);
        settings->speedLimit()->setValue(5);
        settings->proxy()->setCurrentIndex(2);
        Q_EMIT settings->proxy()->activated(2);
        settings->proxyAddress()->setText(QStringLiteral("nonsense"));
        Q_EMIT settings->proxyAddress()->editingFinished();
        QVERIFY(settings->note()->isVisible());
        QCOMPARE(page.fixture.downloads().options().proxy.kind, ProxyChoice::Kind::None);
        settings->proxyAddress()->setText(QStringLiteral("http://127.0.0.1:3128"));
        Q_EMIT settings->proxyAddress()->editingFinished();
        const DownloadOptions options = page.fixture.downloads().options();
        QCOMPARE(options.connections, 2);
        QCOMPARE(options.bytesPerSecond, 5'000'000);
        QCOMPARE(options.proxy.address, QStringLiteral("http://127.0.0.1:3128"));
    }

    void aTokenIsSentToItsSource() {
        Page page;
        QVERIFY(page.open());
        page.fixture.window().showSettings();
        auto* settings = page.fixture.window().findChild<DownloadSettings*>();
        QCOMPARE(settings->token()->echoMode(), QLineEdit::Password);
        settings->token()->setFocus();
        QTest::keyClicks(settings->token(), QStringLiteral("hf_secret"));
        QTest::keyClick(settings->token(), Qt::Key_Return);
        QVERIFY(settings->isVisible());  // Enter saved it and closed nothing
        QTRY_VERIFY(settings->note()->text().startsWith(QLatin1String("Saved for 127.0.0.1")));
        QVERIFY(settings->token()->text().isEmpty());
        page.server.clearRequests();
        page.start();
        QVERIFY(page.waitForState(DownloadState::Finished));
        QCOMPARE(page.server.requests().first().headers.value("authorization"),
                 QByteArray("Bearer hf_secret"));
    }

    void aNarrowWindowShowsEverything() {
        Page page;
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
