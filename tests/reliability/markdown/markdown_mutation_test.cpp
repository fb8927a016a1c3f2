// Broken variants of Markdown, fed whole and in random pieces into the view: nothing crashes or
// hangs, and a text that came in pieces is shown as if it had come at once. By hand:
// DSM_MUTATIONS=1000000.
#include <QRandomGenerator>
#include <QTest>

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

}  // namespace

class MarkdownMutationTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aTextInPiecesIsShownAsAtOnce() {
        Theme theme;
        const std::uint64_t rounds = mutationRounds(150);
        for (std::uint64_t seed = 1; seed <= rounds; ++seed) {
            const QString text = QString::fromStdString(Mutation(seed)(kGood));
            MarkdownView whole(theme);
            whole.setSource(text);
            MarkdownView grown(theme);
            QRandomGenerator random(static_cast<quint32>(seed));
            for (qsizetype at = 0; at < text.size();) {
                const auto step = static_cast<qsizetype>(random.bounded(1, 60));
                grown.append(text.mid(at, step));
                if (random.bounded(4) == 0) grown.heightFor(500);
                at += step;
            }
            const QByteArray which = QByteArray::number(static_cast<qulonglong>(seed));
            QVERIFY2(grown.parts() == whole.parts(), which);
            QVERIFY2(shownBy(grown) == shownBy(whole), which);
            QVERIFY2(grown.heightFor(500) == whole.heightFor(500), which);
        }
    }
};

QTEST_MAIN(MarkdownMutationTest)
#include "markdown_mutation_test.moc"
