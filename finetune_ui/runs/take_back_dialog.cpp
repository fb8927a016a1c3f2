#include "finetune_ui/runs/take_back_dialog.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/reason_words.h"
#include "app/services/program/sentences.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kDialogWidth = 520;
constexpr int kLongestName = 120;

}  // namespace

TakeBackDialog::TakeBackDialog(const QString& folder, const QList<RunBase>& bases, QWidget* parent)
    : ScrollDialog(parent),
      folder_(folder),
      name_(new QLineEdit(QFileInfo(folder).fileName(), this)),
      base_(new ChoiceBox(this)),
      baseLabel_(new Label(tr("The base model it was trained over:"), this)),
      said_(new Label(this)),
      take_(new QPushButton(tr("Take it into the list"), this)) {
    setWindowTitle(tr("Add a run from elsewhere"));
    base_->addItem(tr("Choose the base model"), QString());
    for (const RunBase& one : bases)
        base_->addItem(one.name, one.folder);
    makeLayout();
    connect(&reader_, &RunReturn::looked, this, &TakeBackDialog::takeLook);
    connect(base_, &QComboBox::currentIndexChanged, this, &TakeBackDialog::ask);
    connect(name_, &QLineEdit::textChanged, this, &TakeBackDialog::showState);
    ask();
}

void TakeBackDialog::makeLayout() {
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kSmall);
    auto* promise =
        new Label(tr("%1 stays where it is and as it is; the list of runs refers to it.")
                      .arg(QDir::toNativeSeparators(folder_)),
                  content);
    promise->setWordWrap(true);
    promise->setProperty("tone", QStringLiteral("secondary"));
    auto* nameLabel = new Label(tr("Name of the run:"), content);
    nameLabel->setBuddy(name_);
    baseLabel_->setBuddy(base_);
    name_->setMaxLength(kLongestName);
    name_->setObjectName(QStringLiteral("returnedName"));
    base_->setObjectName(QStringLiteral("returnedBase"));
    take_->setObjectName(QStringLiteral("takeBack"));
    said_->setWordWrap(true);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{promise, said_, nameLabel, name_, baseLabel_, base_})
        column->addWidget(widget);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    take_->setProperty("kind", QStringLiteral("primary"));
    take_->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(take_);
    setContent(content, buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(take_, &QPushButton::clicked, this, &QDialog::accept);
    resize(kDialogWidth, sizeHint().height());
}

void TakeBackDialog::ask() {
    isKnown_ = false;
    reader_.look(folder_, baseFolder());
    showState();
}

void TakeBackDialog::takeLook(const RunReturnLook& look) {
    look_ = look;
    isKnown_ = true;
    // The base that the adapter names, where it is on this computer.
    const int named = look.baseModel.isEmpty() ? -1 : base_->findData(look.baseModel);
    if (named > 0 && base_->currentIndex() == 0) return base_->setCurrentIndex(named);
    showState();
}

QString TakeBackDialog::baseFolder() const {
    return base_->currentData().toString();
}

QString TakeBackDialog::foundText() const {
    if (!isKnown_) return tr("The folder is looked at…");
    if (!look_.problem.isEmpty()) return presentReason(look_.problem);
    const QString what = look_.hasAdapter ? tr("It holds an adapter.")
                         : isWholeModel() ? tr("It holds a whole model.")
                                          : tr("It holds no result, only its curves.");
    const QString curves =
        look_.hasCurves
            ? tr("Its curves are known up to step %1.").arg(QLocale().toString(look_.run.step))
            : tr("It has no curves: neither trainer_state.json nor event files.");
    const QString base = look_.baseModel.isEmpty() || !baseFolder().isEmpty()
                             ? QString()
                             : tr("It names %1 as its base.").arg(look_.baseModel);
    return inARow({what, curves, base});
}

void TakeBackDialog::showState() {
    const bool needsBase = !isKnown_ || !isWholeModel();
    baseLabel_->setVisible(needsBase);
    base_->setVisible(needsBase);
    said_->setText(foundText());
    const bool hasBase = isWholeModel() || !baseFolder().isEmpty() || !look_.hasAdapter;
    take_->setEnabled(isKnown_ && look_.problem.isEmpty() && hasBase && !name().isEmpty());
    if (wasShown()) makeRoom();
}

// What was found may take more lines than the dialog was made for.
void TakeBackDialog::makeRoom() {
    QWidget* content = scrollArea()->widget();
    content->layout()->activate();
    const QSize seen = scrollArea()->viewport()->size();
    const int lacking = content->layout()->totalHeightForWidth(seen.width()) - seen.height();
    if (lacking > 0)
        resize(width(), std::min(height() + lacking, screen()->availableSize().height() * 9 / 10));
}

QString TakeBackDialog::name() const {
    return name_->text().trimmed();
}

QString TakeBackDialog::settingsJson() const {
    QJsonObject settings = look_.settings;
    const QString base = isWholeModel() ? look_.wholeModel : baseFolder();
    if (!base.isEmpty()) settings[QStringLiteral("model")] = base;
    return QString::fromUtf8(QJsonDocument(settings).toJson());
}

QString TakeBackDialog::said() const {
    return said_->text();
}

}  // namespace dsm
