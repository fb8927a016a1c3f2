// Formulas: what is read, where its parts stand, and what stays as it is written.
#include <QFile>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "ui/widgets/math/formula.h"
#include "ui/widgets/math/latex.h"
#include "ui/widgets/math/math_font.h"
#include "ui/widgets/theme.h"

using namespace dsm;
using math::Mark;

namespace {

QStringList table() {
    QFile file(QStringLiteral(DSM_SOURCE_DIR "/tests/ui/formulas/formulas.txt"));
    if (!file.open(QFile::ReadOnly)) return {};
    QStringList formulas;
    for (const QString& line : QString::fromUtf8(file.readAll()).split(u'\n'))
        if (!line.isEmpty() && !line.startsWith(u'#')) formulas.append(line);
    return formulas;
}

}  // namespace

class FormulaTest : public QObject {
    Q_OBJECT

    Theme theme_;

    std::shared_ptr<const Formula> formula(const char* latex) const {
        return Formula::of(QString::fromUtf8(latex), theme_.font(TextStyle::Body));
    }
    math::Box box(const char* latex) const {
        const auto made = formula(latex);
        return made ? made->box() : math::Box();
    }
    static quint32 glyphOf(char32_t code) { return math::MathFont::instance().glyphOf(code); }
    // The only mark with the glyph of the character.
    static Mark the(const math::Box& box, char32_t code) {
        const auto is = [&](const Mark& mark) {
            return mark.kind == Mark::Kind::Glyph && mark.glyph == glyphOf(code);
        };
        if (std::count_if(box.marks.begin(), box.marks.end(), is) != 1) return {};
        return *std::find_if(box.marks.begin(), box.marks.end(), is);
    }
    static std::vector<Mark> rules(const math::Box& box) {
        std::vector<Mark> found;
        std::copy_if(box.marks.begin(), box.marks.end(), std::back_inserter(found),
                     [](const Mark& mark) { return mark.kind == Mark::Kind::Rule; });
        return found;
    }
    static double axis() { return math::MathFont::instance().constant(math::Constant::AxisHeight); }
    double widthOf(const char* latex) const { return box(latex).width; }

  private Q_SLOTS:
    void theFontIsThere() { QVERIFY(math::MathFont::instance().isThere()); }

    void itsMeasuresAreThoseOfTheTable() {
        const math::MathFont& font = math::MathFont::instance();
        // As Latin Modern Math 1.959 has them.
        QCOMPARE(font.constant(math::Constant::AxisHeight), 250.0);
        QCOMPARE(font.constant(math::Constant::FractionRuleThickness), 40.0);
        QCOMPARE(font.constant(math::Constant::RadicalKernAfterDegree), -556.0);
        QCOMPARE(font.table().scriptPercent(), 70);
        QCOMPARE(font.table().degreeRaisePercent(), 60);
        QVERIFY(font.table().growth(font.glyphOf('('), true).variants.size() > 4);
        QVERIFY(!font.table().growth(font.glyphOf('('), true).parts.empty());
    }

    void theFormulasOfModelsAreLaidOut() {
        const QStringList formulas = table();
        QVERIFY(formulas.size() >= 165);
        for (const QString& source : formulas) {
            QVERIFY2(Formula::isReadable(source), qPrintable(source));
            const auto made = Formula::of(source, theme_.font(TextStyle::Body));
            QVERIFY2(made != nullptr, qPrintable(source));
            QVERIFY2(made->width(15) > 3 && made->width(15) < 900, qPrintable(source));
            const bool hasInk = std::all_of(
                made->box().marks.begin(), made->box().marks.end(),
                [](const Mark& mark) { return mark.kind != Mark::Kind::Glyph || mark.glyph != 0; });
            QVERIFY2(hasInk, qPrintable(source));
        }
    }

