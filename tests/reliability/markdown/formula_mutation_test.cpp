// Broken variants of formulas: each is laid out within bounds and drawn, or stays as it is written;
// nothing crashes or hangs. tests/support/attack.h says how the long run is asked for.
#include <QFile>
#include <QPainter>
#include <QTest>
#include <cmath>

#include "tests/support/attack.h"
#include "tests/support/mutation.h"
#include "ui/widgets/math/formula.h"
#include "ui/widgets/math/latex.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

std::vector<std::string> table() {
    QFile file(QStringLiteral(DSM_SOURCE_DIR "/tests/ui/formulas/formulas.txt"));
    std::vector<std::string> formulas;
    if (!file.open(QFile::ReadOnly)) return formulas;
    for (const QByteArray& line : file.readAll().split('\n'))
        if (!line.isEmpty() && !line.startsWith('#')) formulas.push_back(line.toStdString());
    return formulas;
}

// "" where the formula can be shown, or is refused.
QString whatIsWrong(const QString& source, const QFont& words, QImage& picture) {
    const auto formula = Formula::of(source, words);
    if (Formula::isReadable(source) && source.size() > math::kLongestFormula + 32)
        return QStringLiteral("too long, and read");
    if (formula == nullptr) return {};
    const double size = formula->width(15) + formula->ascent(15) + formula->descent(15);
    if (!std::isfinite(size)) return QStringLiteral("no size");
    for (const math::Mark& mark : formula->box().marks)
        if (!std::isfinite(mark.at.x()) || !std::isfinite(mark.at.y()))
            return QStringLiteral("a mark without a place");
    QPainter painter(&picture);
    formula->paint(painter, {10, 40}, 15, words);
    return {};
}

}  // namespace

class FormulaMutationTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aBrokenFormulaIsShownOrRefused() {
        const std::vector<std::string> good = table();
        QVERIFY(good.size() > 100);
        const Theme theme;
        const QFont words = theme.font(TextStyle::Body);
        QImage picture(200, 80, QImage::Format_RGB32);
        const auto broken = [&](std::uint64_t seed) {
            return Mutation(seed)(good[seed % good.size()], good[seed / good.size() % good.size()]);
        };
        const bool isFine = Attack("formula", 1500).walk(broken, [&](const std::string& variant) {
            const QString wrong = whatIsWrong(QString::fromStdString(variant), words, picture);
            if (!wrong.isEmpty()) qWarning().noquote() << wrong;
            return wrong.isEmpty();
        });
        QVERIFY(isFine);
    }
};

QTEST_MAIN(FormulaMutationTest)
#include "formula_mutation_test.moc"
