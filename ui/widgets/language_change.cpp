#include "ui/widgets/language_change.h"

#include <QEvent>
#include <QWidget>
#include <utility>

namespace dsm {
namespace {

class LanguageWatch : public QObject {
  public:
    LanguageWatch(QWidget* widget, std::function<void()> translate)
        : QObject(widget), translate_(std::move(translate)) {
        widget->installEventFilter(this);
    }

    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::LanguageChange) translate_();
        return QObject::eventFilter(watched, event);
    }

  private:
    std::function<void()> translate_;
};

}  // namespace

void onLanguageChange(QWidget* widget, std::function<void()> translate) {
    new LanguageWatch(widget, std::move(translate));
}

}  // namespace dsm
