#include "ui/history/printed_chat.h"

#include <QBuffer>
#include <QFontInfo>
#include <QLocale>
#include <QPageSize>
#include <QPdfWriter>
#include <QPrintDialog>
#include <QPrinter>
#include <QTextDocument>
#include <QVariant>

namespace dsm {
namespace {

constexpr double kMarginMillimetres = 18;

// A document that loads nothing.
class PrintedDocument : public QTextDocument {
  public:
    explicit PrintedDocument(const QByteArray& html) { setHtml(QString::fromUtf8(html)); }

  protected:
    QVariant loadResource(int, const QUrl&) override { return {}; }
};

QPageSize paper() {
    const bool isMetric = QLocale::system().measurementSystem() == QLocale::MetricSystem;
    return QPageSize(isMetric ? QPageSize::A4 : QPageSize::Letter);
}

QMarginsF margins() {
    return {kMarginMillimetres, kMarginMillimetres, kMarginMillimetres, kMarginMillimetres};
}

}  // namespace

QByteArray pdfOf(const QByteArray& html) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setPageSize(paper());
        writer.setPageMargins(margins(), QPageLayout::Millimeter);
        writer.setResolution(300);
        PrintedDocument(html).print(&writer);
    }
    return bytes;
}

void printOver(QWidget* over, const QByteArray& html) {
    QPrinter printer(QPrinter::HighResolution);
    printer.setPageSize(paper());
    printer.setPageMargins(margins(), QPageLayout::Millimeter);
    QPrintDialog dialog(&printer, over);
    // Qt draws the page in it with a share of the points of its font; the program's are in pixels.
    QFont font = dialog.font();
    font.setPointSizeF(QFontInfo(font).pointSizeF());
    dialog.setFont(font);
    if (dialog.exec() == QDialog::Accepted) PrintedDocument(html).print(&printer);
}

}  // namespace dsm
