// CommandPalette: one field that reaches everything: commands, settings and chats, by parts of their
// names.
//
// Every word that is typed has to stand in the name; those that begin with the first come first.
//
// Threads  Main thread. Deletes itself when it is closed.
#pragma once

#include <QDialog>
#include <QString>
#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;

namespace dsm {

class Theme;

struct PaletteEntry {
    QString name;
    QString detail;  // keys, or what kind of thing it is
    std::function<void()> run;
};

class CommandPalette : public QDialog {
    Q_OBJECT

  public:
    CommandPalette(std::vector<PaletteEntry> entries, const Theme& theme, QWidget* parent);

    QLineEdit* field() const { return field_; }
    QListWidget* list() const { return list_; }

    // Places of the entries that match, the best first.
    static std::vector<std::size_t> matching(const std::vector<PaletteEntry>& entries,
                                             const QString& words);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void showMatching();
    void runChosen();

    const std::vector<PaletteEntry> entries_;
    QLineEdit* field_;
    QListWidget* list_;
};

}  // namespace dsm
