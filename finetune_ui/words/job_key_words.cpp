#include "finetune_ui/words/job_key_words.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

namespace dsm {
namespace {

struct KeyWording {
    const char* key;
    const char* title;
    const char* help;
};

constexpr std::array kKeyWordings{
    KeyWording{"method", QT_TRANSLATE_NOOP("JobKeyWords", "Method"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "LoRA adds small matrices beside the frozen model; all weights "
                                 "learn only where there is memory for them four times over.")},
    KeyWording{"targets", QT_TRANSLATE_NOOP("JobKeyWords", "What learns"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "The parts of the model beside which LoRA puts its matrices: "
                                 "more parts can learn more and take more memory and time.")},
    KeyWording{"modules_to_save", QT_TRANSLATE_NOOP("JobKeyWords", "Learned in full"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Parts that learn all their numbers beside LoRA, such as lm_head "
                                 "for names the model has never written.")},
    KeyWording{"rank", QT_TRANSLATE_NOOP("JobKeyWords", "Rank"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "How much each LoRA matrix can hold: 8 for a style, 64 for "
                                 "knowledge.")},
    KeyWording{"alpha", QT_TRANSLATE_NOOP("JobKeyWords", "Alpha"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "How strongly the adapter counts: it is scaled by alpha divided "
                                 "by the rank.")},
    KeyWording{"dropout", QT_TRANSLATE_NOOP("JobKeyWords", "Dropout"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "The share of inputs left out at random, so that few examples "
                                 "are not learned by heart.")},
    KeyWording{"rslora", QT_TRANSLATE_NOOP("JobKeyWords", "Scale by the root of the rank"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Divides alpha by the root of the rank: steadier for ranks of 32 "
                                 "and more.")},
    KeyWording{"epochs", QT_TRANSLATE_NOOP("JobKeyWords", "Epochs"),
               QT_TRANSLATE_NOOP("JobKeyWords", "How many times all examples are gone through.")},
    KeyWording{"max_steps", QT_TRANSLATE_NOOP("JobKeyWords", "Steps at most"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Ends the run after so many steps; 0: the epochs decide.")},
    KeyWording{"learning_rate", QT_TRANSLATE_NOOP("JobKeyWords", "Learning rate"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "How far each step goes: 0.0002 is usual for LoRA, 0.00002 where "
                                 "all weights learn.")},
    KeyWording{"history", QT_TRANSLATE_NOOP("JobKeyWords", "Earlier answers"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Whether all answers of a conversation are learned, or the last "
                                 "alone.")},
    KeyWording{"schedule", QT_TRANSLATE_NOOP("JobKeyWords", "Course of the rate"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "How the learning rate falls from its height to the end.")},
    KeyWording{"warmup_steps", QT_TRANSLATE_NOOP("JobKeyWords", "Steps to warm up"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Steps in which the rate rises to its height: a tenth of all or "
                                 "less.")},
    KeyWording{"optimizer", QT_TRANSLATE_NOOP("JobKeyWords", "Optimizer"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "What it keeps of earlier gradients: of 8 bits it takes a quarter "
                                 "of the memory.")},
    KeyWording{"weight_decay", QT_TRANSLATE_NOOP("JobKeyWords", "Weight decay"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Draws numbers that learn a little towards zero at each step.")},
    KeyWording{"max_grad_norm", QT_TRANSLATE_NOOP("JobKeyWords", "Longest gradient"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Longer gradients are shortened to this, so that one strange "
                                 "example spoils nothing; 0: never.")},
    KeyWording{"balance_loss", QT_TRANSLATE_NOOP("JobKeyWords", "Balance of experts"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "How much it counts that all experts are used alike; 0: not.")},
    KeyWording{"loss", QT_TRANSLATE_NOOP("JobKeyWords", "Mean of the loss"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Every token counts alike, or, as in older trainers, every "
                                 "batch.")},
    KeyWording{"seed", QT_TRANSLATE_NOOP("JobKeyWords", "Seed"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Decides all that is random: the same seed gives the same run.")},
    KeyWording{
        "batch_size", QT_TRANSLATE_NOOP("JobKeyWords", "Examples at once"),
        QT_TRANSLATE_NOOP("JobKeyWords", "Examples computed together: more take more memory.")},
    KeyWording{"accumulation", QT_TRANSLATE_NOOP("JobKeyWords", "Batches of a step"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "So many batches make one step: a larger step without more "
                                 "memory.")},
    KeyWording{"packing", QT_TRANSLATE_NOOP("JobKeyWords", "Pack short examples"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Fills each batch with as many examples as have room: faster "
                                 "where many are short.")},
    KeyWording{"group_by_length", QT_TRANSLATE_NOOP("JobKeyWords", "Group by length"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Puts examples of like length together, the longest first: too "
                                 "little memory shows at once.")},
    KeyWording{"activation_checkpointing",
               QT_TRANSLATE_NOOP("JobKeyWords", "Compute again to save memory"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Keeps less in memory and computes it a second time: a quarter "
                                 "slower.")},
    KeyWording{
        "eval_data", QT_TRANSLATE_NOOP("JobKeyWords", "File to evaluate with"),
        QT_TRANSLATE_NOOP("JobKeyWords", "Examples that are never trained and only measured.")},
    KeyWording{"eval_share", QT_TRANSLATE_NOOP("JobKeyWords", "Share to evaluate with"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Keeps this share of the examples back, to measure what was "
                                 "learned on what was never seen.")},
    KeyWording{"eval_steps", QT_TRANSLATE_NOOP("JobKeyWords", "Steps between evaluations"),
               QT_TRANSLATE_NOOP("JobKeyWords", "0: at the end of each epoch.")},
    KeyWording{"patience", QT_TRANSLATE_NOOP("JobKeyWords", "Patience"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Ends the run early after so many evaluations without gain; 0: "
                                 "never.")},
    KeyWording{"eval_at_start", QT_TRANSLATE_NOOP("JobKeyWords", "Measure before the first step"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Tells what the model could do already, to compare with.")},
    KeyWording{
        "sample_prompts", QT_TRANSLATE_NOOP("JobKeyWords", "Fixed prompts"),
        QT_TRANSLATE_NOOP("JobKeyWords", "Answered before the first step and at each checkpoint.")},
    KeyWording{"sample_tokens", QT_TRANSLATE_NOOP("JobKeyWords", "Longest answer"),
               QT_TRANSLATE_NOOP("JobKeyWords", "Tokens of an answer to a fixed prompt.")},
    KeyWording{"log_steps", QT_TRANSLATE_NOOP("JobKeyWords", "Steps between log lines"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "How often a line goes into the record that checkpoints keep.")},
    KeyWording{"save_steps", QT_TRANSLATE_NOOP("JobKeyWords", "Steps between checkpoints"),
               QT_TRANSLATE_NOOP("JobKeyWords", "0: at the end of each epoch.")},
    KeyWording{"save_minutes", QT_TRANSLATE_NOOP("JobKeyWords", "Minutes between checkpoints"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Saves after so much time as well: no more is lost when the "
                                 "power fails; 0: not.")},
    KeyWording{"save_limit", QT_TRANSLATE_NOOP("JobKeyWords", "Checkpoints kept"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Of those after so many steps, 0: all. Of those at the end of an "
                                 "epoch the newest and the best stay.")},
    KeyWording{"threads", QT_TRANSLATE_NOOP("JobKeyWords", "Threads"),
               QT_TRANSLATE_NOOP("JobKeyWords", "Cores that work for the run; 0: all of them.")},
    KeyWording{"gpu_layers", QT_TRANSLATE_NOOP("JobKeyWords", "Layers on the GPU"),
               QT_TRANSLATE_NOOP("JobKeyWords",
                                 "Whether the CPU may compute the experts for which a GPU has no "
                                 "room: what did not fit then fits, and takes longer.")}};

constexpr double kNoBound = 1e6;
constexpr double kNoBoundBelow = 1e-3;

struct ChoiceWording {
    const char* key;
    const char* word;
    const char* title;
};

constexpr std::array kChoiceWordings{
    ChoiceWording{"method", "lora", QT_TRANSLATE_NOOP("JobKeyWords", "LoRA (an adapter)")},
    ChoiceWording{"method", "full", QT_TRANSLATE_NOOP("JobKeyWords", "All weights")},
    ChoiceWording{"targets", "attention", QT_TRANSLATE_NOOP("JobKeyWords", "Attention")},
    ChoiceWording{"targets", "attention+shared",
                  QT_TRANSLATE_NOOP("JobKeyWords", "Attention and shared experts")},
    ChoiceWording{"targets", "all", QT_TRANSLATE_NOOP("JobKeyWords", "All linear maps")},
    ChoiceWording{"history", "trained", QT_TRANSLATE_NOOP("JobKeyWords", "Learned, too")},
    ChoiceWording{"history", "context", QT_TRANSLATE_NOOP("JobKeyWords", "Only read")},
    ChoiceWording{"schedule", "cosine", QT_TRANSLATE_NOOP("JobKeyWords", "Cosine")},
    ChoiceWording{"schedule", "linear", QT_TRANSLATE_NOOP("JobKeyWords", "Straight")},
    ChoiceWording{"schedule", "constant", QT_TRANSLATE_NOOP("JobKeyWords", "Not at all")},
    ChoiceWording{"optimizer", "adamw", QT_TRANSLATE_NOOP("JobKeyWords", "AdamW")},
    ChoiceWording{"optimizer", "adamw_8bit",
                  QT_TRANSLATE_NOOP("JobKeyWords", "AdamW with moments of 8 bits")},
    ChoiceWording{"loss", "tokens", QT_TRANSLATE_NOOP("JobKeyWords", "Over tokens")},
    ChoiceWording{"loss", "mean_of_means", QT_TRANSLATE_NOOP("JobKeyWords", "Over batches")},
    ChoiceWording{"gpu_layers", "all", QT_TRANSLATE_NOOP("JobKeyWords", "All of them")},
    ChoiceWording{"gpu_layers", "fit", QT_TRANSLATE_NOOP("JobKeyWords", "As many as fit")}};

QString translated(const char* text) {
    return QCoreApplication::translate("JobKeyWords", text);
}

const KeyWording* wordingOf(const QString& key) {
    const auto* const found =
        std::find_if(kKeyWordings.begin(), kKeyWordings.end(),
                     [&](const KeyWording& one) { return key == QLatin1String(one.key); });
    return found == kKeyWordings.end() ? nullptr : found;
}

QString number(double value, bool isWhole) {
    QLocale locale;
    if (isWhole) return locale.toString(value, 'f', 0);
    locale.setNumberOptions(QLocale::OmitGroupSeparator);
    constexpr double kLeastPlain = 1e-6;
    // 0.0002 rather than 2e-04.
    if (value != 0 && std::abs(value) < 1 && std::abs(value) >= kLeastPlain) {
        QString text = locale.toString(value, 'f', 9);
        while (text.endsWith(locale.zeroDigit()))
            text.chop(1);
        return text;
    }
    return locale.toString(value, 'g', 6);
}

}  // namespace

QString presentKey(const QString& key) {
    const KeyWording* wording = wordingOf(key);
    return wording == nullptr ? key : translated(wording->title);
}

QString presentKeyHelp(const QString& key) {
    const KeyWording* wording = wordingOf(key);
    return wording == nullptr ? QString() : translated(wording->help);
}

QString presentChoice(const QString& key, const QString& word) {
    for (const ChoiceWording& wording : kChoiceWordings) {
        if (key == QLatin1String(wording.key) && word == QLatin1String(wording.word))
            return translated(wording.title);
    }
    return word;
}

QString presentRange(const JobKeyInfo& key) {
    using Type = JobKeyInfo::Type;
    if (key.type != Type::Whole && key.type != Type::Number) return {};
    const bool isWhole = key.type == Type::Whole;
    const QString usual = number(key.fallback.toDouble(), isWhole);
    const QString most = number(key.most, isWhole);
    // A bound that nobody comes near says nothing.
    if (key.least > 0 && key.least < kNoBoundBelow) {
        return key.most < kNoBound
                   ? QCoreApplication::translate("JobKeyWords", "Above 0, at most %1; default %2.")
                         .arg(most, usual)
                   : QCoreApplication::translate("JobKeyWords", "Above 0; default %1.").arg(usual);
    }
    if (key.most >= kNoBound) {
        return QCoreApplication::translate("JobKeyWords", "%1 or more; default %2.")
            .arg(number(key.least, isWhole), usual);
    }
    return QCoreApplication::translate("JobKeyWords", "From %1 to %2; default %3.")
        .arg(number(key.least, isWhole), most, usual);
}

QString presentValue(const JobKeyInfo& key, const QJsonValue& value) {
    if (value.isUndefined()) return QCoreApplication::translate("JobKeyWords", "nothing");
    if (value.isBool()) {
        return value.toBool() ? QCoreApplication::translate("JobKeyWords", "on")
                              : QCoreApplication::translate("JobKeyWords", "off");
    }
    if (value.isDouble()) return number(value.toDouble(), key.type == JobKeyInfo::Type::Whole);
    if (value.isArray()) {
        QStringList names;
        for (const QJsonValue& one : value.toArray())
            names.append(one.toString());
        return names.join(QStringLiteral(", "));
    }
    return presentChoice(key.name, value.toString());
}

}  // namespace dsm
