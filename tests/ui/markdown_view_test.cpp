// How Markdown is drawn, and that what grows ends like what came at once.
#include <QAbstractTextDocumentLayout>
#include <QRandomGenerator>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextTable>

#include "ui/widgets/message/code_block.h"
#include "ui/widgets/message/long_text.h"
#include "ui/widgets/message/markdown_document.h"
#include "ui/widgets/message/markdown_limits.h"
#include "ui/widgets/message/markdown_parts.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/message/table_document.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

using Kind = MarkdownPart::Kind;

const QString kSample = QStringLiteral(
    "# Title\n\nA paragraph with **bold** and `code`.\nStill the same.\n\n"
    "1. one\n\n2. two\n   ```py\n   x = 1\n   ```\n3. three\n\n"
    "```cpp\nint main() {\n\n    return 0;\n}\n```\nAfter it.\n\n> a quote\n> - with a "
    "list\n\n---\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n~~~\nwith ``` inside\n~~~\n\n**重点：**中文段落。[x]\n\n"
    "[x]: https://example.org\n");

}  // namespace

class MarkdownViewTest : public QObject {
    Q_OBJECT

    Theme theme_;

    // Whether the last line of the block lies in what is seen of it.
    void compareLastLine(CodeBlock& block, int width) {
        block.resize(width, block.heightFor(width));
        block.show();
        QTextCursor end(block.text()->document());
        end.movePosition(QTextCursor::End);
        end.movePosition(QTextCursor::StartOfBlock);
        const QRect line = block.text()->cursorRect(end);
        const QRect seen = block.text()->viewport()->rect();
        QVERIFY2(
            line.top() >= 0 && line.bottom() <= seen.bottom(),
            qPrintable(
                QStringLiteral("line to %1, seen to %2").arg(line.bottom()).arg(seen.bottom())));
        QVERIFY(block.text()->geometry().bottom() < block.height());
    }

  private Q_SLOTS:
    void rulesAndQuotesAreDrawn() {
        const auto parts = readMarkdown(QStringLiteral("a\n\n---\n\n> b\n> > c\n"));
        QCOMPARE(parts[1].kind, Kind::Rule);
        QCOMPARE(barsOf(parts[2].containers).size(), size_t(1));
        QCOMPARE(barsOf(parts[3].containers).size(), size_t(2));
        TextBlock block(theme_);
        block.setParts(parts);
        block.resize(300, block.heightFor(300));
        const QImage image = block.grab().toImage();
        int bar = 0;
        int rule = 0;
        const QRgb color = theme_.color(ColorRole::BorderStrong).rgb();
        for (int y = 0; y < image.height(); ++y)
            bar += image.pixel(1, y) == color ? 1 : 0;
        for (int x = 0; x < image.width(); ++x) {
            const QTextBlock line = block.document()->findBlockByNumber(1);
            const QRectF place = block.document()->documentLayout()->blockBoundingRect(line);
            rule += image.pixel(x, int(place.center().y())) == color ? 1 : 0;
        }
        QVERIFY2(bar > 50, qPrintable(QString::number(bar)));
        QVERIFY2(rule > 250, qPrintable(QString::number(rule)));
    }

    void theBarOfAQuoteGoesOnFromItsTextToItsCode() {
        MarkdownView view(theme_);
        view.setSource(QStringLiteral("> a\n> 1. b\n>\n> ```\n> x\n> ```\n> c\n"));
        view.resize(300, view.heightFor(300));
        const QImage image = view.grab().toImage();
        const QRgb color = theme_.color(ColorRole::BorderStrong).rgb();
        QString column;
        for (int y = 0; y < image.height(); ++y)
            column += image.pixel(1, y) == color ? u'|' : u' ';
        QVERIFY(column.trimmed().size() > 150);
        QVERIFY2(!column.trimmed().contains(u' '), qPrintable(column));
    }

