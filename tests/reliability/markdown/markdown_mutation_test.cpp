// Broken variants of Markdown, fed whole and in random pieces into the view: nothing crashes or
// hangs, and a text that came in pieces is shown as if it had come at once.
// tests/support/attack.h says how the long run is asked for.
#include <QRandomGenerator>
#include <QTest>

#include "tests/support/attack.h"
#include "tests/support/mutation.h"
#include "ui/widgets/message/code_block.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

const std::string kGood =
    "# 标题 **bold** `code`\n\n1. one\n   ```py\n   x = 1  # 注释\n   ```\n2. two\n   - a\n     > "
    "q\n\n"
    "> quote\n> > nested\n> ```\n> code\n> ```\n\n| a | b |\n|:-:|--:|\n| 1 | `|` |\n\n---\n"
    "**重点：**后文 ~~x~~ 500~1000 \\(a_1*b*c\\) $x$ $$y$$ \\[ z \\]\n\n- [x] done\n- [ ] to do\n\n"
    "<b>html</b> <https://e.org> ![p](q.png) [l](javascript:x) [r] www.qt.io，后\n\n"
    "    indented\n\n~~~\nopen\n~~~\n\n[r]: https://example.org \"t\"\n\n"
    "| `a|b` | c[^1] |\n|---|---|\n| `x|y` | z |\n\n[^1]: note **b**\n[^2]: unused\n";

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
    void aTextInPiecesIsShownAsAtOnce() {
        Theme theme;
        std::uint64_t at = 0;
        const bool isFine = Attack("markdown", 150)
                                .walk(
                                    [&](std::uint64_t seed) {
                                        at = seed;
                                        return Mutation(seed)(kGood);
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
