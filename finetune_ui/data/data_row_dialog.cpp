#include "finetune_ui/data/data_row_dialog.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/widgets/announcement.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kWidth = 560;
constexpr int kFewestLines = 2;
constexpr int kMostLines = 8;

}  // namespace

DataRowDialog::DataRowDialog(const Theme& theme, DataSource source, QWidget* parent)
    : ScrollDialog(parent), source_(std::move(source)), problem_(new Label(this)) {
    setWindowTitle(tr("Change a row"));
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kSmall);
    auto* promise = new Label(
        tr("The change is kept beside %1, in a file of its own; %1 itself stays as it is.")
            .arg(QFileInfo(source_.file).fileName()),
        content);
    promise->setWordWrap(true);
    promise->setProperty("tone", QStringLiteral("secondary"));
    column->addWidget(promise);
    for (const DataSource::Column& one : source_.columns) {
        auto* label = new Label(one.isText ? one.name : tr("%1 (as JSON)").arg(one.name), content);
        auto* edit = new QPlainTextEdit(one.value, content);
        edit->setTabChangesFocus(true);
        edit->setProperty("kind", QStringLiteral("field"));
        const int lines =
            std::clamp(static_cast<int>(one.value.size() / 60) + 1, kFewestLines, kMostLines);
        edit->setMinimumHeight(theme.lineHeight(TextStyle::Interface) * lines + 2 * space::kSmall);
        label->setBuddy(edit);
        column->addWidget(label);
        column->addWidget(edit);
        edits_.append(edit);
    }
    auto* cancel = new QPushButton(tr("Cancel"), this);
    auto* keep = new QPushButton(tr("Keep the change"), this);
    keep->setProperty("kind", QStringLiteral("primary"));
    keep->setDefault(true);
    auto* buttons = new QHBoxLayout;
    problem_->setWordWrap(true);
    setTone(problem_, ColorRole::Danger);
    buttons->addWidget(problem_, 1);
    buttons->addWidget(cancel);
    buttons->addWidget(keep);
    setContent(content, buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(keep, &QPushButton::clicked, this, &QDialog::accept);
    resize(kWidth, sizeHint().height());
}

void DataRowDialog::accept() {
    problem_->clear();
    Q_EMIT keepWanted(source());
}

void DataRowDialog::kept() {
    ScrollDialog::accept();
}

void DataRowDialog::showProblem(const QString& text) {
    problem_->setText(text);
    Announcement::say(problem_, text);
}

DataSource DataRowDialog::source() const {
    DataSource changed = source_;
    for (int i = 0; i < edits_.size(); ++i)
        changed.columns[i].value = edits_[i]->toPlainText();
    return changed;
}

}  // namespace dsm
