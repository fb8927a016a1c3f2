#include "app/services/model/start_model.h"

#include <QDir>
#include <QFileInfo>

#include "app/services/model/model_host.h"

namespace dsm {
namespace {

bool isSameFolder(const QString& a, const QString& b) {
    return !a.isEmpty() && !b.isEmpty() && QDir(a) == QDir(b);
}

}  // namespace

StartModel chooseStartModel(const QString& askedFolder, const QString& lastFolder,
                            const QString& crashedFolder, const QString& demoFolder) {
    StartModel start;
    if (!askedFolder.isEmpty()) {
        start.choices.folder = askedFolder;
    } else if (isSameFolder(lastFolder, crashedFolder)) {
        start.notice = ModelHost::tr(
                           "The program ended unexpectedly while it worked with the "
                           "model in %1, so that model was not loaded again by itself.")
                           .arg(QDir::toNativeSeparators(lastFolder));
    } else if (!lastFolder.isEmpty() && QFileInfo(lastFolder).isDir()) {
        start.choices.folder = lastFolder;
    } else if (!lastFolder.isEmpty()) {
        start.standsIn = true;
        start.notice = ModelHost::tr(
                           "The model folder %1 is not there now. It is loaded again at the next "
                           "start, once its disk is connected.")
                           .arg(QDir::toNativeSeparators(lastFolder));
    }
    if (start.choices.folder.isEmpty()) start.choices.folder = demoFolder;
    start.choices.isDemo = isSameFolder(start.choices.folder, demoFolder);
    return start;
}

}  // namespace dsm
