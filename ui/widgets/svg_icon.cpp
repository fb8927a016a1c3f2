#include "ui/widgets/svg_icon.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

// The macro has to stand outside of any namespace.
static void registerIconFiles() {
    Q_INIT_RESOURCE(icons);
}

namespace dsm {
namespace {

class SvgIconEngine : public QIconEngine {
  public:
    SvgIconEngine(QByteArray source, QColor color, QColor disabledColor)
        : source_(std::move(source)), color_(color), disabledColor_(disabledColor) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        QByteArray svg = source_;
        const QColor color = mode == QIcon::Disabled ? disabledColor_ : color_;
        svg.replace("currentColor", color.name().toUtf8());
        QSvgRenderer renderer(svg);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        painter->setRenderHint(QPainter::Antialiasing);
        renderer.render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        if (size.isEmpty()) return {};  // a field that is laid out has no room for it yet
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new SvgIconEngine(*this); }

  private:
    QByteArray source_;
    QColor color_;
    QColor disabledColor_;
};

}  // namespace

void loadIconFiles() {
    registerIconFiles();
}

QIcon svgIcon(const QString& name, const QColor& color, const QColor& disabledColor) {
    QFile file(QStringLiteral(":/dsm/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QIcon(new SvgIconEngine(file.readAll(), color, disabledColor));
}

}  // namespace dsm
