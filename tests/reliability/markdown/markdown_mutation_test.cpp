// Broken variants of Markdown, fed whole and in random pieces into the view: nothing crashes or
// hangs, and a text that came in pieces is shown as if it had come at once.
// tests/support/attack.h says how the long run is asked for.
#include <QRandomGenerator>
#include <QTest>
#include <algorithm>
#include <array>

#include "tests/support/attack.h"
#include "tests/support/mutation.h"
#include "ui/widgets/message/code_block.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

const std::array<std::string, 9> kGood = {
    "# 标题 **bold** `code`\n\n1. one\n   ```py\n   x = 1  # 注释\n   ```\n2. two\n   - a\n     > "
    "q\n",
    "> quote\n> > nested\n> ```\n> code\n> ```\n\n---\n\n    indented\n\n~~~\nopen\n~~~\n",
    "| a | b |\n|:-:|--:|\n| 1 | `|` |\n\nt\n\n| `a|b` | c[^1] |\n|---|---|\n| `x|y` | z |\n",
    "**重点：**后文 ~~x~~ 500~1000 \\(a_1*b*c\\) $x$ $$y$$ \\[ z \\]\n",
    "- [x] done\n- [ ] to do\n\n<b>html</b> <https://e.org> ![p](q.png) [l](javascript:x)\n",
    "[r] www.qt.io，后 [l](mailto:a@b.c) &amp; &#0; &#x1F600;\n\n[r]: https://example.org \"t\"\n",
    "a[^1] b[^2]\n\n[^1]: note **b**\n[^2]: other\n\n    of two\n[^3]: unused\n",
    "so $x_1$, $5 and\n\\[\n\\frac{a}{b}\n= y\n\\].\n\n- $$z$$\n\n\\begin{align}\na &= "
    "b\n\\end{align}\n\\(open",
    "***a** b*__c__ _d_\\*\n===\nx  \ny\\\nz\n* * *\n+ 1\n\n\n+ 2\n\n10) c\n"};

std::string brokenText(std::uint64_t seed) {
    return Mutation(seed)(kGood[seed % kGood.size()], kGood[seed / kGood.size() % kGood.size()]);
}

// "" where every part can be shown, and leads where links may lead.
QString whatIsWrong(const MarkdownParts& parts) {
    const auto isHarmless = [](const MarkdownRuns& runs) {
        return std::all_of(runs.begin(), runs.end(), [](const MarkdownRun& run) {
            static const QStringList kSchemes{"http", "https", "mailto"};
            return run.link.isEmpty() || kSchemes.contains(QUrl(run.link).scheme().toLower());
        });
    };
    for (const MarkdownPart& part : parts) {
        if (!isHarmless(part.runs)) return QStringLiteral("a link leads elsewhere");
        const bool isHeading = part.kind == MarkdownPart::Kind::Heading;
        if (isHeading && (part.level < 1 || part.level > 6)) return QStringLiteral("a level");
        for (const auto& row : part.rows) {
            if (row.size() != part.columns.size()) return QStringLiteral("a row of other length");
            if (!std::all_of(row.begin(), row.end(), isHarmless))
                return QStringLiteral("a link in a table leads elsewhere");
        }
    }
    return {};
}

QStringList shownBy(MarkdownView& view) {
    QStringList shown;
    for (QWidget* piece : view.pieces()) {
        if (auto* text = qobject_cast<TextBlock*>(piece)) shown.append(text->toHtml());
        if (auto* code = qobject_cast<CodeBlock*>(piece)) {
            shown.append(code->code());
            shown.append(code->text()->toPlainText());
        }
    }
    return shown;
}

// "" where pieces and the whole are shown alike.
QString whatDiffers(Theme& theme, const std::string& variant, std::uint64_t seed) {
    const QString text = QString::fromStdString(variant);
    MarkdownView whole(theme);
    whole.setSource(text);
    MarkdownView grown(theme);
    QRandomGenerator random(static_cast<quint32>(seed));
    for (qsizetype at = 0; at < text.size();) {
        // A long text comes in longer pieces, as many as a short one's.
        const auto step = 1 + text.size() * random.bounded(1, 60) / 800;
        grown.append(text.mid(at, step));
        if (random.bounded(4) == 0) grown.heightFor(500);
        at += step;
    }
    if (grown.parts() != whole.parts()) return QStringLiteral("other parts");
    if (shownBy(grown) != shownBy(whole)) return QStringLiteral("another text");
    if (grown.heightFor(500) != whole.heightFor(500)) return QStringLiteral("another height");
    return {};
}

}  // namespace

class MarkdownMutationTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aTextIsReadAsPartsThatCanBeShown() {
        const bool isFine = Attack("markdown", 500).walk(brokenText, [](const std::string& text) {
            const QString wrong = whatIsWrong(readMarkdown(QString::fromStdString(text)));
            if (!wrong.isEmpty()) qWarning().noquote() << wrong;
            return wrong.isEmpty();
        });
        QVERIFY(isFine);
    }

    void aTextInPiecesIsShownAsAtOnce() {
        Theme theme;
        std::uint64_t at = 0;
        const bool isFine = Attack("markdown-view", 150, 10)
                                .walk(
                                    [&](std::uint64_t seed) {
                                        at = seed;
                                        return brokenText(seed);
                                    },
                                    [&](const std::string& variant) {
                                        const QString wrong = whatDiffers(theme, variant, at);
                                        if (!wrong.isEmpty()) qWarning().noquote() << wrong;
                                        return wrong.isEmpty();
                                    });
        QVERIFY(isFine);
    }
};

QTEST_MAIN(MarkdownMutationTest)
#include "markdown_mutation_test.moc"
