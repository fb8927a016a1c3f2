#include "engine/text/tokenizer_pipeline.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/text/tokenizer_keys.h"

namespace dsm {
namespace {

// The type of an object, whose keys are those of its type.
Result<std::string> typeOf(const JsonField& node) {
    const Result<JsonField> field = node.at("type");
    if (!field) return tl::unexpected(field.error());
    Result<std::string> type = field->string();
    if (!type) return type;
    if (auto known = checkTokenizerKeys(node, *type); !known) return tl::unexpected(known.error());
    return type;
}

// The objects under `list` where this one is a Sequence, which holds none in turn; else itself.
Result<std::vector<JsonField>> membersOf(const JsonField& node, std::string_view list) {
    const Result<std::string> type = typeOf(node);
    if (!type) return tl::unexpected(type.error());
    if (*type != "Sequence") return std::vector{node};
    const Result<JsonField> field = node.at(list);
    if (!field) return tl::unexpected(field.error());
    return field->elements();
}

class TemplateReader {
  public:
    TemplateReader(const JsonField& node, const Vocabulary& vocabulary)
        : node_(node), vocabulary_(vocabulary) {}

    // Whether BOS stands before a text.
    Result<bool> run() {
        const Result<JsonField> single = node_.at("single");
        if (!single) return tl::unexpected(single.error());
        const auto parts = single->elements();
        if (!parts) return tl::unexpected(parts.error());
        for (const JsonField& part : *parts) {
            if (!part.value().is_object() || part.value().size() != 1)
                return part.malformed(ReasonCode::TemplatePartStrange);
            const Result<void> read =
                part.value().contains("SpecialToken") ? readToken(part) : readText(part);
            if (!read) return tl::unexpected(read.error());
        }
        if (!hasText_) return single->malformed(ReasonCode::TemplateTextMissing);
        return hasBos_;
    }

  private:
    Result<void> readText(const JsonField& part) {
        if (!part.value().contains("Sequence") || hasText_)
            return part.unsupported(ReasonCode::TemplateTextOnce);
        hasText_ = true;
        return {};
    }

    Result<void> readToken(const JsonField& part) {
        const auto field =
            part.at("SpecialToken").and_then([](const JsonField& token) { return token.at("id"); });
        if (!field) return tl::unexpected(field.error());
        const Result<std::string> name = field->string();
        if (!name) return tl::unexpected(name.error());
        const TokenId bos = vocabulary_.bos;
        const bool isBos =
            bos >= 0 && vocabulary_.tokens[static_cast<std::size_t>(bos)].name == *name;
        if (!isBos || hasText_ || hasBos_) {
            return field->unsupported({ReasonCode::TemplateAddsToken, {*name}});
        }
        hasBos_ = true;
        return checkIds(*name);
    }

    // What the file says that the token's name stands for.
    Result<void> checkIds(const std::string& name) const {
        const auto ids = node_.at("special_tokens")
                             .and_then([&](const JsonField& all) { return all.at(name); })
                             .and_then([](const JsonField& token) { return token.at("ids"); });
        if (!ids) return tl::unexpected(ids.error());
        if (ids->value() == nlohmann::json::array({vocabulary_.bos})) return {};
        return ids->unsupported({ReasonCode::TemplateBosAlone, {std::to_string(vocabulary_.bos)}});
    }

    const JsonField& node_;
    const Vocabulary& vocabulary_;
    bool hasBos_ = false;
    bool hasText_ = false;
};

Result<void> checkNormalizer(const JsonField& document) {
    const Result<JsonField> field = document.maybe("normalizer");
    if (!field) return tl::unexpected(field.error());
    if (field->isNull()) return {};
    const Result<std::string> name = typeOf(*field);
    if (!name) return tl::unexpected(name.error());
    if (*name != "Sequence") {
        return field->at("type")->unsupported({ReasonCode::NormalizerUnknown, {*name}});
    }
    const Result<JsonField> list = field->at("normalizers");
    if (!list) return tl::unexpected(list.error());
    if (!list->value().is_array()) return list->expected("an array");
    if (list->value().empty()) return {};
    return list->unsupported(ReasonCode::NormalizersNone);
}

Result<void> checkDecoder(const JsonField& document) {
    const Result<JsonField> root = document.maybe("decoder");
    if (!root) return tl::unexpected(root.error());
    if (root->isNull()) return {};
    const auto members = membersOf(*root, "decoders");
    if (!members) return tl::unexpected(members.error());
    for (const JsonField& member : *members) {
        const Result<std::string> type = typeOf(member);
        if (!type) return tl::unexpected(type.error());
        if (*type == "ByteLevel" && members->size() == 1) continue;
        return member.unsupported(
            {members->size() == 1 ? ReasonCode::DecoderUnknown : ReasonCode::DecoderBesideOthers,
             {*type}});
    }
    return {};
}

}  // namespace

Result<std::optional<bool>> readPostProcessor(const JsonField& document,
                                              const Vocabulary& vocabulary) {
    std::optional<bool> addsBos;
    const Result<JsonField> root = document.maybe("post_processor");
    if (!root) return tl::unexpected(root.error());
    if (root->isNull()) return addsBos;
    const auto members = membersOf(*root, "processors");
    if (!members) return tl::unexpected(members.error());
    for (const JsonField& member : *members) {
        const Result<std::string> type = typeOf(member);
        if (!type) return tl::unexpected(type.error());
        if (*type == "ByteLevel") continue;
        if (*type != "TemplateProcessing" || addsBos) {
            return member.unsupported(
                {addsBos ? ReasonCode::PostProcessorAfter : ReasonCode::PostProcessorUnknown,
                 {*type}});
        }
        const Result<bool> hasBos = TemplateReader(member, vocabulary).run();
        if (!hasBos) return tl::unexpected(hasBos.error());
        addsBos = *hasBos;
    }
    return addsBos;
}

Result<void> checkPipeline(const JsonField& document) {
    const Result<JsonField> version = document.maybe("version");
    if (!version) return tl::unexpected(version.error());
    if (!version->isNull() && version->value() != "1.0") {
        return version->unsupported(ReasonCode::TokenizerOtherForm);
    }
    if (auto checked = checkNormalizer(document); !checked) return checked;
    return checkDecoder(document);
}

}  // namespace dsm
