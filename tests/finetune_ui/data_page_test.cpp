#include "finetune_ui/data/data_page.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QFile>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>

#include "app/services/chat/chat_service.h"
#include "app/services/chat/conversation_export.h"
#include "app/services/program/settings.h"
#include "app/services/training/data/data_study.h"
#include "app/services/training/job/job_draft.h"
#include "finetune_ui/cards/data_example_view.h"
#include "finetune_ui/data/data_columns_card.h"
#include "finetune_ui/data/data_files_card.h"
#include "finetune_ui/data/data_findings_card.h"
#include "finetune_ui/data/data_length_card.h"
#include "finetune_ui/data/data_row_dialog.h"
#include "finetune_ui/data/data_row_lists.h"
#include "finetune_ui/data/data_rows_card.h"
#include "finetune_ui/data/own_conversations_dialog.h"
#include "tests/app/services/chat/fake_generator.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/length_histogram.h"
#include "ui/widgets/theme.h"

using namespace dsm;

class DataPageTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void aDroppedFileIsReadAndShown();
    void aWrongGuessIsPutRight();
    void questionAndAnswerChangePlaces();
    void aFileWithOtherColumnsIsRefusedByName();
    void rowsAreShownPageByPage();
    void theLengthIsSetToKeepMostRows();
    void saysWhatCannotBeUsed();
    void theTemplateOfAChatIsOfferedWhereAnotherNeverEnds();
    void aSystemTextStandsBeforeEachConversation();
    void rowsAreChangedAndLeftOut();
    void aChangeThatCannotBeKeptStaysInItsDialog();
    void everyUnusableRowIsListedWithItsReason();
    void ownConversationsBecomeAFile();
    void conversationsAreChosenByTheirFolder();
    void onlyRepliesWithAThumbUpAreTaken();
    void aLoadedDraftIsShown();
    void everyControlHasANameForScreenReaders();

  private:
    QString write(const QString& name, const QByteArray& text) const;
    QString writeRows(int rows) const;
    // Until all is read and shown.
    void wait();
    QStringList shownTexts() const;

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<FakeGenerator> fake_;
    std::unique_ptr<ChatService> chats_;
    std::unique_ptr<ConversationExport> conversations_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<DataStudy> study_;
    std::unique_ptr<JobDraft> draft_;
    std::unique_ptr<QScrollArea> scroll_;
    DataPage* page_ = nullptr;
};

void DataPageTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    settings_ = std::make_unique<Settings>(folder_->filePath(QStringLiteral("settings.ini")));
    fake_ = std::make_unique<FakeGenerator>();
    chats_ = std::make_unique<ChatService>(folder_->filePath(QStringLiteral("chats.db")), *fake_,
                                           *settings_);
    conversations_ = std::make_unique<ConversationExport>(
        *chats_, folder_->filePath(QStringLiteral("examples")));
    theme_ = std::make_unique<Theme>();
    study_ = std::make_unique<DataStudy>();
    draft_ = std::make_unique<JobDraft>();
    scroll_ = std::make_unique<QScrollArea>();
    page_ = new DataPage({*study_, *conversations_, *draft_, *theme_});
    draft_->choose(QStringLiteral("model"), QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny"));
    scroll_->setWidget(page_);
    scroll_->setWidgetResizable(true);
    scroll_->resize(900, 900);
    scroll_->show();
}

void DataPageTest::cleanup() {
    scroll_.reset();
    study_.reset();
    conversations_.reset();
    chats_.reset();
    fake_.reset();
}

QString DataPageTest::write(const QString& name, const QByteArray& text) const {
    QFile file(folder_->filePath(name));
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write %s", qPrintable(name));
    file.write(text);
    return file.fileName();
}

QString DataPageTest::writeRows(int rows) const {
    QByteArray text = "question,answer,id\n";
    for (int i = 0; i < rows; ++i)
        text +=
            "What is " + QByteArray::number(i) + "?,It is " + QByteArray(i % 7 + 1, 'o') + ",7\n";
    return write(QStringLiteral("rows.csv"), text);
}

