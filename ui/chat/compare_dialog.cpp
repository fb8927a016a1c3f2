#include "ui/chat/compare_dialog.h"

#include <QComboBox>
#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/model/adapter_library.h"
#include "app/services/model/model_host.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/label.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/screen_fit.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr QSize kCompareSize{860, 520};
constexpr int kQuestionHeight = 84;

QLabel* label(const QString& text, const QFont& font, const char* tone, QWidget* parent) {
    auto* made = new Label(text, parent);
    made->setFont(font);
    made->setWordWrap(true);
    made->setProperty("tone", QString::fromLatin1(tone));
    return made;
}

// Keeps its text as high as its width asks for.
class Answer : public QScrollArea {
  public:
    Answer(MarkdownView* view, QWidget* parent) : QScrollArea(parent), view_(view) {
        setWidget(view);
        setWidgetResizable(false);
        setFrameShape(QFrame::NoFrame);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    }
    void fit() {
        const int width = viewport()->width();
        view_->resize(width, view_->heightFor(width));
    }

  protected:
    void resizeEvent(QResizeEvent* event) override {
        QScrollArea::resizeEvent(event);
        fit();
    }

  private:
    MarkdownView* view_;
};

}  // namespace

CompareDialog::CompareDialog(const Subject& subject, ModelHost& host, const Theme& theme,
                             QWidget* parent)
    : QDialog(parent),
      subject_(subject),
      host_(host),
      theme_(theme),
      prompts_(new ChoiceBox(this)),
      field_(new QLineEdit(this)),
      ask_(new QPushButton(tr("Ask both"), this)),
      asked_(new QScrollArea(this)),
      question_(label({}, theme.font(TextStyle::InterfaceStrong), "", this)),
      note_(label({}, theme.font(TextStyle::Small), "secondary", this)),
      base_(new MarkdownView(theme, this)),
      tuned_(new MarkdownView(theme, this)) {
    if (!subject.baseFolder.isEmpty()) {
        pair_ = new ModelPair(host, subject.baseFolder, subject.modelFolder, subject.load, this);
        setWindowModality(Qt::WindowModal);
    }
    setWindowTitle(pair_ == nullptr ? tr("Without and with the adapter")
                                    : tr("Before and after the training"));
    resize(fitToScreen(kCompareSize, this));
    makeLayout();
    makeConnections();
    showQuestion({});
    showState();
}

CompareDialog::~CompareDialog() {
    if (isAsking_) host_.stop(id_);
}

void CompareDialog::done(int result) {
    if (pair_ != nullptr) pair_->leave();
    QDialog::done(result);
}

bool CompareDialog::isDone() const {
    return pair_ == nullptr ? !isAsking_ : pair_->doing() == ModelPair::Doing::Nothing;
}

QString CompareDialog::nameOf(ModelPair::Side side) const {
    return AdapterLibrary::nameOf(pair_->folderOf(side));
}

void CompareDialog::makeQuestion() {
    prompts_->addItem(tr("Fixed prompts…"));
    for (const QString& prompt : subject_.prompts)
        prompts_->addItem(prompt);
    prompts_->setAccessibleName(tr("Fixed prompts of the run"));
    prompts_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    prompts_->setMinimumContentsLength(8);
    prompts_->setVisible(!subject_.prompts.isEmpty());
    field_->setPlaceholderText(tr("Ask both something"));
    field_->setAccessibleName(tr("A question to both"));
    ask_->setDefault(true);
    asked_->setWidget(question_);
    asked_->setWidgetResizable(true);
    asked_->setFrameShape(QFrame::NoFrame);
    asked_->setFocusPolicy(Qt::NoFocus);
    asked_->viewport()->setAutoFillBackground(false);
    question_->setAutoFillBackground(false);
}

void CompareDialog::makeLayout() {
    makeQuestion();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kHuge, space::kLarge, space::kHuge, space::kLarge);
    column->setSpacing(space::kMedium);
    auto* own = new QHBoxLayout;
    own->setSpacing(space::kSmall);
    own->addWidget(prompts_, 1);
    own->addWidget(field_, 2);
    own->addWidget(ask_);
    column->addLayout(own);
    column->addWidget(asked_);
    column->addWidget(note_);
    column->addWidget(makeAnswers(), 1);
    auto* close = new QPushButton(tr("Close"), this);
    close->setAccessibleName(tr("Close"));
    close->setAutoDefault(false);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    column->addWidget(close, 0, Qt::AlignRight);
}

QWidget* CompareDialog::makeAnswers() {
    auto* both = new QWidget(this);
    auto* answers = new QHBoxLayout(both);
    answers->setContentsMargins(0, 0, 0, 0);
    answers->setSpacing(space::kHuge);
    const bool isPair = pair_ != nullptr;
    const std::pair<QString, MarkdownView*> sides[] = {
        {isPair ? tr("Before: %1").arg(nameOf(ModelPair::Side::Base)) : tr("Without an adapter"),
         base_},
        {isPair ? tr("After: %1").arg(nameOf(ModelPair::Side::Tuned))
                : tr("With %1").arg(AdapterLibrary::nameOf(subject_.adapterFolder)),
         tuned_}};
    for (std::size_t i = 0; i < sides_.size(); ++i) {
        const auto& [title, view] = sides[i];
        sides_[i] = new Answer(view, both);
        auto* side = new QVBoxLayout;
        side->setSpacing(space::kSmall);
        side->addWidget(label(title, theme_.font(TextStyle::Small), "tertiary", both));
        side->addWidget(sides_[i], 1);
        answers->addLayout(side, 1);
    }
    return both;
}

