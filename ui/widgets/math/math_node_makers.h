// Nodes of the kinds that readers of formulas make most.
//
// Threads  Any.
#pragma once

#include <QString>
#include <utility>

#include "ui/widgets/math/math_node.h"

namespace dsm::math {

inline Node nodeOf(Node::Kind kind, AtomClass atom = AtomClass::Ordinary) {
    Node node;
    node.kind = kind;
    node.atom = atom;
    return node;
}

inline Node symbolNode(char32_t code, AtomClass atom = AtomClass::Ordinary) {
    Node node = nodeOf(Node::Kind::Symbol, atom);
    node.symbol = code;
    return node;
}

inline Node spaceOf(double em) {
    Node node = nodeOf(Node::Kind::Space);
    node.size = em;
    return node;
}

inline Node groupOf(List list, AtomClass atom = AtomClass::Ordinary) {
    Node node = nodeOf(Node::Kind::Group, atom);
    node.parts.push_back(std::move(list));
    return node;
}

// Upright words that count as one sign: sin, lim.
inline Node functionOf(const QString& name, Node::Limits limits) {
    List letters;
    for (const QChar c : name)
        letters.push_back(symbolNode(c.unicode()));
    Node node = groupOf(std::move(letters), AtomClass::Operator);
    node.limits = limits;
    return node;
}

}  // namespace dsm::math
