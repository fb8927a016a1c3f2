#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextTable>

#include "ui/widgets/code_block.h"
#include "ui/widgets/markdown_blocks.h"
#include "ui/widgets/markdown_document.h"
#include "ui/widgets/markdown_view.h"
#include "ui/widgets/text_block.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

const QString kSample = QStringLiteral(
    "# Title\n\nA paragraph with **bold** and `code`.\nStill the same.\n\n"
    "1. one\n\n2. two\n   ```py\n   x = 1\n   ```\n3. three\n\n"
    "```cpp\nint main() {\n\n    return 0;\n}\n```\nAfter it.\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n~~~\nwith ``` inside\n~~~\n\n中文段落。\n");

}  // namespace

class MarkdownTest : public QObject {
    Q_OBJECT

    Theme theme_;

    QString shown(const QString& markdown) {
        QTextDocument document;
        setMarkdownDocument(document, markdown, theme_);
        return document.toPlainText();
    }

  private Q_SLOTS:
    void fencedCodeIsABlockOfItsOwn() {
        const auto blocks = splitMarkdown(QStringLiteral("Hi\n```cpp\nint x;\n\nint y;\n```\nBye"));
        QCOMPARE(blocks.size(), size_t(3));
        QCOMPARE(blocks[1].kind, MarkdownBlock::Kind::Code);
        QCOMPARE(blocks[1].language, QStringLiteral("cpp"));
        QCOMPARE(blocks[1].text, QStringLiteral("int x;\n\nint y;"));
        QVERIFY(blocks[1].isClosed);
        QCOMPARE(blocks[2].text, QStringLiteral("Bye"));
    }

    void anOpenFenceHoldsAllThatFollows() {
        const auto blocks = splitMarkdown(QStringLiteral("```\na\n\n# b"));
        QCOMPARE(blocks.size(), size_t(1));
        QCOMPARE(blocks[0].text, QStringLiteral("a\n\n# b"));
        QVERIFY(!blocks[0].isClosed);
    }

    void aShorterOrOtherFenceDoesNotClose() {
        const auto blocks = splitMarkdown(QStringLiteral("````\n```\n~~~~\n````\nx"));
        QCOMPARE(blocks.size(), size_t(2));
        QCOMPARE(blocks[0].text, QStringLiteral("```\n~~~~"));
    }

    void codeBelowAListItemLosesItsIndent() {
        const auto blocks = splitMarkdown(QStringLiteral("1. a\n   ```\n   x\n     y\n   ```\n"));
        QCOMPARE(blocks.size(), size_t(2));
        QCOMPARE(blocks[1].text, QStringLiteral("x\n  y"));
    }

    void aLooseListStaysTogether() {
        QCOMPARE(splitMarkdown(QStringLiteral("1. a\n\n2. b\n\n   more\n\nText")).size(),
                 size_t(2));
    }

    // The promise on which cheap streaming stands.
    void allButTheLastBlockAreFinalWhateverFollows() {
        const auto whole = splitMarkdown(kSample);
        for (qsizetype length = 1; length <= kSample.size(); ++length) {
            const auto part = splitMarkdown(kSample.left(length));
            for (size_t i = 0; i + 1 < part.size(); ++i)
                QCOMPARE(part[i], whole[i]);
        }
    }

    void aGrowingViewEndsLikeOneThatGotAllAtOnce() {
        QRandomGenerator random(7);
        MarkdownView grown(theme_);
        for (qsizetype at = 0; at < kSample.size();) {
            const auto step = static_cast<qsizetype>(random.bounded(1, 9));
            grown.append(kSample.mid(at, step));
            at += step;
        }
        MarkdownView whole(theme_);
        whole.setSource(kSample);
        QCOMPARE(grown.source(), kSample);
        QCOMPARE(grown.blockCount(), whole.blockCount());
        QCOMPARE(grown.heightFor(600), whole.heightFor(600));
    }

    void finishedBlocksAreNotDrawnAgain() {
        MarkdownView view(theme_);
        for (int i = 0; i < 100; ++i)
            view.append(QStringLiteral("Paragraph %1.\n\n").arg(i));
        QCOMPARE(view.blockCount(), qsizetype(100));
        // Once when it begins, once more when its line end arrives with the next block.
        QVERIFY2(view.renderedBlocks() <= 200, qPrintable(QString::number(view.renderedBlocks())));
    }

    void htmlIsShownAsTheTextItIs() {
        QCOMPARE(shown(QStringLiteral("a <b>bold</b> <script>x()</script> z")),
                 QStringLiteral("a <b>bold</b> <script>x()</script> z"));
        QVERIFY(shown(QStringLiteral("<img src=\"http://example.org/a.png\">"))
                    .contains(QLatin1String("<img")));
    }

    void picturesAreReplacedByTheirDescriptions() {
        QTextDocument document;
        setMarkdownDocument(document, QStringLiteral("See ![a cat](http://example.org/c.png)."),
                            theme_);
        QVERIFY(document.toPlainText().contains(QLatin1String("[a cat]")));
        for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
            for (auto it = block.begin(); !it.atEnd(); ++it) {
                QVERIFY(!it.fragment().charFormat().isImageFormat());
            }
        }
    }

    void aTableKeepsItsCells() {
        QTextDocument document;
        setMarkdownDocument(document, QStringLiteral("| a | b |\n|---|---|\n| 1 | 2 |\n"), theme_);
        QTextCursor cursor(&document);
        cursor.movePosition(QTextCursor::NextBlock);
        const QTextTable* table = cursor.currentTable();
        QVERIFY(table != nullptr);
        QCOMPARE(table->rows(), 2);
        QCOMPARE(table->columns(), 2);
    }

    void aListThatGoesOnKeepsItsNumber() {
        QVERIFY(shown(QStringLiteral("3. three\n4. four\n")).contains(QLatin1String("3. three")));
        QVERIFY(shown(QStringLiteral("3. three\n4. four\n")).contains(QLatin1String("4. four")));
    }

    void linksAreHandedOverAndNotFollowed() {
        TextBlock block(theme_);
        QSignalSpy activated(&block, &TextBlock::linkActivated);
        block.setMarkdownText(QStringLiteral("[here](https://example.org/)"));
        const QString before = block.toPlainText();
        Q_EMIT block.anchorClicked(QUrl(QStringLiteral("https://example.org/")));
        QCOMPARE(activated.count(), 1);
        QCOMPARE(block.toPlainText(), before);
    }
};

QTEST_MAIN(MarkdownTest)
#include "markdown_test.moc"
