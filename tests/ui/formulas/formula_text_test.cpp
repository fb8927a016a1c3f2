// Formulas in a text: which they are, where they stand, and what is copied.
#include <QAbstractTextDocumentLayout>
#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QTest>
#include <QTextBlock>

#include "ui/widgets/message/formula_object.h"
#include "ui/widgets/message/markdown_parts.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/theme.h"

using namespace dsm;
using Kind = MarkdownPart::Kind;

namespace {

// The sources of the formulas in the text.
QStringList formulasIn(const char* markdown) {
    QStringList found;
    for (const MarkdownPart& part : readMarkdown(QString::fromUtf8(markdown))) {
        for (const MarkdownRun& run : part.runs)
            if (run.style & MarkdownRun::Formula) found.append(run.text);
        for (const auto& row : part.rows)
            for (const MarkdownRuns& cell : row)
                for (const MarkdownRun& run : cell)
                    if (run.style & MarkdownRun::Formula) found.append(run.text);
    }
    return found;
}

QString formulas(const char* markdown) {
    return formulasIn(markdown).join(u'|');
}

std::vector<Kind> kindsOf(const char* markdown) {
    std::vector<Kind> kinds;
    for (const MarkdownPart& part : readMarkdown(QString::fromUtf8(markdown)))
        kinds.push_back(part.kind);
    return kinds;
}

QString written(const MarkdownPart& part) {
    QString text;
    for (const MarkdownRun& run : part.runs)
        text += run.text;
    return text;
}

// The lowest row with ink in the part of the picture between the two columns.
int bottomOfInk(const QImage& picture, int left, int right) {
    for (int y = picture.height() - 1; y >= 0; --y) {
        for (int x = left; x < right; ++x)
            if (qGray(picture.pixel(x, y)) < 128) return y;
    }
    return -1;
}

}  // namespace

class FormulaTextTest : public QObject {
    Q_OBJECT

    Theme theme_;

    static QImage pictureOf(TextBlock& block, int width) {
        block.resize(width, block.heightFor(width));
        QImage picture(block.size() * 4, QImage::Format_RGB32);
        picture.setDevicePixelRatio(4);
        picture.fill(Qt::white);
        block.render(&picture, {}, {}, QWidget::DrawChildren);
        return picture;
    }

  private Q_SLOTS:
    void signsMakeFormulas() {
        QCOMPARE(formulas("a \\(x_1\\) b \\(y\\)"), QStringLiteral("\\(x_1\\)|\\(y\\)"));
        QCOMPARE(formulas("a $x^2$, $y$."), QStringLiteral("$x^2$|$y$"));
        QCOMPARE(formulas("其中$x$表示$y_1$。"), QStringLiteral("$x$|$y_1$"));
        QCOMPARE(formulas("the $n$th of $k$s"), QStringLiteral("$n$|$k$"));
        QCOMPARE(formulas("**so $a*b$ is** it"), QStringLiteral("$a*b$"));
        QCOMPARE(formulas("| $|x|$ | b |\n|--|--|\n| \\(y\\) | $z$ |"),
                 QStringLiteral("$|x|$|\\(y\\)|$z$"));
        QCOMPARE(formulas("# On $x$\n\n- \\(y\\)\n> $z$"), QStringLiteral("$x$|\\(y\\)|$z$"));
        QCOMPARE(formulas("$x$ costs $5."), QStringLiteral("$x$"));
    }

    void pricesAndVariablesOfShellsAreNone() {
        for (const char* text :
             {"it costs $5 and $10", "from $5 to $10.", "$20-$30", "$5, or 6$ at most", "$5和$8",
              "US$5 or A$6$", "$HOME/bin:$PATH", "between $5 and 10$", "`$x$`", "a $ b $ c",
              "cost: $1,000 (or $900)", "\\$x\\$"})
            QCOMPARE(formulas(text), QString());
    }

    void whatCannotBeLaidOutStaysAsItIsWritten() {
        for (const char* text :
             {"a \\(\\foo{x}\\) b", "\\[ \\begin{tikzpicture} x \\end{tikzpicture} \\]",
              "$\\frac{1}$ and *more*", "\\(x", "x\\)", "\\] \\["}) {
            QCOMPARE(formulas(text), QString());
            const auto parts = readMarkdown(QString::fromUtf8(text));
            QCOMPARE(parts.size(), size_t(1));
        }
        QCOMPARE(written(readMarkdown(QStringLiteral("a \\(\\foo{x_1*y*}\\) *b*")).front()),
                 QStringLiteral("a \\(\\foo{x_1*y*}\\) b"));
    }

