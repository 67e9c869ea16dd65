"""Why a file or row was set aside, and what to do about it, in Arabic: `geo.articles` and `geo.uploads` say it in English."""

# ruff: noqa: E501 - a sentence and its Arabic belong on one line
from __future__ import annotations

import re
from functools import cache

from geo.views.words import Words

_SAID: tuple[tuple[str, str], ...] = (
    # what it is
    ("it is empty", "فارغ"),
    ("it is larger than {n} MB", "يتجاوز حجمه {n} ميغابايت"),
    ("it is longer than {n} MB", "يتجاوز طوله {n} ميغابايت"),
    ("it has a line longer than {n} MB; what follows was not read", "فيه سطر يتجاوز {n} ميغابايت، ولم يُقرأ ما بعده"),
    ("a value in it is longer than {n} MB, or has no end", "فيه قيمة تتجاوز {n} ميغابايت، أو لا نهاية لها"),
    ("not a kind of file that is read, and {n} more without suffix", "لا يُقرأ هذا النوع من الملفات؛ وبلا امتداد أيضًا: {n}"),
    ("not a kind of file that is read, and {n} more {suffix}", "لا يُقرأ هذا النوع من الملفات؛ وغيره من {suffix}: {n}"),
    ("not a kind of file that is read", "لا يُقرأ هذا النوع من الملفات"),
    ("same text as {path}", "نصه هو نص {path}"),
    ("{n} more notes on rows of it, the last on {path}: {part}", "وعلى صفوفه {n} من الملاحظات غيرها، آخرها على {path}: {part}"),
    ("sheet {name}: {part}", "الورقة {name}: {part}"),
    # links, archives
    ("it is a link to a folder", "رابط إلى مجلد"),
    ("it is an atlas, not articles", "أطلس لا مقالات"),
    ("it is a link out of the folder", "رابط إلى خارج المجلد"),
    ("it is a link to nothing", "رابط لا يوصل إلى شيء"),
    ("it is a link, not a file", "رابط وليس ملفًا"),
    ("it is a device or pipe, not a file", "جهاز أو أنبوب وليس ملفًا"),
    ("it cannot be opened ({what})", "تعذر فتحه ({what})"),
    ("reading it is not permitted", "قراءته غير مسموح بها"),
    ("it holds more than {n} files", "عدد ملفاته يتجاوز {n}"),
    ("it is no zip file, or a damaged one ({what})", "ليس ملف zip، أو هو تالف ({what})"),
    ("it is no zip file, or its end is missing", "ليس ملف zip، أو نهايته ناقصة"),
    ("it is an archive inside an archive", "أرشيف داخل أرشيف"),
    ("its name leads out of the archive", "اسمه يوصل إلى خارج الأرشيف"),
    ("it unpacks to far more than it should (over {n} MB)", "يصبح بعد فكه أكبر كثيرًا مما ينبغي (أكثر من {n} ميغابايت)"),
    ("it unpacks to far more than it should ({n} MB)", "يصبح بعد فكه أكبر كثيرًا مما ينبغي ({n} ميغابايت)"),
    ("it unpacks to more than {n} GB", "يصبح بعد فكه أكثر من {n} غيغابايت"),
    ("it is protected by a password, or of an older format", "محمي بكلمة مرور، أو صيغته قديمة"),
    ("it is protected by a password", "محمي بكلمة مرور"),
    # damage
    ("it is damaged or cannot be read ({what})", "تالف أو تعذرت قراءته ({what})"),
    ("it is damaged, or not what its name says ({what})", "تالف، أو ليس ما يقوله اسمه ({what})"),
    ("it is damaged ({what})", "تالف ({what})"),
    ("its parser broke down; it is damaged, or made to do harm", "انهار قارئه؛ فهو تالف أو صُنع للإضرار"),
    ("reading it took longer than {n} seconds", "استغرقت قراءته أكثر من {n} من الثواني"),
    ("reading it took more than {n} MB of memory", "احتاجت قراءته إلى أكثر من {n} ميغابايت من الذاكرة"),
    ("its text is too long for one article", "نصه أطول من أن يكون مقالًا واحدًا"),
    ("its XML has a DTD, which no office program writes", "في محتواه تعريف DTD لا يكتبه أي برنامج مكتبي"),
    ("its XML begins with 64 KB of something else", "يبدأ محتواه بما ليس منه، 64 كيلوبايت"),
    # encoding
    ("its text has broken bytes", "في نصه بايتات معطوبة"),
    ("it breaks off: its bytes stop being {encoding}", "ينقطع: لا تبقى بايتاته بترميز {encoding}"),
    ("it has bytes that are not in the file's encoding", "فيه بايتات ليست من ترميز الملف"),
    ("read, but its encoding was guessed ({encoding})", "قُرئ، لكن ترميزه خُمّن ({encoding})"),
    ("it is not text: it is full of control bytes", "ليس نصًا: يمتلئ ببايتات التحكم"),
    ("it is not text: it has NUL bytes and is not UTF-16", "ليس نصًا: فيه بايتات صفرية وليس بترميز UTF-16"),
    ("it is marked as {encoding}, but byte {n} is not", "عليه علامة {encoding}، لكن البايت {n} ليس كذلك"),
    ("it is UTF-8 with broken bytes, the first in line {n} (byte {m})", "ترميزه UTF-8 وفيه بايتات معطوبة، أولها في السطر {n} (البايت {m})"),
    ("it is not {encoding}: byte {n} does not fit", "ليس بترميز {encoding}: لا يلائمه البايت {n}"),
    ("its encoding was not recognised ({encoding} fits only in part)", "لم يُعرف ترميزه ({encoding} يلائم بعضه فقط)"),
    ("its encoding was not recognised; if it is {encoding}, name it: --encoding {name}", "لم يُعرف ترميزه؛ فإن كان {encoding} فسمّه: --encoding {name}"),
    ("it is {encoding}, but line {n} has bytes that are not", "ترميزه {encoding}، لكن في السطر {n} بايتات ليست منه"),
    ("its encoding was not recognised", "لم يُعرف ترميزه"),
    # rows and fields
    ("read, but not all about it: {parts}", "قُرئ، لكن بعض ما يُذكر عنه لم يُفهم: {parts}"),
    ("read, but not its front matter: {parts}", "قُرئ، لكن مقدمته لم تُفهم: {parts}"),
    ("no closing --- line in the first 16 KB", "لا سطر --- يختمها في أول 16 كيلوبايت"),
    ("it is not a list of `key: value` lines", "ليست قائمة أسطر على هيئة `key: value`"),
    ("date {value} is not understood", "التاريخ {value} غير مفهوم"),
    ("url {value} is not understood", "العنوان {value} غير مفهوم"),
    ("title {value} is not understood", "عنوان الخبر {value} غير مفهوم"),
    ("author {value} is not understood", "الكاتب {value} غير مفهوم"),
    ("source {value} is not understood", "المصدر {value} غير مفهوم"),
    ("language {value} is not understood", "اللغة {value} غير مفهومة"),
    ("it is nested too deeply", "التداخل فيه أعمق مما ينبغي"),
    ("it has no column {name}; it has {names}", "ليس فيه العمود {name}؛ وفيه {names}"),
    ("it has no column {name}", "ليس فيه العمود {name}"),
    ("which column holds the text is not clear; it has none", "لا يتضح أي عمود فيه النص؛ وليس فيه أعمدة"),
    ("which column holds the text is not clear; it has {names}", "لا يتضح أي عمود فيه النص؛ وفيه {names}"),
    ("read, but more than one column of it is called {name}: the first was taken", "قُرئ، لكن أكثر من عمود فيه اسمه {name}: أُخذ أولها"),
    ("read, but no row of it has {name}", "قُرئ، لكن {name} ليس في أي صف منه"),
    ("its text is not a text", "ما في حقل النص ليس نصًا"),
    ("it has {n} fields in {lines} lines, the header has {m}", "حقوله {n} في {lines} من الأسطر، وحقول سطر العناوين {m}"),
    ("it has {n} fields, the header has {m}", "حقوله {n}، وحقول سطر العناوين {m}"),
    ("a quote in it does not close where a field ends; lines after it, read as rows: {n}", "فيه علامة تنصيص لا تُغلق عند نهاية حقل؛ أسطر بعده قُرئت صفوفًا: {n}"),
    ("a quote in it does not close where a field ends; lines after it, not read: {n}", "فيه علامة تنصيص لا تُغلق عند نهاية حقل؛ أسطر بعده لم تُقرأ: {n}"),
    ("a quote opens in it and never closes", "فيه علامة تنصيص لا تُغلق"),
    ("it is not CSV: {what}", "ليس CSV: {what}"),
    ("it is not JSON: the list breaks off", "ليس JSON: تنقطع القائمة"),
    ("it is not JSON: there is something after the list", "ليس JSON: بعد القائمة شيء آخر"),
    ("it is not JSON: {what}", "ليس JSON: {what}"),
    ("it is not an object with fields", "ليس كائنًا ذا حقول"),
    ("line {n}: {what}", "السطر {n}: {what}"),
    # documents
    ("no article was found in it", "لم يُعثر فيه على مقال"),
    ("it has no text, only pictures of it (a scan)", "لا نص فيه، بل صور للنص (مسح ضوئي)"),
    ("read, but there is no text on page {pages}", "قُرئ، لكن لا نص في الصفحة {pages}"),
    ("read, but without its {list}", "قُرئ، لكن من دون: {list}"),
    ("text boxes", "مربعات النص"),
    ("footnotes", "الحواشي"),
    ("deleted text", "النص المحذوف"),
    ("formulas", "المعادلات"),
    ("embedded files", "الملفات المضمّنة"),
    ("order uncertain: {part}", "الترتيب غير مؤكد: {part}"),
    ("some lines of its Arabic are drawn in pieces from left to right, others are not", "بعض أسطره العربية مرسوم قطعًا من اليسار إلى اليمين، وبعضها ليس كذلك"),
    ("the letters of its Arabic words come in reverse", "حروف كلماته العربية معكوسة"),
    ("the words of its Arabic lines come in reverse", "كلمات أسطره العربية معكوسة"),
    ("its Arabic is too short to prove that its words come in the order in which they are read", "العربية فيه أقصر من أن تثبت أن كلماته بترتيب قراءتها"),
    ("{n} of its {m} Arabic lines have numbers, Latin or signs, which may stand in wrong places", "في {n} من أسطره العربية ({m}) أرقام أو حروف لاتينية أو علامات قد تكون في غير مواضعها"),
    ("read, but {n} of its {m} Arabic lines were left out, at […]: order uncertain where Arabic meets numbers, Latin or signs", "قُرئ، لكن تُرك {n} من أسطره العربية ({m}) عند […]: الترتيب غير مؤكد حيث تلتقي العربية بأرقام أو حروف لاتينية أو علامات"),
    ("read, but the order of its {n} Arabic words is uncertain", "قُرئ، لكن ترتيب كلماته العربية ({n}) غير مؤكد"),
    ("read, with letters in the place of their presentation forms", "قُرئ، ووُضعت الحروف مكان أشكالها المرسومة"),
    # what to do
    ("nothing to do: the article is there once", "لا شيء: المقال موجود مرة"),
    ("nothing to do: it is passed over", "لا شيء: يُتخطى"),
    ("nothing to do", "لا شيء"),
    ("put the article's text into it or delete it", "ضع فيه نص المقال أو احذفه"),
    ("put a header and rows into it or delete it", "ضع فيه سطر عناوين وصفوفًا أو احذفه"),
    ("put articles into it or delete it", "ضع فيه مقالات أو احذفه"),
    ("split it into one file for each article", "قسّمه إلى ملف لكل مقال"),
    ("split it into lines", "قسّمه إلى أسطر"),
    ("save it in another format (.txt, .html, .csv), or in smaller parts", "احفظه بصيغة أخرى (.txt أو .html أو .csv) أو في أجزاء أصغر"),
    ("save it in smaller parts", "احفظه في أجزاء أصغر"),
    ("save the article alone", "احفظ المقال وحده"),
    ("save it as plain text (.txt)", "احفظه نصًا صرفًا (.txt)"),
    ("save it in UTF-8 and ingest it again", "احفظه بترميز UTF-8 ثم أدخله من جديد"),
    ("save it in UTF-8", "احفظه بترميز UTF-8"),
    ("open it in the program that wrote it and save it as plain text in UTF-8", "افتحه في البرنامج الذي كتبه واحفظه نصًا صرفًا بترميز UTF-8"),
    ("leave --encoding away for this file, or name another", "اترك --encoding لهذا الملف، أو سمّ ترميزًا آخر"),
    ("save it anew, unprotected", "احفظه من جديد بلا حماية"),
    ("save it without one", "احفظه بلا كلمة مرور"),
    ("save it anew", "احفظه من جديد"),
    ("open and save it anew, if you trust it", "افتحه واحفظه من جديد إن كنت تثق به"),
    ("open and save it in the program that made it", "افتحه واحفظه في البرنامج الذي صنعه"),
    ("copy the article's text into a .txt file", "انسخ نص المقال إلى ملف .txt"),
    ("copy them into the text, if they matter", "انسخها إلى النص إن كانت مهمة"),
    ("copy the folder itself here", "انسخ المجلد نفسه إلى هنا"),
    ("copy the file itself here", "انسخ الملف نفسه إلى هنا"),
    ("find the article as .html or .docx, or copy its text into a .txt file and compare it with the page", "ابحث عن المقال بصيغة .html أو .docx، أو انسخ نصه إلى ملف .txt وقارنه بالصفحة"),
    ("recognise its text first (ocrmypdf writes it into the file), or find the article as .html or .docx", "استخرج نصه أولًا (يكتبه ocrmypdf في الملف)، أو ابحث عن المقال بصيغة .html أو .docx"),
    ("correct the lines between the two --- lines", "صحح الأسطر بين سطري ---"),
    ("correct the row: a field with separators or line ends needs quotes", "صحح الصف: الحقل الذي فيه فواصل أو نهايات أسطر يحتاج إلى علامتي تنصيص"),
    ("correct the row", "صحح الصف"),
    ("correct the line", "صحح السطر"),
    ("correct it in the file", "صححه في الملف"),
    ("correct it; the rest was not read", "صححه؛ ولم يُقرأ ما بقي"),
    ("correct it; the rest of it was not read", "صححه؛ ولم يُقرأ ما بقي منه"),
    ("correct it", "صححه"),
    ("close the quote, and double each quote inside a field", "أغلق علامة التنصيص، وضاعف كل علامة تنصيص داخل الحقل"),
    ("close the quote", "أغلق علامة التنصيص"),
    ('write it as {"text": "..."}', 'اكتبه هكذا: {"text": "..."}'),
    ("rename the others", "غيّر أسماء الباقي"),
    ("name one that is there: --text COLUMN", "سمّ عمودًا موجودًا: --text COLUMN"),
    ("name one that is there: {names}", "سمّ عمودًا موجودًا: {names}"),
    ("name it: --text COLUMN", "سمّه: --text COLUMN"),
    ("rename it and pack it again, or unpack it yourself and name the folder", "غيّر اسمه واحزمه من جديد، أو فكه بنفسك وسمّ المجلد"),
    ("unpack it yourself, if you trust it, and name the unpacked file", "فكه بنفسك إن كنت تثق به، وسمّ الملف المفكوك"),
    ("unpack it yourself and name the folder, if you trust it", "فكه بنفسك وسمّ المجلد إن كنت تثق به"),
    ("unpack it yourself and name the folder", "فكه بنفسك وسمّ المجلد"),
    ("pack the file itself", "احزم الملف نفسه"),
    ("pack it again", "احزمه من جديد"),
    ("fetch or pack it again, or check its disk", "نزّله أو احزمه من جديد، أو افحص القرص"),
    ("fetch or pack it again", "نزّله أو احزمه من جديد"),
    ("give yourself read access (chmod u+r)", "امنح نفسك إذن القراءة (chmod u+r)"),
    ("remove it from the folder", "أخرجه من المجلد"),
    ("delete the link or restore its target", "احذف الرابط أو أعد ما يوصل إليه"),
    ("check the file and its disk", "افحص الملف والقرص"),
    ("see to those that are listed and ingest it again", "عالج ما في القائمة ثم أدخله من جديد"),
)  # fmt: skip
"""English -> Arabic, the first that fits. A blank stands as it is, but for ``part``, ``parts`` and ``list``: these are
said in Arabic too."""

