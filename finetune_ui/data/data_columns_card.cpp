#include "finetune_ui/data/data_columns_card.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <utility>

#include "app/services/program/sentences.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/verbatim.h"

namespace dsm {
namespace {

constexpr int kSystemLines = 3;

// A job's names of the templates, in the order of the list.
const std::array kTemplates{"chat", "reference", "raw"};

// On one line, to be told from the others by.
QString shortened(const QString& value) {
    constexpr qsizetype kMost = 48;
    const QString line = value.simplified();
    return line.size() <= kMost ? line : line.left(kMost) + QChar(0x2026);
}

}  // namespace

DataColumnsCard::DataColumnsCard(const Theme& theme, QWidget* parent)
    : Card(theme, parent),
      title_(new Label(this)),
      hint_(new Label(this)),
      shapeLabel_(new Label(this)),
      shape_(new ChoiceBox(this)),
      templateLabel_(new Label(this)),
      template_(new ChoiceBox(this)),
      templateHint_(new Label(this)),
      systemLabel_(new Label(this)),
      system_(new QPlainTextEdit(this)),
      grid_(new QGridLayout) {
    makeFields();
    makeLayout();
    connect(shape_, &QComboBox::activated, this, [this] {
        suggest();
        showShape();
        choose();
        if (shape_->currentIndex() == PlainText) Q_EMIT templateChosen(QStringLiteral("raw"));
    });
    for (const Field& field : fields_) {
        connect(field.choice, &QComboBox::activated, this, [this, name = field.name] {
            exchange(name);
            choose();
        });
    }
    connect(template_, &QComboBox::activated, this, [this](int index) {
        showTemplate();
        Q_EMIT templateChosen(QLatin1String(kTemplates.at(static_cast<std::size_t>(index))));
    });
    connect(system_, &QPlainTextEdit::textChanged, this,
            [this] { Q_EMIT systemTextChanged(system_->toPlainText()); });
    connect(&theme, &Theme::changed, this, &DataColumnsCard::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

void DataColumnsCard::makeFields() {
    fields_ = {{QStringLiteral("instruction"), {Pair}, true},
               {QStringLiteral("input"), {Pair}, false},
               {QStringLiteral("output"), {Pair}, true},
               {QStringLiteral("messages"), {Conversation}, true},
               {QStringLiteral("text"), {PlainText}, true},
               {QStringLiteral("system"), {Pair, Conversation}, false},
               {QStringLiteral("history"), {Pair}, false}};
    for (Field& field : fields_) {
        field.label = new Label(this);
        field.label->setWordWrap(true);
        field.choice = new ChoiceBox(this);
        field.label->setBuddy(field.choice);
    }
}

void DataColumnsCard::makeLayout() {
    for (QLabel* label : {title_, hint_, templateHint_})
        label->setWordWrap(true);
    // Names of columns may be long: the list shows them whole.
    for (QComboBox* box : findChildren<QComboBox*>()) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(8);
    }
    grid_->setHorizontalSpacing(space::kLarge);
    grid_->setVerticalSpacing(space::kSmall);
    placeFields();
    shapeLabel_->setBuddy(shape_);
    templateLabel_->setBuddy(template_);
    systemLabel_->setBuddy(system_);
    system_->setTabChangesFocus(true);
    system_->setProperty("kind", QStringLiteral("field"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kPadding, kPadding, kPadding, kPadding);
    column->setSpacing(space::kMedium);
    column->addWidget(title_);
    column->addWidget(hint_);
    column->addLayout(grid_);
}

void DataColumnsCard::placeFields() {
    while (QLayoutItem* item = grid_->takeAt(0))
        delete item;
    grid_->setColumnStretch(0, isStacked_ ? 1 : 0);
    grid_->setColumnStretch(1, isStacked_ ? 0 : 1);
    const int column = isStacked_ ? 0 : 1;
    int row = 0;
    const auto add = [&](QLabel* label, QWidget* control, Qt::Alignment beside = Qt::AlignVCenter) {
        label->setAlignment(Qt::AlignLeft | beside);
        grid_->addWidget(label, row, 0);
        if (isStacked_) ++row;
        grid_->addWidget(control, row++, column);
    };
    add(shapeLabel_, shape_);
    for (const Field& field : fields_)
        add(field.label, field.choice);
    add(templateLabel_, template_);
    grid_->addWidget(templateHint_, row++, column);
    add(systemLabel_, system_, Qt::AlignTop);
}

void DataColumnsCard::arrange() {
    int labels = 0;
    for (const QLabel* label : findChildren<QLabel*>()) {
        if (label->buddy() != nullptr && !label->isHidden())
            labels = std::max(labels, label->fontMetrics().horizontalAdvance(label->text()) + 1);
    }
    const int wanted = labels + space::kLarge + shape_->minimumSizeHint().width();
    const bool isStacked = wanted > width() - 2 * kPadding;
    if (std::exchange(isStacked_, isStacked) != isStacked) placeFields();
    grid_->setColumnMinimumWidth(0, isStacked ? 0 : labels);
}

// Of the fields below their labels.
QSize DataColumnsCard::minimumSizeHint() const {
    int least = 0;
    for (const QWidget* part : findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) {
        if (!part->isHidden()) least = std::max(least, part->minimumSizeHint().width());
    }
    return {least + 2 * kPadding, Card::minimumSizeHint().height()};
}

bool DataColumnsCard::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest) arrange();
    return Card::event(event);
}

void DataColumnsCard::resizeEvent(QResizeEvent* event) {
    Card::resizeEvent(event);
    arrange();
}

QComboBox* DataColumnsCard::columnChoice(const QString& name) const {
    for (const Field& field : fields_) {
        if (field.name == name) return field.choice;
    }
    return nullptr;
}

bool DataColumnsCard::hasColumn(const QString& name) const {
    return std::any_of(columns_.begin(), columns_.end(),
                       [&](const DataColumn& column) { return column.name == name; });
}

// The column that a field is read from; "" where there is none.
QString DataColumnsCard::effective(const QString& field) const {
    if (chosen_.contains(field)) return chosen_.value(field);
    return hasColumn(field) ? field : QString();
}

// As engine/train/data/example.h decides.
DataColumnsCard::Shape DataColumnsCard::effectiveShape() const {
    for (const char* field : {"messages", "conversations"}) {
        if (!effective(QLatin1String(field)).isEmpty()) return Conversation;
    }
    if (!effective(QStringLiteral("output")).isEmpty()) return Pair;
    return effective(QStringLiteral("text")).isEmpty() ? Pair : PlainText;
}

void DataColumnsCard::setColumns(const QList<DataColumn>& columns,
                                 const QMap<QString, QString>& chosen) {
    // What the user is about to choose is not yet all of a choice.
    if (columns == columns_ && chosen == chosen_) return;
    columns_ = columns;
    chosen_ = chosen;
    fillChoices();
    shape_->setCurrentIndex(effectiveShape());
    showShape();
}

void DataColumnsCard::fillChoices() {
    for (const Field& field : fields_) {
        field.choice->clear();
        field.choice->addItem(field.isNeeded ? tr("Choose a column") : tr("None"), QString());
        for (const DataColumn& column : columns_) {
            // With what the first row has there: names of columns may say nothing.
            field.choice->addItem(
                column.value.isEmpty()
                    ? verbatim(column.name)
                    : verbatim(
                          QStringLiteral("%1  ·  %2").arg(column.name, shortened(column.value))),
                column.name);
            field.choice->setItemData(field.choice->count() - 1, column.value, Qt::ToolTipRole);
        }
        QString column = effective(field.name);
        // The engine knows both names of the same.
        if (field.name == QStringLiteral("messages") && column.isEmpty())
            column = effective(QStringLiteral("conversations"));
        field.choice->setCurrentIndex(std::max(0, field.choice->findData(column)));
    }
}

void DataColumnsCard::showShape() {
    const auto shape = static_cast<Shape>(shape_->currentIndex());
    for (const Field& field : fields_) {
        // Earlier turns in a column of their own are rare: they need one that is not used yet.
        const bool isRare = field.name == QStringLiteral("history") &&
                            effective(field.name).isEmpty() && columns_.size() < 3;
        const bool isShown = isReadAs(field, shape) && !isRare;
        field.label->setVisible(isShown);
        field.choice->setVisible(isShown);
    }
    showHint();
}

QString DataColumnsCard::openField() const {
    const auto shape = static_cast<Shape>(shape_->currentIndex());
    for (const Field& field : fields_) {
        if (field.isNeeded && field.shapes.contains(shape) &&
            field.choice->currentData().toString().isEmpty())
            return labelOf(field);
    }
    return {};
}

// Columns of both, as files of two kinds have them together.
bool DataColumnsCard::areOfTwoKinds() const {
    return effectiveShape() == Conversation && !effective(QStringLiteral("output")).isEmpty();
}

// Where files of two kinds stand together the pairs' columns are read as well.
bool DataColumnsCard::isReadAs(const Field& field, Shape shape) const {
    const bool isOfPairsBeside = shape == Conversation && areOfTwoKinds();
    return field.shapes.contains(shape) || (isOfPairsBeside && field.shapes.contains(Pair));
}

void DataColumnsCard::showHint() {
    if (!openField().isEmpty()) {
        hint_->setText(
            tr("The names of the columns do not say what is in them. Choose what a row "
               "is, and the column of each part."));
        return;
    }
    QStringList said{
        tr("This was found out from the file. The rows further down show what it makes of "
           "them: what is in the wrong place there is put right here.")};
    if (areOfTwoKinds()) {
        said.prepend(
            tr("Rows that hold a conversation are read as one, the others as a question "
               "and its answer."));
    }
    hint_->setText(inARow(said));
}

// The columns that a row of this shape needs, where none is chosen yet.
void DataColumnsCard::suggest() {
    const auto shape = static_cast<Shape>(shape_->currentIndex());
    for (const Field& field : fields_) {
        const bool isOpen = field.shapes.contains(shape) && field.isNeeded &&
                            field.choice->currentData().toString().isEmpty();
        if (!isOpen || columns_.isEmpty()) continue;
        const bool isLast = field.name == QStringLiteral("output");
        field.choice->setCurrentIndex(isLast ? field.choice->count() - 1 : 1);
    }
}

// Two parts of one column are never meant: the other part takes what this one had.
void DataColumnsCard::exchange(const QString& name) {
    const QString before = effective(name);
    const QString now = columnChoice(name)->currentData().toString();
    if (now.isEmpty() || now == before) return;
    for (const Field& other : fields_) {
        if (other.name == name || other.choice->isHidden() || other.choice->currentData() != now)
            continue;
        other.choice->setCurrentIndex(std::max(0, other.choice->findData(before)));
    }
}

void DataColumnsCard::choose() {
    const auto shape = static_cast<Shape>(shape_->currentIndex());
    QMap<QString, QString> columns;
    const auto put = [&](const QString& field, const QString& column) {
        if (column == field || (column.isEmpty() && !hasColumn(field))) return;
        columns[field] = column;  // "": not read, though there is one of the name
    };
    for (const Field& field : fields_) {
        // What comes first in the order of effectiveShape() must not be read in its place.
        const bool isOf = isReadAs(field, shape);
        if (isOf) put(field.name, field.choice->currentData().toString());
        if (!isOf && field.name != QStringLiteral("system")) put(field.name, {});
    }
    // Read as "messages", whatever it is called.
    put(QStringLiteral("conversations"), {});
    chosen_ = columns;
    showHint();
    Q_EMIT columnsChosen(columns);
}

void DataColumnsCard::setTemplate(const QString& name, const QString& systemText) {
    const auto* at = std::find_if(kTemplates.begin(), kTemplates.end(),
                                  [&](const char* one) { return name == QLatin1String(one); });
    template_->setCurrentIndex(at == kTemplates.end() ? 0 : int(at - kTemplates.begin()));
    if (system_->toPlainText() != systemText) {
        const QSignalBlocker quiet(system_);
        system_->setPlainText(systemText);
    }
    showTemplate();
}

void DataColumnsCard::showTemplate() {
    const QString hints[] = {
        tr("As the Chat model was trained: the question is read, the answer is learned, and where "
           "it ends, too."),
        tr("As the script of the model's authors does: one question and one answer. The end is not "
           "learned."),
        tr("The text as it stands, without speakers: all of a text is learned, of a pair the "
           "answer.")};
    const int chosen = std::clamp(template_->currentIndex(), 0, 2);
    templateHint_->setText(hints[chosen]);
    systemLabel_->setVisible(chosen == 0);
    system_->setVisible(chosen == 0);
}

void DataColumnsCard::applyTheme() {
    tone(title_, TextStyle::Title, ColorRole::Text);
    tone(hint_, TextStyle::Interface, ColorRole::TextSecondary);
    tone(templateHint_, TextStyle::Small, ColorRole::TextSecondary);
    system_->setFixedHeight(theme_.lineHeight(TextStyle::Interface) * kSystemLines +
                            2 * space::kSmall);
}

QString DataColumnsCard::labelOf(const Field& field) const {
    if (field.name == QStringLiteral("instruction")) return tr("Question");
    if (field.name == QStringLiteral("input")) return tr("What belongs to the question");
    if (field.name == QStringLiteral("output")) return tr("Answer");
    if (field.name == QStringLiteral("messages")) return tr("Conversation");
    if (field.name == QStringLiteral("text")) return tr("Text");
    if (field.name == QStringLiteral("system")) return tr("System text of its own");
    return tr("Earlier turns");
}

void DataColumnsCard::retranslate() {
    title_->setText(tr("How a row is read"));
    shapeLabel_->setText(tr("Each row is"));
    templateLabel_->setText(tr("Template"));
    systemLabel_->setText(tr("System text"));
    system_->setPlaceholderText(
        tr("None. What is written here stands before each conversation "
           "that has no system text of its own."));
    system_->setAccessibleName(tr("System text of rows without one"));
    const auto refill = [](QComboBox* box, const QStringList& texts) {
        const int index = std::max(0, box->currentIndex());
        box->clear();
        box->addItems(texts);
        box->setCurrentIndex(index);
    };
    refill(shape_, {tr("a question and its answer"), tr("a conversation"), tr("a text")});
    refill(template_, {tr("Chat"), tr("The authors' script"), tr("Raw text")});
    for (const Field& field : fields_) {
        field.label->setText(labelOf(field));
        field.choice->setAccessibleName(tr("Column: %1").arg(labelOf(field)));
    }
    fillChoices();
    showTemplate();
    showShape();
}

}  // namespace dsm
