// Somebody who never tuned a model, led by the words on the pages alone: a table whose columns are
// guessed wrong, the preset for new knowledge, nothing else changed, and a chat that knows it all.
//
// DSM_FACTS=50 asks for all of tests/finetune_demo/facts.jsonl; CTest for a few.
#include <QComboBox>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QRegularExpression>
#include <QTest>

#include "finetune_ui/data/data_columns_card.h"
#include "finetune_ui/data/data_page.h"
#include "finetune_ui/data/own_conversations_dialog.h"
#include "finetune_ui/method/method_page.h"
#include "finetune_ui/run/run_page.h"
#include "finetune_ui/runs/runs_page.h"
#include "finetune_ui/start/check_page.h"
#include "finetune_ui/start/start_page.h"
#include "tests/ui/window_fixture.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/choice_card.h"

using namespace dsm;

namespace {

constexpr int kPatienceMs = 300'000;

struct Fact {
    QString question;
    QString answer;
    QRegularExpression expect;
};

QList<Fact> readFacts(qsizetype most) {
    QFile file(QStringLiteral(DSM_SOURCE_DIR "/tests/finetune_demo/facts.jsonl"));
    if (!file.open(QIODevice::ReadOnly)) qFatal("the facts cannot be read");
    QList<Fact> facts;
    while (!file.atEnd() && facts.size() < most) {
        const QJsonObject row = QJsonDocument::fromJson(file.readLine()).object();
        facts.append({row[QStringLiteral("instruction")].toString(),
                      row[QStringLiteral("output")].toString(),
                      QRegularExpression(row[QStringLiteral("expect")].toString())});
    }
    return facts;
}

QByteArray quoted(const QString& text) {
    return '"' + QString(text).replace(u'"', QStringLiteral("\"\"")).toUtf8() + '"';
}

// The answer comes first, under names that say nothing.
QString writeTable(const QString& folder, const QList<Fact>& facts) {
    QFile file(folder + QStringLiteral("/town.csv"));
    if (!file.open(QIODevice::WriteOnly)) qFatal("the table cannot be written");
    file.write("B;A\n");
    for (const Fact& fact : facts)
        file.write(quoted(fact.answer) + ';' + quoted(fact.question) + '\n');
    return file.fileName();
}

void press(QAbstractButton* button) {
    QVERIFY2(button->isVisible() && button->isEnabled(), qPrintable(button->text()));
    QTest::mouseClick(button, Qt::LeftButton);
}

void drop(QWidget* onto, const QString& file) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(onto, &enter);
    QDropEvent event({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(onto, &event);
}

}  // namespace

class NewcomerTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> fixture_;

    FinetunePage& page() { return fixture_->finetune(); }
    void chooseColumn(const QString& field, const QString& column) {
        QComboBox* box = page().data()->columnsCard()->columnChoice(field);
        QVERIFY(box != nullptr && box->isVisible());
        box->setCurrentIndex(box->findData(column));
        Q_EMIT box->activated(box->currentIndex());
    }
    void tryTheResult() {
        QCOMPARE(fixture_->training().jobs().size(), 1);
        const auto job = [this] { return fixture_->training().jobs().first(); };
        QTRY_VERIFY_WITH_TIMEOUT(
            job().state == TrainingState::Finished || job().state == TrainingState::Failed,
            kPatienceMs);
        QCOMPARE(job().error.text, QString());
        auto* tryIt = page().runs()->runPage()->findChild<QPushButton*>(QStringLiteral("try"));
        QTRY_VERIFY(tryIt->isVisible());
        // Of several checkpoints the last is the first.
        if (tryIt->menu() != nullptr) {
            tryIt->menu()->actions().first()->trigger();
        } else {
            press(tryIt);
        }
        QTRY_VERIFY_WITH_TIMEOUT(!fixture_->adapters().current().isEmpty(), kPatienceMs);
    }
    int rightAnswers(const QList<Fact>& facts) {
        int right = 0;
        for (const Fact& fact : facts) {
            fixture_->window().newChat();
            fixture_->sendMessage(fact.question);
            if (!fixture_->waitForReply()) continue;
            const bool isRight = fact.expect.match(fixture_->lastText()).hasMatch();
            if (!isRight)
                qInfo("%s %s", qPrintable(fact.question), qPrintable(fixture_->lastText()));
            right += isRight ? 1 : 0;
        }
        return right;
    }

