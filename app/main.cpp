// deepseekmoe-desktop: makes the services and the window, and lets them run.
//
// Exit codes  0 a normal end, 1 the program could not start, 2 a wrong command line.
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QTextStream>

#include "app/services/benchmarks/benchmark_service.h"
#include "app/services/chat/chat_service.h"
#include "app/services/chat/chat_titles.h"
#include "app/services/chat/conversation_export.h"
#include "app/services/chat/drafts.h"
#include "app/services/downloads/download_service.h"
#include "app/services/downloads/token_store.h"
#include "app/services/library/conversion_service.h"
#include "app/services/library/model_import.h"
#include "app/services/library/model_library.h"
#include "app/services/model/adapter_library.h"
#include "app/services/model/api_service.h"
#include "app/services/model/gpu_service.h"
#include "app/services/model/model_host.h"
#include "app/services/model/start_model.h"
#include "app/services/program/color_scheme.h"
#include "app/services/program/connections.h"
#include "app/services/program/desktop_link.h"
#include "app/services/program/log.h"
#include "app/services/program/own_files.h"
#include "app/services/program/paths.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/settings.h"
#include "app/services/program/single_instance.h"
#include "app/services/remote/model_in_use.h"
#include "app/services/remote/remote_engines.h"
#include "app/services/remote/remote_generator.h"
#include "app/services/spelling/spell_checker.h"
#include "app/services/texts/text_service.h"
#include "app/services/training/data/data_study.h"
#include "app/services/training/engine_runner.h"
#include "app/services/training/job/run_forecast.h"
#include "app/services/training/job/tuning_draft.h"
#include "app/services/training/results/evaluation_service.h"
#include "app/services/training/results/run_export.h"
#include "app/services/training/run_announcer.h"
#include "app/services/training/training_service.h"
#include "app/termination_signals.h"
#include "finetune_ui/finetune_page.h"
#include "ui/shell/appearance.h"
#include "ui/shell/language.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kCannotStart = 1;
constexpr int kWrongUsage = 2;

struct Options {
    QString modelFolder;
    QString dataFolder;
    bool isVerbose = false;
};

struct CommandLine {
    Q_DECLARE_TR_FUNCTIONS(CommandLine)
};

QString problemOf(QCommandLineParser& parser, const QStringList& arguments) {
    if (!parser.parse(arguments)) return parser.errorText();
    if (!parser.positionalArguments().isEmpty())
        return CommandLine::tr("Unexpected: %1").arg(parser.positionalArguments().at(0));
    // As of a variable of a shell that is not set: it would count as no option.
    for (const QString& name : parser.optionNames()) {
        if (parser.values(name).contains(QString()))
            return CommandLine::tr("The value of --%1 is empty.").arg(name);
    }
    return {};
}

// Ends the program for --help, --version and wrong options.
Options readOptions(const QCoreApplication& application) {
    QCommandLineParser parser;
    parser.setApplicationDescription(CommandLine::tr(
        "Chat with a DeepSeekMoE model on this computer. Without --model the model of the "
        "last time is loaded, or the small demo model."));
    const QCommandLineOption model(QStringLiteral("model"),
                                   CommandLine::tr("Load the model in this folder."),
                                   QStringLiteral("DIR"));
    const QCommandLineOption data(
        QStringLiteral("data-dir"),
        CommandLine::tr("Keep conversations and settings in this folder."), QStringLiteral("DIR"));
    const QCommandLineOption verbose(QStringLiteral("verbose"),
                                     CommandLine::tr("Write the log to the terminal, too."));
    parser.addOptions({model, data, verbose});
    parser.addHelpOption();
    parser.addVersionOption();
    if (const QString problem = problemOf(parser, application.arguments()); !problem.isEmpty()) {
        QTextStream(stderr) << problem << '\n' << CommandLine::tr("Try --help.") << '\n';
        std::exit(kWrongUsage);
    }
    if (parser.isSet(QStringLiteral("help"))) parser.showHelp(0);
    if (parser.isSet(QStringLiteral("version"))) parser.showVersion();
    return {parser.value(model), parser.value(data), parser.isSet(verbose)};
}

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < 128;
}

void loadFirstModel(MainWindow& window, const ModelHost& host, const RemoteEngines& engines,
                    const Settings& settings, const Paths& paths, const QString& asked,
                    QStringList notices) {
    const bool isRemote = asked.isEmpty() && engines.inUse() != 0;
    const StartModel start =
        isRemote ? StartModel()
                 : chooseStartModel(asked, settings.lastModelFolder(), host.folderThatCrashed(),
                                    paths.demoModelFolder);
    const QString folder = start.choices.folder;
    if (isRemote) window.useEngine(engines.inUse());
    if (!folder.isEmpty() && start.standsIn) window.loadInstead(folder);
    if (!folder.isEmpty() && !start.standsIn) window.loadModel(folder);
    notices += {settings.notice(), start.notice};
    notices.removeAll(QString());
    if (!notices.isEmpty()) window.showNotice(notices.join(u'\n'));
}

