#include "ui/widgets/message/syntax_rules.h"

#include <QHash>
#include <deque>

namespace dsm {
namespace {

using SyntaxKind = SyntaxRules::Kind;

QStringList wordsOf(const char* list) {
    return QString::fromLatin1(list).split(u' ', Qt::SkipEmptyParts);
}

// A language: its names, of which the first is that of its files, and how it is written.
struct Row {
    const char* names;
    const char* keywords;
    const char* lineComments = "//";
    const char* longs = "/* */";  // begins and ends in turn; "!" before one: no comment
    const char* quotes = "\"'";
    SyntaxKind kind = SyntaxKind::Words;
    bool isCaseBlind = false;
    char sigil = 0;
    const char* wordCharacters = "";
};

constexpr auto kC =
    "auto bool break case char const continue default do double else enum extern false float for "
    "goto if inline int long nullptr NULL register return short signed sizeof static struct switch "
    "true typedef union unsigned void volatile while size_t uint8_t int32_t int64_t uint32_t "
    "uint64_t alignas catch class concept consteval constexpr constinit co_await co_return "
    "co_yield decltype delete explicit export final friend mutable namespace new noexcept "
    "operator override private protected public requires static_assert static_cast "
    "dynamic_cast reinterpret_cast const_cast template this throw try typeid typename using "
    "virtual __global__ __device__ __shared__ __host__ thread_local";
constexpr auto kUnknown =
    "abstract and as async await bool break case catch char class const continue def default defer "
    "delete do double else elif end enum export extends extern false final finally float fn for "
    "foreach from func function goto if impl import in inline int interface is let long loop match "
    "mod module mut namespace new nil not null or override package pass private protected pub "
    "public raise return self short static string struct super switch template then this throw "
    "trait true try type typeof undefined unless until use using val var virtual void when where "
    "while with yield";
constexpr auto kPython =
    "and as assert async await break case class continue def del elif else except False finally "
    "for from global if import in is lambda match None nonlocal not or pass raise return self True "
    "try while with yield print len range int str float bool list dict set tuple";
constexpr auto kJava =
    "abstract assert boolean break byte case catch char class const continue default do double "
    "else "
    "enum extends final finally float for if implements import instanceof int interface long "
    "native "
    "new null package permits private protected public record return sealed short static strictfp "
    "super switch synchronized this throw throws transient true false try var void volatile while "
    "yield String";
constexpr auto kCSharp =
    "abstract as async await base bool break byte case catch char checked class const continue "
    "decimal default delegate do double dynamic else enum event explicit extern false finally "
    "fixed "
    "float for foreach get goto if implicit in init int interface internal is lock long nameof "
    "namespace new null object operator out override params partial private protected public "
    "readonly record ref return sbyte sealed set short sizeof static string struct switch this "
    "throw true try typeof uint ulong unchecked unsafe ushort using var virtual void volatile when "
    "where while with yield";
constexpr auto kJavaScript =
    "abstract any as async await boolean break case catch class const constructor continue "
    "debugger "
    "declare default delete do else enum export extends false finally for from function get if "
    "implements import in infer instanceof interface is keyof let namespace never new null number "
    "object of package private protected public readonly require return satisfies set static "
    "string "
    "super switch symbol this throw true try type typeof undefined unique unknown var void while "
    "with yield console";
constexpr auto kGo =
    "any bool break byte case chan const continue default defer else error fallthrough false "
    "float32 "
    "float64 for func go goto if import int int32 int64 interface iota len make map nil package "
    "append range return rune select string struct switch true type uint uint8 var";
constexpr auto kRust =
    "as async await bool box break char const continue crate dyn else enum extern f32 f64 false fn "
    "for i32 i64 if impl in isize let loop match mod move mut pub ref return self Self static str "
    "String struct super trait true type u32 u64 u8 union unsafe use usize where while Option Some "
    "None Result Ok Err Vec";
constexpr auto kKotlin =
    "abstract as break by catch class companion const constructor continue data do else enum false "
    "final finally for fun get if import in init inline interface internal is it lateinit null "
    "object open operator out override package private protected public return sealed set super "
    "suspend this throw true try typealias val var vararg when where while";
constexpr auto kSwift =
    "actor any as associatedtype async await break case catch class continue default defer deinit "
    "do "
    "else enum extension fallthrough false fileprivate final for func get guard if import in init "
    "inout internal is lazy let mutating nil open operator override private protocol public repeat "
    "return self Self set some static struct subscript super switch throw throws true try "
    "typealias "
    "var weak where while";
constexpr auto kScala =
    "abstract case catch class def do else enum extends false final finally for given if implicit "
    "import lazy match new null object override package private protected return sealed super then "
    "this throw trait true try type using val var while with yield";
constexpr auto kDart =
    "abstract as assert async await bool break case catch class const continue default do double "
    "dynamic else enum extends extension factory false final finally for Future get if implements "
    "import in int is late library List Map mixin new null num on operator override part required "
    "rethrow return set static String super switch this throw true try typedef var void while with "
    "yield";
constexpr auto kPhp =
    "abstract and array as break callable case catch class clone const continue declare default do "
    "echo else elseif empty enum extends false final finally fn for foreach function global goto "
    "if "
    "implements include instanceof interface isset list match namespace new null or print private "
    "protected public readonly require require_once return self static switch this throw trait "
    "true "
    "try unset use var while xor yield";
constexpr auto kRuby =
    "alias and attr_accessor attr_reader begin break case class def defined do else elsif end "
    "ensure "
    "extend false for if in include lambda loop module new next nil not or private proc protected "
    "public puts raise redo require rescue retry return self super then true undef unless until "
    "when "
    "while yield";
constexpr auto kPerl =
    "and chomp cmp defined delete die do each else elsif eq eval exists for foreach ge gt if join "
    "keys last le local lt map my ne next no not open or our package pop print printf push redo "
    "ref "
    "require return scalar shift sort split sub undef unless until use values while";
constexpr auto kR =
    "break else FALSE for function if in Inf library NA NaN next NULL repeat require return source "
    "TRUE while c list data frame matrix";
constexpr auto kJulia =
    "abstract begin break catch const continue do else elseif end export false finally for "
    "function "
    "global if import in isa let local macro module mutable nothing primitive quote return struct "
    "true try type using where while";
constexpr auto kLua =
    "and break do else elseif end false for function goto if in ipairs local nil not or pairs "
    "print "
    "repeat require return self then true until while";
constexpr auto kHaskell =
    "as case class data default deriving do else family forall foreign hiding if import in infix "
    "infixl infixr instance let mdo module newtype of qualified rec then type where True False "
    "Just "
    "Nothing Maybe Int Integer String Bool Double IO";
constexpr auto kOCaml =
    "and as assert begin class constraint do done downto else end exception external false for fun "
    "function functor if in include inherit initializer lazy let match method module mutable new "
    "object of open or private rec sig struct then to true try type val virtual when while with";
constexpr auto kElixir =
    "after alias and case catch cond def defmodule defp defstruct do else end false fn for if "
    "import "
    "in nil not or quote raise receive require rescue true try unless unquote use when with";
constexpr auto kLisp =
    "and begin case cond def define defmacro defn defun do else fn if lambda let let* letrec loop "
    "nil not ns or progn quote recur require set! setq t true false when unless";
constexpr auto kShell =
    "alias awk break case cat cd chmod continue cp declare do done echo elif else esac eval exec "
    "exit export fi find for function grep if in kill let local ls mkdir mv printf pwd read "
    "readonly "
    "return rm sed select set shift source sudo test then trap true false typeset unset until wait "
    "while apt git pip python make curl docker";
constexpr auto kPowerShell =
    "begin break catch class continue data do dynamicparam else elseif end exit filter finally for "
    "foreach from function hidden if in param process return static switch throw trap try until "
    "using while true false null";
constexpr auto kBatch =
    "call cd cls copy del do echo else endlocal exist exit for goto if in md mkdir move not off on "
    "pause rem ren rmdir set setlocal shift start";
constexpr auto kSql =
    "add all alter and as asc between begin by cascade case check coalesce column commit "
    "constraint "
    "count create cross database date decimal default delete desc distinct drop else end exists "
    "explain false foreign from full function grant group having if in index inner insert int "
    "integer intersect into is join key left like limit max min not null numeric offset on or "
    "order "
    "outer over partition primary procedure references returning right rollback select set sum "
    "table text then timestamp transaction trigger true union unique update using values varchar "
    "view when where with avg";
constexpr auto kCss =
    "important media keyframes import supports font-face from to root hover active focus before "
    "after not none auto inherit initial flex grid block inline absolute relative fixed solid";
constexpr auto kMatlab =
    "break case catch classdef continue else elseif end false for function global if otherwise "
    "parfor persistent return switch true try while disp fprintf zeros ones";
constexpr auto kFortran =
    "allocatable allocate call case character complex contains cycle deallocate dimension do else "
    "elseif end enddo endif exit function if implicit in inout integer intent interface logical "
    "module none only out parameter pointer print program public real return save select stop "
    "subroutine then type use where while write";
constexpr auto kPascal =
    "and array begin boolean case const constructor destructor div do downto else end false file "
    "for "
    "function goto if implementation in inherited integer interface mod nil not object of or "
    "procedure program record repeat result set string then to true type unit until uses var while "
    "with";
constexpr auto kBasic =
    "as boolean byref byval call case const dim do double each else elseif end false for function "
    "if "
    "imports in integer is loop me mod module new next not nothing object of option or private "
    "public return select set single static string sub then to true until wend while with";
constexpr auto kAssembly =
    "add and call cmp dec div imul inc int ja jae jb jbe je jg jge jl jle jmp jne jnz jz lea leave "
    "loop mov movzx mul neg nop not or pop push ret rol ror sar shl shr sub syscall test xor xchg "
    "section global extern db dw dd dq eax ebx ecx edx rax rbx rcx rdx rsi rdi rsp rbp";
constexpr auto kCMake =
    "add_custom_command add_custom_target add_definitions add_executable add_library "
    "add_subdirectory add_test cmake_minimum_required else elseif endforeach endfunction endif "
    "endmacro find_package foreach function if include install list macro message option project "
    "return set set_target_properties target_compile_definitions target_compile_options "
    "target_include_directories target_link_libraries PUBLIC PRIVATE INTERFACE REQUIRED ON OFF";
constexpr auto kMake = "ifeq ifneq ifdef ifndef else endif include define endef export override";
constexpr auto kDocker =
    "add arg as cmd copy entrypoint env expose from healthcheck label onbuild run shell stopsignal "
    "user volume workdir";
constexpr auto kProto =
    "bool bytes double enum extend extensions false float int32 int64 import map message oneof "
    "option "
    "optional package public repeated required reserved returns rpc service string syntax true "
    "uint32 uint64 type input query mutation interface union scalar fragment on";
constexpr auto kSolidity =
    "address bool bytes constructor contract else emit enum event external false for function if "
    "import indexed interface internal is library mapping memory modifier new payable pragma "
    "private "
    "public pure require return returns storage string struct true uint uint256 using view virtual "
    "while override";
constexpr auto kConstants = "true false null yes no on off True False None";

constexpr Row kRows[] = {
    {"cpp c++ cc cxx hpp c h cuda cu arduino objc objective-c glsl hlsl", kC, "//",
     "/* */ !R\"( )\""},
    {"cs c# csharp", kCSharp, "//", "/* */ !\"\"\" \"\"\""},
    {"java groovy gradle", kJava, "//", "/* */ !\"\"\" \"\"\""},
    {"js javascript jsx mjs node ts typescript tsx", kJavaScript, "//", "/* */ !` `"},
    {"go golang", kGo, "//", "/* */ !` `"},
    {"rs rust", kRust, "//", "/* */", "\""},
    {"kt kotlin kts", kKotlin, "//", "/* */ !\"\"\" \"\"\""},
    {"swift", kSwift, "//", "/* */ !\"\"\" \"\"\"", "\""},
    {"scala", kScala, "//", "/* */ !\"\"\" \"\"\""},
    {"dart", kDart, "//", "/* */ !\"\"\" \"\"\" !''' '''"},
    {"php", kPhp, "// #", "/* */", "\"'", SyntaxKind::Words, true, '$'},
    {"py python python3 ipython pycon", kPython, "#", "!\"\"\" \"\"\" !''' '''"},
    {"rb ruby", kRuby, "#", "=begin =end", "\"'`", SyntaxKind::Words, false, '@'},
    {"pl perl", kPerl, "#", "", "\"'`", SyntaxKind::Words, false, '$'},
    {"r", kR, "#", ""},
    {"jl julia", kJulia, "#", "#= =# !\"\"\" \"\"\"", "\""},
    {"lua", kLua, "--", "--[[ ]] ![[ ]]"},
    {"hs haskell", kHaskell, "--", "{- -}", "\""},
    {"ml ocaml fsharp f#", kOCaml, "//", "(* *)", "\""},
    {"ex elixir exs erlang erl", kElixir, "# %", "!\"\"\" \"\"\"", "\""},
    {"lisp clojure clj scheme racket elisp", kLisp, ";", "", "\"", SyntaxKind::Words, false, 0,
     "-!?*"},
    {"sh bash shell zsh console terminal fish", kShell, "#", "", "\"'`", SyntaxKind::Words, false,
     '$'},
    {"ps1 powershell pwsh", kPowerShell, "#", "<# #>", "\"'", SyntaxKind::Words, true, '$'},
    {"bat batch cmd", kBatch, "REM rem ::", "", "\"", SyntaxKind::Words, true},
    {"sql sqlite mysql postgresql postgres plsql", kSql, "-- #", "/* */", "'\"`", SyntaxKind::Words,
     true},
    {"css scss sass less", kCss, "//", "/* */", "\"'", SyntaxKind::Words, false, 0, "-"},
    {"m matlab octave", kMatlab, "%", "%{ %}"},
    {"f90 fortran f95", kFortran, "!", "", "\"'", SyntaxKind::Words, true},
    {"pas pascal delphi", kPascal, "//", "{ } (* *)", "'", SyntaxKind::Words, true},
    {"vb vbnet vba basic", kBasic, "'", "", "\"", SyntaxKind::Words, true},
    {"asm assembly nasm", kAssembly, "; #", "", "\"'", SyntaxKind::Words, true},
    {"cmake", kCMake, "#", "", "\""},
    {"mk makefile make", kMake, "#", "", "\"'", SyntaxKind::Words, false, '$'},
    {"dockerfile docker", kDocker, "#", "", "\"'", SyntaxKind::Words, true, '$'},
    {"proto protobuf graphql gql thrift", kProto, "// #", "/* */ !\"\"\" \"\"\""},
    {"sol solidity", kSolidity, "//", "/* */"},
    {"zig nim v d vala verilog systemverilog vhdl", kUnknown},
    {"json json5 jsonc", kConstants, "//", "/* */", "\""},
    {"yaml yml", kConstants, "#", "", "\"'", SyntaxKind::Settings},
    {"toml ini cfg conf properties env dotenv", kConstants, "# ;", "", "\"'", SyntaxKind::Settings},
    {"html xml svg xhtml vue svelte jsp", "", "", "<!-- -->", "\"'", SyntaxKind::Markup},
    {"tex latex bibtex", "", "%", "", "", SyntaxKind::Words, false, '\\'},
    {"diff patch", "", "", "", "", SyntaxKind::Diff},
    {"md markdown text txt plain plaintext log output csv", "", "", "", "", SyntaxKind::Plain},
};

SyntaxRules rulesOf(const Row& row) {
    SyntaxRules rules;
    rules.kind = row.kind;
    rules.isCaseBlind = row.isCaseBlind;
    const QStringList keywords = wordsOf(row.keywords);
    rules.keywords = QSet<QString>(keywords.begin(), keywords.end());
    rules.lineComments = wordsOf(row.lineComments);
    const QStringList longs = wordsOf(row.longs);
    for (qsizetype i = 0; i + 1 < longs.size(); i += 2) {
        const bool isText = longs[i].startsWith(u'!');
        rules.longs.push_back({isText ? longs[i].mid(1) : longs[i], longs[i + 1], !isText});
    }
    rules.quotes = QString::fromLatin1(row.quotes);
    if (row.sigil != 0) rules.sigil = QLatin1Char(row.sigil);
    rules.wordCharacters = QString::fromLatin1(row.wordCharacters);
    return rules;
}

struct RuleTable {
    std::deque<SyntaxRules> rules;
    QHash<QString, const SyntaxRules*> byName;
    QHash<QString, QString> suffixes;
    SyntaxRules unknown;
    SyntaxRules plain;
};

const RuleTable& table() {
    static const RuleTable made = [] {
        RuleTable all;
        for (const Row& row : kRows) {
            all.rules.push_back(rulesOf(row));
            const QStringList names = wordsOf(row.names);
            for (const QString& name : names) {
                all.byName.insert(name, &all.rules.back());
                all.suffixes.insert(name, names.front());
            }
        }
        all.unknown = rulesOf({"", kUnknown});
        all.plain.kind = SyntaxKind::Plain;
        // Whose files are named otherwise than the language that comes first in its row.
        for (const char* own :
             {"c", "h", "cu", "ts", "tsx", "jsx", "vue", "svg", "xml", "csv", "txt", "log", "scss",
              "less", "toml", "ini", "clj", "erl", "graphql"})
            all.suffixes.insert(QString::fromLatin1(own), QString::fromLatin1(own));
        const std::pair<const char*, const char*> named[] = {
            {"typescript", "ts"}, {"text", "txt"},    {"plain", "txt"},
            {"plaintext", "txt"}, {"output", "txt"},  {"properties", "properties"},
            {"erlang", "erl"},    {"clojure", "clj"}, {"cuda", "cu"}};
        for (const auto& [name, suffix] : named)
            all.suffixes.insert(QString::fromLatin1(name), QString::fromLatin1(suffix));
        return all;
    }();
    return made;
}

}  // namespace

const SyntaxRules& syntaxRules(const QString& language) {
    if (language.isEmpty()) return table().plain;
    const SyntaxRules* found = table().byName.value(language.toLower());
    return found != nullptr ? *found : table().unknown;
}

QStringList syntaxLanguages() {
    return table().byName.keys();
}

QString fileSuffixOf(const QString& language) {
    return table().suffixes.value(language.toLower(), QStringLiteral("txt"));
}

}  // namespace dsm
