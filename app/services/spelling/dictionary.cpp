#include "app/services/spelling/dictionary.h"

#include <iconv.h>

#include <QLocale>
#include <hunspell/hunspell.hxx>
#include <optional>
#include <string>

#include "app/services/program/path_text.h"

namespace dsm {
namespace {

const iconv_t kNone = reinterpret_cast<iconv_t>(-1);  // as iconv_open() says that it failed

// As iconv has them: "microsoft-cp1251" is CP1251 there.
std::string iconvName(std::string encoding) {
    const std::string prefix = "microsoft-";
    return encoding.starts_with(prefix) ? encoding.substr(prefix.size()) : encoding;
}

std::optional<std::string> converted(iconv_t converter, std::string text) {
    if (converter == kNone) return std::nullopt;
    iconv(converter, nullptr, nullptr, nullptr, nullptr);
    std::string out(text.size() * 4 + 8, '\0');
    char* from = text.data();
    char* to = out.data();
    std::size_t left = text.size();
    std::size_t room = out.size();
    if (iconv(converter, &from, &left, &to, &room) == static_cast<std::size_t>(-1))
        return std::nullopt;
    out.resize(out.size() - room);
    return out;
}

}  // namespace

// Many dictionaries are in the encodings of their time.
class Dictionary::Encoding {
  public:
    explicit Encoding(const std::string& name) {
        if (name == "UTF-8") return;
        isUtf8_ = false;
        to_ = iconv_open(iconvName(name).c_str(), "UTF-8");
        from_ = iconv_open("UTF-8", iconvName(name).c_str());
    }
    ~Encoding() {
        for (iconv_t converter : {to_, from_}) {
            if (converter != kNone) iconv_close(converter);
        }
    }
    Encoding(const Encoding&) = delete;
    Encoding& operator=(const Encoding&) = delete;

    // Nothing where it has letters that the encoding lacks.
    std::optional<std::string> encode(const QString& word) const {
        return isUtf8_ ? word.toStdString() : converted(to_, word.toStdString());
    }
    QString decode(const std::string& word) const {
        return QString::fromStdString(isUtf8_ ? word : converted(from_, word).value_or(""));
    }

  private:
    bool isUtf8_ = true;
    iconv_t to_ = kNone;
    iconv_t from_ = kNone;
};

Dictionary::Dictionary(const DictionaryFiles& files)
    : hunspell_(std::make_unique<Hunspell>(toPath(files.affixes).c_str(),
                                           toPath(files.words).c_str())) {
    encoding_ = std::make_unique<Encoding>(hunspell_->get_dict_encoding());
}

Dictionary::~Dictionary() = default;

bool Dictionary::knows(const QString& word) const {
    const auto encoded = encoding_->encode(word);
    return encoded && hunspell_->spell(*encoded);
}

QStringList Dictionary::suggestions(const QString& word) const {
    QStringList suggestions;
    const auto encoded = encoding_->encode(word);
    if (!encoded) return suggestions;
    for (const std::string& suggestion : hunspell_->suggest(*encoded)) {
        const QString text = encoding_->decode(suggestion);
        if (!text.isEmpty()) suggestions.append(text);
    }
    return suggestions;
}

QChar::Script scriptOf(const QString& dictionaryName) {
    switch (QLocale(dictionaryName).script()) {
        case QLocale::LatinScript:
            return QChar::Script_Latin;
        case QLocale::CyrillicScript:
            return QChar::Script_Cyrillic;
        case QLocale::GreekScript:
            return QChar::Script_Greek;
        case QLocale::HebrewScript:
            return QChar::Script_Hebrew;
        case QLocale::ArabicScript:
            return QChar::Script_Arabic;
        case QLocale::ArmenianScript:
            return QChar::Script_Armenian;
        case QLocale::GeorgianScript:
            return QChar::Script_Georgian;
        case QLocale::DevanagariScript:
            return QChar::Script_Devanagari;
        case QLocale::BengaliScript:
            return QChar::Script_Bengali;
        case QLocale::TamilScript:
            return QChar::Script_Tamil;
        case QLocale::TeluguScript:
            return QChar::Script_Telugu;
        case QLocale::KoreanScript:
        case QLocale::HangulScript:
            return QChar::Script_Hangul;
        default:
            return QChar::Script_Unknown;
    }
}

}  // namespace dsm
