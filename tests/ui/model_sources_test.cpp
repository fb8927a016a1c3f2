// Where models come from: repositories, sources, licences, tokens, and the settings of downloads.
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTabWidget>

#include "tests/support/scoped_variable.h"
#include "tests/ui/download_page_driver.h"
#include "ui/downloads/source_choice.h"
#include "ui/settings/download_settings.h"
#include "ui/widgets/number_field.h"

using namespace dsm;
using namespace dsm::test;

namespace {

// As a person chooses from the list.
void choose(SourceChoice* source, int place) {
    source->choice()->setCurrentIndex(place);
    Q_EMIT source->choice()->activated(place);
}

}  // namespace

class ModelSourcesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void theLicenceIsShownInFullAndAcceptedOnce() {
        DownloadPage page;
        QVERIFY(page.open());
        press(page.card()->button());
        auto* dialog = page.section()->findChild<LicenceDialog*>();
        QVERIFY(dialog != nullptr);
        const auto text = [&](int tab) {
            return dialog->texts()->widget(tab)->findChild<QPlainTextEdit*>()->toPlainText();
        };
        QVERIFY(text(0).startsWith(QLatin1String("DEEPSEEK LICENSE AGREEMENT\n\nVersion 1.0")));
        QVERIFY(text(0).contains(QLatin1String("For military use in any way")));
        QVERIFY(text(1).startsWith(QLatin1String("MIT License")));
        press(dialog->closeButton());
        QCOMPARE(page.fixture.downloads().downloads().size(), 0);
        QTRY_VERIFY(page.section()->findChild<LicenceDialog*>() == nullptr);
        QVERIFY(page.start() != nullptr);
        QVERIFY(page.waitForState(DownloadState::Finished));
        page.fixture.restart();
        QVERIFY(page.open());
        press(page.section()->card(kBase)->button());  // no question any more
        QVERIFY(page.section()->findChild<LicenceDialog*>() == nullptr);
        QCOMPARE(page.fixture.downloads().downloads().size(), 2);
    }

    void theLicenceCanBeReadAtAnyTime() {
        DownloadPage page;
        QVERIFY(page.open());
        Q_EMIT page.card()->licence()->linkActivated({});
        auto* dialog = page.section()->findChild<LicenceDialog*>();
        QVERIFY(dialog != nullptr && dialog->acceptButton()->isVisible());
        press(dialog->acceptButton());
        QVERIFY(page.waitForState(DownloadState::Finished));
        QTRY_VERIFY(page.section()->findChild<LicenceDialog*>() == nullptr);
        Q_EMIT page.card()->licence()->linkActivated({});
        dialog = page.section()->findChild<LicenceDialog*>();
        QVERIFY(dialog != nullptr && !dialog->acceptButton()->isVisible());
    }

    void anotherRepositoryIsDownloadedByItsName() {
        DownloadPage page(QStringLiteral("someone/tiny-moe"));
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
        DownloadPage page;
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

    // The first source fails, says why, and another that the user chooses takes its place.
    void afterAFailureAnotherSourceIsChosen() {
        DownloadPage page;
        const ScopedVariable modelScope("MODELSCOPE_DOMAIN", page.server.hub().toUtf8());
        Misdeed refused;
        refused.status = 404;
        refused.headers = {{"X-Error-Code", "RepoNotFound"}};
        page.server.setScript([refused](const ServedRequest& request) {
            const bool isModelScope = request.isCdn || request.path.startsWith("/api/v1/");
            return isModelScope ? Misdeed{} : refused;
        });
        QVERIFY(page.open());
        SourceChoice* source = page.section()->source();
        press(source->checkButton());
        QTRY_VERIFY_WITH_TIMEOUT(
            source->verdict()->text().contains(QLatin1String("does not have this repository")),
            kWaitMs);
        page.start();
        QVERIFY(page.waitForState(DownloadState::Failed));
        choose(source, 1);
        QTRY_VERIFY_WITH_TIMEOUT(
            source->verdict()->text().contains(QLatin1String("has this model: 7 files")), kWaitMs);
        QVERIFY(!source->endpoint()->isVisible());
        press(page.row()->secondButton());  // Cancel: nothing has arrived
        QTRY_VERIFY_WITH_TIMEOUT(page.row() == nullptr, kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(page.card()->button()->isVisible(), kWaitMs);
        page.start();
        QVERIFY(page.waitForState(DownloadState::Finished));
        QCOMPARE(page.row()->content().download.request.source.kind, Source::Kind::ModelScope);
        const QString folder = page.row()->content().download.folder;
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(page.fixture, folder, QStringLiteral("bf16")) != nullptr,
                                 kWaitMs);
        page.fixture.restart();  // the choice is remembered
        QVERIFY(page.open());
        QCOMPARE(page.section()->source()->source().kind, Source::Kind::ModelScope);
    }

    void aMirrorIsTypedInProbedAndUsed() {
        DownloadPage page;
        page.fixture.settings().setDownloadSource({});
        page.fixture.restart();
        QVERIFY(page.open());
        SourceChoice* source = page.section()->source();
        QVERIFY(!source->endpoint()->isVisible());
        choose(source, 2);
        QVERIFY(source->endpoint()->isVisible() && source->endpoint()->hasFocus());
        QTest::keyClicks(source->endpoint(), page.server.hub());
        QTest::keyClick(source->endpoint(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(
            source->verdict()->text().contains(QLatin1String("has this model: 7 files")), kWaitMs);
        page.start();
        QVERIFY(page.waitForState(DownloadState::Finished));
        QCOMPARE(page.row()->content().download.request.source.endpoint, page.server.hub());
    }

    void theSettingsReachTheDownloads() {
        DownloadPage page;
        QVERIFY(page.open());
        page.fixture.window().showSettings();
        auto* settings = page.fixture.window().findChild<DownloadSettings*>();
        QVERIFY(settings != nullptr && settings->isVisible());
        for (const auto& [field, number] :
             {std::pair(settings->connections(), "2"), std::pair(settings->speedLimit(), "5")}) {
            field->setText(QLatin1String(number));
            QTest::keyClick(field, Qt::Key_Return);
        }
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
        DownloadPage page;
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
        // Also after a restart, before anything was downloaded from there.
        page.fixture.restart();
        QVERIFY(page.open());
        page.server.clearRequests();
        page.start();
        QVERIFY(page.waitForState(DownloadState::Finished));
        int withToken = 0;
        for (const ServedRequest& request : page.server.requests()) {
            const QByteArray token = request.headers.value("authorization");
            QCOMPARE(token, request.isCdn ? QByteArray() : QByteArray("Bearer hf_secret"));
            withToken += token.isEmpty() ? 0 : 1;
        }
        QVERIFY(withToken > 0);
    }
};

QTEST_MAIN(ModelSourcesTest)
#include "model_sources_test.moc"