    void whatIsNoWholeFormulaIsNotRead_data() {
        QTest::addColumn<QString>("source");
        for (const char* source : {"$\\frac{1}$",
                                   "$x^$",
                                   "$x_1_2$",
                                   "$x^1^2$",
                                   "$\\unknown{x}$",
                                   "$\\left( x$",
                                   "$x }$",
                                   "${x$",
                                   "\\[\\begin{pmatrix} a & b\\]",
                                   "\\[\\begin{nothing} a \\end{nothing}\\]",
                                   "\\[\\begin{pmatrix} a \\end{bmatrix}\\]",
                                   "$a & b$",
                                   "$$",
                                   "\\(\\)",
                                   "\\[ \\]",
                                   "$\\left\\foo x \\right)$",
                                   "$\\hspace{many}x$",
                                   "$\\def\\a{x}$",
                                   "$\\text{open$",
                                   "$#1$",
                                   "$\\$"})
            QTest::newRow(source) << QString::fromUtf8(source);
    }
    void whatIsNoWholeFormulaIsNotRead() {
        QFETCH(QString, source);
        QVERIFY(!Formula::isReadable(source));
        QVERIFY(Formula::of(source, theme_.font(TextStyle::Body)) == nullptr);
    }

    void lettersAreItalicAndDigitsUpright() {
        const math::Box x = box("$x1\\mathrm{y}\\mathbf{z}\\mathbb{R}\\alpha\\Gamma$");
        for (const char32_t code : {char32_t(0x1D465), U'1', U'y', char32_t(0x1D433), U'\u211D',
                                    char32_t(0x1D6FC), U'\u0393'})
            QVERIFY2(the(x, code).glyph != 0, qPrintable(QString::number(code, 16)));
    }

    void anExponentIsSmallAndAboveAnIndexBelow() {
        const math::Box both = box("$x_1^2$");
        QCOMPARE(the(both, U'2').scale, 0.7);
        QCOMPARE(the(both, U'1').scale, 0.7);
        // SuperscriptShiftUp 363 and SubscriptShiftDown 247 of the font at the least.
        QVERIFY(the(both, U'2').at.y() <= -363);
        QVERIFY(the(both, U'1').at.y() >= 247);
        QCOMPARE(the(box("$x^{y^2}$"), U'2').scale, 0.5);
    }

    void anExponentLeansOutWhereTheLetterDoes() {
        const math::Box f = box("$f_1^2$");
        QVERIFY(the(f, U'2').at.x() > the(f, U'1').at.x() + 50);
    }

    void aFractionHasItsBarOnTheAxisAndItsPartsInTheMiddle() {
        const math::Box fraction = box("\\[\\frac{1}{x+y}\\]");
        QCOMPARE(rules(fraction).size(), size_t(1));
        const Mark bar = rules(fraction).front();
        QCOMPARE(bar.at.y() + bar.size.height() / 2, -axis());
        QCOMPARE(bar.size.height(), 40.0);
        const double middle = bar.at.x() + bar.size.width() / 2;
        const double half = math::MathFont::instance().glyph(glyphOf(U'1')).advance / 2;
        QVERIFY(std::abs(the(fraction, U'1').at.x() + half - middle) < 1);
        // FractionNumeratorDisplayStyleShiftUp 677, and in the line FractionNumeratorShiftUp 394.
        QCOMPARE(the(fraction, U'1').at.y(), -677.0);
        QCOMPARE(the(box("$\\frac{1}{x}$"), U'1').at.y(), -394.0);
        QCOMPARE(the(box("$\\frac{1}{x}$"), U'1').scale, 0.7);
        QCOMPARE(the(box("$\\dfrac{1}{x}$"), U'1').scale, 1.0);
    }

    void whatIsHighInAFractionKeepsItsDistanceFromTheBar() {
        const math::Box fraction = box("\\[\\frac{\\frac{1}{2}}{3}\\]");
        QCOMPARE(rules(fraction).size(), size_t(2));
        const auto found = rules(fraction);
        const bool isFirst = found[0].size.width() > found[1].size.width();
        const Mark outer = isFirst ? found[0] : found[1];
        // FractionNumDisplayStyleGapMin 120 between the bar and the digit 2 above it.
        const Mark two = the(fraction, U'2');
        const double bottom =
            two.at.y() + math::MathFont::instance().glyph(two.glyph).descent * two.scale;
        QVERIFY(outer.at.y() - bottom >= 119);
    }

