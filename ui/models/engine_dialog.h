// EngineDialog: the address, the key and the name of a model elsewhere; tries them before they are kept.
//
// Ownership  Borrows the service, which outlives it.
// Threads    Main thread.
#pragma once

#include "app/services/remote/remote_engines.h"
#include "ui/widgets/scroll_dialog.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace dsm {

class EngineDialog : public ScrollDialog {
    Q_OBJECT

  public:
    // Of id 0: a new one is added.
    EngineDialog(RemoteEngines& engines, const RemoteEngine& engine, QWidget* parent = nullptr);

    QLineEdit* addressField() const { return address_; }
    QLineEdit* keyField() const { return key_; }
    QLineEdit* nameField() const { return name_; }
    QComboBox* modelField() const { return model_; }
    QPushButton* tryButton() const { return try_; }
    QPushButton* saveButton() const { return save_; }
    QCheckBox* fileConsent() const { return inFile_; }
    QLabel* result() const { return result_; }

  Q_SIGNALS:
    // The key is where it is kept by now; `problem` says where it is not, "" otherwise.
    void saved(qint64 id, const QString& problem);

  private:
    void makeLayout();
    QString address() const;  // "": none
    QString keyProblem() const;
    void refresh();
    void tryIt();
    void askWith(const QString& key);
    void take(const EngineProbe& probe);
    void say(const QString& text, bool isProblem);
    void save();
    void saveKey(qint64 id);

    RemoteEngines& engines_;
    RemoteEngine engine_;
    QList<EngineProbe::Model> models_;
    QLineEdit* address_;
    QLineEdit* key_;
    QComboBox* model_;
    QLineEdit* name_;
    QCheckBox* inFile_;
    QLabel* result_;
    QPushButton* try_;
    QPushButton* save_;
    bool isTrying_ = false;
};

}  // namespace dsm
