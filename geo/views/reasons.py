"""What the recogniser and the resolver call their reasons, in the reader's language."""

from __future__ import annotations

from geo.store.rulings import RULE
from geo.views.words import Words

NAMES: dict[str, tuple[str, str]] = {
    # what spoke for one candidate against another
    "prominence": ("how often news names it", "شهرته في الأخبار"),
    "level": ("town or country before smaller things", "الأولوية للدولة ثم المدينة"),
    "usual name": ("this is its usual name", "هذا اسمه المعتاد"),
    "class word": ("the word before the name", "الكلمة قبل الاسم"),
    "country before its town": ("the country rather than its town", "الدولة قبل مدينتها"),
    "the outlet's country": ("country of the publisher", "بلد الناشر"),
    "spelling": ("spelling", "الإملاء"),
    "nationality": ("nationality after the name", "النسبة بعد الاسم"),
    "beside": ("the place beside it contains it", "يقع في المكان المذكور بجانبه"),
    "near the place beside": ("near the place beside it", "قريب من المكان المذكور بجانبه"),
    "country of the text": ("country the text is about", "البلد الذي يتناوله النص"),
    "lies in a place of the text": ("lies in a place of the text", "يقع في مكان يذكره النص"),
    "near a place of the text": ("near a place of the text", "قريب من مكان يذكره النص"),
    "one sense per text": ("told apart elsewhere in the text", "حُدد في موضع آخر من النص"),
    "only candidate": ("the only candidate", "المرشح الوحيد"),
    "not in the gazetteer": ("not in the gazetteer", "ليس في معجم الأماكن"),
    "the program did not take it for a place": ("the program took it for no place", "لم يعدّه البرنامج مكانًا"),
    # what spoke for or against the name as a place
    "name": ("the name itself", "الاسم نفسه"),
    "threshold": ("threshold", "العتبة"),
    "list": ("stands in a list of places", "ضمن قائمة أماكن"),
    "currency": ("a currency follows", "تليه عملة"),
    "direction and country": ("a direction and a country", "جهة وبلد"),
    "indefinite ending": ("indefinite ending", "تنوين"),
    "class word fits": ("the word before fits the place", "الكلمة قبله تلائم المكان"),
    "proclitic": ("letter joined before it", "حرف متصل قبله"),
    "rare proclitic": ("rare letters joined before it", "حروف متصلة نادرة قبله"),
    "dateline": ("dateline", "مكان كتابة الخبر"),
    "adjective": ("an adjective", "صفة"),
    "adjective after": ("an adjective follows", "تليه صفة"),
    "motion": ("a verb of going or staying", "فعل حركة أو إقامة"),
    "people": ("people of", "أهل المكان"),
    "direction": ("a direction before it", "جهة قبله"),
    "preposition": ("preposition", "حرف جر"),
    "person": ("a person's name", "اسم شخص"),
    "organisation": ("an organisation's name", "اسم مؤسسة"),
    "route": ("a route", "طريق من مكان إلى آخر"),
    "nationality after": ("nationality after it", "نسبة بعده"),
    "construct": ("first noun of two", "مضاف"),
    "is a class word": ("a word for a kind of place", "كلمة تدل على نوع المكان"),
    "is a given name": ("a given name", "اسم علم لشخص"),
    "idiom": ("part of an idiom", "جزء من تعبير"),
    "elsewhere in the text": ("sure elsewhere in the text", "مؤكد في موضع آخر من النص"),
    "word of its own": ("a common word", "كلمة شائعة"),
    "initialism": ("initials", "أحرف أولى"),
    "evidence came too late": ("what speaks for it came too late", "جاء الدليل متأخرًا"),
    "nothing speaks for it": ("nothing speaks for it", "لا شيء يدل عليه"),
}
"""Name in the program -> English, Arabic."""


def reason(name: str, words: Words) -> str:
    """One reason in words; one that an added recogniser gives, and that has none here, stands as it is."""
    if name.startswith(RULE):
        return words["by_person"]
    if name.startswith("geocoder "):
        return words.say("by_geocoder", service=name.partition(" ")[2])
    return NAMES[name][words.arabic] if name in NAMES else name


def shares(found: tuple[tuple[str, float], ...], words: Words) -> list[list[object]]:
    """Each reason with its share of a score, the heaviest first; what weighs nothing is left out."""
    weighed = sorted(((name, value) for name, value in found if value), key=lambda each: -abs(each[1]))
    return [[reason(name, words), round(value, 2)] for name, value in weighed]