void CompareDialog::listenToPair() {
    connect(pair_, &ModelPair::changed, this, &CompareDialog::showState);
    connect(pair_, &ModelPair::wrote, this, &CompareDialog::showSide);
    connect(pair_, &ModelPair::failed, this, &CompareDialog::showFailure);
}

void CompareDialog::makeConnections() {
    if (pair_ != nullptr) listenToPair();
    connect(&host_, &ModelHost::compared, this, &CompareDialog::showAnswers);
    connect(&host_, &ModelHost::statusChanged, this, &CompareDialog::showState);
    connect(field_, &QLineEdit::textChanged, this, &CompareDialog::showState);
    connect(ask_, &QPushButton::clicked, this, [this] { ask(field_->text()); });
    connect(prompts_, &QComboBox::activated, this, [this](int index) {
        if (index == 0) return;
        field_->setText(prompts_->itemText(index));
        ask(field_->text());
    });
}

bool CompareDialog::isReady() const {
    const ModelStatus status = host_.status();
    // Of two models either is loaded as it is needed, once the one that was wanted first is there.
    if (pair_ != nullptr) return !isDone() || status.state != ModelState::Loading;
    return status.isLoaded() && QDir(status.folder) == QDir(subject_.modelFolder);
}

void CompareDialog::ask(const QString& text) {
    if (text.trimmed().isEmpty() || !isReady()) return;
    GenerationRequest question;
    if (pair_ == nullptr) question.id = host_.newRequestId();
    question.choices = subject_.choices;
    question.replySoFar.role = ChatRole::Assistant;
    if (!subject_.system.isEmpty())
        question.messages.append({ChatRole::System, subject_.system, {}});
    question.messages.append({ChatRole::User, text, {}});
    ask(question);
}

void CompareDialog::ask(const GenerationRequest& question) {
    error_.clear();
    showQuestion(question.messages.back().text);
    for (MarkdownView* view : {base_, tuned_})
        view->setSource({});
    if (pair_ != nullptr) return pair_->ask(question);
    if (isAsking_) host_.stop(id_);
    id_ = question.id;
    isAsking_ = true;
    showState();
    host_.compare(question, subject_.adapterFolder, subject_.scale);
}

void CompareDialog::showQuestion(const QString& text) {
    question_->setText(text);
    asked_->setVisible(!text.isEmpty());
    // A long question leaves room for its answers.
    asked_->setMaximumHeight(std::min(question_->heightForWidth(kCompareSize.width()) + 2,
                                      theme_.scaled(kQuestionHeight)));
}

void CompareDialog::showAnswers(quint64 id, const QString& base, const QString& tuned,
                                const QString& error) {
    if (id != id_) return;
    isAsking_ = false;
    base_->setSource(base.trimmed());
    tuned_->setSource(tuned.trimmed());
    for (QScrollArea* side : sides_)
        static_cast<Answer*>(side)->fit();
    error_ = error;
    showState();
}

void CompareDialog::showSide(ModelPair::Side side, const QString& text) {
    const bool isBase = side == ModelPair::Side::Base;
    (isBase ? base_ : tuned_)->setSource(text.trimmed());
    static_cast<Answer*>(sides_[isBase ? 0 : 1])->fit();
}

void CompareDialog::showFailure(ModelPair::Side side, const QString& reason) {
    const QString line = tr("%1 cannot answer: %2").arg(nameOf(side), reason);
    error_ = error_.isEmpty() ? line : error_ + u'\n' + line;
    showState();
}

QString CompareDialog::presentPair() const {
    switch (pair_->doing()) {
        case ModelPair::Doing::Waiting:
            return tr("Waits for the end of what the model is at.");
        case ModelPair::Doing::Loading:
            return tr("Loads %1 in place of the other: %2 %")
                .arg(nameOf(pair_->side()),
                     QString::number(static_cast<int>(host_.status().loadProgress * 100)));
        case ModelPair::Doing::Writing:
            return tr("%1 is writing its answer…").arg(nameOf(pair_->side()));
        case ModelPair::Doing::Nothing:
            break;
    }
    return tr("The two take turns in memory: for each question the other one is loaded, too.");
}

QString CompareDialog::presentState() const {
    if (isAsking_) return tr("Writing both answers…");
    if (!isReady()) {
        return host_.status().state == ModelState::Loading
                   ? tr("The model is loading. Both answer as soon as it is there.")
                   : tr("Its base model is not loaded.");
    }
    if (pair_ == nullptr) return error_;
    return error_.isEmpty() ? presentPair() : isDone() ? error_ : error_ + u'\n' + presentPair();
}

void CompareDialog::showState() {
    const bool isThere = isReady();
    ask_->setEnabled(isThere && !field_->text().trimmed().isEmpty());
    prompts_->setEnabled(isThere);
    const QString text = presentState();
    note_->setText(text);
    note_->setVisible(!text.isEmpty());
}

}  // namespace dsm