    void aRootHasItsRuleOverAllOfIt() {
        const math::Box root = box("$\\sqrt{x+y}$");
        QCOMPARE(rules(root).size(), size_t(1));
        const Mark rule = rules(root).front();
        QVERIFY(std::abs(rule.at.x() + rule.size.width() - root.width) < 1);
        QVERIFY(rule.at.y() < -math::MathFont::instance().glyph(glyphOf(0x1D466)).ascent);
        QVERIFY(box("\\[\\sqrt{\\frac{a}{b}}\\]").ascent > root.ascent);
        const Mark degree = the(box("$\\sqrt[3]{x}$"), U'3');
        QCOMPARE(degree.scale, 0.5);
        QVERIFY(degree.at.y() < -axis());
    }

    void limitsStandAboveAndBelowInDisplaysOnly() {
        const math::Box display = box("\\[\\sum_1^2\\]");
        const Mark below = the(display, U'1');
        const Mark above = the(display, U'2');
        QVERIFY(std::abs(below.at.x() - above.at.x()) < 1);
        QVERIFY(above.at.y() < -900 && below.at.y() > 900);
        const math::Box inLine = box("$\\sum_1^2$");
        QVERIFY(the(inLine, U'1').at.x() > 900);
        QVERIFY(the(box("\\[\\int_1^2\\]"), U'1').at.x() > 300);
        QVERIFY(std::abs(the(box("\\[\\lim_1\\]"), U'1').at.y()) > 300);
        const math::Box forced = box("$\\sum\\limits_1^2$");
        QVERIFY(std::abs(the(forced, U'1').at.x() - the(forced, U'2').at.x()) < 1);
    }

    void aLargeOperatorStandsAroundTheAxis() {
        const math::Box sum = box("\\[\\sum\\]");
        QVERIFY(std::abs((sum.ascent - sum.descent) / 2 - axis()) < 1);
        QVERIFY(sum.height() > 1300);
        QVERIFY(box("$\\sum$").height() < 1100);
    }

    void signsGrowWithWhatTheyEnclose() {
        const double small = box("\\[\\left( x \\right)\\]").height();
        const math::Box middle = box("\\[\\left( \\frac{a}{b} \\right)\\]");
        const math::Box large =
            box("\\[\\left( \\begin{matrix} a \\\\ b \\\\ c \\\\ d \\\\ e \\\\ f \\end{matrix} "
                "\\right)\\]");
        QVERIFY(middle.height() > 1.5 * small);
        QVERIFY(large.height() > 2.5 * middle.height());
        // Of parts: two signs of at least three.
        const auto glyphs =
            std::count_if(large.marks.begin(), large.marks.end(),
                          [](const Mark& mark) { return mark.kind == Mark::Kind::Glyph; });
        QVERIFY(glyphs >= 6 + 2 * 3);
        QVERIFY(std::abs((large.ascent - large.descent) / 2 - axis()) < 30);
    }

    void atomsKeepTheDistancesOfTeX() {
        const double x = widthOf("$x$");
        const double plus = widthOf("$+$");
        const double equals = widthOf("$=$");
        const double em = 1000;
        // 4 mu beside a sign that joins, 5 beside a relation, none beside a sign before a number.
        QVERIFY(std::abs(widthOf("$x+x$") - (2 * x + plus + 8 * em / 18)) < 1);
        QVERIFY(std::abs(widthOf("$x=x$") - (2 * x + equals + 10 * em / 18)) < 1);
        QVERIFY(std::abs(widthOf("$+x$") - (x + plus)) < 1);
        QVERIFY(std::abs(widthOf("$x\\quad x$") - (2 * x + em)) < 1);
        QVERIFY(std::abs(widthOf("$x\\,x$") - (2 * x + em / 6)) < 1);
        QVERIFY(widthOf("$x\\!x$") < 2 * x);
    }