    void bothBoxesOfTasksAreOfTheColourOfText() {
        TextBlock block(theme_);
        block.setParts(readMarkdown(QStringLiteral("- [x] a\n- [ ] b\n")));
        block.resize(300, block.heightFor(300));
        const QImage image = block.grab().toImage();
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < 20; ++x) {
                const QColor pixel = image.pixelColor(x, y);
                QVERIFY(std::max({pixel.red(), pixel.green(), pixel.blue()}) -
                            std::min({pixel.red(), pixel.green(), pixel.blue()}) <
                        60);
            }
    }

    void linesAreEvenWhateverCharactersAreInThem() {
        TextBlock block(theme_);
        block.setParts(readMarkdown(
            QStringLiteral("Latin only\n中文字 only\nwith `code` 和 😀\nand **bold 粗**\nend")));
        block.heightFor(700);
        const QTextLayout* layout = block.document()->begin().layout();
        QCOMPARE(layout->lineCount(), 5);
        const auto baseline = [layout](int line) {
            return layout->lineAt(line).y() + layout->lineAt(line).ascent();
        };
        for (int line = 1; line < 5; ++line) {
            const double step = baseline(line) - baseline(line - 1);
            QVERIFY2(std::abs(step - theme_.lineHeight(TextStyle::Body)) < 1.01,
                     qPrintable(QString::number(step)));
        }
    }

    void emojiHaveAFont() {
        QVERIFY(
            theme_.font(TextStyle::Body).families().contains(QStringLiteral("Noto Color Emoji")));
    }

    void theLastLineOfCodeIsSeen_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("lines");
        QTest::newRow("latin") << QStringLiteral("x = 1") << 200;
        QTest::newRow("chinese") << QStringLiteral("x = 1  # 中文注释") << 40;
        QTest::newRow("emoji") << QStringLiteral("say(\"😀🎉\")") << 40;
        QTest::newRow("thai") << QStringLiteral("# ภาษาไทย") << 40;
        QTest::newRow("long") << QStringLiteral("word 词 ").repeated(60) << 30;
        QTest::newRow("empty") << QString() << 200;
        QTest::newRow("very long") << QString(20000, u'x') << 2;
    }

    void theLastLineOfCodeIsSeen() {
        QFETCH(QString, line);
        QFETCH(int, lines);
        const QString code = (line + u'\n').repeated(lines) + QStringLiteral("end 末");
        CodeBlock block(theme_);
        block.setCode(QStringLiteral("py"), code);
        compareLastLine(block, 600);
        compareLastLine(block, 200);
        QCOMPARE(block.code(), code);
        CodeBlock grown(theme_);
        for (qsizetype at = 0; at < code.size(); at += 997)
            grown.setCode(QStringLiteral("py"), code.left(at + 997));
        compareLastLine(grown, 600);
        QCOMPARE(grown.text()->toPlainText(), block.text()->toPlainText());
    }

    void aWideTableScrollsSideways() {
        TextBlock block(theme_);
        QString head(QStringLiteral("|"));
        QString line(QStringLiteral("|"));
        for (int column = 0; column < 30; ++column) {
            head += QStringLiteral(" wide%1 |").arg(column);
            line += QStringLiteral("---|");
        }
        block.setParts(readMarkdown(head + u'\n' + line + u'\n' + head + u'\n'));
        block.resize(400, block.heightFor(400));
        block.show();
        QVERIFY(block.horizontalScrollBar()->maximum() > 0 ||
                block.document()->size().width() <= 400);
        QTextCursor end(block.document());
        end.movePosition(QTextCursor::End);
        QVERIFY(block.cursorRect(end).bottom() <= block.viewport()->height() + 1);
    }

    void aTableKeepsItsCells() {
        QTextDocument document;
        TableDocument(document, theme_)
            .write(readMarkdown(QStringLiteral("| a | b |\n|---|---|\n| 1 |\n"))[0], 0);
        QTextCursor cursor(&document);
        cursor.movePosition(QTextCursor::NextBlock);
        const QTextTable* table = cursor.currentTable();
        QVERIFY(table != nullptr);
        QCOMPARE(table->rows(), 2);
        QCOMPARE(table->columns(), 2);
    }

    void aGrowingTableEndsLikeOneThatGotAllAtOnce_data() {
        QTest::addColumn<int>("columns");
        QTest::newRow("narrow") << 4;
        QTest::newRow("wide") << 34;
    }

    void aGrowingTableEndsLikeOneThatGotAllAtOnce() {
        QFETCH(int, columns);
        QString source;
        for (int row = 0; row < 800 / columns; ++row) {
            for (int column = 0; column < columns; ++column)
                source += QStringLiteral("| `c` %1 词 ").arg(row * column);
            source += QStringLiteral("|\n");
            if (row == 0)
                source += QStringLiteral("|---").repeated(columns) + QStringLiteral("|\n");
        }
        MarkdownView grown(theme_);
        qsizetype at = 0;
        qint64 most = 0;
        while (at < source.size()) {
            const qint64 before = TextBlock::laidOut();
            grown.append(source.mid(at, 37));
            grown.heightFor(600);
            at += 37;
            if (at > source.size() / 2) most = std::max(most, TextBlock::laidOut() - before);
        }
        QVERIFY2(most < 300, qPrintable(QString::number(most)));
        MarkdownView whole(theme_);
        whole.setSource(source);
        QCOMPARE(grown.heightFor(600), whole.heightFor(600));
        const auto* text = qobject_cast<TextBlock*>(grown.pieces().at(0));
        const auto* other = qobject_cast<TextBlock*>(whole.pieces().at(0));
        QCOMPARE(text->toHtml(), other->toHtml());
        QCOMPARE(text->document()->toPlainText().count(u'c'), 800 / columns * columns);
    }

    // Rows of different parts stand as those of one, their columns below each other.
    void aLargeTableLooksLikeOne() {
        QString source = QStringLiteral("| a | b |\n|---|---|\n");
        for (int row = 0; row < 300; ++row)
            source += QStringLiteral("| %1 | text |\n").arg(row);
        TextBlock block(theme_);
        block.setParts(readMarkdown(source));
        block.resize(600, block.heightFor(600));
        QVERIFY(block.document()->rootFrame()->childFrames().size() > 2);
        QList<double> tops;
        QSet<double> lefts;
        for (QTextFrame* frame : block.document()->rootFrame()->childFrames()) {
            auto* table = qobject_cast<QTextTable*>(frame);
            for (int row = 0; row < table->rows(); ++row) {
                QTextCursor second = table->cellAt(row, 1).firstCursorPosition();
                lefts.insert(block.cursorRect(second).left());
                tops.append(block.cursorRect(second).top());
            }
        }
        QCOMPARE(lefts.size(), 1);
        for (qsizetype row = 2; row < tops.size(); ++row)
            QCOMPARE(tops[row] - tops[row - 1], tops[1] - tops[0]);
    }

    void aGrowingViewEndsLikeOneThatGotAllAtOnce() {
        QRandomGenerator random(7);
        MarkdownView grown(theme_);
        for (qsizetype at = 0; at < kSample.size();) {
            const auto step = static_cast<qsizetype>(random.bounded(1, 9));
            grown.append(kSample.mid(at, step));
            grown.heightFor(600);
            at += step;
        }
        MarkdownView whole(theme_);
        whole.setSource(kSample);
        QCOMPARE(grown.source(), kSample);
        QVERIFY(grown.parts() == whole.parts());
        QCOMPARE(grown.heightFor(600), whole.heightFor(600));
        const auto a = grown.pieces();
        const auto b = whole.pieces();
        QCOMPARE(a.size(), b.size());
        for (size_t i = 0; i < a.size(); ++i) {
            const auto* text = qobject_cast<TextBlock*>(a[i]);
            const auto* other = qobject_cast<TextBlock*>(b[i]);
            if (text != nullptr) QCOMPARE(text->toHtml(), other->toHtml());
        }
    }

    void whatIsFinishedIsNotLaidOutAgain() {
        MarkdownView view(theme_);
        view.heightFor(600);
        for (int i = 0; i < 100; ++i)
            view.append(QStringLiteral("Paragraph %1.\n\n").arg(i));
        view.heightFor(600);
        const qint64 before = TextBlock::laidOut();
        for (int i = 0; i < 50; ++i) {
            view.append(QStringLiteral("word "));
            view.heightFor(600);
        }
        QVERIFY2(TextBlock::laidOut() - before <= 50,
                 qPrintable(QString::number(TextBlock::laidOut() - before)));
    }

    // Only what is in view is laid out: the layout of all of it took eight seconds.
    void aLongTextIsLaidOutWhereItIsSeen_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("one word") << QString(1 << 20, u'x') + QStringLiteral(" end");
        QTest::newRow("one line") << QStringLiteral("words of it ").repeated(1 << 16) +
                                         QStringLiteral("end");
        QTest::newRow("Chinese") << QStringLiteral("混合专家，").repeated(1 << 17) +
                                        QStringLiteral("end");
        QTest::newRow("a line that takes longer than a frame") << QString(
            QStringLiteral("words of it ").repeated(42 * 1024 / 12) + QStringLiteral("end"));
        QTest::newRow("paragraphs that take longer than a frame")
            << QString((QStringLiteral("words of it ").repeated(40) + QStringLiteral("\n\n"))
                           .repeated(73 * 1024 / 482) +
                       QStringLiteral("end"));
        QTest::newRow("short lines")
            << QStringLiteral("line\n").repeated(100'000) + QStringLiteral("end");
        QTest::newRow("code") << QStringLiteral("```js\n") +
                                     QStringLiteral("x=1;\n").repeated(3'000) +
                                     QStringLiteral("end\n```");
    }

    void aLongTextIsLaidOutWhereItIsSeen() {
        QFETCH(QString, text);
        for (const bool isPlain : {false, true}) {
            if (isPlain && !isLongText(text)) continue;
            MarkdownView view(theme_);
            if (isPlain) {
                view.setPlain(text);
            } else {
                view.setSource(text);
            }
            view.resize(600, view.heightFor(600));
            view.show();
            QVERIFY(view.height() < 600);
            QCOMPARE(view.pieces().size(), size_t(1));
            const auto* code = qobject_cast<CodeBlock*>(view.pieces()[0]);
            QVERIFY(code != nullptr && code->box() != nullptr && code->box()->isVisible());
            QVERIFY(code->code().endsWith(isPlain ? text.right(8) : QStringLiteral("end")));
            int laidOut = 0;
            const QTextDocument* document = code->box()->document();
            for (QTextBlock block = document->begin(); block.isValid(); block = block.next())
                laidOut += block.layout()->lineCount() > 0 ? block.length() : 0;
            QVERIFY2(laidOut < 64 * 1024, qPrintable(QString::number(laidOut)));
            // The last word is found, and scrolled to.
            view.mark({QStringLiteral("end")});
            const QRect mark = view.firstMark();
            QVERIFY(!mark.isNull() && view.rect().contains(mark));
            QVERIFY(code->box()->verticalScrollBar()->value() > 0);
        }
    }

    void aLongTextThatGrowsIsAsIfItHadComeAtOnce() {
        const QString text = QStringLiteral("Words of 中文.\n").repeated(9'000);
        MarkdownView grown(theme_);
        grown.resize(600, 400);
        grown.show();
        for (qsizetype at = 0; at < text.size(); at += 9'973) {
            grown.append(text.mid(at, 9'973));
            grown.heightFor(600);
        }
        MarkdownView whole(theme_);
        whole.setSource(text);
        const auto boxOf = [](const MarkdownView& view) {
            return qobject_cast<CodeBlock*>(view.pieces().at(0))->box();
        };
        QCOMPARE(grown.pieces().size(), size_t(1));
        QVERIFY(boxOf(grown)->toPlainText() == boxOf(whole)->toPlainText());
        QVERIFY(boxOf(whole)->toPlainText() == text);
        grown.setSource(QStringLiteral("short"));
        QCOMPARE(qobject_cast<TextBlock*>(grown.pieces().at(0))->toPlainText(),
                 QStringLiteral("short"));
    }

    void codeThatShrinksHasItsColoursAgain() {
        CodeBlock block(theme_);
        block.setCode(QStringLiteral("py"), QStringLiteral("x = 1\n").repeated(9'000));
        QVERIFY(block.box() != nullptr);
        block.setCode(QStringLiteral("py"), QStringLiteral("x = 1"));
        QVERIFY(block.box() == nullptr && !block.text()->isHidden());
        QCOMPARE(block.text()->toPlainText(), QStringLiteral("x = 1"));
    }

    void aTableOfManyCellsIsShownAsItsText() {
        const QString row = QStringLiteral("| a | `b` |\n");
        const auto parts = readMarkdown(row + QStringLiteral("|---|---|\n") + row.repeated(700));
        QCOMPARE(parts.size(), size_t(1));
        QCOMPARE(parts[0].kind, Kind::Code);
        QCOMPARE(parts[0].code.count(u'\n'), 700);
        QVERIFY(parts[0].code.endsWith(QLatin1String("| a | b |")));
    }

    void hugeTextsAreShownAndHangNothing() {
        const QStringList texts{QString(1 << 20, u'x'),
                                QStringLiteral("> ").repeated(10000) + u'q',
                                QStringLiteral("- ").repeated(10000) + u'q',
                                QString(100000, u'['),
                                QStringLiteral("![[]()").repeated(5000),
                                QStringLiteral("\\(").repeated(50000),
                                QStringLiteral("|x").repeated(5000) + QStringLiteral("|\n") +
                                    QStringLiteral("|-").repeated(5000) + QStringLiteral("|\n") +
                                    QStringLiteral("x\n").repeated(5000)};
        for (const QString& text : texts) {
            MarkdownView view(theme_);
            view.setSource(text);
            QVERIFY(view.heightFor(600) > 0);
            QVERIFY(!view.parts().empty());
        }
    }

    void wordsThatWereFoundAreMarked() {
        MarkdownView view(theme_);
        view.setSource(QStringLiteral("One.\n\nTwo **experts**.\n\n```\nexperts\n```\n"));
        view.resize(600, view.heightFor(600));
        view.mark({QStringLiteral("experts")});
        QVERIFY(!view.firstMark().isNull());
        const auto pieces = view.pieces();
        QCOMPARE(qobject_cast<TextBlock*>(pieces[0])->extraSelections().size(), 1);
        QCOMPARE(qobject_cast<CodeBlock*>(pieces[1])->text()->extraSelections().size(), 1);
        view.mark({});
        QVERIFY(view.firstMark().isNull());
    }

    void linksAreHandedOverAndNotFollowed() {
        TextBlock block(theme_);
        QSignalSpy activated(&block, &TextBlock::linkActivated);
        block.setParts(readMarkdown(QStringLiteral("[here](https://example.org/)")));
        const QString before = block.toPlainText();
        Q_EMIT block.anchorClicked(QUrl(QStringLiteral("https://example.org/")));
        QCOMPARE(activated.count(), 1);
        QCOMPARE(block.toPlainText(), before);
    }
};

QTEST_MAIN(MarkdownViewTest)
#include "markdown_view_test.moc"
