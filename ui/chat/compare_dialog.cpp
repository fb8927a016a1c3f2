#include "ui/chat/compare_dialog.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/model/adapter_library.h"
#include "app/services/model/model_host.h"
#include "ui/widgets/label.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/screen_fit.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr QSize kFirstSize{860, 520};
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

CompareDialog::CompareDialog(const GenerationRequest& question, ModelHost& host, const Theme& theme,
                             QWidget* parent)
    : QDialog(parent),
      host_(host),
      id_(question.id),
      note_(label(tr("Writing both answers…"), theme.font(TextStyle::Small), "secondary", this)),
      base_(new MarkdownView(theme, this)),
      tuned_(new MarkdownView(theme, this)) {
    setWindowTitle(tr("Without and with the adapter"));
    resize(fitToScreen(kFirstSize, this));
    makeLayout(question, theme);
    const ModelStatus status = host_.status();
    connect(&host_, &ModelHost::compared, this, &CompareDialog::showAnswers);
    host_.compare(question, status.adapterFolder, status.adapterScale);
}

CompareDialog::~CompareDialog() {
    if (!isDone_) host_.stop(id_);
}

void CompareDialog::makeLayout(const GenerationRequest& question, const Theme& theme) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kHuge, space::kLarge, space::kHuge, space::kLarge);
    column->setSpacing(space::kMedium);
    auto* asked = new QScrollArea(this);
    asked->setWidget(
        label(question.messages.back().text, theme.font(TextStyle::InterfaceStrong), "", this));
    asked->setWidgetResizable(true);
    asked->setFrameShape(QFrame::NoFrame);
    asked->setFocusPolicy(Qt::NoFocus);
    asked->viewport()->setAutoFillBackground(false);
    asked->widget()->setAutoFillBackground(false);
    // A long question leaves room for its answers.
    asked->setMaximumHeight(std::min(asked->widget()->heightForWidth(kFirstSize.width()) + 2,
                                     theme.scaled(kQuestionHeight)));
    column->addWidget(asked);
    column->addWidget(note_);
    auto* answers = new QHBoxLayout;
    answers->setSpacing(space::kHuge);
    const QString name = AdapterLibrary::nameOf(host_.status().adapterFolder);
    const std::pair<QString, MarkdownView*> sides[] = {{tr("Without an adapter"), base_},
                                                       {tr("With %1").arg(name), tuned_}};
    for (std::size_t i = 0; i < sides_.size(); ++i) {
        const auto& [title, view] = sides[i];
        sides_[i] = new Answer(view, this);
        auto* side = new QVBoxLayout;
        side->setSpacing(space::kSmall);
        side->addWidget(label(title, theme.font(TextStyle::Small), "tertiary", this));
        side->addWidget(sides_[i], 1);
        answers->addLayout(side, 1);
    }
    column->addLayout(answers, 1);
    auto* close = new QPushButton(tr("Close"), this);
    close->setAccessibleName(tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    column->addWidget(close, 0, Qt::AlignRight);
}

void CompareDialog::showAnswers(quint64 id, const QString& base, const QString& tuned,
                                const QString& error) {
    if (id != id_) return;
    isDone_ = true;
    base_->setSource(base.trimmed());
    tuned_->setSource(tuned.trimmed());
    for (QScrollArea* side : sides_)
        static_cast<Answer*>(side)->fit();
    note_->setText(error);
    note_->setVisible(!error.isEmpty());
}

}  // namespace dsm
