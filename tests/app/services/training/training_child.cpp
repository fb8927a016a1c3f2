// A program with a training job that can be killed.
//
// usage: training_child DATABASE FOLDER      the job is resumed, or begun where there is none
//
// Exit codes  0 finished, 3 failed
#include <QCoreApplication>

#include "app/services/training/training_service.h"
#include "tests/app/services/training/scripted_runner.h"

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    dsm::test::ScriptedRunner runner;
    runner.totalSteps = 400;
    runner.stepUs = 1000;
    dsm::EngineLease lease;
    dsm::TrainingService service(application.arguments()[1], lease, runner.runner());
    QObject::connect(&service, &dsm::TrainingService::jobFinished,
                     [] { QCoreApplication::exit(0); });
    QObject::connect(&service, &dsm::TrainingService::jobFailed, [] { QCoreApplication::exit(3); });
    if (service.jobs().isEmpty()) {
        service.start(QStringLiteral("job"), QStringLiteral("{}"), application.arguments()[2]);
    } else if (service.jobs()[0].state == dsm::TrainingState::Paused) {
        service.resume(service.jobs()[0].id);
    } else if (service.jobs()[0].state != dsm::TrainingState::Queued) {
        return 4;  // it should have been paused by the death of the program
    }
    return QCoreApplication::exec();
}
