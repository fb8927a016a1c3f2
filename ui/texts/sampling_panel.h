// SamplingPanel: how the model draws what it writes at a text. Every change holds from the next time on.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace dsm {

class SamplingFields;
class TextService;
class Theme;

class SamplingPanel : public QWidget {
    Q_OBJECT

  public:
    SamplingPanel(TextService& texts, const Theme& theme, QWidget* parent = nullptr);

    // 0: none yet; the settings hold.
    void setText(qint64 id);

    SamplingFields* fields() const { return fields_; }
    QPushButton* lastSeedButton() const { return lastSeed_; }
    QPushButton* resetButton() const { return reset_; }

  private:
    void refresh();
    void store();
    void retranslate();

    TextService& texts_;
    SamplingFields* fields_;
    QPushButton* lastSeed_;
    QLabel* source_;
    QPushButton* reset_;
    qint64 id_ = 0;
};

}  // namespace dsm