    void aFormulaOnLinesOfItsOwnIsAPart() {
        const std::vector<Kind> expected = {Kind::Paragraph, Kind::Formula, Kind::Paragraph};
        for (const char* text : {"so\n\\[\nE\n= mc^2\n\\]\nit is", "so\n\n$$E = mc^2$$\n\nit is",
                                 "so \\[E = mc^2\\] it is", "so\n$$\nE = mc^2\n$$\nit is",
                                 "so\n\\begin{align}\na &= b\n\\end{align}\nit is"})
            QVERIFY2(kindsOf(text) == expected, text);
        const auto parts = readMarkdown(QStringLiteral("so\n\\[x\\].\nit is"));
        QCOMPARE(written(parts[0]), QStringLiteral("so"));
        QCOMPARE(written(parts[1]), QStringLiteral("\\[x\\]."));
        QCOMPARE(written(parts[2]), QStringLiteral("it is"));
    }

    void inAQuoteAndAListItIsStillOne() {
        const auto parts =
            readMarkdown(QStringLiteral("> \\[\n> x\n> = y\n> \\]\n\n1. a\n   \\[z\\]\n2. b\n"));
        QCOMPARE(parts[0].kind, Kind::Formula);
        QCOMPARE(written(parts[0]), QStringLiteral("\\[\nx\n= y\n\\]"));
        QCOMPARE(parts[0].containers, MarkdownPart::Containers{0});
        QCOMPARE(parts[2].kind, Kind::Formula);
        QCOMPARE(parts[2].containers.size(), size_t(1));
        QCOMPARE(parts[3].mark, QStringLiteral("2."));
    }

    void aFormulaThatIsBeingWrittenIsShownAsWritten() {
        const QString whole = QStringLiteral(
            "So **this** is it: \\(a_1 * b_2 * c\\) and\n\n\\[\n\\sum_{i=1}^n *x_i* = "
            "\\frac{a}{b}\n\\]\n\nand $$x_1 * y_2 *$$");
        for (qsizetype length = 20; length <= whole.size(); ++length) {
            const QString text = whole.left(length);
            QString shown;
            for (const MarkdownPart& part : readMarkdown(text)) {
                for (const MarkdownRun& run : part.runs) {
                    QVERIFY2((run.style & MarkdownRun::Emphasis) == 0, qPrintable(text));
                    shown += run.text;
                }
            }
            // Nothing is lost but the marks of the bold word and the ends of lines.
            const auto bare = [](QString s) {
                return s.remove(QStringLiteral("**this**"))
                    .remove(QStringLiteral("this"))
                    .remove(u'\n')
                    .remove(QChar(QChar::LineSeparator))
                    .remove(u' ');
            };
            QCOMPARE(bare(shown), bare(text));
        }
    }

