// The rows of a data set as they are shown: what is marked in them, and what a change of the
// maximum length costs.
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTextEdit>

#include "finetune_ui/cards/data_example_view.h"
#include "finetune_ui/cards/marked_text.h"
#include "finetune_ui/data/data_rows_card.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

DataPart partOf(const QString& text, bool isTrained = false, bool isCut = false) {
    DataPart part;
    part.text = text;
    part.isTrained = isTrained;
    part.isCut = isCut;
    return part;
}

// A question and an answer of so many words, of which the last `cut` are behind the maximum length.
DataRow rowOf(qint64 index, int words, int cut) {
    const auto part = [](int count) { return QStringLiteral("word ").repeated(count); };
    DataRow row;
    row.index = index;
    row.place = {QStringLiteral("a.csv"), false, index + 2};
    row.tokens = 9;
    row.turns = {
        {DataTurn::Speaker::User, {partOf(QStringLiteral("Who?"))}},
        {DataTurn::Speaker::Assistant,
         {partOf(part(words - cut), true), partOf(part(cut), true, true)}},
    };
    return row;
}

}  // namespace

class DataRowsCardTest : public QObject {
    Q_OBJECT

    Theme theme_;
    std::unique_ptr<DataRowsCard> card_;

    void show(const QList<DataRow>& rows) {
        card_->setCount(100, true);
        card_->setRows(rows);
        QTest::qWait(1);
    }
    QTextEdit* text(int row, int turn) {
        return card_->views()[row]->findChildren<QTextEdit*>()[turn];
    }

  private Q_SLOTS:
    void init() {
        card_ = std::make_unique<DataRowsCard>(theme_);
        card_->resize(400, 900);
        card_->show();
    }
    void cleanup() { card_.reset(); }

    void whatIsLearnedAndWhatIsCutIsMarked() {
        show({rowOf(0, 6, 2)});
        QVERIFY(text(0, 0)->extraSelections().isEmpty());
        const auto marks = text(0, 1)->extraSelections();
        QCOMPARE(marks.size(), 2);
        QCOMPARE(marks[0].cursor.selectedText(), QStringLiteral("word ").repeated(4));
        QCOMPARE(marks[0].format.background().color(), theme_.color(ColorRole::SuccessSurface));
        QVERIFY(!marks[0].format.fontStrikeOut());
        QCOMPARE(marks[1].cursor.selectedText(), QStringLiteral("word ").repeated(2));
        QVERIFY(marks[1].format.fontStrikeOut());
    }

    void anotherLengthMovesTheMarksAndLaysOutNothing() {
        show({rowOf(0, 60, 10), rowOf(1, 80, 0)});
        const QList<DataExampleView*> views = card_->views();
        const int height = views[0]->height();
        const qint64 before = MarkedText::laidOut();
        for (int cut = 11; cut < 40; ++cut)
            show({rowOf(0, 60, cut), rowOf(1, 80, cut - 11)});
        QCOMPARE(card_->views(), views);
        QCOMPARE(MarkedText::laidOut(), before);
        QCOMPARE(views[0]->height(), height);
        QCOMPARE(text(0, 1)->extraSelections().last().cursor.selectedText(),
                 QStringLiteral("word ").repeated(39));
    }

    void aTextIsAsHighAsItsLines() {
        show({rowOf(0, 60, 0)});
        const auto fits = [this] {
            const QTextEdit* shown = text(0, 1);
            return shown->height() >= shown->document()->size().height() &&
                   shown->document()->size().width() <= shown->width();
        };
        QVERIFY(fits());
        const int height = text(0, 1)->height();
        card_->resize(250, 900);
        QTRY_VERIFY(text(0, 1)->height() > height);
        QVERIFY(fits());
        show({rowOf(0, 6, 0)});
        QTRY_VERIFY(text(0, 1)->height() < height);
        QVERIFY(fits());
    }

    void lineEndsOfEveryKindKeepTheMarksInTheirPlace() {
        DataRow strange = rowOf(0, 2, 0);
        strange.turns[1].parts = {partOf(QStringLiteral("a\r\nb\r")),
                                  partOf(QStringLiteral("c\u2029d"), true),
                                  partOf(QStringLiteral("\uFDD0<b>e</b>"))};
        show({strange});
        const auto marks = text(0, 1)->extraSelections();
        QCOMPARE(marks.size(), 1);
        QCOMPARE(marks[0].cursor.selectionStart(), 4);
        QCOMPARE(marks[0].cursor.selectionEnd(), 7);
        QVERIFY(text(0, 1)->toPlainText().endsWith(QStringLiteral("<b>e</b>")));
    }

    void aButtonMeansTheRowThatIsShownBesideIt() {
        show({rowOf(0, 6, 0), rowOf(1, 6, 0)});
        show({rowOf(5, 6, 0), rowOf(6, 6, 0), rowOf(7, 6, 0)});
        QCOMPARE(card_->views().size(), 3);
        QSignalSpy edit(card_.get(), &DataRowsCard::editRequested);
        card_->views()[1]->editButton()->click();
        QCOMPARE(edit.takeFirst()[0].toLongLong(), 6);
        QVERIFY(card_->views()[1]->editButton()->accessibleName().contains(
            QStringLiteral("line 8 of a.csv")));
        show({rowOf(9, 6, 0)});
        QCOMPARE(card_->views().size(), 1);
    }
};

QTEST_MAIN(DataRowsCardTest)
#include "data_rows_card_test.moc"
