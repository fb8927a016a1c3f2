// What is read of Markdown.
#include "ui/widgets/message/markdown_parts.h"

#include <QTest>

#include "ui/widgets/message/markdown_document.h"

using namespace dsm;

namespace {

using Kind = MarkdownPart::Kind;

QString textOf(const MarkdownPart& part) {
    QString text;
    for (const MarkdownRun& run : part.runs)
        text += run.text;
    return text;
}

// The text of all parts, a line each, without marks of lists.
QString shown(const QString& markdown) {
    QStringList lines;
    for (const MarkdownPart& part : readMarkdown(markdown)) {
        lines.append(part.kind == Kind::Code ? part.code : textOf(part));
        for (const auto& row : part.rows) {
            for (const MarkdownRuns& cell : row)
                lines.append(cell.empty() ? QString() : cell.front().text);
        }
    }
    return lines.join(u'\n');
}

QString inStyle(const QString& markdown, int style) {
    QStringList found;
    for (const MarkdownPart& part : readMarkdown(markdown)) {
        for (const MarkdownRun& run : part.runs) {
            if (run.style & style) found.append(run.text);
        }
    }
    return found.join(u'|');
}

}  // namespace

class MarkdownPartsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fencedCodeIsAPartOfItsOwn() {
        const auto parts = readMarkdown(QStringLiteral("Hi\n```cpp\nint x;\n\nint y;\n```\nBye"));
        QCOMPARE(parts.size(), size_t(3));
        QCOMPARE(parts[1].kind, Kind::Code);
        QCOMPARE(parts[1].language, QStringLiteral("cpp"));
        QCOMPARE(parts[1].code, QStringLiteral("int x;\n\nint y;"));
        QCOMPARE(textOf(parts[2]), QStringLiteral("Bye"));
    }

    void aFenceOnTheLineOfAListMarkIsCodeInTheItem() {
        const auto parts = readMarkdown(QStringLiteral(
            "1. ```python\n   print(\"one\")\n   ```\n2. Then start it.\n\nThe **end**.\n"));
        QCOMPARE(parts.size(), size_t(4));
        QCOMPARE(parts[0].mark, QStringLiteral("1."));
        QCOMPARE(parts[1].code, QStringLiteral("print(\"one\")"));
        QCOMPARE(parts[2].mark, QStringLiteral("2."));
        QVERIFY(parts[3].containers.empty());
    }

    void aFenceBelowANestedItemEndsWhereItCloses() {
        const auto parts = readMarkdown(QStringLiteral(
            "- one\n    - sub:\n        ```bash\n        ls\n        ```\n    - next\n- two\n"));
        QCOMPARE(parts.size(), size_t(5));
        QCOMPARE(parts[2].code, QStringLiteral("ls"));
        QCOMPARE(parts[2].containers.size(), size_t(2));
        QCOMPARE(textOf(parts[3]), QStringLiteral("next"));
        QCOMPARE(parts[4].containers.size(), size_t(1));
    }

    void aLongerFenceHoldsAShorterOne() {
        const auto parts = readMarkdown(QStringLiteral("````md\n```py\nx\n```\n````\nafter"));
        QCOMPARE(parts.size(), size_t(2));
        QCOMPARE(parts[0].code, QStringLiteral("```py\nx\n```"));
    }

    void anIndentedFirstLineIsCode() {
        const auto parts = readMarkdown(QStringLiteral("    def f():\n        return 1\n\nWhy?"));
        QCOMPARE(parts[0].code, QStringLiteral("def f():\n    return 1"));
    }

    void onlyTwoTildesStrikeThrough() {
        const QString text = QStringLiteral("500~1000 and 3~5, ~/notes~ and (1~3)~");
        QCOMPARE(inStyle(text, MarkdownRun::Struck), QString());
        QCOMPARE(shown(text), text);
        QCOMPARE(inStyle(QStringLiteral("~~really~~ so"), MarkdownRun::Struck),
                 QStringLiteral("really"));
    }

    void chineseEmphasisMayTouchPunctuation() {
        const auto strong = [](const char* text) {
            return inStyle(QString::fromUtf8(text), MarkdownRun::Strong);
        };
        QCOMPARE(strong("**重点：**后文"), QStringLiteral("重点："));
        QCOMPARE(strong("后文**“引号”**也是"), QStringLiteral("“引号”"));
        QCOMPARE(strong("请用**`code`**吧"), QStringLiteral("code"));
        QCOMPARE(strong("注意：**甲：**乙**丙。**丁"), QStringLiteral("甲：|丙。"));
        QCOMPARE(strong("他说**「你好」**。**《书名》**和**（括号）**后"),
                 QStringLiteral("「你好」|《书名》|（括号）"));
        QCOMPARE(strong("价格**¥100**起，**100%。**对，한국어**「강조」**입니다"),
                 QStringLiteral("¥100|100%。|「강조」"));
        QCOMPARE(strong("1. **「甲」**：乙\n   - **步骤1：**`cmd`"),
                 QStringLiteral("「甲」|步骤1："));
        QCOMPARE(inStyle(QStringLiteral("*「x」*y，这是*重点*，后"), MarkdownRun::Emphasis),
                 QStringLiteral("「x」|重点"));
        QCOMPARE(shown(QStringLiteral("**重点：**后文")), QStringLiteral("重点：后文"));
        QCOMPARE(inStyle(QStringLiteral("~~旧价：~~新价"), MarkdownRun::Struck),
                 QStringLiteral("旧价："));
    }

    void whatIsInAFormulaIsNoMarkOfMarkdown() {
        for (const char* written :
             {"\\(a_1 * b_2 * c\\)", "\\[ x_{1} \\\\ y \\]", "a $x*y*z$ b", "$$\\sum_{i} *a* $$",
              "\\[\nE\n= mc^2\n\\]", "it costs $5 and $10"}) {
            const QString text = QString::fromUtf8(written);
            QCOMPARE(shown(text), text);
            QCOMPARE(inStyle(text, MarkdownRun::Emphasis), QString());
        }
    }

    void codeKeepsWhatIsVeiledElsewhere() {
        QCOMPARE(shown(QStringLiteral("```\n\\(a\\) $x$ <b> 字**。**字\n```")),
                 QStringLiteral("\\(a\\) $x$ <b> 字**。**字"));
        QCOMPARE(shown(QStringLiteral("`\\[` and `\\]` and `<b>`")),
                 QStringLiteral("\\[ and \\] and <b>"));
    }

    void footnotesAreNumberedAndStandBelow() {
        const auto parts =
            readMarkdown(QStringLiteral("a[^b] c[^a] d[^b]\n\n[^a]: *first*\n[^b]: second\n\nend"));
        QCOMPARE(inStyle(QStringLiteral("a[^b] c[^a]\n\n[^a]: x\n[^b]: y"), MarkdownRun::Raised),
                 QStringLiteral("[1]|[2]"));
        QCOMPARE(parts.size(), size_t(5));
        QCOMPARE(textOf(parts[0]), QStringLiteral("a[1] c[2] d[1]"));
        QCOMPARE(textOf(parts[1]), QStringLiteral("end"));
        QCOMPARE(parts[2].kind, Kind::Rule);
        QCOMPARE(parts[3].mark + textOf(parts[3]), QStringLiteral("1.second"));
        QCOMPARE(parts[4].mark + textOf(parts[4]), QStringLiteral("2.first"));
    }

    // The parser drops them, and takes what is left for the targets of links.
    void footnotesThatNothingRefersToStayAsWritten() {
        QCOMPARE(shown(QStringLiteral("[^1]: only")), QStringLiteral("[^1]: only"));
        QCOMPARE(shown(QStringLiteral("a[^2]\n\n[^1]: unused\n\n[^2]: used")),
                 QStringLiteral("a[^2]\n[^1]: unused\n[^2]: used"));
        QCOMPARE(shown(QStringLiteral("x[^1] is open")), QStringLiteral("x[^1] is open"));
    }

    void htmlIsShownAsTheTextItIs() {
        QCOMPARE(shown(QStringLiteral("a <b>bold</b> <script>x()</script> z")),
                 QStringLiteral("a <b>bold</b> <script>x()</script> z"));
        QCOMPARE(shown(QStringLiteral("<img src=\"http://example.org/a.png\">")),
                 QStringLiteral("<img src=\"http://example.org/a.png\">"));
        QCOMPARE(inStyle(QStringLiteral("<div>\n**b**\n</div>"), MarkdownRun::Strong),
                 QStringLiteral("b"));
    }

    void linksLeadToTheWebAndToMailOnly() {
        const auto link = [](const char* text) {
            const auto parts = readMarkdown(QString::fromUtf8(text));
            for (const MarkdownRun& run : parts[0].runs) {
                if (!run.link.isEmpty()) return run.link;
            }
            return QString();
        };
        QCOMPARE(link("[a](https://e.org/)"), QStringLiteral("https://e.org/"));
        QCOMPARE(link("[a](mailto:x@e.org)"), QStringLiteral("mailto:x@e.org"));
        for (const char* text : {"[a](javascript:x)", "[a](file:///etc/passwd)", "[a](other.md)",
                                 "[a](data:text/html,x)", "<ftp://e.org>"})
            QCOMPARE(link(text), QString());
        QVERIFY(shown(QStringLiteral("[a](file:///etc/passwd)"))
                    .contains(QLatin1String("file:///etc/passwd")));
        QVERIFY(shown(QStringLiteral("[https://bank.com](https://evil.com)"))
                    .contains(QLatin1String("(https://evil.com)")));
        QCOMPARE(link("https://e.org/a，后文"), QStringLiteral("https://e.org/a"));
    }

    void picturesAreReplacedByTheirDescriptions() {
        QCOMPARE(shown(QStringLiteral("See ![a cat](http://example.org/c.png).")),
                 QStringLiteral("See [a cat]."));
        QCOMPARE(shown(QStringLiteral("![](c.png)")), QStringLiteral("[c.png]"));
    }

    void listsAreNestedAndNumberedAsWritten() {
        const auto parts = readMarkdown(
            QStringLiteral("3. three\n4. four\n   - a\n     - b\n\n- [x] done\n- [ ] open\n"));
        QStringList marks;
        for (const MarkdownPart& part : parts)
            marks.append(part.mark);
        QCOMPARE(marks.join(u' '), QStringLiteral("3. 4. ◦ ▪ ☑ ☐"));
        QVERIFY(indentOf(parts[3].containers) > indentOf(parts[2].containers));
    }

    // GitHub's dialect ends a cell at each, and drops what is then too much.
    void codeInATableKeepsItsPipes() {
        const QString head = QStringLiteral("| a | b |\n|---|---|\n");
        QCOMPARE(shown(head + QStringLiteral("| `x|y` | `||` |\n")),
                 QStringLiteral("\na\nb\nx|y\n||"));
        QCOMPARE(shown(head + QStringLiteral("| `x\\|y` | \\| |\n")),
                 QStringLiteral("\na\nb\nx|y\n|"));
        QCOMPARE(shown(head + QStringLiteral("| `x | y` |\n")), QStringLiteral("\na\nb\n`x\ny`"));
    }
};

QTEST_GUILESS_MAIN(MarkdownPartsTest)
#include "markdown_parts_test.moc"