    void aFormulaIsOneCharacterAndCopiedAsItsSource() {
        TextBlock block(theme_);
        block.setParts(readMarkdown(QStringLiteral("a **b** \\(x_1\\) c\n\n\\[y\n= z\\]\n\nd")));
        const QChar object = QChar::ObjectReplacementCharacter;
        QCOMPARE(block.document()->toPlainText().count(object), 2);
        block.selectAll();
        block.copy();
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QStringLiteral("a b \\(x_1\\) c\n\\[y\n= z\\]\nd"));
    }

    void aScreenReaderIsToldTheSource() {
        TextBlock block(theme_);
        block.setParts(
            readMarkdown(QStringLiteral("So **b** is \\(x_1\\), and\n\n\\[y\n= z\\]\n\n") +
                         QStringLiteral("many words ").repeated(20)));
        block.resize(300, block.heightFor(300));
        QAccessibleInterface* told = QAccessible::queryAccessibleInterface(&block);
        QVERIFY(told != nullptr && told->textInterface() != nullptr);
        QAccessibleTextInterface& text = *told->textInterface();
        const QString all = text.text(0, text.characterCount());
        QVERIFY2(all.startsWith(QStringLiteral("So b is \\(x_1\\), and\n\\[y = z\\]\nmany")),
                 qPrintable(all));
        QVERIFY(told->state().readOnly);
        // By lines.
        int start = 0;
        int end = 0;
        const QString line =
            text.textAtOffset(int(all.indexOf(u'm')), QAccessible::LineBoundary, &start, &end);
        QVERIFY(line.startsWith(QStringLiteral("many words")) && line.size() < 60);
        QCOMPARE(text.textAtOffset(10, QAccessible::LineBoundary, &start, &end),
                 QStringLiteral("So b is \\(x_1\\), and"));
        // And what is chosen there is chosen here.
        text.setSelection(0, 8, 15);
        QCOMPARE(FormulaObject::selectedText(block.textCursor()), QStringLiteral("\\(x_1\\)"));
        text.selection(0, &start, &end);
        QCOMPARE(start, 8);
        QCOMPARE(end, 15);
    }

    void aFormulaStandsOnTheBaselineOfItsLine() {
        for (const char* text : {"11 1111 $11$", "11 1111 $11 \\frac{1}{1}$"}) {
            TextBlock block(theme_);
            block.setParts(readMarkdown(QString::fromUtf8(text)));
            const QImage picture = pictureOf(block, 400);
            QTextCursor at(block.document());
            at.setPosition(8);
            const int edge = block.cursorRect(at).left() * 4;
            const int digits = bottomOfInk(picture, 0, edge - 4);
            const int inFormula = bottomOfInk(picture, edge + 4, edge + 4 * 8);
            QVERIFY(digits > 20);
            QVERIFY2(std::abs(digits - inFormula) <= 4,
                     qPrintable(QStringLiteral("%1 and %2").arg(digits).arg(inFormula)));
        }
    }

    void linesAreAsHighAsTheirFormulasNeed() {
        TextBlock plain(theme_);
        plain.setParts(readMarkdown(QStringLiteral("a $x_1^2$ b")));
        const int line = theme_.lineHeight(TextStyle::Body);
        QCOMPARE(plain.heightFor(400), line);
        TextBlock high(theme_);
        high.setParts(readMarkdown(QStringLiteral("a $\\dfrac{x}{y}$ b")));
        QVERIFY(high.heightFor(400) > line + 5);
        // The others keep theirs.
        TextBlock two(theme_);
        two.setParts(readMarkdown(QStringLiteral("a $\\dfrac{x}{y}$ b\nand another line")));
        QVERIFY(std::abs(two.heightFor(400) - high.heightFor(400) - line) <= 2);
    }

    void rowsOfTablesAreAsHighAsTheirFormulasNeed() {
        const auto heightOf = [this](const char* cell) {
            TextBlock block(theme_);
            block.setParts(readMarkdown(
                QStringLiteral("| a |\n|---|\n| %1 |").arg(QString::fromLatin1(cell))));
            return block.heightFor(400);
        };
        QCOMPARE(heightOf("$x_1$"), heightOf("x"));
        QVERIFY(heightOf("$\\dfrac{x}{y}$") > heightOf("x") + 5);
    }

    void aLongFormulaIsBrokenWhereItMay() {
        const QString sum = QStringLiteral("x+").repeated(60) + u'y';
        for (const QString& source :
             {QStringLiteral("\\[%1\\]").arg(sum), QStringLiteral("$%1$").arg(sum)}) {
            TextBlock block(theme_);
            block.setParts(readMarkdown(source));
            const int narrow = block.heightFor(300);
            QVERIFY(block.document()->size().width() <= 301);
            QVERIFY(narrow > 6 * 20);
            QVERIFY(block.heightFor(700) < narrow);
            block.selectAll();
            block.copy();
            QCOMPARE(QGuiApplication::clipboard()->text(), source);
        }
    }

    void aFormulaThatIsTooWideIsMadeSmaller() {
        TextBlock block(theme_);
        block.setParts(readMarkdown(QStringLiteral("\\[\\sqrt{\\dfrac{%1y}{z}}\\]")
                                        .arg(QStringLiteral("x+").repeated(30))));
        block.heightFor(300);
        QVERIFY(block.document()->size().width() <= 301);
        const double narrow = block.document()->size().height();
        block.heightFor(700);
        QVERIFY(block.document()->size().height() > narrow);
    }

    void aFormulaHasTheColourOfTheText() {
        Theme dark;
        dark.setDark(true);
        TextBlock block(dark);
        block.setParts(readMarkdown(QStringLiteral("\\[\\frac{x}{y}\\]")));
        block.resize(300, block.heightFor(300));
        QImage picture(block.size(), QImage::Format_RGB32);
        picture.fill(Qt::black);
        block.render(&picture, {}, {}, QWidget::DrawChildren);
        int brightest = 0;
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x)
                brightest = std::max(brightest, qGray(picture.pixel(x, y)));
        QVERIFY(brightest > 180);
    }
};

QTEST_MAIN(FormulaTextTest)
#include "formula_text_test.moc"
