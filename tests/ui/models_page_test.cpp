#include "ui/models/models_page.h"

#include <QFile>
#include <QLabel>
#include <QProgressBar>
#include <QTemporaryDir>
#include <QTextEdit>
#include <QThread>
#include <algorithm>
#include <atomic>

#include "tests/support/sparse_model.h"
#include "tests/ui/models_page_driver.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/welcome_page.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/pill.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/toast.h"

using namespace dsm;
using namespace dsm::test;

namespace {

using Writer = WindowFixture::Writer;

const QString kQ8 = QStringLiteral("q8");

// The page with the tiny model among the others.
class TinyPage : public WindowFixture {
  public:
    explicit TinyPage(Writer writer, Converter converter = {}, bool isChat = true)
        : WindowFixture(writer, std::move(converter), largeMachine), tiny("tiny-model", isChat) {}

    bool open() {
        if (!waitForModel()) return false;
        window().showModels();
        return library().addFolder(tiny.folder());
    }
    ModelFormRow* row(const QString& preset) { return rowOf(*this, tiny.folder(), preset); }

    const TinyModel tiny;
};

// Whether a label of the page has the words in its text.
bool says(const QWidget* page, const QString& words) {
    const QList<QLabel*> labels = page->findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(),
                       [&](const QLabel* label) { return label->text().contains(words); });
}

// Goes on to `limit` percent and waits there.
class SlowConverter {
  public:
    Converter converter() {
        return [this](const ConversionTask&, const std::function<void(quint64, quint64)>& progress,
                      const std::stop_token& stop) -> ConversionEnd {
            for (; done_ < 100; QThread::msleep(2)) {
                if (stop.stop_requested()) return {.isStopped = true, .error = {}};
                if (!error.isEmpty()) return {.isStopped = false, .error = error};
                if (done_ < limit) ++done_;
                progress(done_, 100);
            }
            return {};
        };
    }

    std::atomic<quint64> limit = 40;
    QString error;  // set before a start

  private:
    quint64 done_ = 0;
};

}  // namespace

class ModelsPageTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void isAKeyAwayAndShowsTheDemoModelWithAVerdict() {
        WindowFixture fixture(Writer::Script, {}, largeMachine);
        QVERIFY(fixture.waitForModel());
        QTest::keyClick(&fixture.window(), Qt::Key_M, Qt::ControlModifier);
        QVERIFY(fixture.window().models()->isVisible());
        QVERIFY(fixture.window().sidebar()->modelsButton()->isChecked());
        QCOMPARE(fixture.window().windowTitle(), QStringLiteral("Models – DeepSeekMoE Desktop"));
        const QString demo = testModelFolder();
        ModelFormRow* row = rowOf(fixture, demo, QStringLiteral("bf16"));
        QVERIFY(row != nullptr);
        QCOMPARE(fixture.window().models()->card(demo)->kind()->text(), QStringLiteral("Demo"));
        QCOMPARE(row->pill()->text(), QStringLiteral("Fits"));
        QVERIFY(row->pill()->toolTip().contains(QLatin1String("64.0 GB")));
        QCOMPARE(row->button()->text(), QStringLiteral("Chat"));  // it is loaded
        QTest::keyClick(fixture.window().models()->addButton(), Qt::Key_Escape);
        QVERIFY(fixture.window().page()->isVisible());
        QVERIFY(!fixture.window().sidebar()->modelsButton()->isChecked());
    }

    void aModelIsAddedConvertedLoadedAndChattedWith() {
        TinyPage fixture(Writer::Model);
        QVERIFY(fixture.open());
        ModelFormRow* row = fixture.row(kQ8);
        QVERIFY(row != nullptr);
        QVERIFY(!row->content().form.isPresent());
        QVERIFY(press(row, QStringLiteral("Convert")));
        QVERIFY(press(row, QStringLiteral("Load")));
        QVERIFY(row->content().form.isPresent());
        QVERIFY(press(row, QStringLiteral("Chat")));
        QVERIFY(fixture.window().page()->isVisible());
        QVERIFY(fixture.waitForModel());
        QCOMPARE(fixture.host().status().folder, row->content().form.folder);
        GenerationChoices choices = fixture.settings().generation();
        choices.maximumTokens = 8;
        fixture.settings().setGeneration(choices);
        fixture.sendMessage(QStringLiteral("hello"));
        QVERIFY(fixture.waitForReply());
        const qint64 id = fixture.window().page()->conversation();
        QCOMPARE(fixture.chat().messages(id).size(), 2);
        QCOMPARE(fixture.chat().messages(id)[1].state, MessageState::Complete);
        QVERIFY(fixture.chat().messages(id)[1].statistics.generatedTokens > 0);
    }

    void convertingShowsProgressAndIsCancelledAndResumed() {
        SlowConverter slow;
        TinyPage fixture(Writer::Script, slow.converter());
        QVERIFY(fixture.open());
        ModelFormRow* row = fixture.row(kQ8);
        QVERIFY(row != nullptr);
        QVERIFY(!row->progress()->isVisible());
        QVERIFY(press(row, QStringLiteral("Convert")));
        QTRY_VERIFY_WITH_TIMEOUT(row->progress()->value() == 400, kWaitMs);
        QVERIFY(row->progress()->isVisible());
        QVERIFY(press(row, QStringLiteral("Cancel")));
        QVERIFY(press(row, QStringLiteral("Resume")));
        slow.limit = 60;
        QTRY_COMPARE_WITH_TIMEOUT(row->progress()->value(), 600, kWaitMs);
        QVERIFY(press(row, QStringLiteral("Cancel")));
        QVERIFY(press(row, QStringLiteral("Discard")));
        QVERIFY(answer(fixture.window().models(), QStringLiteral("Keep")));
        QCOMPARE(fixture.conversions().conversions().size(), 1);
        QVERIFY(press(row, QStringLiteral("Discard")));
        QVERIFY(answer(fixture.window().models(), QStringLiteral("Discard")));
        QTRY_COMPARE(fixture.conversions().conversions().size(), 0);
        QVERIFY(press(row, QStringLiteral("Convert")));
    }

    void aConversionIsThereAfterARestart() {
        SlowConverter slow;
        TinyPage fixture(Writer::Script, slow.converter());
        QVERIFY(fixture.open());
        QVERIFY(press(fixture.row(kQ8), QStringLiteral("Convert")));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.row(kQ8)->progress()->value(), 400, kWaitMs);
        fixture.restart();
        fixture.window().showModels();
        ModelFormRow* row = fixture.row(kQ8);
        QVERIFY(row != nullptr);
        QCOMPARE(row->progress()->value(), 400);
        QVERIFY(press(row, QStringLiteral("Resume")));
    }

    void aFailedConversionSaysWhy() {
        SlowConverter slow;
        slow.error = QStringLiteral("The disk is full. Free 9.9 GB.");
        TinyPage fixture(Writer::Script, slow.converter());
        QVERIFY(fixture.open());
        ModelFormRow* row = fixture.row(kQ8);
        QVERIFY(press(row, QStringLiteral("Convert")));
        QVERIFY(QTest::qWaitFor([&] { return row->button()->text() == QLatin1String("Try again"); },
                                kWaitMs));
        const auto labels = row->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
            return label->isVisible() && label->text() == slow.error;
        }));
        QVERIFY(!row->progress()->isVisible());
    }

    void aModelLargerThanTheMachineIsMarkedWithTheNumbers() {
        QTemporaryDir models;
        const QString large = models.filePath(QStringLiteral("deepseek-moe-16b-chat"));
        test::writeSparseModel(large.toStdString(), publishedConfig(), true);
        WindowFixture fixture(Writer::Script, {}, [] {
            return ComputerMemory{16'700'000'000, 13'000'000'000};
        });
        QVERIFY(fixture.waitForModel());
        fixture.window().showModels();
        fixture.library().addFolder(large);
        ModelFormRow* exact = rowOf(fixture, large, QStringLiteral("bf16"));
        QVERIFY(exact != nullptr);
        QCOMPARE(exact->pill()->text(), QStringLiteral("Won't fit"));
        QVERIFY(exact->pill()->toolTip().contains(QLatin1String("32.8 GB for the weights")));
        QCOMPARE(exact->button()->text(), QStringLiteral("Run from disk"));
        QCOMPARE(rowOf(fixture, large, kQ8)->pill()->text(), QStringLiteral("Won't fit"));
        QCOMPARE(rowOf(fixture, large, QStringLiteral("q4"))->pill()->text(),
                 QStringLiteral("Fits"));
    }

    void aRemovedModelComesBackWithUndo() {
        TinyPage fixture(Writer::Script);
        QVERIFY(fixture.open());
        QVERIFY(fixture.row(kQ8) != nullptr);
        ModelCard* card = fixture.window().models()->card(fixture.tiny.folder());
        QVERIFY(chooseInMenu(card, QStringLiteral("Remove from the list")));
        QTRY_VERIFY_WITH_TIMEOUT(fixture.window().models()->card(fixture.tiny.folder()) == nullptr,
                                 kWaitMs);
        QVERIFY(QFile::exists(fixture.tiny.folder() + QStringLiteral("/config.json")));
        QVERIFY(fixture.window().toast()->isVisible());
        fixture.window().toast()->actionButton()->click();
        QVERIFY(fixture.row(kQ8) != nullptr);
    }

    void aBaseModelSaysWhatItIsAndGoesOnWithText() {
        TinyPage fixture(Writer::Model, {}, false);
        QVERIFY(fixture.open());
        ModelFormRow* row = fixture.row(QStringLiteral("bf16"));
        QVERIFY(row != nullptr);
        QCOMPARE(fixture.window().models()->card(fixture.tiny.folder())->kind()->text(),
                 QStringLiteral("Base"));
        QVERIFY(press(row, QStringLiteral("Load")));
        QVERIFY(press(row, QStringLiteral("Write")));
        QVERIFY(fixture.waitForModel());
        QVERIFY(fixture.window().page()->composer()->editor()->placeholderText().contains(
            QLatin1String("Begin a text")));
        GenerationChoices choices = fixture.settings().generation();
        choices.maximumTokens = 4;
        fixture.settings().setGeneration(choices);
        fixture.sendMessage(QStringLiteral("once upon"));
        QVERIFY(fixture.waitForReply());
        const qint64 id = fixture.window().page()->conversation();
        QCOMPARE(fixture.chat().messages(id)[1].error, QString());
    }

    void aModelWithAForeignTemplateSaysWhyItOnlyGoesOnWithText() {
        TinyPage fixture(Writer::Model);
        QFile other(fixture.tiny.folder() + QStringLiteral("/chat_template.jinja"));
        QVERIFY(other.open(QIODevice::WriteOnly) && other.write("{{ '<|im_start|>' }}") > 0);
        other.close();
        QVERIFY(fixture.open());
        ModelFormRow* row = fixture.row(QStringLiteral("bf16"));
        QVERIFY(row != nullptr);
        const ModelCard* card = fixture.window().models()->card(fixture.tiny.folder());
        QCOMPARE(card->kind()->text(), QStringLiteral("Base"));
        QVERIFY2(card->kind()->toolTip().contains(other.fileName()),
                 qPrintable(card->kind()->toolTip()));
        QVERIFY(says(card, other.fileName()));
        QVERIFY(press(row, QStringLiteral("Load")));
        QVERIFY(press(row, QStringLiteral("Write")));
        QVERIFY(fixture.waitForModel());
        QVERIFY(says(fixture.window().page()->welcome(), other.fileName()));
    }

    void aModelOpenedByItsFolderIsListedFromThenOn() {
        WindowFixture fixture(Writer::Script, {}, largeMachine);
        QVERIFY(fixture.waitForModel());
        const TinyModel tiny("tiny-model");
        fixture.window().loadModel(tiny.folder());
        QVERIFY(rowOf(fixture, tiny.folder(), kQ8) != nullptr);
    }

    void everyControlHasANameAndTheKeyboardReachesIt() {
        SlowConverter slow;
        TinyPage fixture(Writer::Script, slow.converter());
        QVERIFY(fixture.open());
        QVERIFY(press(fixture.row(kQ8), QStringLiteral("Convert")));
        for (QAbstractButton* button :
             fixture.window().models()->findChildren<QAbstractButton*>()) {
            if (!button->isVisible()) continue;
            QVERIFY2(!button->accessibleName().isEmpty(), qPrintable(button->text()));
            QVERIFY2(button->focusPolicy() & Qt::TabFocus, qPrintable(button->accessibleName()));
        }
        for (const QProgressBar* bar : fixture.window().models()->findChildren<QProgressBar*>())
            QVERIFY(!bar->isVisible() || !bar->accessibleName().isEmpty());
    }

    void aNarrowWindowShowsEverything() {
        TinyPage fixture(Writer::Script);
        QVERIFY(fixture.open());
        ModelFormRow* row = fixture.row(kQ8);
        fixture.window().resize(fixture.window().minimumSize());
        const QWidget* page = fixture.window().models();
        const auto rightOf = [page](const QWidget* part) {
            return part->mapTo(page, QPoint(part->width(), 0)).x();
        };
        QTRY_VERIFY_WITH_TIMEOUT(rightOf(row->button()) <= page->width(), kWaitMs);
        QVERIFY(rightOf(row->pill()) < row->button()->mapTo(page, QPoint()).x());
        QVERIFY(row->pill()->x() > 0);
    }
};

QTEST_MAIN(ModelsPageTest)
#include "models_page_test.moc"
