#include "finetune_ui/data/own_conversations_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/widgets/app_style.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kListHeight = 260;
constexpr int kWidth = 480;

}  // namespace

OwnConversationsDialog::OwnConversationsDialog(ConversationExport& conversations,
                                               const Theme& theme, QWidget* parent)
    : ScrollDialog(parent),
      conversations_(conversations),
      theme_(theme),
      heading_(new Label(this)),
      promise_(new Label(this)),
      search_(new QLineEdit(this)),
      time_(new ChoiceBox(this)),
      folder_(new ChoiceBox(this)),
      pinned_(new QCheckBox(this)),
      rated_(new QCheckBox(this)),
      list_(new QListWidget(this)),
      all_(new QPushButton(this)),
      none_(new QPushButton(this)),
      count_(new Label(this)),
      error_(new Label(this)),
      write_(new QPushButton(this)),
      cancel_(new QPushButton(this)) {
    setTexts();
    makeLayout();
    connect(search_, &QLineEdit::textChanged, this, &OwnConversationsDialog::showMatching);
    connect(time_, &QComboBox::activated, this, &OwnConversationsDialog::showMatching);
    connect(folder_, &QComboBox::activated, this, &OwnConversationsDialog::showMatching);
    connect(pinned_, &QCheckBox::toggled, this, &OwnConversationsDialog::showMatching);
    connect(rated_, &QCheckBox::toggled, this, &OwnConversationsDialog::showMatching);
    connect(list_, &QListWidget::itemChanged, this, &OwnConversationsDialog::showCount);
    connect(all_, &QPushButton::clicked, this, [this] { checkAll(true); });
    connect(none_, &QPushButton::clicked, this, [this] { checkAll(false); });
    connect(cancel_, &QPushButton::clicked, this, &QDialog::reject);
    connect(write_, &QPushButton::clicked, this, [this] {
        write_->setEnabled(false);
        conversations_.write(checked(),
                             rated_->isChecked() ? LearntReplies::ThumbUp : LearntReplies::All);
    });
    connect(&conversations, &ConversationExport::written, this,
            [this](const ConversationsWritten& result) {
                Q_EMIT written(result);
                accept();
            });
    connect(&conversations, &ConversationExport::failed, this, [this](const QString& error) {
        error_->setText(error);
        error_->show();
        showCount();
        // It stands below the list, and may have made the dialog too low.
        layout()->activate();
        QMetaObject::invokeMethod(
            this, [this] { scrollArea()->ensureWidgetVisible(error_); }, Qt::QueuedConnection);
    });
    showMatching();
}

