"""Questions and answers of small arithmetic, in English and Chinese.

Sums are not held out (a table this small is there to be known); some phrasings are, in
HELD_OUT, to measure whether the model understands the question rather than its wording.
Every answer restates the calculation in digits, which gives the model a place to read it from.
"""

ENGLISH = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
           "fifteen sixteen seventeen eighteen nineteen twenty").split()
CHINESE = ("零 一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十").split()

# {e} is an expression such as "7 plus 5".
FRAMES = {
    "en": ["What is {e}?", "what's {e}?", "How much is {e}?", "Calculate {e}", "{e} = ?", "{e}=",
           "{e}?", "{e}", "Tell me {e}", "Can you compute {e}?", "I need to know what {e} is",
           "{e} equals what?", "what does {e} make?", "Please work out {e}", "Do you know {e}?",
           "solve {e}", "The result of {e}?", "compute {e} for me", "how much does {e} make",
           "{e} is", "What do you get for {e}?"],
    "zh": ["{e}等于几？", "{e}等于多少？", "{e}是多少？", "{e}=？", "{e}=", "{e}", "{e}？",
           "请问{e}等于几？", "请计算{e}", "算一下{e}", "{e}得多少？", "帮我算{e}", "{e}的结果是什么？",
           "你知道{e}等于几吗？", "{e}是几？", "计算{e}", "{e}得几", "告诉我{e}是多少"],
}
HELD_OUT = {
    "en": ["What's the result of {e}?", "Could you tell me how much {e} is?", "{e} makes what?"],
    "zh": ["{e}的答案是多少？", "麻烦算一下{e}", "我想知道{e}等于多少"],
}
OPERATORS = {
    "en": {"+": [" plus ", " + ", "+", " and ", " added to "],
           "-": [" minus ", " - ", "-", " take away ", " less "],
           "*": [" times ", " * ", "*", " x ", " multiplied by ", "x", " × "],
           "/": [" divided by ", " / ", "/", " over ", " ÷ "]},
    "zh": {"+": ["加", "+", " + ", "加上"], "-": ["减", "-", " - ", "减去"],
           "*": ["乘以", "乘", "*", "×", " x ", " × "], "/": ["除以", "/", "÷", " ÷ "]},
}
TOO_LARGE = {
    "en": "I am only a small demo model and calculate with small numbers only.",
    "zh": "我只是一个小演示模型，只会算小的数。",
}
STOP = {"en": ".", "zh": "。"}
SIGN = {"+": "+", "-": "-", "*": "×", "/": "÷"}


def operands(random, operator):
    """Mostly the tables everyone tries first; sometimes up to 50 (sums and differences)."""
    if operator == "+":
        limit = 20 if random.random() < 0.75 else 50
        return random.randint(0, limit), random.randint(0, limit)
    if operator == "-":
        first = random.randint(0, 20 if random.random() < 0.85 else 50)
        return first, random.randint(0, first)
    if operator == "*":
        return random.randint(0, 10), random.randint(0, 10)
    divisor = random.randint(1, 10)
    return divisor * random.randint(0, 10), divisor


def result(first, operator, second):
    return {"+": first + second, "-": first - second, "*": first * second,
            "/": first // second if second else 0}[operator]


def number(value, language, in_words):
    words = ENGLISH if language == "en" else CHINESE
    return words[value] if in_words and value < len(words) else str(value)


def expression(random, language, first, operator, second):
    spelled = OPERATORS[language][operator]
    # " and " only means a sum in a few frames, and a person types it rarely.
    sign = spelled[min(int(random.expovariate(0.6)), len(spelled) - 1)]
    in_words = random.random() < 0.2
    left, right = number(first, language, in_words), number(second, language, in_words)
    if in_words and language == "en":
        sign = " %s " % sign.strip()
    return left + sign + right


def example(random, language, frames=FRAMES):
    """(question, answer) of one random calculation."""
    operator = random.choices("+-*/", (4, 3, 3, 1))[0]
    if frames is FRAMES and random.random() < 0.04:
        first, second = random.randint(150, 9999), random.randint(51, 9999)
        answer = TOO_LARGE[language]
    else:
        first, second = operands(random, operator)
        value = result(first, operator, second)
        answer = "%d %s %d = %d%s" % (first, SIGN[operator], second, value, STOP[language])
    text = expression(random, language, first, operator, second)
    return random.choice(frames[language]).format(e=text), answer
