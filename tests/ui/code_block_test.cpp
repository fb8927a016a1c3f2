// Code in a reply: its colours, its lines, and what is copied and saved of it.
#include <QApplication>
#include <QClipboard>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <algorithm>

#include "ui/widgets/message/code_block.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/message/syntax_highlighter.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

// The coloured places of the code, one a word: k keyword, s string, n number, c comment.
QString colours(const char* language, const char* code) {
    const SyntaxRules& rules = syntaxRules(QString::fromLatin1(language));
    QStringList found;
    int inside = 0;
    for (const QString& line : QString::fromUtf8(code).split(u'\n'))
        for (const SyntaxSpan& span : syntaxSpans(rules, line, inside))
            found.append(QStringLiteral("ksnc").at(static_cast<int>(span.kind)) + QString(u':') +
                         line.mid(span.begin, span.length));
    return found.join(u' ');
}

}  // namespace

class CodeBlockTest : public QObject {
    Q_OBJECT

    Theme theme_;

  private Q_SLOTS:
    void languagesHaveTheirColours_data() {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* language, const char* code, const char* expected) {
            QTest::newRow(language) << QString::fromUtf8(code) << QString::fromUtf8(expected);
        };
        row("cpp", "int x = 1; // a\n\"s\" /* b\nc */ y", "k:int n:1 c:// a s:\"s\" c:/* b c:c */");
        row("c", "return 0x1F;", "k:return n:0x1F");
        row("csharp", "public string s = \"a\";", "k:public k:string s:\"a\"");
        row("java", "final String s = null;", "k:final k:String k:null");
        row("javascript", "const a = `x\ny` + 'z'; // t", "k:const s:`x s:y` s:'z' c:// t");
        row("typescript", "let a: number = 2.5e3;", "k:let k:number n:2.5e3");
        row("go", "func f() { return nil }", "k:func k:return k:nil");
        row("rust", "fn f<'a>(x: &'a str) {}", "k:fn k:str");
        row("kotlin", "fun f(): Int? = null", "k:fun k:null");
        row("swift", "let a = \"b\" // c", "k:let s:\"b\" c:// c");
        row("scala", "def f = 'a'", "k:def s:'a'");
        row("dart", "Future<int> f() async {}", "k:Future k:int k:async");
        row("php", "echo $name; # c", "k:echo n:$name c:# c");
        row("python", "def f():\n    \"\"\"doc\n    end\"\"\"\n    return 'x'  # c",
            "k:def s:\"\"\"doc s:    end\"\"\" k:return s:'x' c:# c");
        row("ruby", "def f; @a = nil; end", "k:def n:@a k:nil k:end");
        row("perl", "my $x = 1;", "k:my n:$x n:1");
        row("r", "x <- function(a) TRUE # c", "k:function k:TRUE c:# c");
        row("julia", "function f() end #= a =#", "k:function k:end c:#= a =#");
        row("lua", "local x = nil -- c", "k:local k:nil c:-- c");
        row("haskell", "let x = 1 -- c", "k:let n:1 c:-- c");
        row("ocaml", "let x = (* c *) 1", "k:let c:(* c *) n:1");
        row("elixir", "def f, do: nil", "k:def k:do k:nil");
        row("clojure", "(defn f [x] nil) ; c", "k:defn k:nil c:; c");
        row("bash", "if [ \"$a\" ]; then echo $b; fi # c",
            "k:if s:\"$a\" k:then k:echo n:$b k:fi c:# c");
        row("powershell", "Function f { $x <# c #> }", "k:Function n:$x c:<# c #>");
        row("batch", "REM c\necho hi", "c:REM c k:echo");
        row("sql", "SELECT a FROM t -- c", "k:SELECT k:FROM c:-- c");
        row("css", "a { color: \"b\"; } /* c */", "s:\"b\" c:/* c */");
        row("matlab", "for i = 1 % c", "k:for n:1 c:% c");
        row("fortran", "PROGRAM a ! c", "k:PROGRAM c:! c");
        row("pascal", "begin { c } end", "k:begin c:{ c } k:end");
        row("vb", "Dim a As Integer ' c", "k:Dim k:As k:Integer c:' c");
        row("asm", "mov eax, 1 ; c", "k:mov k:eax n:1 c:; c");
        row("cmake", "set(a \"b\") # c", "k:set s:\"b\" c:# c");
        row("makefile", "ifeq ($(a),b) # c", "k:ifeq c:# c");
        row("dockerfile", "FROM a # c", "k:FROM c:# c");
        row("json", "{\"a\": true, \"b\": 1.5}", "s:\"a\" k:true s:\"b\" n:1.5");
        row("yaml", "key: true # c\n- other: \"x\"", "k:key k:true c:# c k:other s:\"x\"");
        row("toml", "[part]\na = 1", "k:[part] k:a  n:1");
        row("html", "<a href=\"x\">it's</a> <!-- c -->", "k:<a s:\"x\" k:> k:</a k:> c:<!-- c -->");
        row("latex", "\\frac{1}{2} % c", "k:\\frac n:1 n:2 c:% c");
        row("diff", "+a\n-b\n@@ c\n d", "s:+a n:-b k:@@ c");
        row("protobuf", "message A { string b = 1; }", "k:message k:string n:1");
        row("solidity", "contract A { uint256 b; }", "k:contract k:uint256");
        row("plaintext", "if (x) return \"y\"; // z", "");
        row("somethingnew", "function f() { return 1 } // c", "k:function k:return n:1 c:// c");
    }
    void languagesHaveTheirColours() {
        QFETCH(QString, code);
        QFETCH(QString, expected);
        QCOMPARE(colours(QTest::currentDataTag(), code.toUtf8().constData()), expected);
    }

    void thereAreManyLanguagesAndAFileNameForEach() {
        QVERIFY(syntaxLanguages().size() > 120);
        QCOMPARE(fileSuffixOf(QStringLiteral("Python")), QStringLiteral("py"));
        QCOMPARE(fileSuffixOf(QStringLiteral("c")), QStringLiteral("c"));
        QCOMPARE(fileSuffixOf(QStringLiteral("typescript")), QStringLiteral("ts"));
        QCOMPARE(fileSuffixOf(QStringLiteral("../evil")), QStringLiteral("txt"));
        for (const QString& language : syntaxLanguages())
            QVERIFY2(!fileSuffixOf(language).contains(u'/'), qPrintable(language));
    }

    void linesAreWrappedOnDemand() {
        MarkdownView view(theme_);
        view.setSource(QStringLiteral("```\n%1\n```").arg(QStringLiteral("word ").repeated(80)));
        auto* code = qobject_cast<CodeBlock*>(view.pieces().front());
        QSignalSpy changed(&view, &MarkdownView::heightChanged);
        const int before = view.heightFor(400);
        code->wrapButton()->click();
        QCOMPARE(changed.size(), 1);
        const int wrapped = view.heightFor(400);
        QVERIFY(wrapped > before + 5 * theme_.lineHeight(TextStyle::Code));
        QVERIFY(view.heightFor(800) < wrapped);
        QVERIFY(code->text()->document()->size().width() <= 800);
        code->wrapButton()->click();
        QCOMPARE(view.heightFor(400), before);
    }

    void wrappedCodeIsCopiedAsItIs() {
        CodeBlock block(theme_);
        const QString text = QStringLiteral("word ").repeated(80) + QStringLiteral("\nend");
        block.setCode(QStringLiteral("py"), text);
        block.setWrapped(true);
        block.heightFor(300);
        block.copyButton()->click();
        QCOMPARE(QApplication::clipboard()->text(), text);
    }

    void itIsSavedWhereSomebodyListens() {
        MarkdownView view(theme_);
        view.setSource(QStringLiteral("```py\nx = 1\n```"));
        QVERIFY(qobject_cast<CodeBlock*>(view.pieces().front())->saveButton()->isHidden());
        MarkdownView other(theme_);
        other.setCodeSavable(true);
        other.setSource(QStringLiteral("```py\nx = 1\n```"));
        QSignalSpy asked(&other, &MarkdownView::saveRequested);
        auto* code = qobject_cast<CodeBlock*>(other.pieces().front());
        QVERIFY(!code->saveButton()->isHidden());
        code->saveButton()->click();
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][0].toString(), QStringLiteral("py"));
        QCOMPARE(asked[0][1].toString(), QStringLiteral("x = 1"));
    }
};

QTEST_MAIN(CodeBlockTest)
#include "code_block_test.moc"