void DataPageTest::wait() {
    QTRY_VERIFY_WITH_TIMEOUT(!study_->isStudying() && study_->findings().isWhole, 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(!page_->rowsCard()->views().isEmpty(), 30'000);
}

QStringList DataPageTest::shownTexts() const {
    QStringList texts;
    for (const DataExampleView* view : page_->rowsCard()->views()) {
        QString text;
        for (const DataTurn& turn : view->row().turns) {
            for (const DataPart& part : turn.parts)
                text += part.isTrained ? u'[' + part.text + u']' : part.text;
        }
        texts.append(text);
    }
    return texts;
}

void DataPageTest::aDroppedFileIsReadAndShown() {
    QVERIFY(page_->missing().contains(QStringLiteral("file")));
    QVERIFY(!page_->findingsCard()->isVisible());
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(writeRows(12))});
    QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(page_, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(page_, &drop);
    wait();
    QCOMPARE(page_->missing(), QString());
    QCOMPARE(draft_->value(QStringLiteral("data")).toString(),
             folder_->filePath(QStringLiteral("rows.csv")));
    const QJsonObject columns = draft_->value(QStringLiteral("columns")).toObject();
    QCOMPARE(columns.value(QStringLiteral("instruction")).toString(), QStringLiteral("question"));
    QVERIFY(page_->findingsCard()->isVisible());
    QVERIFY(page_->findingsCard()->lines().contains(QStringLiteral("12")));
    QVERIFY(shownTexts().first().startsWith(QStringLiteral("What is 0?[It is o]")));
}

void DataPageTest::aWrongGuessIsPutRight() {
    const QString file =
        write(QStringLiteral("a.csv"), "what,question,reply\nWhere?,north,Here.\nWho?,south,Me.\n");
    page_->addFiles({file});
    wait();
    QComboBox* question = page_->columnsCard()->columnChoice(QStringLiteral("instruction"));
    QVERIFY(question->isVisible());
    QCOMPARE(question->currentData().toString(), QStringLiteral("question"));
    // What is in a column is seen where its name may say nothing.
    QVERIFY(question->currentText().contains(QStringLiteral("north")));
    const auto choose = [](QComboBox* box, const QString& name) {
        const int index = box->findData(name);
        QVERIFY(index >= 0);
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    };
    choose(question, QString());
    QTRY_COMPARE_WITH_TIMEOUT(page_->missing(),
                              QStringLiteral("Choose the column of this part: Question."), 30'000);
    choose(question, QStringLiteral("what"));
    choose(page_->columnsCard()->columnChoice(QStringLiteral("output")), QStringLiteral("reply"));
    QTRY_VERIFY_WITH_TIMEOUT(shownTexts().value(0).startsWith(QStringLiteral("Where?[Here.]")),
                             30'000);
    // The same rows as texts.
    QComboBox* shape = page_->columnsCard()->shapeChoice();
    shape->setCurrentIndex(2);
    Q_EMIT shape->activated(2);
    choose(page_->columnsCard()->columnChoice(QStringLiteral("text")), QStringLiteral("reply"));
    QCOMPARE(draft_->value(QStringLiteral("template")).toString(), QStringLiteral("raw"));
    QTRY_VERIFY_WITH_TIMEOUT(shownTexts().value(0).startsWith(QStringLiteral("[Here.]")), 30'000);
}

void DataPageTest::questionAndAnswerChangePlaces() {
    page_->addFiles({write(QStringLiteral("a.csv"), "B,A\nHere.,Where?\nMe.,Who?\n")});
    wait();
    QComboBox* question = page_->columnsCard()->columnChoice(QStringLiteral("instruction"));
    QComboBox* answer = page_->columnsCard()->columnChoice(QStringLiteral("output"));
    QCOMPARE(question->currentData().toString(), QStringLiteral("B"));
    const int index = question->findData(QStringLiteral("A"));
    question->setCurrentIndex(index);
    Q_EMIT question->activated(index);
    QCOMPARE(answer->currentData().toString(), QStringLiteral("B"));
    QTRY_VERIFY_WITH_TIMEOUT(shownTexts().value(0).startsWith(QStringLiteral("Where?[Here.]")),
                             30'000);
}

// Else each of its rows would be refused, for a column that only the other file has.
void DataPageTest::aFileWithOtherColumnsIsRefusedByName() {
    const QString second = write(QStringLiteral("more.csv"), "prompt,reply\nWho?,I.\n");
    page_->addFiles({writeRows(3), second});
    QTRY_COMPARE_WITH_TIMEOUT(page_->missing(),
                              QStringLiteral("more.csv has no column “answer”. Take it out, or "
                                             "name its columns like the others'."),
                              30'000);
    QStringList said;
    for (const QLabel* label : page_->filesCard()->findChildren<QLabel*>())
        said.append(label->text());
    QVERIFY2(said.filter(QStringLiteral("but no “answer”")).size() == 1 &&
                 said.join(u' ').contains(QStringLiteral("prompt, reply")),
             qPrintable(said.join(u'\n')));
    // A conversation needs no columns of pairs.
    write(QStringLiteral("more.csv"), "question,answer\nWho?,I.\n");
    const QString talk =
        write(QStringLiteral("talk.jsonl"), R"({"messages": [{"role": "user", "content": "Hi."}, )"
                                            R"({"role": "assistant", "content": "Hello."}]})"
                                            "\n");
    page_->removeFile(second);
    page_->addFiles({second, talk});
    QTRY_COMPARE_WITH_TIMEOUT(page_->missing(), QString(), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(study_->findings().examples, 5, 30'000);
    QCOMPARE(study_->findings().refused, 0);
    // Both kinds of rows are named, since one choice names one of them.
    said.clear();
    for (const QLabel* label : page_->columnsCard()->findChildren<QLabel*>())
        said.append(label->text());
    QVERIFY2(said.join(u' ').contains(QStringLiteral("the others as a question and its answer")),
             qPrintable(said.join(u'\n')));
    QVERIFY(!page_->columnsCard()->columnChoice(QStringLiteral("output"))->isHidden());
    // Whichever column is chosen anew, both kinds go on being read.
    for (const char* field : {"messages", "output"}) {
        QComboBox* column = page_->columnsCard()->columnChoice(QLatin1String(field));
        Q_EMIT column->activated(column->currentIndex());
        wait();
        QCOMPARE(column->currentData().toString().isEmpty(), false);
        QTRY_COMPARE_WITH_TIMEOUT(study_->findings().examples, 5, 30'000);
        QCOMPARE(study_->findings().refused, 0);
    }
}

void DataPageTest::rowsAreShownPageByPage() {
    page_->addFiles({writeRows(12)});
    wait();
    QTRY_COMPARE(page_->rowsCard()->views().size(), 5);
    QVERIFY(!page_->rowsCard()->previousButton()->isEnabled());
    page_->rowsCard()->nextButton()->click();
    QTRY_VERIFY(shownTexts().value(0).startsWith(QStringLiteral("What is 5?")));
    page_->rowsCard()->nextButton()->click();
    QTRY_COMPARE(page_->rowsCard()->views().size(), 2);
    QVERIFY(!page_->rowsCard()->nextButton()->isEnabled());
}

void DataPageTest::theLengthIsSetToKeepMostRows() {
    QByteArray text = "question,answer\n";
    for (int i = 0; i < 199; ++i)
        text += "q" + QByteArray::number(i) + ",short\n";
    text += "q," + QByteArray(300, 'a') + "\n";
    page_->addFiles({write(QStringLiteral("a.csv"), text)});
    wait();
    draft_->choose(QStringLiteral("max_length"), 4);
    QTRY_VERIFY(page_->lengthCard()->outcome().contains(QStringLiteral("left out")) ||
                page_->lengthCard()->outcome().contains(QStringLiteral("lose their end")));
    page_->lengthCard()->keep99Button()->click();
    QCOMPARE(draft_->value(QStringLiteral("max_length")).toInteger(), study_->findings().keeps99);
    QVERIFY(page_->lengthCard()->outcome().contains(QStringLiteral("1 row")));
    page_->lengthCard()->keepAllButton()->click();
    QVERIFY(page_->lengthCard()->outcome().startsWith(QStringLiteral("Every row")));
    QTest::keyClick(page_->lengthCard()->histogram(), Qt::Key_Home);
    QCOMPARE(draft_->value(QStringLiteral("max_length")).toInt(), 2);
    QVERIFY(page_->missing().contains(QStringLiteral("length")));
}

void DataPageTest::saysWhatCannotBeUsed() {
    const QString broken = folder_->filePath(QStringLiteral("gone.csv"));
    page_->addFiles({writeRows(3), broken});
    QTRY_VERIFY(page_->missing().contains(QStringLiteral("gone.csv")));
    page_->removeFile(broken);
    wait();
    QTRY_COMPARE(page_->missing(), QString());
    page_->removeFile(folder_->filePath(QStringLiteral("rows.csv")));
    page_->addFiles(
        {write(QStringLiteral("b.jsonl"), "{\"instruction\": 3, \"output\": \"a\"}\n")});
    QTRY_VERIFY_WITH_TIMEOUT(!study_->error().isEmpty(), 30'000);
    QVERIFY(page_->findingsCard()->lines().first().contains(QStringLiteral("none of 1 rows")));
    QVERIFY(!page_->missing().isEmpty());
    QVERIFY(page_->findingsCard()->exportButton()->isVisible());
}

void DataPageTest::theTemplateOfAChatIsOfferedWhereAnotherNeverEnds() {
    page_->addFiles({writeRows(3)});
    wait();
    QPushButton* fix = page_->findingsCard()->chatTemplateButton();
    QVERIFY(!fix->isVisible());
    draft_->choose(QStringLiteral("template"), QStringLiteral("reference"));
    QTRY_VERIFY_WITH_TIMEOUT(fix->isVisible(), 30'000);
    fix->click();
    QVERIFY(!draft_->isChosen(QStringLiteral("template")));
    QTRY_VERIFY_WITH_TIMEOUT(!fix->isVisible(), 30'000);
}

void DataPageTest::aSystemTextStandsBeforeEachConversation() {
    page_->addFiles({writeRows(3)});
    wait();
    page_->columnsCard()->systemEdit()->setPlainText(QStringLiteral("Be kind."));
    QCOMPARE(draft_->value(QStringLiteral("system")).toString(), QStringLiteral("Be kind."));
    QTRY_VERIFY_WITH_TIMEOUT(shownTexts().value(0).startsWith(QStringLiteral("Be kind.What is 0?")),
                             30'000);
    // A template that has no place for it, and back.
    QComboBox* made = page_->columnsCard()->templateChoice();
    made->setCurrentIndex(1);
    Q_EMIT made->activated(1);
    QVERIFY(!draft_->isChosen(QStringLiteral("system")));
    made->setCurrentIndex(0);
    Q_EMIT made->activated(0);
    QCOMPARE(draft_->value(QStringLiteral("system")).toString(), QStringLiteral("Be kind."));
}

void DataPageTest::rowsAreChangedAndLeftOut() {
    page_->addFiles({writeRows(4)});
    wait();
    page_->rowsCard()->views().at(0)->leaveOutButton()->click();
    QTRY_COMPARE_WITH_TIMEOUT(study_->findings().leftOut, 1, 30'000);
    QVERIFY(draft_->value(QStringLiteral("edits")).toBool());
    QTRY_VERIFY(shownTexts().value(0).startsWith(QStringLiteral("What is 1?")));
    page_->rowsCard()->views().at(0)->editButton()->click();
    QTRY_VERIFY_WITH_TIMEOUT(page_->rowDialog() != nullptr, 30'000);
    page_->rowDialog()->edits().first()->setPlainText(QStringLiteral("It is one."));
    page_->rowDialog()->accept();
    QTRY_VERIFY_WITH_TIMEOUT(
        shownTexts().value(0).startsWith(QStringLiteral("What is 1?[It is one.]")), 30'000);
    // Each can be put back, at any time.
    const auto changes = [this] {
        QTRY_VERIFY(page_->findingsCard()->changesButton()->isVisible());
        page_->findingsCard()->changesButton()->click();
    };
    changes();
    auto* dialog = page_->findChild<ChangedRowsDialog*>();
    QTRY_COMPARE_WITH_TIMEOUT(dialog->list()->count(), 2, 30'000);
    QVERIFY(dialog->list()->item(0)->text().contains(QStringLiteral("What is 0?")));
    QVERIFY(dialog->list()->item(0)->text().contains(QStringLiteral("line 2")));
    QVERIFY(dialog->list()->item(1)->text().contains(QStringLiteral("It is one.")));
    dialog->list()->setCurrentRow(0);
    dialog->putBackButton()->click();
    QTRY_COMPARE_WITH_TIMEOUT(dialog->list()->count(), 1, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(study_->findings().leftOut, 0, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(study_->findings().edited, 1, 30'000);
    QVERIFY(draft_->value(QStringLiteral("edits")).toBool());
    dialog->allButton()->click();
    QTRY_VERIFY_WITH_TIMEOUT(!draft_->isChosen(QStringLiteral("edits")), 30'000);
    QTRY_VERIFY(page_->findChild<ChangedRowsDialog*>() == nullptr);
    QTRY_COMPARE_WITH_TIMEOUT(study_->findings().rows, 4, 30'000);
    QVERIFY(!page_->findingsCard()->changesButton()->isVisible());
}

void DataPageTest::aChangeThatCannotBeKeptStaysInItsDialog() {
    const QString file = writeRows(2);
    page_->addFiles({file});
    wait();
    QStringList failures;
    connect(page_, &DataPage::failed, this, [&](const QString& text) { failures.append(text); });
    const auto open = [this] {
        page_->rowsCard()->views().at(0)->editButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(page_->rowDialog() != nullptr, 30'000);
    };
    open();
    // Where the changes are kept something else is in the way.
    const QString edits = file + QStringLiteral(".edits.json");
    QVERIFY(QDir().mkpath(edits + QStringLiteral("/full")));
    QPointer<DataRowDialog> dialog = page_->rowDialog();
    dialog->edits().first()->setPlainText(QStringLiteral("It is typed."));
    dialog->accept();
    QTRY_VERIFY_WITH_TIMEOUT(dialog->problem()->text().contains(edits), 30'000);
    QVERIFY(dialog->isVisible());
    QCOMPARE(dialog->edits().first()->toPlainText(), QStringLiteral("It is typed."));
    dialog->reject();
    // Without a dialog the window says it.
    QTRY_VERIFY(page_->rowDialog() == nullptr);
    page_->rowsCard()->views().at(0)->leaveOutButton()->click();
    QTRY_COMPARE_WITH_TIMEOUT(failures.size(), 1, 30'000);
    QVERIFY(failures.first().contains(edits));
    QVERIFY(QDir(edits).removeRecursively());
    open();
    dialog = page_->rowDialog();
    dialog->edits().first()->setPlainText(QStringLiteral("It is kept."));
    dialog->accept();
    QTRY_VERIFY_WITH_TIMEOUT(dialog.isNull(), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(study_->findings().edited, 1, 30'000);
}

void DataPageTest::everyUnusableRowIsListedWithItsReason() {
    QByteArray text = "{\"instruction\": \"q\", \"output\": \"a\"}\n";
    for (int i = 0; i < 20; ++i)
        text += "{\"instruction\": " + QByteArray::number(i) + ", \"output\": \"a\"}\n";
    page_->addFiles({write(QStringLiteral("a.jsonl"), text)});
    wait();
    page_->findingsCard()->refusedButton()->click();
    auto* dialog = page_->findChild<RefusedRowsDialog*>();
    QCOMPARE(dialog->list()->count(), 20);
    QVERIFY(dialog->list()->item(19)->text().startsWith(QStringLiteral("line 21 of a.jsonl: ")));
    QVERIFY(dialog->list()->item(19)->text().size() > 30);
    // One of them is put right here, and learned.
    QVERIFY(!dialog->changeButton()->isEnabled());
    dialog->list()->setCurrentRow(19);
    dialog->changeButton()->click();
    QTRY_VERIFY(page_->rowDialog() != nullptr);
    const QList<QPlainTextEdit*> fields = page_->rowDialog()->findChildren<QPlainTextEdit*>();
    QCOMPARE(fields.size(), 2);
    QCOMPARE(fields[0]->toPlainText(), QStringLiteral("19"));
    fields[0]->setPlainText(QStringLiteral("\"Nineteen?\""));
    page_->rowDialog()->accept();
    QTRY_COMPARE(study_->findings().edited, 1);
    wait();
    QCOMPARE(study_->findings().examples, 2);
    QCOMPARE(study_->findings().refused, 19);
    QTRY_VERIFY(shownTexts().last().startsWith(QStringLiteral("Nineteen?")));
}

void DataPageTest::ownConversationsBecomeAFile() {
    for (const char* question : {"First?", "Second?", "Third?"}) {
        chats_->send(0, QLatin1String(question));
        fake_->begin(fake_->lastId());
        fake_->write(fake_->lastId(), QStringLiteral("Answer."), {1});
        fake_->end(fake_->lastId());
    }
    OwnConversationsDialog* dialog = page_->showConversations();
    QCOMPARE(dialog->list()->count(), 3);
    QVERIFY(!dialog->writeButton()->isEnabled());
    dialog->searchField()->setText(QStringLiteral("second"));
    QCOMPARE(dialog->list()->count(), 1);
    dialog->list()->item(0)->setCheckState(Qt::Checked);
    QVERIFY(dialog->countText().startsWith(QStringLiteral("1 of 1")));
    dialog->writeButton()->click();
    wait();
    QCOMPARE(study_->findings().examples, 1);
    QVERIFY(page_->banner()->text().contains(QStringLiteral("Nothing else left the history")));
    QVERIFY(shownTexts().first().startsWith(QStringLiteral("Second?[Answer.]")));
}

void DataPageTest::conversationsAreChosenByTheirFolder() {
    for (const char* question : {"First?", "Second?"}) {
        const qint64 chat = chats_->send(0, QLatin1String(question));
        fake_->begin(fake_->lastId());
        fake_->write(fake_->lastId(), QStringLiteral("Answer."), {1});
        fake_->end(fake_->lastId());
        if (qstrcmp(question, "Second?") == 0)
            QVERIFY(chats_->setFolder(chat, QStringLiteral("Town")));
    }
    OwnConversationsDialog* dialog = page_->showConversations();
    QVERIFY(dialog->folderChoice()->isVisible());
    QCOMPARE(dialog->list()->count(), 2);
    const int town = dialog->folderChoice()->findData(QStringLiteral("Town"));
    dialog->folderChoice()->setCurrentIndex(town);
    Q_EMIT dialog->folderChoice()->activated(town);
    QCOMPARE(dialog->list()->count(), 1);
    dialog->list()->item(0)->setCheckState(Qt::Checked);
    dialog->writeButton()->click();
    wait();
    QVERIFY(shownTexts().first().startsWith(QStringLiteral("Second?[Answer.]")));
}

void DataPageTest::onlyRepliesWithAThumbUpAreTaken() {
    qint64 chat = 0;
    for (const char* question : {"First?", "Second?"}) {
        chat = chats_->send(0, QLatin1String(question));
        fake_->begin(fake_->lastId());
        fake_->write(fake_->lastId(), QStringLiteral("Answer."), {1});
        fake_->end(fake_->lastId());
    }
    OwnConversationsDialog* dialog = page_->showConversations();
    dialog->ratedBox()->click();
    QCOMPARE(dialog->list()->count(), 0);
    QVERIFY(dialog->countText().contains(QStringLiteral("thumb")));
    QVERIFY(chats_->rate(chats_->messages(chat).last().id, ReplyRating::Up));
    dialog->ratedBox()->click();
    dialog->ratedBox()->click();
    QCOMPARE(dialog->list()->count(), 1);
    dialog->list()->item(0)->setCheckState(Qt::Checked);
    dialog->writeButton()->click();
    wait();
    QVERIFY(shownTexts().first().startsWith(QStringLiteral("Second?[Answer.]")));
}

void DataPageTest::aLoadedDraftIsShown() {
    const QString one = writeRows(3);
    const QString two = write(QStringLiteral("b.csv"), "question,answer\nx?,y\n");
    draft_->setValues(
        {{QStringLiteral("model"), QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny")},
         {QStringLiteral("data"), QJsonArray{one, two}},
         {QStringLiteral("columns"),
          QJsonObject{{QStringLiteral("instruction"), QStringLiteral("answer")},
                      {QStringLiteral("output"), QStringLiteral("question")}}},
         {QStringLiteral("max_length"), 99}});
    wait();
    QCOMPARE(study_->findings().rows, 4);
    QCOMPARE(page_->lengthCard()->length(), 99);
    QVERIFY(shownTexts().first().startsWith(QStringLiteral("It is o[What is 0?]")));
    QCOMPARE(page_->columnsCard()->columnChoice(QStringLiteral("output"))->currentData(),
             QVariant(QStringLiteral("question")));
}

void DataPageTest::everyControlHasANameForScreenReaders() {
    page_->addFiles({writeRows(12)});
    wait();
    const QList<QLabel*> labels = page_->findChildren<QLabel*>();
    for (QWidget* control : page_->findChildren<QWidget*>()) {
        const bool takesKeys = control->isVisible() && (control->focusPolicy() & Qt::TabFocus);
        const bool isPart = qobject_cast<QLabel*>(control) != nullptr;
        if (!takesKeys || isPart) continue;
        const auto* button = qobject_cast<QPushButton*>(control);
        const bool isNamed = !control->accessibleName().isEmpty() ||
                             (button != nullptr && !button->text().isEmpty()) ||
                             std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
                                 return label->buddy() == control;
                             });
        QVERIFY2(isNamed, control->metaObject()->className());
    }
}

QTEST_MAIN(DataPageTest)
#include "data_page_test.moc"
