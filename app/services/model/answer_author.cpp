#include "app/services/model/answer_author.h"

namespace dsm {

std::string adapterNameOf(const std::filesystem::path& folder) {
    const std::filesystem::path whole = folder.has_filename() ? folder : folder.parent_path();
    const std::string name = whole.filename().string();
    if (!name.starts_with("checkpoint-")) return name;
    return whole.parent_path().filename().string() + '/' + name;
}

std::string answerAuthor(const std::string& model, const std::filesystem::path& adapter) {
    return adapter.empty() ? model : model + kWithAdapter + adapterNameOf(adapter);
}

}  // namespace dsm
