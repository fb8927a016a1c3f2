#include "ui/models/import_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

constexpr int kProgressSteps = 1000;

}  // namespace

ImportRow::ImportRow(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      title_(new Label(this)),
      text_(new Label(this)),
      progress_(new QProgressBar(this)),
      retry_(new QPushButton(this)),
      button_(new QPushButton(this)) {
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    title_->setElided(Qt::ElideMiddle);
    progress_->setRange(0, kProgressSteps);
    progress_->setTextVisible(false);
    retry_->setProperty("kind", QStringLiteral("primary"));
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kSmall);
    row->addWidget(title_, 1);
    row->addWidget(retry_);
    row->addWidget(button_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, space::kSmall, 0, space::kMedium);
    column->setSpacing(space::kTiny);
    column->addLayout(row);
    column->addWidget(text_);
    column->addWidget(progress_);
    connect(button_, &QPushButton::clicked, this, [this] { Q_EMIT cancelRequested(import_.id); });
    connect(retry_, &QPushButton::clicked, this, [this] { Q_EMIT retryRequested(import_.id); });
    connect(&theme, &Theme::changed, this, &ImportRow::applyTheme);
    onLanguageChange(this, [this] { showContent(); });
    applyTheme();
}

void ImportRow::setContent(const Import& import) {
    const bool isOtherState = import.state != import_.state;
    import_ = import;
    if (isOtherState) applyTheme();
    showContent();
}

void ImportRow::showContent() {
    const bool isFailed = import_.state == ImportState::Failed;
    const bool isCopy = import_.kind == ImportKind::Copy;
    const QString amounts =
        tr("%1 of %2").arg(presentBytes(import_.doneBytes), presentBytes(import_.totalBytes));
    QString text = isCopy ? tr("Copying and checking: %1").arg(amounts)
                          : tr("Checking the files: %1").arg(amounts);
    if (import_.totalBytes == 0) text = tr("Looking at the files…");
    if (import_.state == ImportState::Waiting) text = tr("Waits for its turn");
    if (isFailed) text = import_.error;
    title_->setText(import_.name);
    setAccessibleName(import_.name);
    text_->setText(text);
    progress_->setVisible(import_.state == ImportState::Running && import_.totalBytes > 0);
    progress_->setAccessibleName(tr("Progress of importing %1").arg(import_.name));
    progress_->setValue(
        import_.totalBytes == 0
            ? 0
            : static_cast<int>(static_cast<double>(import_.doneBytes) * kProgressSteps /
                               static_cast<double>(import_.totalBytes)));
    retry_->setVisible(isFailed);
    retry_->setText(tr("Try again"));
    retry_->setAccessibleName(tr("Import %1 again").arg(import_.name));
    button_->setText(isFailed ? tr("Dismiss") : tr("Cancel"));
    button_->setAccessibleName(isFailed ? tr("Dismiss the import of %1").arg(import_.name)
                                        : tr("Cancel importing %1").arg(import_.name));
}

void ImportRow::applyTheme() {
    const bool isFailed = import_.state == ImportState::Failed;
    title_->setFont(theme_.font(TextStyle::InterfaceStrong));
    text_->setFont(theme_.font(TextStyle::Small));
    const ColorRole role = isFailed ? ColorRole::Danger : ColorRole::TextSecondary;
    setTone(text_, role);
    showContent();
}

}  // namespace dsm
