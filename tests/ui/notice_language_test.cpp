// Notices that are on the screen follow the language: nothing of them stays in the old one.
#include <QDir>
#include <QFile>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QTest>
#include <QTranslator>
#include <memory>

#include "tests/ui/window_fixture.h"
#include "ui/benchmarks/benchmarks_page.h"
#include "ui/chat/attachment_bar.h"
#include "ui/chat/chat_page.h"
#include "ui/models/models_page.h"
#include "ui/shell/commands.h"
#include "ui/shell/data_notices.h"
#include "ui/shell/sidebar.h"
#include "ui/texts/text_editor.h"
#include "ui/texts/texts_page.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/toast.h"

using namespace dsm;

namespace {

// A language in which every text of the program stands in brackets.
class Bracketing : public QTranslator {
  public:
    bool isEmpty() const override { return false; }
    QString translate(const char*, const char* text, const char*, int) const override {
        return QStringLiteral("⟦%1⟧").arg(QString::fromUtf8(text));
    }
};

}  // namespace

class NoticeLanguageTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;
    Bracketing bracketing_;

    MainWindow& window() { return f_->window(); }
    QString path(const char* name) const { return f_->folder() + u'/' + QLatin1String(name); }
    QString write(const char* name, const QByteArray& bytes) const {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly)) qFatal("no file");
        file.write(bytes);
        return file.fileName();
    }
    // A folder that looks like a model's, until it is read.
    QString model(const QByteArray& config) const {
        if (!QDir().mkpath(path("broken"))) qFatal("no folder");
        static_cast<void>(write("broken/config.json", config));
        static_cast<void>(write("broken/model.safetensors", "no weights"));
        return path("broken");
    }
    static void settle() {
        QCoreApplication::processEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    // What is shown in the notice follows to the other language and back.
    void follows(const QWidget* notice) {
        QVERIFY2(notice->isVisible(), "nothing is said");
        const QString before = notice->accessibleName();
        QVERIFY(!before.isEmpty());
        // Files, hosts, models and keys are no texts of the program.
        static const QRegularExpression kOwn(QStringLiteral(
            "/[^ :]*|[\\w.-]+\\.(json|jsonl|txt|csv|safetensors|db)|\"[^\"]*\"|\\w+_\\w+|Hi"));
        QVERIFY(QCoreApplication::installTranslator(&bracketing_));
        settle();
        QString rest = notice->accessibleName();
        QCoreApplication::removeTranslator(&bracketing_);
        settle();
        // From within: an argument may be a text of the program in turn.
        static const QRegularExpression kSaid(QStringLiteral("⟦[^⟦⟧]*⟧"));
        while (rest.contains(kSaid))
            rest.remove(kSaid);
        static const QRegularExpression kWord(QStringLiteral("[A-Za-z]{3,}"));
        QVERIFY2(!rest.remove(kOwn).contains(kWord), qPrintable(rest));
        QCOMPARE(notice->accessibleName(), before);
    }
    Banner* banner() { return window().page()->banner(); }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        f_ = std::make_unique<WindowFixture>();
        QVERIFY(f_->waitForModel());
        QTRY_VERIFY(!f_->library().isReading());
    }
    void cleanup() { f_.reset(); }

    void aModelThatCannotBeLoaded() {
        window().loadModel(model("{\"model_type\": \"llama\"}"));
        QTRY_VERIFY_WITH_TIMEOUT(banner()->isVisible(), 20'000);
        follows(banner());
    }

    // Whatever lays it out anew: what can be done stands before what closes.
    void itsButtonsKeepTheirOrder() {
        banner()->showMessage(
            Banner::Tone::Note, [] { return QStringLiteral("One."); },
            [] { return QStringLiteral("Do it"); }, [] {});
        const auto* action = banner()->findChild<QPushButton*>();
        const auto* close = banner()->findChild<IconButton*>();
        for (int i = 0; i < 4; ++i) {
            window().resize(1000 + i, 700);
            settle();
            QVERIFY2(action->x() < close->x(), qPrintable(QString::number(i)));
        }
    }

    void aConfigurationThatSaysTooMuch() {
        window().loadModel(model("{\"model_type\": 3}"));
        QTRY_VERIFY_WITH_TIMEOUT(banner()->isVisible(), 20'000);
        follows(banner());
    }

    void aFileThatIsNotAttached() {
        window().page()->attachments()->add({write("a.txt", "\xff\xfe\xfd"), path("none.csv")});
        QTRY_VERIFY_WITH_TIMEOUT(!window().page()->attachments()->isReading(), 20'000);
        follows(banner());
    }

    void filesThatWaitForTheReply() {
        f_->script().setInterval(200);
        window().page()->attachments()->add({write("a.txt", "a text")});
        QTRY_VERIFY(!window().page()->attachments()->isReading());
        window().page()->composer()->setText(QStringLiteral("Hi"));
        Q_EMIT window().page()->composer()->queueRequested(QStringLiteral("Hi"));
        follows(banner());
    }

    void aChatThatWasDeleted() {
        f_->sendMessage(QStringLiteral("Hi"));
        QVERIFY(f_->waitForReply());
        QTest::keyClick(window().sidebar()->list(), Qt::Key_Delete);
        follows(window().toast());
    }

    void settingsThatCannotBeKept() {
        Q_EMIT f_->settings().modelLoadingChanged();
        follows(banner());
    }

    void filesOfChatsThatHoldNone() {
        window().importFiles({write("chats.json", "{}"), path("none.json")});
        QTRY_VERIFY_WITH_TIMEOUT(banner()->isVisible(), 20'000);
        follows(banner());
    }

    void theFileOfTheChatsWasDamaged() {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("being repaired")));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("was damaged")));
        f_->restartAfter([](const QString& file) {
            QFile damaged(file);
            QVERIFY(damaged.open(QIODevice::WriteOnly));
            damaged.write(QByteArray(9000, 'z'));
        });
        QTRY_VERIFY(window().dataNotices()->text().contains(QLatin1String("was damaged")));
        follows(window().dataNotices());
    }

    void aFolderWithoutModel() {
        window().showModels();
        Banner* models = window().models()->banner();
        QVERIFY(!f_->library().addFolder(path("nothing")));
        follows(models);
        models->hide();
        QVERIFY(!f_->adapters().addFolder(path("nothing")));
        follows(models);
    }

    void aTextThatIsSavedAgain() {
        window().showTexts();
        Q_EMIT f_->texts().savedAgain();
        follows(window().texts()->banner());
    }

    void aBenchmarkThatWasRemoved() {
        window().commands()->run(QStringLiteral("benchmarks"));
        BenchmarksPage* page = window().benchmarks();
        auto* task = page->form()->task();
        task->setCurrentIndex(task->findData(QStringLiteral("piqa")));
        page->form()->useFiles({write(
            "piqa.jsonl",
            "{\"goal\": \"Find it\", \"sol1\": \"look\", \"sol2\": \"go\", \"label\": 0}\n")});
        page->form()->button()->click();
        QTRY_COMPARE_WITH_TIMEOUT(page->list()->count(), 1, 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(f_->benchmarks().running() == 0, 60'000);
        page->list()->setCurrentRow(0);
        page->removeButton()->click();
        follows(window().toast());
    }
};

QTEST_MAIN(NoticeLanguageTest)
#include "notice_language_test.moc"