int run(QApplication& application) {
    const Options options = readOptions(application);
    const Paths paths = Paths::find(options.dataFolder);
    SingleInstance instance(paths.dataFolder);
    if (!instance.isFirst() && instance.callFirst(options.modelFolder)) return 0;
    if (!instance.isFirst()) {
        QTextStream(stderr) << instance.error() << '\n';
        return kCannotStart;
    }
    const Log log(paths.logFolder, options.isVerbose);
    Settings settings(paths.settingsFile());
    const QStringList strange = setAsideStrangeFiles(paths);
    const ColorScheme scheme;
    const Language language(settings);
    Theme theme;
    const Appearance appearance(theme, settings, scheme, isDark(QGuiApplication::palette()));
    applyTheme(theme, application);

    EngineLease lease;
    ModelHost host(paths.dataFolder, paths.contextsFolder());
    host.share(lease);
    TrainingService training(paths.trainingFile(), lease, trainWithEngine);
    AdapterLibrary adapters(paths.adaptersFolder(), host, settings);
    KeyringTokenStore tokens;
    Connections connections(paths.connectionsFile());
    RemoteEngines engines(paths.enginesFile(), paths.engineKeysFile(), tokens, &connections);
    RemoteGenerator remote(&connections);
    ModelInUse writer(host, remote, engines);
    ChatService chat(paths.databaseFile(), writer, settings);
    ApiService api(host, settings);
    TextService texts(paths.textsFile(), writer, settings);
    ConversionService conversions(paths.modelsFolder());
    GpuService gpus;
    ModelLibrary library(
        {paths.demoModelFolder, paths.modelsFolder(), paths.modelListFile(), paths.trashFile()},
        conversions, settings, [&host, &gpus] {
            const ModelStatus model = host.status();
            ComputerMemory memory = measureMemory(model.ownMemoryBytes);
            memory.gpus = withoutModel(gpus.listing(), model.gpuIndex, model.gpuFreeBytes);
            return memory;
        });
    QObject::connect(&gpus, &GpuService::changed, &library, &ModelLibrary::refreshMemory);
    gpus.refresh();
    DownloadService downloads(paths.downloadsFile(), tokens, nullptr, &connections);
    const auto listCaches = [&] {
        library.setCacheFolders({downloads.cacheFolder(), DownloadService::sharedCacheFolder()});
    };
    QObject::connect(&downloads, &DownloadService::optionsChanged, &library, listCaches);
    listCaches();
    const auto takeProxy = [&] {
        engines.setProxy(downloads.options().proxy);
        remote.setProxy(downloads.options().proxy);
    };
    QObject::connect(&downloads, &DownloadService::optionsChanged, &remote, takeProxy);
    takeProxy();
    ModelImport imports(library, paths.modelsFolder());
    Drafts drafts(paths.draftsFile());
    // Not by a list that may lack chats. One in the trash can come back, whatever day it is.
    if (chat.keepsChats() && !chat.isRepairing())
        drafts.prune([&chat](qint64 id) { return !chat.messages(id).isEmpty(); });
    SpellChecker spelling(paths.ownWordsFile(), dictionaryFolders());
    TuningDraft tuningDraft(paths.tuningDraftFile());
    RunForecast forecast;
    DataStudy study;
    ConversationExport examples(chat, paths.examplesFolder());
    const ChatTitles titles(chat, writer, settings);
    DesktopLink desktop;
    const RunAnnouncer announcer(training, desktop, presentReason);
    EvaluationService evaluations(lease, paths.evaluationsFolder());
    BenchmarkService benchmarks(paths.benchmarksFile(), lease);
    RunExport exporter;
    auto* finetune = new FinetunePage({tuningDraft, training, forecast, library, study, examples,
                                       theme, paths.adaptersFolder(), evaluations, exporter,
                                       adapters, paths.modelsFolder()});
    MainWindow window({chat, host, writer, engines, adapters, library, imports, conversions,
                       downloads, drafts, settings, theme, gpus, texts, paths.demoModelFolder,
                       finetune, &spelling, &api, &benchmarks});
    QObject::connect(&instance, &SingleInstance::called, &window, [&window](const QString& folder) {
        window.bringUp();
        if (!folder.isEmpty()) window.loadModel(folder);
    });
    const TerminationSignals signals;
    QObject::connect(&signals, &TerminationSignals::received, &window, &MainWindow::end);
    window.show();
    loadFirstModel(window, host, engines, settings, paths, options.modelFolder, strange);
    return QApplication::exec();
}

}  // namespace
}  // namespace dsm

int main(int argc, char** argv) {
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(
        Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("deepseekmoe-desktop"));
    QApplication::setApplicationDisplayName(QString());
    QApplication::setApplicationVersion(QStringLiteral(DSM_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("deepseekmoe-desktop"));
    return dsm::run(application);
}
