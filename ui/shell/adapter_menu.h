// AdapterMenu: chooses the adapter that the loaded model computes with, and how strongly.
//
// Filled each time it is about to show: None, the adapters that there are, those that do not fit
// greyed out with the reason, the strength, the comparison with the base, and more folders.
//
// Ownership  Borrows the library.
// Threads    Main thread.
#pragma once

#include <QMenu>

namespace dsm {

class AdapterLibrary;

class AdapterMenu : public QMenu {
    Q_OBJECT

  public:
    explicit AdapterMenu(AdapterLibrary& library, QWidget* parent = nullptr);

    void refresh();

  Q_SIGNALS:
    // The last question answered without and with the adapter.
    void comparisonRequested();

  private:
    void addAdapters();
    void addStrengths();
    void addFolders();
    void chooseFolder();

    AdapterLibrary& library_;
};

}  // namespace dsm
