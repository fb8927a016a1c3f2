// WelcomePage: what a new chat shows: the product, four questions to begin with and the model.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QAbstractButton>
#include <QWidget>
#include <array>

class QGridLayout;
class QLabel;

namespace dsm {

class Theme;

// A question on a card; pressing it asks.
class ExampleCard : public QAbstractButton {
    Q_OBJECT

  public:
    explicit ExampleCard(const Theme& theme, QWidget* parent = nullptr);

    void setTexts(const QString& topic, const QString& question);
    QString question() const { return question_; }

    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    const Theme& theme_;
    QString topic_;
    QString question_;
};

class WelcomePage : public QWidget {
    Q_OBJECT

  public:
    explicit WelcomePage(const Theme& theme, QWidget* parent = nullptr);

    // One sentence about the loaded model.
    void setModelLine(const QString& text);
    // A model that does not answer is asked nothing.
    void setQuestionsShown(bool isShown);
    const std::array<ExampleCard*, 4>& cards() const { return cards_; }

  Q_SIGNALS:
    void questionChosen(const QString& question);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void applyTheme();
    void retranslate();

    const Theme& theme_;
    QLabel* logo_;
    QLabel* title_;
    QLabel* subtitle_;
    QLabel* modelLine_;
    std::array<ExampleCard*, 4> cards_;
};

}  // namespace dsm
