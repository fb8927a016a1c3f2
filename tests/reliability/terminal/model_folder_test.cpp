// Models that the program cannot use as they are, and what it says of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/reliability/terminal/terminal_fixture.h"

namespace dsm {
namespace {

class Folder : public Terminal {
  protected:
    // The tiny model without its weights, and with these files.
    fs::path modelWith(std::initializer_list<const char*> names) {
        const fs::path model = folder_ / "model";
        fs::remove_all(model);
        fs::create_directories(model);
        for (const char* name : {"config.json", "tokenizer.json", "tokenizer_config.json"})
            fs::copy_file(kTiny / name, model / name);
        for (const char* name : names)
            folder_.write(std::string("model/") + name, "not opened");
        return model;
    }

    void expectSaid(const fs::path& model, std::initializer_list<std::string> parts) {
        for (const std::string command : {"complete -n 2 hello", "inspect"}) {
            const auto outcome = run_(command + " --model" + quoted(model));
            EXPECT_EQ(outcome.exitCode, 1) << command;
            expectHas(outcome.errors, parts);
        }
    }
};

TEST_F(Folder, WithWeightsOfAnotherFormatIsToldByName) {
    for (const char* name :
         {"pytorch_model.bin", "model.pt", "model.pth", "model.ckpt", "flax_model.msgpack",
          "tf_model.h5", "model.keras", "rust_model.ot", "model.nemo", "consolidated.00.pth",
          "consolidated.safetensors", "pytorch_model.bin.index.json"}) {
        SCOPED_TRACE(name);
        const fs::path model = modelWith({name});
        expectSaid(model, {(model / name).string(), "does not read it", "*.safetensors",
                           "save_pretrained"});
    }
    for (const char* name :
         {"model-q4.gguf", "MODEL.GGUF", "model.onnx", "model.llamafile", "weights.npz"}) {
        SCOPED_TRACE(name);
        const fs::path model = modelWith({name});
        expectSaid(model, {(model / name).string(), "does not read it", "*.safetensors"});
        fs::remove(model / "config.json");
        expectSaid(model, {"config.json", (model / name).string(), "does not read it"});
    }
}

TEST_F(Folder, NamesItsWeightsNotWhatLiesBesideThem) {
    const fs::path model =
        modelWith({"training_args.bin", "optimizer.pt", "rng_state.pth", "pytorch_model.bin"});
    expectSaid(model, {(model / "pytorch_model.bin").string() + " is a pickle"});
}

TEST_F(Folder, WithAnAdapterOnlyIsToldToBeOne) {
    expectSaid(modelWith({"adapter_model.safetensors"}), {"LoRA adapter", "--adapter"});
}

TEST_F(Folder, LacksTheListOfItsFilesOrTheFilesOfItsList) {
    const fs::path model = modelWith({"model-00001-of-00002.safetensors"});
    expectSaid(model, {"model-00001-of-00002.safetensors is there without",
                       "model.safetensors.index.json"});
    fs::remove(model / "model-00001-of-00002.safetensors");
    fs::copy_file(kTiny / "model.safetensors.index.json", model / "model.safetensors.index.json");
    expectSaid(model, {"names 2 files of weights, and 2 of them are not there: "
                       "model-00001-of-00002.safetensors, model-00002-of-00002.safetensors"});
    fs::copy_file(kTiny / "model-00001-of-00002.safetensors",
                  model / "model-00001-of-00002.safetensors");
    expectSaid(model, {"and 1 of them are not there: model-00002-of-00002.safetensors"});
}

// A hole in a file: what is left of a download whose bytes never came.
TEST_F(Folder, OfZerosHasNoAnswer) {
    const fs::path model = folder_ / "zeros";
    fs::copy(kTiny, model);
    for (const auto& entry : fs::directory_iterator(model)) {
        if (!entry.path().filename().string().starts_with("model-")) continue;
        const std::string whole = contentOf(entry.path());
        std::uint64_t header = 0;
        std::copy_n(whole.data(), sizeof header, reinterpret_cast<char*>(&header));
        fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
        fs::resize_file(entry.path(), 8 + header);
        fs::resize_file(entry.path(), whole.size());
    }
    const std::string arguments = " --threads 2 --model" + quoted(model) + "-n 4 ";
    for (const std::string command : {"complete", "chat"}) {
        for (const std::string choice : {"-t 0", "-t 1", "-t 1 --repetition-penalty 1.5"}) {
            const auto outcome = run_(command + arguments + choice, "hello\n");
            EXPECT_EQ(outcome.exitCode, 1) << command;
            EXPECT_EQ(outcome.output.find_first_not_of('\n'), std::string::npos) << outcome.output;
            expectHas(outcome.errors, {"zeros", "as likely as every other", "no information"});
        }
    }
}

using Options = Terminal;

TEST_F(Options, WithoutAValueAreNoOptions) {
    const std::vector<std::string> options{"complete --model '' hello",
                                           "chat --session ''",
                                           "complete --backend '' x",
                                           "complete --adapter '' x",
                                           "complete -n '' x",
                                           "inspect --model ''",
                                           "tokenize --model '' hello",
                                           "dataset ''",
                                           "dataset x --model ''",
                                           "quantize ''",
                                           "quantize x --to q8 ''",
                                           "synth --size tiny --out ''",
                                           "merge '' b c",
                                           "logits --ids-file '' --out x",
                                           "bench --json ''",
                                           "finetune ''",
                                           "export-job x --out ''"};
    for (const std::string& option : options) {
        const auto outcome = run_(option, "hello\n");
        EXPECT_EQ(outcome.exitCode, 2) << option << ": " << outcome.errors;
    }
    expectHas(run_(options[0]).errors, {"--model", "its value is empty"});
    EXPECT_EQ(run_("chat" + short_ + "--system ''", "hello\n").exitCode, 0);
}

TEST_F(Options, ForALargerContextThanTheModelsAreSaidToBe) {
    const auto outcome = run_("complete" + short_ + "--context 100000 hello");
    EXPECT_EQ(outcome.exitCode, 0);
    expectHas(outcome.errors, {"256 tokens at most", "100000 of --context"});
    EXPECT_EQ(run_("complete" + short_ + "--context 256 hello").errors.find("at most"),
              std::string::npos);
}

}  // namespace
}  // namespace dsm
