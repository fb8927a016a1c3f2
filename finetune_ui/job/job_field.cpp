#include "finetune_ui/job/job_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <cmath>

#include "app/services/program/sentences.h"
#include "finetune_ui/job/tuning_presets.h"
#include "finetune_ui/words/job_key_words.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

using Type = JobKeyInfo::Type;

constexpr int kControlWidth = 220;
constexpr int kLeastControlWidth = 160;

double stepOf(const JobKeyInfo& key) {
    if (key.type == Type::Whole) return 1;
    const double usual = key.fallback.toDouble();
    return usual > 0 ? usual / 10 : (key.most - key.least) / 20;
}

QString joined(const QJsonArray& names) {
    QStringList list;
    for (const QJsonValue& name : names)
        list.append(name.toString());
    return list.join(QStringLiteral(", "));
}

QJsonArray namesIn(const QString& text) {
    QJsonArray names;
    for (const QString& part : text.split(u',', Qt::SkipEmptyParts)) {
        if (!part.trimmed().isEmpty()) names.append(part.trimmed());
    }
    return names;
}

}  // namespace

JobField::JobField(const JobKeyInfo& key, JobDraft& job, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      key_(key),
      job_(job),
      theme_(theme),
      usual_(key.fallback),
      grid_(new QGridLayout(this)),
      title_(new Label(this)),
      help_(new Label(this)),
      back_(new IconButton(theme, IconName::Undo, 28, IconButton::Look::Plain, this)),
      control_(makeControl()) {
    control_->setObjectName(key.name);
    makeLayout();
    connect(back_, &IconButton::clicked, this, [this] { choose(usual_); });
    connect(&job, &JobDraft::changed, this, [this](const QString& changed) {
        if (changed.isEmpty() || changed == key_.name) showNow();
    });
    connect(&theme, &Theme::changed, this, &JobField::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
    showNow();
}

QWidget* JobField::makeControl() {
    switch (key_.type) {
        case Type::Whole:
        case Type::Number:
            number_ = new NumberField(
                theme_, {key_.least, key_.most, stepOf(key_), key_.type == Type::Whole}, this);
            connect(number_, &NumberField::valueChanged, this, [this](std::optional<double> value) {
                choose(value ? QJsonValue(*value) : QJsonValue(QJsonValue::Undefined));
            });
            connect(number_, &QLineEdit::textChanged, this, &JobField::validityChanged);
            return number_;
        case Type::Switch:
            switch_ = new QCheckBox(this);
            connect(switch_, &QCheckBox::clicked, this, [this](bool isOn) { choose(isOn); });
            return switch_;
        case Type::Choice:
        case Type::ChoiceOrSet:
            choice_ = new ChoiceBox(this);
            for (const QString& word : key_.words)
                choice_->addItem(word, word);
            connect(choice_, &QComboBox::activated, this,
                    [this] { choose(QJsonValue::fromVariant(choice_->currentData())); });
            return choice_;
        default:
            text_ = new QLineEdit(this);
            connect(text_, &QLineEdit::textEdited, this, &JobField::takeText);
            return text_;
    }
}

void JobField::makeLayout() {
    title_->setBuddy(control_);
    title_->setWordWrap(true);
    help_->setWordWrap(true);
    grid_->setContentsMargins(0, space::kTiny, 0, space::kTiny);
    grid_->setHorizontalSpacing(space::kMedium);
    grid_->setVerticalSpacing(1);
    grid_->addWidget(title_, 0, 0);
    grid_->addWidget(help_, 1, 0);
    grid_->addWidget(back_, 0, 1, 2, 1, Qt::AlignVCenter);
    grid_->addWidget(control_, 0, 2, 2, 1, Qt::AlignVCenter);
    grid_->setColumnStretch(0, 1);
    // The controls stand below each other, with and without a way back.
    QSizePolicy policy = back_->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    back_->setSizePolicy(policy);
}

// A list is as wide as its longest word.
void JobField::fitControl() {
    ideal_ = std::min(theme_.scaled(kControlWidth), 2 * kControlWidth);
    if (choice_ != nullptr) ideal_ = std::max(ideal_, choice_->sizeHint().width());
    setControlWidth(ideal_);
    Q_EMIT idealWidthChanged();
}

void JobField::setControlWidth(int width) {
    wanted_ = width;
    placeControl();
}

// Where there is no room for both beside each other, the control stands below its words.
void JobField::placeControl() {
    const bool isBelow = width() < 2 * wanted_;
    control_->setMaximumWidth(wanted_);
    // Below its words it may become narrower than it would like to be.
    control_->setMinimumWidth(isBelow ? std::min(kLeastControlWidth, wanted_) : wanted_);
    if (isBelow == isBelow_) return;
    isBelow_ = isBelow;
    grid_->removeWidget(control_);
    if (isBelow) {
        grid_->addWidget(control_, 2, 0, 1, 2, Qt::AlignLeft);
    } else {
        grid_->addWidget(control_, 0, 2, 2, 1, Qt::AlignVCenter);
    }
}

void JobField::setUsual(const QJsonValue& value) {
    usual_ = value;
    showNow();
}

bool JobField::isValid() const {
    return number_ == nullptr || number_->isValid();
}

void JobField::choose(const QJsonValue& value) {
    // What holds by itself needs no word in the job, unless the preset says otherwise.
    const bool isByItself = value == key_.fallback || value.isUndefined();
    job_.choose(key_.name, isByItself ? QJsonValue(QJsonValue::Undefined) : value);
    showNow();
}

void JobField::takeText(const QString& text) {
    const QJsonArray names = namesIn(text);
    choose(names.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(names));
}

void JobField::showNow() {
    const QJsonValue now = valueNow(job_, key_.name);
    if (number_ != nullptr && !number_->hasFocus()) number_->setValue(now.toDouble());
    if (switch_ != nullptr) switch_->setChecked(now.toBool());
    if (choice_ != nullptr) {
        // A list of names that somebody wrote into a job stays one.
        const int own = choice_->findData(now.toVariant());
        if (own < 0) choice_->addItem(presentValue(key_, now), now.toVariant());
        choice_->setCurrentIndex(choice_->findData(now.toVariant()));
    }
    if (text_ != nullptr && !text_->hasFocus()) text_->setText(joined(now.toArray()));
    showMark();
}

void JobField::showMark() {
    const bool differs = valueNow(job_, key_.name) != usual_;
    back_->setVisible(differs);
    back_->setName(tr("Back to %1, as the preset has it").arg(presentValue(key_, usual_)));
    setTone(title_, differs ? ColorRole::AccentText : ColorRole::Text);
}

void JobField::applyTheme() {
    title_->setFont(theme_.font(TextStyle::InterfaceStrong));
    help_->setFont(theme_.font(TextStyle::Caption));
    setTone(help_, ColorRole::TextTertiary);
    fitControl();
    showMark();
}

void JobField::retranslate() {
    title_->setText(presentKey(key_.name));
    const QString range = presentRange(key_);
    help_->setText(inARow({presentKeyHelp(key_.name), range}));
    control_->setAccessibleName(presentKey(key_.name));
    control_->setAccessibleDescription(help_->text());
    control_->setToolTip(QStringLiteral("\"%1\"").arg(key_.name));
    if (number_ != nullptr) number_->setNone(presentValue(key_, key_.fallback));
    if (switch_ != nullptr) switch_->setText(tr("On"));
    if (text_ != nullptr) text_->setPlaceholderText(QStringLiteral("lm_head, embed_tokens"));
    if (choice_ != nullptr) {
        for (int i = 0; i < key_.words.size(); ++i)
            choice_->setItemText(i, presentChoice(key_.name, key_.words[i]));
        fitControl();
    }
    showMark();
}

void JobField::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeControl();
}

}  // namespace dsm
