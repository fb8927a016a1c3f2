#include "finetune_ui/run_subjects.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QLocale>
#include <QSignalBlocker>

#include "app/services/training/run_files.h"

namespace dsm {
namespace {

struct Wording {
    Q_DECLARE_TR_FUNCTIONS(RunSubjects)
};

}  // namespace

void listSubjects(QComboBox& box, const TrainingJob& job, bool withBase) {
    const QSignalBlocker quiet(&box);
    const QVariant chosen = box.currentData();
    box.clear();
    for (const RunAdapter& adapter : filesOfRun(job.folder).adapters) {
        box.addItem(adapter.step == 0
                        ? Wording::tr("The result")
                        : Wording::tr("After step %1").arg(QLocale().toString(adapter.step)),
                    adapter.folder);
    }
    if (withBase) box.addItem(Wording::tr("The base model alone"), QString());
    const int before = chosen.isValid() ? box.findData(chosen) : -1;
    box.setCurrentIndex(before >= 0 ? before : 0);
}

}  // namespace dsm
