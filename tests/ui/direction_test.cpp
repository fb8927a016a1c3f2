// Texts of languages that are written from the right: each paragraph by its own direction, in a
// window of either.
#include <QApplication>
#include <QPushButton>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>

#include "ui/widgets/label.h"
#include "ui/widgets/message/code_block.h"
#include "ui/widgets/message/context_mark.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

// "Hello world" in Arabic and in Hebrew.
const QString kArabic = QStringLiteral(
    "\u0645\u0631\u062D\u0628\u0627 \u0628\u0627\u0644\u0639"
    "\u0627\u0644\u0645");
const QString kHebrew = QStringLiteral("\u05E9\u05DC\u05D5\u05DD \u05E2\u05D5\u05DC\u05DD");
constexpr int kWidth = 600;

}  // namespace

class DirectionTest : public QObject {
    Q_OBJECT

    Theme theme_;
    std::unique_ptr<MarkdownView> view_;

    void show(const QString& markdown) {
        view_ = std::make_unique<MarkdownView>(theme_);
        view_->setSource(markdown);
        view_->resize(kWidth, view_->heightFor(kWidth));
        view_->show();
        QTest::qWait(1);
    }
    TextBlock* text(int number = 0) const {
        const auto blocks = view_->findChildren<TextBlock*>();
        return number < blocks.size() ? blocks[number] : nullptr;
    }
    // From where to where its first line is written.
    static std::pair<double, double> extent(const QTextEdit* of, int paragraph) {
        const QTextBlock block = of->document()->findBlockByNumber(paragraph);
        const QTextLine line = block.layout()->lineAt(0);
        const double left = block.layout()->position().x() + line.naturalTextRect().left();
        return {left, left + line.naturalTextWidth()};
    }
    void isFromTheRight(int paragraph) const {
        const auto [left, right] = extent(text(), paragraph);
        QVERIFY2(left > kWidth / 2, qPrintable(QString::number(left)));
        QVERIFY2(right <= kWidth + 1, qPrintable(QString::number(right)));
    }
    void isFromTheLeft(int paragraph) const {
        const auto [left, right] = extent(text(), paragraph);
        QVERIFY2(left >= 0 && left < 60, qPrintable(QString::number(left)));
        QVERIFY2(right < kWidth / 2, qPrintable(QString::number(right)));
    }

    // Whether anything is drawn between two shares of its width, beside its frame.
    static bool isDrawn(QWidget& widget, double from, double to) {
        const QImage picture = widget.grab().toImage();
        const QRgb surface = picture.pixel(picture.width() / 2, 4);
        for (int y = 6; y < picture.height() - 6; ++y) {
            for (int x = int(picture.width() * from); x < int(picture.width() * to); ++x)
                if (picture.pixel(x, y) != surface) return true;
        }
        return false;
    }

  private Q_SLOTS:
    // The number and the range stood on one another.
    void inAWindowFromTheRightANumberHasItsRangeBesideIt() {
        QApplication::setLayoutDirection(Qt::RightToLeft);
        NumberField field(theme_, {.least = 1, .most = 16});
        field.resize(240, 34);
        field.show();
        const bool isRangeAtRight = isDrawn(field, 0.75, 0.97);
        const bool isFreeAtLeft = !isDrawn(field, 0.03, 0.5);
        QApplication::setLayoutDirection(Qt::LeftToRight);
        QVERIFY(isRangeAtRight);
        QVERIFY(isFreeAtLeft);
    }

    void inAWindowFromTheRightAQuestionStandsAtTheLeft() {
        QApplication::setLayoutDirection(Qt::RightToLeft);
        MessageContent question;
        question.isFromUser = true;
        question.text = QStringLiteral("Hello");
        MessageContent reply;
        reply.author = QStringLiteral("Model");
        reply.text = QStringLiteral("Hello");
        MessageItem asked(theme_, question), answered(theme_, reply);
        const int height = std::max(asked.layoutFor(kWidth), answered.layoutFor(kWidth));
        for (MessageItem* item : {&asked, &answered}) {
            item->resize(kWidth, height);
            item->show();
        }
        QApplication::setLayoutDirection(Qt::LeftToRight);
        QVERIFY(asked.bubble()->geometry().right() < kWidth / 2);
        QVERIFY(isDrawn(answered, 0.9, 1));  // its logo
        QVERIFY(!isDrawn(answered, 0.4, 0.6));
    }

