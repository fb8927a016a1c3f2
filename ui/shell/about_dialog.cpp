#include "ui/shell/about_dialog.h"

#include <QCoreApplication>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeySequence>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/model/model_host.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"
#include "ui/words/message_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

QLabel* makeLabel(const QString& text, const QFont& font, const char* tone, QWidget* parent) {
    auto* made = new Label(text, parent);
    made->setFont(font);
    made->setProperty("tone", QString::fromLatin1(tone));
    made->setTextInteractionFlags(Qt::TextSelectableByMouse);
    made->setWordWrap(true);
    return made;
}

}  // namespace

AboutDialog::AboutDialog(const Theme& theme, const ModelStatus& status, QWidget* parent)
    : ScrollDialog(parent) {
    setWindowTitle(tr("About"));
    const QFont small = theme.font(TextStyle::Small);
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kVast, space::kHuge + 4, space::kVast, space::kHuge);
    column->setSpacing(space::kSmall);
    auto* logo = new Label(this);
    logo->setPixmap(theme.icon(IconName::Logo).pixmap(QSize(56, 56), devicePixelRatioF()));
    column->addWidget(logo, 0, Qt::AlignHCenter);
    column->addSpacing(space::kTiny);
    // As wide as the dialog: text that is wrapped has no width of its own.
    for (QLabel* centred :
         {makeLabel(QStringLiteral("DeepSeekMoE Desktop"), theme.font(TextStyle::Title), "", this),
          makeLabel(tr("Chat with a mixture-of-experts model on your own computer."), small,
                    "secondary", this)}) {
        centred->setAlignment(Qt::AlignHCenter);
        column->addWidget(centred);
    }
    column->addSpacing(space::kMedium);
    auto* facts = new QFormLayout;
    facts->setHorizontalSpacing(space::kHuge);
    facts->setVerticalSpacing(space::kSmall);
    const auto addFact = [&](const QString& name, const QString& value) {
        facts->addRow(makeLabel(name, small, "tertiary", this), makeLabel(value, small, "", this));
    };
    addFact(tr("Version"), QCoreApplication::applicationVersion());
    addFact(QStringLiteral("Qt"), QString::fromLatin1(qVersion()));
    if (!status.name.isEmpty()) addFact(tr("Model"), presentModelName(status.name));
    if (status.isLoaded()) addFact(tr("Backend"), presentBackend(status));
    addFact(tr("Licence"), QStringLiteral("MIT"));
    const auto keys = [](QKeySequence sequence) {
        return sequence.toString(QKeySequence::NativeText);
    };
    addFact(tr("New chat"), keys(Qt::CTRL | Qt::Key_N));
    addFact(tr("Search"), keys(Qt::CTRL | Qt::SHIFT | Qt::Key_F));
    addFact(tr("Find in this chat"), keys(Qt::CTRL | Qt::Key_F));
    addFact(tr("All commands"), keys(Qt::CTRL | Qt::Key_K));
    addFact(tr("Stop the reply"), keys(Qt::Key_Escape));
    addFact(tr("Rename, delete"), keys(Qt::Key_F2) + QStringLiteral(", ") + keys(Qt::Key_Delete));
    column->addLayout(facts);
    auto* close = new QPushButton(tr("Close"), this);
    close->setAccessibleName(tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close);
    buttons->addStretch(1);
    setContent(content, buttons);
}

}  // namespace dsm
