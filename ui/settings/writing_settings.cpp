#include "ui/settings/writing_settings.h"

#include <QComboBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QMenu>
#include <QPushButton>

#include "app/services/program/settings.h"
#include "app/services/spelling/spell_checker.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {

WritingSettings::WritingSettings(Settings& settings, const SpellChecker* checker,
                                 const Theme& theme, QWidget* parent)
    : SettingsSection(theme, parent),
      settings_(settings),
      checker_(checker),
      codeHeading_(addHeading()),
      codeFont_(new QComboBox(this)),
      codeSize_(new QComboBox(this)),
      spelling_(new QPushButton(this)),
      dictionaries_(new QMenu(spelling_)),
      note_(new Label(this)) {
    form()->setContentsMargins(0, space::kLarge, 0, 0);
    addRow(codeFont_);
    addRow(codeSize_);
    spellingHeading_ = addHeading();
    addRow(spelling_);
    addNote(note_);
    note_->setProperty("tone", QStringLiteral("tertiary"));
    spelling_->setAutoDefault(false);
    spelling_->setMenu(dictionaries_);
    retranslate();
    connectControls();
    applyTheme();
}

void WritingSettings::connectControls() {
    connect(codeFont_, &QComboBox::activated, this,
            [this] { settings_.setCodeFont(codeFont_->currentData().toString()); });
    connect(codeSize_, &QComboBox::activated, this,
            [this] { settings_.setCodePercent(codeSize_->currentData().toInt()); });
    if (checker_ != nullptr)
        connect(checker_, &SpellChecker::changed, this, &WritingSettings::showSpelling);
}

// A font that is not there any more stays chosen until somebody chooses anew.
void WritingSettings::fillFonts() {
    const QString chosen = settings_.codeFont();
    codeFont_->clear();
    codeFont_->addItem(tr("The program's own"), QString());
    for (const QString& family : QFontDatabase::families()) {
        if (QFontDatabase::isFixedPitch(family) && !QFontDatabase::isPrivateFamily(family))
            codeFont_->addItem(family, family);
    }
    if (codeFont_->findData(chosen) < 0) codeFont_->addItem(chosen, chosen);
    codeFont_->setCurrentIndex(codeFont_->findData(chosen));
}

void WritingSettings::fillSizes() {
    codeSize_->clear();
    for (const int percent : {80, 90, 100, 110, 125, 150, 175, 200})
        codeSize_->addItem(tr("%1 %").arg(percent), percent);
    const int chosen = settings_.codePercent();
    if (codeSize_->findData(chosen) < 0) codeSize_->addItem(tr("%1 %").arg(chosen), chosen);
    codeSize_->setCurrentIndex(codeSize_->findData(chosen));
}

void WritingSettings::fillDictionaries() {
    dictionaries_->clear();
    if (checker_ == nullptr) return;
    QAction* off = dictionaries_->addAction(tr("Do not check"));
    connect(off, &QAction::triggered, this, [this] { settings_.setSpelling({}); });
    dictionaries_->addSeparator();
    for (const QString& name : checker_->dictionaries()) {
        QAction* action = dictionaries_->addAction(dictionaryTitle(name));
        action->setCheckable(true);
        action->setData(name);
        connect(action, &QAction::triggered, this,
                [this, name](bool isChosen) { toggle(name, isChosen); });
    }
}

void WritingSettings::toggle(const QString& dictionary, bool isChosen) {
    QStringList chosen = checker_->chosen();
    chosen.removeAll(dictionary);
    if (isChosen) chosen.append(dictionary);
    settings_.setSpelling(chosen);
}

void WritingSettings::showSpelling() {
    const bool hasAny = checker_ != nullptr && !checker_->dictionaries().isEmpty();
    const QStringList chosen = hasAny ? checker_->chosen() : QStringList();
    QStringList titles;
    for (const QString& name : chosen)
        titles.append(dictionaryTitle(name));
    for (QAction* action : dictionaries_->actions())
        action->setChecked(chosen.contains(action->data().toString()));
    const QString text = titles.isEmpty() ? tr("Not checked") : titles.join(QStringLiteral(", "));
    const int room = spelling_->maximumWidth() - 2 * space::kHuge;
    spelling_->setText(spelling_->fontMetrics().elidedText(text, Qt::ElideRight, room));
    spelling_->setToolTip(text);
    spelling_->setAccessibleDescription(text);
    spelling_->setEnabled(hasAny);
    note_->setText(hasAny
                       ? tr("Misspelt words are underlined while you write; the menu of a word "
                            "offers others. Chinese is not checked.")
                       : tr("There are no dictionaries on this computer. Install one for hunspell, "
                            "such as hunspell-en-us: it is used from the next start on."));
}

QStringList WritingSettings::names() {
    return {tr("Code font"), tr("Code size"), tr("Spelling")};
}

void WritingSettings::applyTheme() {
    SettingsSection::applyTheme();
    showSpelling();
}

void WritingSettings::retranslate() {
    codeHeading_->setText(tr("Code"));
    spellingHeading_->setText(tr("Writing"));
    setName(codeFont_, names().at(0), tr("Of code in chats, and of texts"));
    setName(codeSize_, names().at(1), tr("Beside the usual size of code"));
    setName(spelling_, names().at(2), {});
    fillFonts();
    fillSizes();
    fillDictionaries();
    showSpelling();
}

}  // namespace dsm