_BLANK = re.compile(r"\{([a-z]+)\}")
_SEVERAL = {"parts": ("; ", "؛ "), "list": (" and ", "، ")}
"""What stands between the parts: in English, in Arabic."""


def in_language(text: str, words: Words) -> str:
    """A reason or remedy as the reader reads it; one that has no Arabic stands in English."""
    return (in_arabic(text) or text) if words.arabic else text


def in_arabic(text: str) -> str | None:
    """A reason or remedy in Arabic; what a file or a library says in it stays word for word. None = it has no Arabic.

    >>> in_arabic("read, but not all about it: date 'x' is not understood; url 'y' is not understood")
    "قُرئ، لكن بعض ما يُذكر عنه لم يُفهم: التاريخ 'x' غير مفهوم؛ العنوان 'y' غير مفهوم"
    """
    for pattern, arabic in _patterns():
        if found := pattern.fullmatch(text):
            parts = _BLANK.split(arabic)  # text, blank, text, ..., text
            return "".join(_blank(part, found[part]) if at % 2 else part for at, part in enumerate(parts))
    return None


def _blank(blank: str, value: str) -> str:
    if blank == "part":
        return in_arabic(value) or value
    if blank in _SEVERAL:
        between, arabic = _SEVERAL[blank]
        return arabic.join(in_arabic(part) or part for part in value.split(between))
    return value


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    found = []
    for english, arabic in _SAID:
        parts = _BLANK.split(english)  # text, blank, text, ..., text
        pattern = "".join(f"(?P<{part}>.*)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        found.append((re.compile(pattern, re.DOTALL), arabic))
    return tuple(found)
