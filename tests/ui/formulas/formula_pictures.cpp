// Draws the formulas of a file, to be looked at: ui_formula_pictures FOLDER [FILE]. Each picture has
// some of them, light, at twice the size of the screen; those that cannot be laid out are red.
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QPainter>
#include <QTextStream>

#include "ui/widgets/math/formula.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

constexpr int kPerPicture = 22;
constexpr int kWidth = 900;
constexpr double kRatio = 1.5;

QStringList formulasOf(const QString& path) {
    QFile file(path);
    if (!file.open(QFile::ReadOnly)) qFatal("cannot read %s", qPrintable(path));
    QStringList formulas;
    for (const QString& line : QString::fromUtf8(file.readAll()).split(u'\n'))
        if (!line.isEmpty() && !line.startsWith(u'#')) formulas.append(line);
    return formulas;
}

QImage draw(const QStringList& formulas, const Theme& theme) {
    QImage picture(int(kWidth * kRatio), int(3000 * kRatio), QImage::Format_RGB32);
    picture.setDevicePixelRatio(kRatio);
    picture.fill(theme.color(ColorRole::Window));
    QPainter painter(&picture);
    const QFont words = theme.font(TextStyle::Body);
    double top = 10;
    for (const QString& source : formulas) {
        const auto formula = Formula::of(source, words);
        painter.setPen(formula ? theme.color(ColorRole::Text) : Qt::red);
        if (formula) {
            const double baseline = top + formula->ascent(words.pixelSize());
            painter.fillRect(QRectF(4, baseline, 10, 0.5), Qt::red);
            formula->paint(painter, {20, baseline}, words.pixelSize(), words);
            top = baseline + formula->descent(words.pixelSize()) + 10;
        } else {
            painter.setFont(words);
            painter.drawText(QPointF(20, top + 20), source);
            top += 30;
        }
    }
    return picture.copy(0, 0, picture.width(), int(top * kRatio));
}

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() < 2) return 1;
    const QStringList formulas = formulasOf(
        arguments.value(2, QStringLiteral(DSM_SOURCE_DIR "/tests/ui/formulas/formulas.txt")));
    Theme theme;
    for (qsizetype at = 0; at < formulas.size(); at += kPerPicture) {
        const QString name = QStringLiteral("formulas_%1.png").arg(at / kPerPicture);
        if (!draw(formulas.mid(at, kPerPicture), theme).save(QDir(arguments[1]).filePath(name)))
            return 1;
    }
    return 0;
}
