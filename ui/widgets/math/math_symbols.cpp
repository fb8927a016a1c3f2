#include "ui/widgets/math/math_symbols.h"

#include <QHash>
#include <QString>
#include <initializer_list>

namespace dsm::math {
namespace {

using Table = QHash<QString, Symbol>;

// Names and code points in turn, as "alpha 3B1 beta 3B2".
void add(Table& table, const char* list, AtomClass atom, bool isLarge = false,
         Node::Limits limits = Node::Limits::Never) {
    const QStringList words = QString::fromLatin1(list).simplified().split(u' ');
    for (qsizetype i = 0; i + 1 < words.size(); i += 2)
        table.insert(words[i], {static_cast<char32_t>(words[i + 1].toUInt(nullptr, 16)), atom,
                                isLarge, limits});
}

constexpr auto kOrdinary =
    "alpha 3B1 beta 3B2 gamma 3B3 delta 3B4 epsilon 3F5 varepsilon 3B5 zeta 3B6 eta 3B7 "
    "theta 3B8 vartheta 3D1 iota 3B9 kappa 3BA varkappa 3F0 lambda 3BB mu 3BC nu 3BD xi 3BE "
    "omicron 3BF pi 3C0 varpi 3D6 rho 3C1 varrho 3F1 sigma 3C3 varsigma 3C2 tau 3C4 "
    "upsilon 3C5 phi 3D5 varphi 3C6 chi 3C7 psi 3C8 omega 3C9 digamma 3DD "
    "Gamma 393 Delta 394 Theta 398 Lambda 39B Xi 39E Pi 3A0 Sigma 3A3 Upsilon 3A5 Phi 3A6 "
    "Psi 3A8 Omega 3A9 Alpha 391 Beta 392 Epsilon 395 Zeta 396 Eta 397 Iota 399 Kappa 39A "
    "Mu 39C Nu 39D Omicron 39F Rho 3A1 Tau 3A4 Chi 3A7 "
    "infty 221E partial 2202 nabla 2207 forall 2200 exists 2203 nexists 2204 emptyset 2205 "
    "varnothing 2205 aleph 2135 beth 2136 gimel 2137 hbar 210F hslash 210F ell 2113 wp 2118 "
    "Re 211C Im 2111 imath 131 jmath 237 prime 2032 backprime 2035 angle 2220 "
    "measuredangle 2221 sphericalangle 2222 triangle 25B3 neg AC lnot AC surd 221A top 22A4 bot "
    "22A5 "
    "flat 266D natural 266E sharp 266F clubsuit 2663 diamondsuit 2662 heartsuit 2661 "
    "spadesuit 2660 complement 2201 eth F0 Box 25A1 square 25A1 Diamond 25C7 lozenge 25CA "
    "blacksquare 25A0 qed 25A1 bigstar 2605 checkmark 2713 degree B0 pounds A3 yen A5 euro 20AC "
    "copyright A9 S A7 P B6 dag 2020 ddag 2021 AA C5 ae E6 o F8 ss DF vert 7C | 2016 Vert 2016 "
    "backslash 5C blacktriangle 25B4 triangledown 25BD $ 24 % 25 # 23 & 26 _ 5F i 131 "
    "Bbbk 1D55C mho 2127 therefore 2234 because 2235 colon 3A cdotp B7 ldotp 2E "
    "R 211D N 2115 Z 2124 Q 211A C 2102 ";
constexpr auto kBinary =
    "pm B1 mp 2213 times D7 div F7 cdot 22C5 ast 2217 star 22C6 circ 2218 bullet 2219 "
    "cap 2229 cup 222A uplus 228E sqcap 2293 sqcup 2294 vee 2228 lor 2228 wedge 2227 land 2227 "
    "setminus 2216 smallsetminus 2216 wr 2240 diamond 22C4 bigtriangleup 25B3 "
    "bigtriangledown 25BD triangleleft 25C1 triangleright 25B7 oplus 2295 ominus 2296 "
    "otimes 2297 oslash 2298 odot 2299 bigcirc 25EF dagger 2020 ddagger 2021 amalg 2A3F "
    "ltimes 22C9 rtimes 22CA boxplus 229E boxminus 229F boxtimes 22A0 boxdot 22A1 "
    "barwedge 22BC veebar 22BB curlyvee 22CE curlywedge 22CF centerdot 22C5 dotplus 2214 "
    "intercal 22BA circledast 229B circledcirc 229A divideontimes 22C7 ";
constexpr auto kRelations =
    "leq 2264 le 2264 geq 2265 ge 2265 neq 2260 ne 2260 equiv 2261 sim 223C simeq 2243 "
    "approx 2248 cong 2245 asymp 224D doteq 2250 propto 221D varpropto 221D ll 226A gg 226B "
    "lll 22D8 ggg 22D9 prec 227A succ 227B preceq 2AAF succeq 2AB0 subset 2282 supset 2283 "
    "subseteq 2286 supseteq 2287 subsetneq 228A supsetneq 228B nsubseteq 2288 nsupseteq 2289 "
    "sqsubset 228F sqsupset 2290 sqsubseteq 2291 sqsupseteq 2292 in 2208 notin 2209 ni 220B "
    "owns 220B vdash 22A2 dashv 22A3 models 22A8 vDash 22A8 Vdash 22A9 nvdash 22AC perp 22A5 "
    "mid 2223 nmid 2224 parallel 2225 nparallel 2226 smile 2323 frown 2322 bowtie 22C8 "
    "Join 22C8 leqslant 2A7D geqslant 2A7E leqq 2266 geqq 2267 lesssim 2272 gtrsim 2273 "
    "lessgtr 2276 gtrless 2277 approxeq 224A thickapprox 2248 thicksim 223C backsim 223D "
    "triangleq 225C coloneqq 2254 eqqcolon 2255 coloneq 2254 circeq 2257 bumpeq 224F Bumpeq 224E "
    "eqsim 2242 between 226C pitchfork 22D4 nless 226E ngtr 226F nleq 2270 ngeq 2271 ncong 2247 "
    "nsim 2241 lneq 2A87 gneq 2A88 precsim 227E succsim 227F trianglelefteq 22B4 "
    "trianglerighteq 22B5 vartriangleleft 22B2 vartriangleright 22B3 lhd 22B2 rhd 22B3 "
    "rightarrow 2192 to 2192 leftarrow 2190 gets 2190 leftrightarrow 2194 Rightarrow 21D2 "
    "Leftarrow 21D0 Leftrightarrow 21D4 longrightarrow 27F6 longleftarrow 27F5 "
    "longleftrightarrow 27F7 Longrightarrow 27F9 Longleftarrow 27F8 Longleftrightarrow 27FA "
    "implies 27F9 impliedby 27F8 iff 27FA mapsto 21A6 longmapsto 27FC hookrightarrow 21AA "
    "hookleftarrow 21A9 rightharpoonup 21C0 rightharpoondown 21C1 leftharpoonup 21BC "
    "leftharpoondown 21BD rightleftharpoons 21CC leftrightharpoons 21CB uparrow 2191 "
    "downarrow 2193 updownarrow 2195 Uparrow 21D1 Downarrow 21D3 Updownarrow 21D5 nearrow 2197 "
    "searrow 2198 swarrow 2199 nwarrow 2196 leadsto 21DD rightsquigarrow 21DD "
    "twoheadrightarrow 21A0 nrightarrow 219B nleftarrow 219A nRightarrow 21CF "
    "nLeftrightarrow 21CE rightrightarrows 21C9 rightleftarrows 21C4 leftleftarrows 21C7 "
    "circlearrowright 21BB circlearrowleft 21BA curvearrowright 21B7 upharpoonright 21BE "
    "restriction 21BE dashrightarrow 21E2 vcentcolon 2236 lt 3C gt 3E doublebarwedge 2A5E ";
constexpr auto kLarge =
    "sum 2211 prod 220F coprod 2210 bigcap 22C2 bigcup 22C3 bigvee 22C1 bigwedge 22C0 "
    "bigoplus 2A01 bigotimes 2A02 bigodot 2A00 biguplus 2A04 bigsqcup 2A06 ";
constexpr auto kIntegrals =
    "int 222B iint 222C iiint 222D iiiint 2A0C oint 222E oiint 222F oiiint 2230 ";
constexpr auto kOpen =
    "lbrace 7B { 7B lbrack 5B langle 27E8 lceil 2308 lfloor 230A lvert 7C lVert 2016 lgroup 27EE "
    "ulcorner 231C llbracket 27E6 lparen 28 ";
constexpr auto kClose =
    "rbrace 7D } 7D rbrack 5D rangle 27E9 rceil 2309 rfloor 230B rvert 7C rVert 2016 rgroup 27EF "
    "urcorner 231D rrbracket 27E7 rparen 29 ";
constexpr auto kInner =
    "ldots 2026 dots 2026 cdots 22EF vdots 22EE ddots 22F1 iddots 22F0 dotsc 2026 dotsb 22EF "
    "dotsm 22EF dotsi 22EF dotso 2026 hdots 2026 mathellipsis 2026 textellipsis 2026 ";

const Table& namedSymbols() {
    static const Table table = [] {
        Table made;
        add(made, kOrdinary, AtomClass::Ordinary);
        add(made, kBinary, AtomClass::Binary);
        add(made, kRelations, AtomClass::Relation);
        add(made, kLarge, AtomClass::Operator, true, Node::Limits::ByStyle);
        add(made, kIntegrals, AtomClass::Operator, true, Node::Limits::Never);
        add(made, kOpen, AtomClass::Open);
        add(made, kClose, AtomClass::Close);
        add(made, kInner, AtomClass::Inner);
        return made;
    }();
    return table;
}

// Characters that stand for themselves, by their code points.
const QHash<char32_t, Symbol>& typedSymbols() {
    static const QHash<char32_t, Symbol> table = [] {
        QHash<char32_t, Symbol> made;
        for (const Symbol& symbol : namedSymbols())
            if (symbol.code >= 0x80 && symbol.atom != AtomClass::Ordinary)
                made.insert(symbol.code, symbol);
        const auto typed = [&made](const char* characters, AtomClass atom) {
            for (; *characters != 0; ++characters) {
                const auto code = static_cast<char32_t>(*characters);
                made.insert(code, {code, atom});
            }
        };
        typed("+", AtomClass::Binary);
        typed("=<>:", AtomClass::Relation);
        typed("([", AtomClass::Open);
        typed(")]!?", AtomClass::Close);
        typed(",;", AtomClass::Punctuation);
        made.insert('-', {0x2212, AtomClass::Binary});
        made.insert(0x2212, {0x2212, AtomClass::Binary});
        made.insert('*', {0x2217, AtomClass::Binary});
        made.insert(0xB7, {0x22C5, AtomClass::Binary});
        made.insert('`', {0x2018});
        made.insert(0x2022, {0x2219, AtomClass::Binary});
        // Two names have it, and it is most often between two things.
        made.insert(0x22A5, {0x22A5, AtomClass::Relation});
        made.insert(0x25B3, {0x25B3});
        made.insert(0x2020, {0x2020});
        return made;
    }();
    return table;
}

}  // namespace

std::optional<Symbol> symbolNamed(QStringView name) {
    const auto found = namedSymbols().find(name.toString());
    return found == namedSymbols().end() ? std::nullopt : std::optional(*found);
}

Symbol symbolOf(char32_t character) {
    return typedSymbols().value(character, Symbol{character});
}

std::optional<char32_t> delimiterNamed(QStringView name) {
    if (name == u".") return U'\0';
    if (name == u"<") return U'\u27E8';
    if (name == u">") return U'\u27E9';
    if (name.size() == 1 && QStringView(u"()[]|/").contains(name[0])) return name[0].unicode();
    if (name.size() == 1 && name[0].unicode() >= 0x2016) return name[0].unicode();
    static const QString known = QStringLiteral(
        " lbrace { rbrace } lbrack rbrack langle rangle lceil rceil lfloor rfloor lvert rvert vert "
        "lVert rVert Vert | uparrow downarrow updownarrow Uparrow Downarrow Updownarrow backslash "
        "lgroup rgroup llbracket rrbracket lparen rparen ");
    if (!known.contains(u' ' + name.toString() + u' ')) return std::nullopt;
    return symbolNamed(name)->code;
}

std::optional<Node::Limits> functionNamed(QStringView name) {
    static const QString beside = QStringLiteral(
        " arccos arcsin arctan arg cos cosh cot coth csc deg dim exp hom ker lg ln log sec sin "
        "sinh tan tanh sgn arccot arcsinh arccosh arctanh sech csch rank tr Tr diag erf cov Var "
        "softmax tg ctg arctg ");
    static const QString below = QStringLiteral(
        " det gcd inf lim liminf limsup max min Pr sup argmax argmin injlim projlim lcm ");
    const QString whole = u' ' + name.toString() + u' ';
    if (below.contains(whole)) return Node::Limits::ByStyle;
    if (beside.contains(whole)) return Node::Limits::Never;
    return std::nullopt;
}

std::optional<AccentSign> accentNamed(QStringView name) {
    static const QHash<QString, AccentSign> signs = {
        {QStringLiteral("hat"), {0x302}},
        {QStringLiteral("widehat"), {0x302, true}},
        {QStringLiteral("tilde"), {0x303}},
        {QStringLiteral("widetilde"), {0x303, true}},
        {QStringLiteral("bar"), {0x304}},
        {QStringLiteral("vec"), {0x20D7}},
        {QStringLiteral("dot"), {0x307}},
        {QStringLiteral("ddot"), {0x308}},
        {QStringLiteral("dddot"), {0x20DB}},
        {QStringLiteral("check"), {0x30C}},
        {QStringLiteral("widecheck"), {0x30C, true}},
        {QStringLiteral("breve"), {0x306}},
        {QStringLiteral("acute"), {0x301}},
        {QStringLiteral("grave"), {0x300}},
        {QStringLiteral("mathring"), {0x30A}},
        {QStringLiteral("overrightarrow"), {0x2192, true}},
        {QStringLiteral("overleftarrow"), {0x2190, true}},
        {QStringLiteral("overleftrightarrow"), {0x2194, true}},
        {QStringLiteral("overbrace"), {0x23DE, true}},
        {QStringLiteral("underbrace"), {0x23DF, true, true}},
        {QStringLiteral("overparen"), {0x23DC, true}},
        {QStringLiteral("wideparen"), {0x23DC, true}},
        {QStringLiteral("underparen"), {0x23DD, true, true}},
        {QStringLiteral("overbracket"), {0x23B4, true}},
        {QStringLiteral("underbracket"), {0x23B5, true, true}},
        {QStringLiteral("underrightarrow"), {0x2192, true, true}},
        {QStringLiteral("underleftarrow"), {0x2190, true, true}}};
    const auto found = signs.find(name.toString());
    return found == signs.end() ? std::nullopt : std::optional(*found);
}

}  // namespace dsm::math
