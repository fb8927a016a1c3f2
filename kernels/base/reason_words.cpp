// All reasons, by subject in kernels/base/reasons, and the words that are arguments.
#include <array>
#include <cstddef>

#include "kernels/base/reason.h"
#include "kernels/base/reasons/data_words.h"
#include "kernels/base/reasons/log_words.h"
#include "kernels/base/reasons/model_file_words.h"
#include "kernels/base/reasons/reason_code.h"
#include "kernels/base/reasons/reply_words.h"
#include "kernels/base/reasons/resource_words.h"
#include "kernels/base/reasons/run_words.h"

namespace dsm {
namespace {

constexpr ReasonWords kOther[] = {{ReasonCode::Other, "other", "%1"}};

template <std::size_t... Sizes>
constexpr auto together(const ReasonWords (&... parts)[Sizes]) {
    std::array<ReasonWords, (Sizes + ...)> all{};
    std::size_t next = 0;
    const auto add = [&](const auto& part) {
        for (const ReasonWords& words : part)
            all[next++] = words;
    };
    (add(parts), ...);
    return all;
}

constexpr auto kReasons =
    together(kOther, reasons::kDataWords, reasons::kRunWords, reasons::kResourceWords,
             reasons::kLogWords, reasons::kReplyWords, reasons::kModelFileWords);

constexpr bool areInOrder() {
    for (std::size_t i = 0; i < kReasons.size(); ++i) {
        if (kReasons[i].code != static_cast<ReasonCode>(i)) return false;
    }
    return true;
}
static_assert(areInOrder());
static_assert(kReasons.size() == static_cast<std::size_t>(ReasonCode::TaskPage) + 1);

constexpr std::string_view kWords[] = {
    REASON("Reasons", "a number"),
    REASON("Reasons", "true or false"),
    REASON("Reasons", "a list"),
    REASON("Reasons", "an object"),
    REASON("Reasons", "null"),
    REASON("Reasons", "a string"),
    REASON("Reasons", "bytes that are not UTF-8"),
    REASON("Reasons", "a time, a decimal or another value that is not read"),
    REASON("Reasons", "in a form of Parquet that is not read"),
    REASON("Reasons", "read"),
    REASON("Reasons", "write"),
    REASON("Reasons", "remove"),
    REASON("Reasons", "make"),
    REASON("Reasons", "make the folder"),
    REASON("Reasons", "make a file in"),
    REASON("Reasons", "No space left on device"),
    REASON("Reasons", "Disk quota exceeded"),
    REASON("Reasons", "Permission denied"),
    REASON("Reasons", "Read-only file system"),
    REASON("Reasons", "Input/output error"),
    REASON("Reasons", "No such file or directory"),
    REASON("Reasons", "File too large"),
    REASON("Reasons", "Too many open files"),
    REASON("Reasons", "a folder"),
    REASON("Reasons", "a named pipe"),
    REASON("Reasons", "a socket"),
    REASON("Reasons", "a device"),
    REASON("Reasons", "of another kind"),
    REASON("Reasons", "DSM_BACKEND"),
    REASON("Reasons", "the adapter"),
    REASON("Reasons", "the weights"),
    REASON("Reasons", "the context"),
    REASON("Reasons", "computing"),
    REASON("Reasons", "the results"),
    REASON("Reasons", "the experts of the CPU"),
    REASON("Reasons", "copies to the GPU"),
    REASON("Reasons", "training"),
    REASON("Reasons", "recorded passes"),
    REASON("Reasons", "The program's setting"),
    REASON("Reasons", "The choice of a GPU"),
    REASON("Reasons", "layer"),
    REASON("Reasons", "expert"),
    REASON("Reasons", "is a GGML file, as early llama.cpp read it"),
    REASON("Reasons", "is a GGUF file, as llama.cpp reads it"),
    REASON("Reasons", "is a file of Core ML"),
    REASON("Reasons", "is a file of Flax"),
    REASON("Reasons", "is a file of Keras"),
    REASON("Reasons", "is a file of NumPy, as MLX wrote them"),
    REASON("Reasons", "is a file of TensorFlow Lite"),
    REASON("Reasons", "is a file of rust-bert"),
    REASON("Reasons", "is a llamafile"),
    REASON("Reasons", "is a pickle of PyTorch, which could run code when it is read"),
    REASON("Reasons", "is an ONNX graph"),
    REASON("Reasons", "is an adapter, as a pickle of PyTorch"),
    REASON("Reasons", "is an archive of NeMo"),
    REASON("Reasons", "is an engine of TensorRT"),
    REASON("Reasons", "is in the layout of its authors, as a pickle of PyTorch"),
    REASON("Reasons", "is in the layout of its authors, with other names"),
    REASON("Reasons", "lists pickles of PyTorch, which could run code when read"),
    REASON("Reasons", "an array"),
    REASON("Reasons", "a JSON object"),
    REASON("Reasons", "a whole number"),
    REASON("Reasons", "the id of a token"),
    REASON("Reasons", "the id of a token as the key"),
    REASON("Reasons", "the name of a file"),
    REASON("Reasons", "0 or more"),
    REASON("Reasons", "texts"),
    REASON("Reasons", "strings alone"),
    REASON("Reasons", "0 to max_steps"),
    REASON("Reasons", "0 to global_step"),
    REASON("Reasons", "a name like checkpoint-12"),
    REASON("Reasons", "an end-of-text token after each text"),
    REASON("Reasons", "replies without some of their spaces"),
    REASON("Reasons", "special tokens cut into plain ones"),
    REASON("Reasons", "texts in lower case"),
    REASON("Reasons", "texts without accents"),
    REASON("Reasons", "texts without some of their spaces"),
    REASON("Reasons", "texts that are normalised"),
    REASON("Reasons", "another way of cutting texts into tokens"),
    REASON("Reasons", "another pattern that cuts texts"),
    REASON("Reasons", "texts cut by chance"),
    REASON("Reasons", "another way to show bytes that are no text"),
    REASON("Reasons", "a system prompt that stands in no file"),
    REASON("Reasons", "a class that begins with ]"),
    REASON("Reasons", "(?i) with letters that are one in another case"),
    REASON("Reasons", "a class inside a class"),
    REASON("Reasons", "&& inside a class"),
    REASON("Reasons", "is too short"),
    REASON("Reasons", "is longer than it says"),
    REASON("Reasons", "has half a unit"),
    REASON("Reasons", "is too large"),
    REASON("Reasons", "has no end"),
    REASON("Reasons", "is not in UTF-8"),
    REASON("Reasons", "points outside itself"),
    REASON("Reasons", "points to no replacement"),
    REASON("Reasons", "leads back to itself"),
    REASON("Reasons", "has too many replacements for one place"),
    REASON("Reasons", "is damaged"),
    REASON("Reasons", "is no file of this kind"),
    REASON("Reasons", "is of another version of this program"),
    REASON("Reasons", "was made with another model, or the model's files have changed"),
    REASON("Reasons", "holds another type of numbers"),
    REASON("Reasons", "is not there"),
    REASON("Reasons", "The temperature"),
    REASON("Reasons", "Top-k"),
    REASON("Reasons", "Top-p"),
    REASON("Reasons", "Min-p"),
    REASON("Reasons", "The repetition penalty"),
    REASON("Reasons", "The presence penalty"),
    REASON("Reasons", "The frequency penalty"),
    REASON("Reasons", "The longest reply"),
};

}  // namespace

std::span<const ReasonWords> reasonWords() {
    return kReasons;
}

const ReasonWords& wordsOf(ReasonCode code) {
    return kReasons[static_cast<std::size_t>(code)];
}

std::span<const std::string_view> knownWords() {
    return kWords;
}

}  // namespace dsm
