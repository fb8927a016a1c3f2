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

// A question and an answer of so many words, of which the last `cut` are behind the maximum length.
DataRow row(qint64 index, int words, int cut) {
    const auto part = [](int count) { return QStringLiteral("word ").repeated(count); };
    DataRow row{.index = index, .place = {QStringLiteral("a.csv"), false, index + 2}, .tokens = 9};
    row.turns = {
        {DataTurn::Speaker::User, {{.text = QStringLiteral("Who?")}}},
        {DataTurn::Speaker::Assistant,
         {{.text = part(words - cut), .isTrained = true},
          {.text = part(cut), .isTrained = true, .isCut = true}}},
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
        show({row(0, 6, 2)});
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
        show({row(0, 60, 10), row(1, 80, 0)});
        const QList<DataExampleView*> views = card_->views();
        const int height = views[0]->height();
        const qint64 before = MarkedText::laidOut();
        for (int cut = 11; cut < 40; ++cut)
            show({row(0, 60, cut), row(1, 80, cut - 11)});
        QCOMPARE(card_->views(), views);
        QCOMPARE(MarkedText::laidOut(), before);
        QCOMPARE(views[0]->height(), height);
        QCOMPARE(text(0, 1)->extraSelections().last().cursor.selectedText(),
                 QStringLiteral("word ").repeated(39));
    }

    void aTextIsAsHighAsItsLines() {
        show({row(0, 60, 0)});
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
        show({row(0, 6, 0)});
        QTRY_VERIFY(text(0, 1)->height() < height);
        QVERIFY(fits());
    }

    void lineEndsOfEveryKindKeepTheMarksInTheirPlace() {
        DataRow strange = row(0, 2, 0);
        strange.turns[1].parts = {{.text = QStringLiteral("a\r\nb\r")},
                                  {.text = QStringLiteral("c\u2029d"), .isTrained = true},
                                  {.text = QStringLiteral("\uFDD0<b>e</b>")}};
        show({strange});
        const auto marks = text(0, 1)->extraSelections();
        QCOMPARE(marks.size(), 1);
        QCOMPARE(marks[0].cursor.selectionStart(), 4);
        QCOMPARE(marks[0].cursor.selectionEnd(), 7);
        QVERIFY(text(0, 1)->toPlainText().endsWith(QStringLiteral("<b>e</b>")));
    }

    void aButtonMeansTheRowThatIsShownBesideIt() {
        show({row(0, 6, 0), row(1, 6, 0)});
        show({row(5, 6, 0), row(6, 6, 0), row(7, 6, 0)});
        QCOMPARE(card_->views().size(), 3);
        QSignalSpy edit(card_.get(), &DataRowsCard::editRequested);
        card_->views()[1]->editButton()->click();
        QCOMPARE(edit.takeFirst()[0].toLongLong(), 6);
        QVERIFY(card_->views()[1]->editButton()->accessibleName().contains(
            QStringLiteral("line 8 of a.csv")));
        show({row(9, 6, 0)});
        QCOMPARE(card_->views().size(), 1);
    }
};

QTEST_MAIN(DataRowsCardTest)
#include "data_rows_card_test.moc"