    void inAWindowFromTheRightTheCardOfASummaryIsMirrored() {
        QApplication::setLayoutDirection(Qt::RightToLeft);
        ContextMark card(theme_);
        card.setContent({.kind = MessageMark::Kind::Summary,
                         .messages = 4,
                         .text = QStringLiteral("They greeted.")});
        card.resize(kWidth, card.heightFor(kWidth));
        const auto buttons = card.findChildren<QPushButton*>();
        const auto* title = card.findChild<Label*>();
        QApplication::setLayoutDirection(Qt::LeftToRight);
        QCOMPARE(buttons.size(), 2);
        QVERIFY(title != nullptr);
        for (const QPushButton* button : buttons) {
            QVERIFY(button->geometry().right() < kWidth / 2);
            QVERIFY(!button->geometry().intersects(title->geometry()));
        }
        QVERIFY(title->geometry().right() > kWidth - 20);
    }

    void initTestCase_data() {
        QTest::addColumn<Qt::LayoutDirection>("window");
        QTest::newRow("from the left") << Qt::LeftToRight;
        QTest::newRow("mirrored") << Qt::RightToLeft;
    }
    void init() {
        QFETCH_GLOBAL(Qt::LayoutDirection, window);
        QApplication::setLayoutDirection(window);
    }
    void cleanup() { view_.reset(); }

    void paragraphsAreWrittenFromTheirSide() {
        show(QStringLiteral("# %1\n\nHello world.\n\n%2\n\n123 %1\n").arg(kArabic, kHebrew));
        isFromTheRight(0);
        isFromTheLeft(1);
        isFromTheRight(2);
        isFromTheRight(3);
    }

    void marksOfAListStandBeforeTheirItems() {
        show(QStringLiteral("1. %1\n2. one\n\n- %2\n- two\n").arg(kArabic, kHebrew));
        isFromTheRight(0);
        isFromTheLeft(1);
        isFromTheRight(2);
        isFromTheLeft(3);
        // The mark is at the outer side of the words.
        const QTextBlock block = text()->document()->findBlockByNumber(0);
        const QTextLine line = block.layout()->lineAt(0);
        const double mark = line.cursorToX(0);
        const double words = line.cursorToX(static_cast<int>(block.text().indexOf(kArabic)));
        QVERIFY2(mark > words + 10, qPrintable(QStringLiteral("%1 %2").arg(mark).arg(words)));
        QVERIFY(block.layout()->position().x() + mark <= kWidth + 1);
    }

    void theBarOfAQuoteIsBesideIt() {
        show(QStringLiteral("> %1\n").arg(kArabic));
        const auto [left, right] = extent(text(), 0);
        QVERIFY2(right < kWidth - 5, qPrintable(QString::number(right)));
        QVERIFY(left > kWidth / 2);
        const QImage seen = view_->grab().toImage();
        const QColor bar = theme_.color(ColorRole::BorderStrong);
        const int y = seen.height() / 2;
        QCOMPARE(seen.pixelColor(seen.width() - 2, y), bar);
        QVERIFY(seen.pixelColor(1, y) != bar);
    }

    void codeIsWrittenFromTheLeft() {
        show(QStringLiteral("```py\nx = 1\n```\n"));
        auto* code = view_->findChild<CodeBlock*>();
        QVERIFY(code != nullptr);
        const auto [left, right] = extent(code->text(), 0);
        QVERIFY2(left < 60 && right < kWidth / 2, qPrintable(QString::number(left)));
    }

    void aWordOfCodeDecidesNothing() {
        show(QStringLiteral("`main()` %1\n").arg(kArabic));
        isFromTheRight(0);
    }

    void whatIsTypedIsWrittenFromItsSide() {
        PromptEdit edit;
        edit.resize(kWidth, 80);
        edit.setText(kArabic + QStringLiteral("\nHello world"));
        edit.show();
        QTest::qWait(1);
        const auto [arabicLeft, arabicRight] = extent(&edit, 0);
        const auto [englishLeft, englishRight] = extent(&edit, 1);
        QVERIFY2(arabicLeft > kWidth / 2, qPrintable(QString::number(arabicLeft)));
        QVERIFY2(englishRight < kWidth / 2, qPrintable(QString::number(englishRight)));
        QVERIFY(arabicRight <= kWidth + 1 && englishLeft >= 0);
    }
};

QTEST_MAIN(DirectionTest)

#include "direction_test.moc"
