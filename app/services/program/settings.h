// Settings: what the user chose, kept in an INI file.
//
// A value that is missing or of the wrong type reads as its default (none, where the model's own
// value then holds), one out of its bounds as the nearest bound. Setters clamp, save and announce
// only real changes.
//
// A file that no program of this kind wrote is set aside, whole, and a new one begun.
//
// Threads  Main thread.
// Errors   notice() says that a file was set aside, notKept() once that changes do not survive the
//          program.
#pragma once

#include <QByteArray>
#include <QMap>
#include <QObject>
#include <QSettings>
#include <QString>
#include <QStringList>
#include <optional>

#include "app/services/program/generation_types.h"

namespace dsm {

enum class ThemeChoice { System, Light, Dark, HighContrastLight, HighContrastDark };

struct AdapterSetting {
    QString folder;
    double scale = 1;

    bool operator==(const AdapterSetting&) const = default;
};

class Settings : public QObject {
    Q_OBJECT

  public:
    explicit Settings(const QString& file, QObject* parent = nullptr);

    bool isWritable() const;
    // A sentence for people; "" where all is well.
    QString notice() const { return notice_; }

    ThemeChoice theme() const;
    void setTheme(ThemeChoice theme);

    // How much larger than the desktop wants it the text is, in percent; announced as the theme is.
    static constexpr int kLeastText = 100;
    static constexpr int kMostText = 250;
    int textPercent() const;
    void setTextPercent(int percent);

    // The font of code; "" is the program's own. Announced as the theme is.
    QString codeFont() const;
    void setCodeFont(const QString& family);
    // Of the usual size of code, in percent.
    static constexpr int kLeastCode = 80;
    static constexpr int kMostCode = 200;
    int codePercent() const;
    void setCodePercent(int percent);

    // "" follows the system; else "en" or "zh_CN".
    QString language() const;
    void setLanguage(const QString& language);

    GenerationChoices generation() const;
    void setGeneration(const GenerationChoices& choices);

    // Whether the model names a chat after its first answer.
    bool titlesByModel() const;
    void setTitlesByModel(bool wanted);

    // The dictionaries that what is written is checked with, by name ("en_US"); none: it is not
    // checked; nullopt: nobody has chosen.
    std::optional<QStringList> spelling() const;
    void setSpelling(const QStringList& dictionaries);

    // An icon in the desktop's tray; and whether the program stays there when its window is closed.
    bool hasTray() const;
    void setTray(bool wanted);
    bool staysInTray() const;
    void setStaysInTray(bool stays);

    // Whether other programs of this computer may ask the model, and at which port.
    static constexpr int kLeastPort = 1024;
    static constexpr int kMostPort = 65535;
    bool servesPrograms() const;
    void setServesPrograms(bool serves);
    int serverPort() const;
    void setServerPort(int port);

    // Choices that a person has given a name.
    QMap<QString, GenerationChoices> presets() const;
    // nullopt takes it away.
    void setPreset(const QString& name, const std::optional<GenerationChoices>& choices);

    // Texts that a person has given a name, to be written into a message (prompt_text.h).
    QMap<QString, QString> prompts() const;
    // nullopt takes it away.
    void setPrompt(const QString& name, const std::optional<QString>& text);

    // How models are loaded, from the next load on.
    QString backend() const;  // "" is the best
    void setBackend(const QString& backend);
    int gpu() const;  // of the backend "cuda"; -1: the one with most free memory
    void setGpu(int index);
    int gpuLayers() const;  // whose experts lie on the GPU; -1: as many as fit
    void setGpuLayers(int layers);
    int threads() const;  // 0: one per core
    void setThreads(int threads);
    int contextLimit() const;  // 0: what the model offers
    void setContextLimit(int tokens);
    // The weights are not read into memory at load: a larger model runs, slowly.
    bool weightsStayOnDisk() const;
    void setWeightsStayOnDisk(bool stay);

    // The memory of the context holds numbers of 8 bits, not bfloat16: half of it.
    bool contextIn8Bits() const;
    void setContextIn8Bits(bool halved);

    QString lastModelFolder() const;  // "" is the demo model
    void setLastModelFolder(const QString& folder);

    // The adapter that the model in a folder computes with, from when it is loaded; "": none.
    AdapterSetting adapter(const QString& modelFolder) const;
    void setAdapter(const QString& modelFolder, const AdapterSetting& adapter);
    QStringList adapterFolders() const;  // that the user added
    void setAdapterFolders(const QStringList& folders);

    // Where models are downloaded from: "" is Hugging Face, "modelscope", or a mirror's address.
    QString downloadSource() const;
    void setDownloadSource(const QString& source);

    // The keys of a command as QKeySequence writes them; "" for none, nullopt for the program's own.
    std::optional<QString> shortcut(const QString& command) const;
    void setShortcut(const QString& command, const std::optional<QString>& keys);

    // How the list of chats is shown; stored without a signal.
    int conversationOrder() const;  // 0, 1, 2: ConversationOrder
    void setConversationOrder(int order);
    QStringList foldedFolders() const;
    void setFoldedFolders(const QStringList& folders);

    // The window's own business; stored without a signal.
    QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);
    QByteArray windowLayout() const;
    void setWindowLayout(const QByteArray& layout);

  Q_SIGNALS:
    void themeChanged();
    void languageChanged();
    void generationChanged();
    void spellingChanged();
    void trayChanged();
    void serverChanged();
    void modelLoadingChanged();  // any of these
    void notKept(const QString& message);

  private:
    // An invalid value takes the key out of the file. Says whether anything changed.
    bool store(const QString& key, const QVariant& value);
    std::optional<double> number(const QString& key) const;
    std::optional<int> whole(const QString& key) const;
    QString path(const QString& key) const;
    void sync();

    QString notice_;
    QSettings file_;
    bool isLossSaid_ = false;
};

// Brings every value into its bounds.
GenerationChoices clamped(GenerationChoices choices);

}  // namespace dsm