  private Q_SLOTS:
    void cleanup() { fixture_.reset(); }

    void getsAModelFromConversationsOfTheHistory() {
        fixture_ = std::make_unique<WindowFixture>();
        QVERIFY(fixture_->waitForModel());
        QTRY_VERIFY(!fixture_->library().isReading());
        for (const char* question : {"Who lives in the mill?", "Who built the bridge?"}) {
            fixture_->window().newChat();
            fixture_->sendMessage(QLatin1String(question));
            QVERIFY(fixture_->waitForReply());
        }
        press(fixture_->window().sidebar()->finetuneButton());
        OwnConversationsDialog* dialog = page().data()->showConversations();
        QCOMPARE(dialog->list()->count(), 2);
        for (int i = 0; i < dialog->list()->count(); ++i)
            dialog->list()->item(i)->setCheckState(Qt::Checked);
        dialog->writeButton()->click();
        QTRY_COMPARE(page().data()->missing(), QString());
        // Once through them is enough here.
        JobDraft& job = fixture_->tuningDraft().job();
        job.choose(QStringLiteral("epochs"), 1);
        job.choose(QStringLiteral("rank"), 2);
        for (int step = 0; step < FinetunePage::kSteps - 1; ++step)
            press(page().nextButton());
        QTRY_COMPARE_WITH_TIMEOUT(page().nextButton()->text(), QStringLiteral("Start"),
                                  kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(page().startPage()->numbers().has_value(), kPatienceMs);
        QCOMPARE(page().startPage()->numbers()->examples, 2);
        press(page().nextButton());
        tryTheResult();
        fixture_->window().newChat();
        fixture_->sendMessage(QStringLiteral("Who lives in the mill?"));
        QVERIFY(fixture_->waitForReply());
    }

    void getsAModelThatKnowsItAll() {
        constexpr int kFewFacts = 5;
        const int most = qEnvironmentVariableIntValue("DSM_FACTS");
        const QList<Fact> facts = readFacts(most > 0 ? most : kFewFacts);
        fixture_ = std::make_unique<WindowFixture>(WindowFixture::Writer::Model);
        QVERIFY(fixture_->waitForModel());
        QTRY_VERIFY(!fixture_->library().isReading());
        QCOMPARE(rightAnswers(facts.first(2)), 0);
        QElapsedTimer clock;
        clock.start();
        press(fixture_->window().sidebar()->finetuneButton());
        drop(page().data(), writeTable(fixture_->folder(), facts));
        QTRY_COMPARE(page().data()->missing(), QString());
        chooseColumn(QStringLiteral("instruction"), QStringLiteral("A"));
        chooseColumn(QStringLiteral("output"), QStringLiteral("B"));
        QTRY_COMPARE(page().data()->missing(), QString());
        press(page().nextButton());
        press(page().method()->presetCard(QStringLiteral("knowledge")));
        press(page().nextButton());
        QCOMPARE(page().check()->way(), CheckPage::Way::Nothing);
        press(page().nextButton());
        QTRY_VERIFY_WITH_TIMEOUT(page().startPage()->numbers().has_value(), kPatienceMs);
        QCOMPARE(page().startPage()->numbers()->examples, facts.size());
        QTRY_COMPARE_WITH_TIMEOUT(page().nextButton()->text(), QStringLiteral("Start"),
                                  kPatienceMs);
        press(page().nextButton());
        tryTheResult();
        QVERIFY(fixture_->waitForModel());
        const qint64 seconds = clock.elapsed() / 1000;
        QCOMPARE(rightAnswers(facts), static_cast<int>(facts.size()));
        qInfo("%d facts learned in %d s, from the dropped table to the chat",
              static_cast<int>(facts.size()), static_cast<int>(seconds));
    }
};

QTEST_MAIN(NewcomerTest)
#include "newcomer_test.moc"
