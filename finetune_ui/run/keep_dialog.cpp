#include "finetune_ui/run/keep_dialog.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/program/sentences.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kWidth = 460;
constexpr int kLongestName = 60;
constexpr int kNoteLines = 3;

}  // namespace

KeepDialog::KeepDialog(const Theme& theme, const Kept& kept, QWidget* parent)
    : ScrollDialog(parent),
      kept_(kept),
      name_(new QLineEdit(kept.name, this)),
      note_(new QPlainTextEdit(kept.note, this)),
      problem_(new Label(this)),
      keep_(new QPushButton(tr("Keep it"), this)) {
    setWindowTitle(tr("Keep it"));
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kSmall);
    const QString promise = kept.isModel
                                ? tr("A copy of the model in 16 bits stays among your models, "
                                     "whatever becomes of the run.")
                                : tr("A copy of the adapter stays in the chat's menu of "
                                     "adapters, whatever becomes of the run.");
    auto* what = new Label(inARow({promise, kept.room}), content);
    what->setWordWrap(true);
    what->setProperty("tone", QStringLiteral("secondary"));
    auto* nameLabel = new Label(tr("Its name:"), content);
    auto* noteLabel = new Label(tr("A note, shown beside it there:"), content);
    nameLabel->setBuddy(name_);
    noteLabel->setBuddy(note_);
    name_->setObjectName(QStringLiteral("keptName"));
    name_->setMaxLength(kLongestName);
    note_->setObjectName(QStringLiteral("keptNote"));
    note_->setTabChangesFocus(true);
    note_->setProperty("kind", QStringLiteral("field"));
    note_->setFixedHeight(theme.lineHeight(TextStyle::Interface) * kNoteLines + 2 * space::kSmall);
    problem_->setWordWrap(true);
    setTone(problem_, ColorRole::Danger);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{what, nameLabel, name_, problem_, noteLabel, note_})
        column->addWidget(widget);
    noteLabel->setVisible(!kept.isModel);
    note_->setVisible(!kept.isModel);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    keep_->setProperty("kind", QStringLiteral("primary"));
    keep_->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(keep_);
    setContent(content, buttons);
    setTabOrder(note_, cancel);
    setTabOrder(cancel, keep_);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(keep_, &QPushButton::clicked, this, &QDialog::accept);
    connect(name_, &QLineEdit::textChanged, this, &KeepDialog::showState);
    resize(kWidth, sizeHint().height());
    showState();
}

QString KeepDialog::name() const {
    return folderNameOf(name_->text());
}

QString KeepDialog::note() const {
    return note_->toPlainText().trimmed();
}

void KeepDialog::showState() {
    QString problem;
    if (!name().isEmpty() && QFileInfo::exists(QDir(kept_.folder).filePath(name())))
        problem = tr("There is something of this name already.");
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
    keep_->setEnabled(!name().isEmpty() && problem.isEmpty());
}

}  // namespace dsm