    void columnsStandBelowEachOther() {
        const math::Box matrix = box("\\[\\begin{matrix} 1 & 2 \\\\ 3 & 4 \\end{matrix}\\]");
        QCOMPARE(the(matrix, U'1').at.x(), the(matrix, U'3').at.x());
        QCOMPARE(the(matrix, U'2').at.y(), the(matrix, U'1').at.y());
        QVERIFY(the(matrix, U'3').at.y() - the(matrix, U'1').at.y() >= 1199);
        QVERIFY(std::abs((matrix.ascent - matrix.descent) / 2 - axis()) < 1);
    }

    void alignedLinesHaveTheirRelationsBelowEachOther() {
        const math::Box lines =
            box("\\[\\begin{aligned} 1 + 2 + 3 &= x \\\\ 4 &> 5 \\end{aligned}\\]");
        QVERIFY(std::abs(the(lines, U'=').at.x() - the(lines, U'>').at.x()) < 1);
        const math::Box cases = box("\\[\\begin{cases} 1 & 2 \\\\ 345 & 6 \\end{cases}\\]");
        QCOMPARE(the(cases, U'1').at.x(), the(cases, U'3').at.x());
        QCOMPARE(the(cases, U'2').at.x(), the(cases, U'6').at.x());
    }

    void anAccentStandsOverTheMiddleOfALetter() {
        const math::Box hat = box("$\\hat{1}$");
        QVERIFY(hat.ascent > box("$1$").ascent);
        QCOMPARE(hat.width, box("$1$").width);
        QVERIFY(widthOf("$\\widehat{abc}$") == widthOf("$abc$"));
        QVERIFY(rules(box("$\\overline{ab}$")).front().size.width() > 900);
    }

    void wordsComeFromTheFontsThatHaveThem() {
        const math::Box words = box("$\\text{if 速度}$");
        const auto chinese =
            std::find_if(words.marks.begin(), words.marks.end(),
                         [](const Mark& m) { return m.kind == Mark::Kind::Words; });
        QVERIFY(chinese != words.marks.end());
        QCOMPARE(chinese->words, QStringLiteral("速度"));
        QVERIFY(the(words, U'f').glyph != 0);
        QVERIFY(widthOf("$\\text{a b}$") > widthOf("$\\text{ab}$"));
    }

    void widthAndHeightGoWithTheSizeOfTheText() {
        const auto made = formula("\\[\\frac{a}{b}\\]");
        QCOMPARE(made->width(30), 2 * made->width(15));
        QCOMPARE(made->ascent(30), 2 * made->ascent(15));
    }

    void deepAndLongFormulasAreRefusedAtOnce() {
        const auto repeated = [](const char* begin, const char* middle, const char* end,
                                 int times) {
            return u'$' + QString::fromLatin1(begin).repeated(times) + QString::fromLatin1(middle) +
                   QString::fromLatin1(end).repeated(times) + u'$';
        };
        for (const QString& source :
             {repeated("{", "x", "}", 1900), repeated("\\sqrt", "x", "", 700),
              repeated("\\hat", "x", "", 900), repeated("x^{", "x", "}", 900),
              repeated("\\left(", "x", "\\right)", 250), repeated("\\frac1{", "x", "}", 400),
              repeated("\\not", "=", "", 900), repeated("\\text{$", "x", "$}", 400),
              repeated("x", "", "", 5000),
              repeated("\\begin{matrix}", "x", "\\end{matrix}", 100)}) {
            QVERIFY2(!Formula::isReadable(source), qPrintable(source.left(40)));
        }
        // What is long and not deep is no harm.
        const auto wide = formula(
            qPrintable(QStringLiteral("$") + QStringLiteral("\\frac{a}{b}+").repeated(300) + u'$'));
        QVERIFY(wide != nullptr);
    }
};

QTEST_MAIN(FormulaTest)
#include "formula_test.moc"
