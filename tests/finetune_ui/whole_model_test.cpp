// A model that was trained in full through the real window is tried beside the one it was made from.
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTest>

#include "finetune_ui/finetune_page.h"
#include "finetune_ui/run/run_page.h"
#include "finetune_ui/runs/runs_page.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/compare_dialog.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/message/markdown_view.h"

using namespace dsm;

namespace {

constexpr int kPatienceMs = 120'000;
const QString kQuestion = QStringLiteral("Who lives in the mill?");

}  // namespace

class WholeModelTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> fixture_;

    FinetunePage& page() { return fixture_->finetune(); }
    QString path(const char* name) const { return fixture_->folder() + u'/' + QLatin1String(name); }
    static bool copyModel(const QString& folder) {
        if (!QDir().mkpath(folder)) return false;
        const QDir model(testModelFolder());
        for (const QString& name : model.entryList(QDir::Files)) {
            if (!QFile::copy(model.filePath(name), folder + u'/' + name)) return false;
        }
        return true;
    }
    QString writeRows() const {
        QFile file(path("rows.jsonl"));
        if (!file.open(QIODevice::WriteOnly)) qFatal("the rows cannot be written");
        for (int i = 0; i < 4; ++i)
            file.write("{\"instruction\": \"" + kQuestion.toUtf8() +
                       "\", \"output\": \"A miller and " + QByteArray::number(i) + " mice.\"}\n");
        return file.fileName();
    }
    qint64 trainInFull() {
        const QJsonObject settings{{QStringLiteral("model"), path("base")},
                                   {QStringLiteral("data"), writeRows()},
                                   {QStringLiteral("output"), path("whole")},
                                   {QStringLiteral("method"), QStringLiteral("full")},
                                   {QStringLiteral("max_steps"), 8},
                                   {QStringLiteral("batch_size"), 4},
                                   {QStringLiteral("accumulation"), 1},
                                   {QStringLiteral("warmup_steps"), 0},
                                   {QStringLiteral("learning_rate"), 1e-3},
                                   {QStringLiteral("sample_prompts"), QJsonArray{kQuestion}},
                                   {QStringLiteral("sample_tokens"), 4}};
        const qint64 id = fixture_->training().start(
            QStringLiteral("Whole"),
            QString::fromUtf8(QJsonDocument(settings).toJson(QJsonDocument::Compact)),
            path("whole"));
        const auto job = [this, id] { return fixture_->training().job(id); };
        [&] {
            QTRY_VERIFY_WITH_TIMEOUT(
                job().state == TrainingState::Finished || job().state == TrainingState::Failed,
                kPatienceMs);
        }();
        if (job().state == TrainingState::Finished) return id;
        qInfo() << job().error.text;
        return 0;
    }
    void tryIt(qint64 id) {
        page().runs()->showRun(id);
        page().showRuns();
        auto* button = page().runs()->runPage()->findChild<QPushButton*>(QStringLiteral("try"));
        QTRY_VERIFY(button->isVisible());
        if (button->menu() != nullptr) return button->menu()->actions().first()->trigger();
        button->click();
    }
    QString loaded() { return QDir(fixture_->host().status().folder).dirName(); }
    void waitForModel(const char* name) {
        QTRY_VERIFY_WITH_TIMEOUT(
            fixture_->host().status().isLoaded() && loaded() == QLatin1String(name), kPatienceMs);
    }

  private Q_SLOTS:
    void init() {
        fixture_ = std::make_unique<WindowFixture>();
        QTRY_VERIFY(!fixture_->library().isReading());
        QVERIFY(copyModel(path("base")));
        fixture_->window().showFinetune();
    }
    void cleanup() { fixture_.reset(); }

    void baseAndTunedAnswerSideBySide() {
        const qint64 id = trainInFull();
        QVERIFY(id != 0);
        tryIt(id);
        QPointer<CompareDialog> both = fixture_->window().findChild<CompareDialog*>();
        QVERIFY(both != nullptr && both->isVisible() && both->isModal());
        QTRY_VERIFY_WITH_TIMEOUT(both->prompts()->isEnabled(), kPatienceMs);
        QCOMPARE(loaded(), QStringLiteral("whole"));
        QVERIFY(both->note()->text().contains(QStringLiteral("take turns")));
        QStringList titles;
        for (const QLabel* label : both->findChildren<QLabel*>())
            titles.append(label->text());
        QVERIFY(titles.contains(QStringLiteral("Before: base")));
        QVERIFY(titles.contains(QStringLiteral("After: whole")));
        // A fixed prompt of the run: what learned it answers otherwise.
        QCOMPARE(both->prompts()->itemText(1), kQuestion);
        both->prompts()->setCurrentIndex(1);
        Q_EMIT both->prompts()->activated(1);
        QVERIFY(!both->isDone());
        QTRY_VERIFY_WITH_TIMEOUT(both->isDone(), kPatienceMs);
        QVERIFY(both->note()->text().contains(QStringLiteral("take turns")));
        QVERIFY(!both->base()->source().isEmpty());
        QVERIFY(!both->tuned()->source().isEmpty());
        QVERIFY(both->base()->source() != both->tuned()->source());
        // The base stands in its place now, and begins with what is typed.
        QCOMPARE(loaded(), QStringLiteral("base"));
        both->field()->setText(QStringLiteral("Who lives in the tower?"));
        both->askButton()->click();
        QVERIFY(both->base()->source().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(both->isDone(), kPatienceMs);
        QVERIFY(!both->base()->source().isEmpty() && !both->tuned()->source().isEmpty());
        QCOMPARE(loaded(), QStringLiteral("whole"));
        both->askButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(both->isDone(), kPatienceMs);
        QCOMPARE(loaded(), QStringLiteral("base"));
        // Whoever closes it chats with what was tuned, and so does the next start.
        both->accept();
        waitForModel("whole");
        QCOMPARE(QDir(fixture_->settings().lastModelFolder()).dirName(), QStringLiteral("whole"));
        QTRY_VERIFY(both == nullptr);
    }

    void closedInTheMiddleItLeavesTheTunedModel() {
        const qint64 id = trainInFull();
        QVERIFY(id != 0);
        tryIt(id);
        QPointer<CompareDialog> both = fixture_->window().findChild<CompareDialog*>();
        QVERIFY(both != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(both->prompts()->isEnabled(), kPatienceMs);
        both->ask(kQuestion);
        QTRY_VERIFY_WITH_TIMEOUT(!both->tuned()->source().isEmpty() || both->isDone(), kPatienceMs);
        both->reject();
        waitForModel("whole");
        QTRY_VERIFY(!fixture_->host().isBusy());
        QCOMPARE(loaded(), QStringLiteral("whole"));
    }

    void aBaseThatIsGoneIsSaid() {
        const qint64 id = trainInFull();
        QVERIFY(id != 0);
        QVERIFY(QDir(path("base")).removeRecursively());
        tryIt(id);
        QPointer<CompareDialog> both = fixture_->window().findChild<CompareDialog*>();
        QVERIFY(both != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(both->prompts()->isEnabled(), kPatienceMs);
        both->ask(kQuestion);
        QTRY_VERIFY_WITH_TIMEOUT(both->isDone(), kPatienceMs);
        QVERIFY(!both->tuned()->source().isEmpty());
        QVERIFY(both->base()->source().isEmpty());
        QVERIFY2(both->note()->text().startsWith(QStringLiteral("base cannot answer: ")),
                 qPrintable(both->note()->text()));
        QCOMPARE(loaded(), QStringLiteral("whole"));
        both->accept();
    }
};

QTEST_MAIN(WholeModelTest)
#include "whole_model_test.moc"