void OwnConversationsDialog::setTexts() {
    setWindowTitle(tr("Use my conversations"));
    heading_->setText(tr("Which conversations shall the model learn from?"));
    promise_->setText(
        tr("Only the conversations chosen here leave the history: they are copied into a file on "
           "this computer, as they are shown now. Stopped and failed replies are left out, and "
           "those with a thumb down are not learned."));
    search_->setPlaceholderText(tr("Words in the title or in a message"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    time_->addItem(tr("Any time"), 0);
    time_->addItem(tr("Last 7 days"), 7);
    time_->addItem(tr("Last 30 days"), 30);
    time_->addItem(tr("Last year"), 365);
    time_->setAccessibleName(tr("When they were last changed"));
    folder_->addItem(tr("Any folder"), QString());
    for (const QString& name : conversations_.folders())
        folder_->addItem(tr("In “%1”").arg(name), name);
    folder_->setVisible(folder_->count() > 1);
    folder_->setAccessibleName(tr("The folder that they lie in"));
    pinned_->setText(tr("Only pinned ones"));
    rated_->setText(tr("Only replies with a thumb up"));
    rated_->setToolTip(
        tr("Below a reply in the chat you can give it a thumb up. The replies before "
           "it in its conversation are then read, but not learned."));
    list_->setAccessibleName(tr("Conversations"));
    all_->setText(tr("Choose all"));
    none_->setText(tr("Choose none"));
    write_->setText(tr("Use these"));
    cancel_->setText(tr("Cancel"));
}

void OwnConversationsDialog::makeLayout() {
    heading_->setFont(theme_.font(TextStyle::Title));
    for (QLabel* label : {heading_, promise_, count_, error_})
        label->setWordWrap(true);
    promise_->setProperty("tone", QStringLiteral("secondary"));
    setTone(error_, ColorRole::Danger);
    error_->hide();
    write_->setProperty("kind", QStringLiteral("primary"));
    write_->setDefault(true);
    list_->setProperty("kind", QStringLiteral("field"));
    for (QComboBox* box : {time_, folder_}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(16);
    }
    list_->setMinimumHeight(theme_.scaled(kListHeight) / 2);
    auto* content = new QWidget(this);
    content->setMinimumWidth(kWidth / 2);
    auto* choices = new QHBoxLayout;
    choices->setSpacing(space::kMedium);
    choices->addWidget(time_);
    choices->addWidget(pinned_);
    choices->addStretch(1);
    // The thumb has a line of its own: in a narrow window there is no room beside the others.
    auto* marks = new QHBoxLayout;
    marks->setSpacing(space::kSmall);
    marks->addWidget(all_);
    marks->addWidget(none_);
    marks->addWidget(count_, 1);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kMedium);
    column->addWidget(heading_);
    column->addWidget(promise_);
    column->addWidget(search_);
    column->addLayout(choices);
    column->addWidget(folder_, 0, Qt::AlignLeft);
    column->addWidget(rated_);
    column->addWidget(list_, 1);
    column->addLayout(marks);
    column->addWidget(error_);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel_);
    buttons->addWidget(write_);
    setContent(content, buttons);
    resize(kWidth, 2 * kListHeight);
}

ConversationFilter OwnConversationsDialog::filter() const {
    ConversationFilter filter;
    filter.words = search_->text();
    filter.pinnedOnly = pinned_->isChecked();
    filter.ratedOnly = rated_->isChecked();
    filter.folder = folder_->currentData().toString();
    if (const int days = time_->currentData().toInt(); days > 0)
        filter.from = QDate::currentDate().addDays(-days);
    return filter;
}

void OwnConversationsDialog::showMatching() {
    {
        const QSignalBlocker quiet(list_);
        list_->clear();
        for (const ConversationInfo& one : conversations_.matching(filter())) {
            auto* item = new QListWidgetItem(one.title, list_);
            item->setData(Qt::UserRole, one.id);
            item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
            item->setCheckState(Qt::Unchecked);
            item->setToolTip(locale().toString(one.updated, QLocale::LongFormat));
        }
    }
    showCount();
}

void OwnConversationsDialog::checkAll(bool isChecked) {
    {
        const QSignalBlocker quiet(list_);
        for (int i = 0; i < list_->count(); ++i)
            list_->item(i)->setCheckState(isChecked ? Qt::Checked : Qt::Unchecked);
    }
    list_->viewport()->update();
    showCount();
}

QList<qint64> OwnConversationsDialog::checked() const {
    QList<qint64> ids;
    for (int i = 0; i < list_->count(); ++i) {
        const QListWidgetItem* item = list_->item(i);
        if (item->checkState() == Qt::Checked) ids.append(item->data(Qt::UserRole).toLongLong());
    }
    return ids;
}

QString OwnConversationsDialog::countText() const {
    return count_->text();
}

void OwnConversationsDialog::showCount() {
    const auto chosen = checked().size();
    count_->setText(list_->count() == 0 && rated_->isChecked()
                        ? tr("No reply has a thumb up yet: give it below a reply in the chat.")
                        : tr("%L1 of %L2 chosen").arg(chosen).arg(list_->count()));
    write_->setEnabled(chosen > 0);
}

}  // namespace dsm
