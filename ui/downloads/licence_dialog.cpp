#include "ui/downloads/licence_dialog.h"

#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/widgets/label.h"
#include "ui/widgets/screen_fit.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr QSize kFirstSize{720, 560};

QString styleOf(const Theme& theme) {
    return QStringLiteral(
               "QTabWidget::pane { border: 0; }"
               "QTabBar { font-weight: 600; }"
               "QTabBar::tab { background: transparent; border: 0; color: %1;"
               " padding: 6px 2px; margin-right: 18px; border-bottom: 2px solid transparent; }"
               "QTabBar::tab:selected, QTabBar::tab:focus { color: %2; border-color: %2; }"
               "QPlainTextEdit { background: %3; border: 1px solid %4; border-radius: %5px;"
               " padding: 8px; }")
        .arg(theme.color(ColorRole::TextSecondary).name(),
             theme.color(ColorRole::AccentText).name(), theme.color(ColorRole::Surface).name(),
             theme.color(ColorRole::Border).name())
        .arg(radius::kMedium);
}

}  // namespace

LicenceDialog::LicenceDialog(const CatalogueEntry& entry, bool isAccepted, const Theme& theme,
                             QWidget* parent)
    : QDialog(parent),
      theme_(theme),
      summary_(new Label(entry.licence.summary, this)),
      texts_(new QTabWidget(this)),
      accept_(new QPushButton(tr("Accept and download"), this)),
      close_(new QPushButton(isAccepted ? tr("Close") : tr("Cancel"), this)) {
    setWindowTitle(tr("Licence of %1").arg(entry.title));
    summary_->setWordWrap(true);
    summary_->setFont(theme.font(TextStyle::Small));
    texts_->addTab(page(QStringLiteral(":/licences/deepseek-model.txt"), entry.licence.modelUrl,
                        tr("Model licence")),
                   tr("Model licence"));
    texts_->addTab(page(QStringLiteral(":/licences/deepseek-code.txt"), entry.licence.codeUrl,
                        tr("Code licence")),
                   tr("Code licence"));
    texts_->setStyleSheet(styleOf(theme));
    accept_->setProperty("kind", QStringLiteral("primary"));
    accept_->setAutoDefault(false);  // Enter, pressed too early, accepts nothing
    accept_->setVisible(!isAccepted);
    accept_->setAccessibleName(tr("Accept the licences and download %1").arg(entry.title));
    close_->setAccessibleName(close_->text());
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close_);
    buttons->addWidget(accept_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kLarge + 4);
    column->setSpacing(space::kMedium);
    column->addWidget(summary_);
    column->addWidget(texts_, 1);
    column->addLayout(buttons);
    resize(fitToScreen(kFirstSize, this));
    connect(accept_, &QPushButton::clicked, this, &QDialog::accept);
    connect(close_, &QPushButton::clicked, this, &QDialog::reject);
}

QWidget* LicenceDialog::page(const QString& resource, const QString& source, const QString& name) {
    auto* page = new QWidget(texts_);
    auto* text = new QPlainTextEdit(page);
    QFile file(resource);
    if (file.open(QIODevice::ReadOnly)) text->setPlainText(QString::fromUtf8(file.readAll()));
    text->setReadOnly(true);
    text->setTabChangesFocus(true);
    text->setFont(theme_.font(TextStyle::Small));
    text->setAccessibleName(name);
    auto* origin = new Label(page);
    origin->setTextFormat(Qt::RichText);
    origin->setOpenExternalLinks(true);
    origin->setFont(theme_.font(TextStyle::Caption));
    origin->setWordWrap(true);
    origin->setToolTip(source);  // too long for a small window
    origin->setText(
        QStringLiteral("<style>a { color: %1; }</style>%2")
            .arg(theme_.color(ColorRole::AccentText).name(),
                 tr("Published at %1")
                     .arg(QStringLiteral("<a href=\"%1\">%2</a>")
                              .arg(source.toHtmlEscaped(), QUrl(source).host().toHtmlEscaped()))));
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, space::kSmall, 0, 0);
    column->addWidget(text, 1);
    column->addWidget(origin);
    return page;
}

}  // namespace dsm
