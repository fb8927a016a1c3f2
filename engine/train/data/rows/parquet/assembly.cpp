#include "engine/train/data/rows/parquet/assembly.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/train/data/rows/not_read.h"
#include "engine/train/data/rows/row_file.h"

namespace dsm::parquet {
namespace {

using nlohmann::json;

constexpr std::size_t kEntryBytes = 16;  // about what a number takes

// Whether a list's repeated group only wraps its element, as writers have it today.
bool isWrapper(const Node& repeated, const std::string& list) {
    return repeated.children.size() == 1 && repeated.name != "array" &&
           repeated.name != list + "_tuple";
}

// A repeated group of a key, and of a value where it is no set.
bool isMap(const Node& node) {
    if (node.meaning != Meaning::Map || node.children.size() != 1) return false;
    const Node& pair = node.children.front();
    const std::size_t parts = pair.children.size();
    return pair.repetition == Repetition::Repeated && (parts == 1 || parts == 2);
}

json mapOf(json pairs, const Node& pair) {
    json map = json::object();
    for (json& one : pairs) {
        const json& key = one[pair.children.front().name];
        json value = pair.children.size() == 2 ? std::move(one[pair.children.back().name]) : json();
        map[key.is_string() ? key.get<std::string>() : key.dump()] = std::move(value);
    }
    return map;
}

}  // namespace

Assembly::Assembly(const InputFile& file, const Metadata& metadata, const RowGroup& group)
    : root_(metadata.root), isRead_(metadata.root.children.size(), true) {
    columns_.reserve(metadata.leaves.size());
    for (std::size_t i = 0; i < metadata.leaves.size(); ++i)
        columns_.emplace_back(file, *metadata.leaves[i], group.chunks[i]);
}

// What breaks is told with the column.
template <class Ask>
auto Assembly::named(std::size_t leaf, const Ask& ask) {
    try {
        return ask(columns_[leaf]);
    } catch (const BrokenParquet& error) {
        throw BrokenParquet("the column " + columns_[leaf].node().name + ": " + error.what(),
                            error.isUnsupported());
    }
}

json Assembly::takeOf(std::size_t leaf) {
    json value = named(leaf, [](Column& column) { return column.take(); });
    const std::size_t bytes =
        kEntryBytes + (value.is_string() ? value.get_ref<const std::string&>().size() : 0);
    if (bytes > left_) throw BrokenParquet("a row is larger than 16 MB");
    left_ -= bytes;
    return value;
}

int Assembly::definitionOf(const Node& node) {
    return named(node.leaf, [](Column& column) { return column.definition(); });
}

void Assembly::skip(const Node& node) {
    for (std::size_t leaf = node.leaf; leaf < node.leafEnd; ++leaf)
        static_cast<void>(takeOf(leaf));
}

json Assembly::listOf(const Node& repeated, bool isWrapped) {
    json list = json::array();
    if (definitionOf(repeated) < repeated.maxDefinition) {
        skip(repeated);
        return list;
    }
    do {
        list.push_back(isWrapped ? valueOf(repeated.children.front()) : present(repeated));
        const bool goesOn = named(repeated.leaf, [&](Column& column) {
            return !column.isAtEnd() && column.repetition() == repeated.maxRepetition;
        });
        if (!goesOn) break;
    } while (true);
    return list;
}

// Of a node that is there.
json Assembly::present(const Node& node) {
    if (node.children.empty()) return takeOf(node.leaf);
    const bool isList = node.meaning == Meaning::List && node.children.size() == 1 &&
                        node.children.front().repetition == Repetition::Repeated;
    if (isList) {
        const Node& repeated = node.children.front();
        return listOf(repeated, isWrapper(repeated, node.name));
    }
    if (isMap(node)) return mapOf(listOf(node.children.front(), false), node.children.front());
    json object = json::object();
    for (const Node& child : node.children)
        object[child.name] = valueOf(child);
    return object;
}

json Assembly::valueOf(const Node& node) {
    if (node.repetition == Repetition::Repeated) return listOf(node, false);
    if (!node.children.empty() && definitionOf(node) < node.maxDefinition) {
        skip(node);
        return nullptr;
    }
    return present(node);
}

json Assembly::columnOf(std::size_t child) {
    const Node& node = root_.children[child];
    for (std::size_t leaf = node.leaf; leaf < node.leafEnd; ++leaf) {
        const int level = named(leaf, [](Column& column) { return column.repetition(); });
        if (level != 0) {
            throw BrokenParquet("the column " + columns_[leaf].node().name +
                                ": its lists are not those of its neighbours");
        }
    }
    return valueOf(node);
}

json Assembly::next() {
    left_ = kMaximumRowBytes;
    json row = json::object();
    for (std::size_t i = 0; i < root_.children.size(); ++i) {
        json& value = row[root_.children[i].name];
        try {
            value = isRead_[i] ? columnOf(i) : notRead(NotRead::Form);
        } catch (const BrokenParquet& error) {
            isRead_[i] = false;
            const bool readsAny = std::find(isRead_.begin(), isRead_.end(), true) != isRead_.end();
            if (!error.isUnsupported() || !readsAny) throw;
            value = notRead(NotRead::Form);
        }
    }
    return row;
}

void Assembly::finish() {
    for (std::size_t i = 0; i < root_.children.size(); ++i) {
        const Node& node = root_.children[i];
        for (std::size_t leaf = node.leaf; isRead_[i] && leaf < node.leafEnd; ++leaf) {
            if (named(leaf, [](Column& column) { return column.isAtEnd(); })) continue;
            throw BrokenParquet("the column " + columns_[leaf].node().name +
                                " has more values than there are rows");
        }
    }
}

}  // namespace dsm::parquet
