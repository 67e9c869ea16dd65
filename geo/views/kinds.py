"""What kind of place an entry is, in the reader's language: GeoNames' feature codes as words."""

from __future__ import annotations

from geo.records import Entry

Names = tuple[str, str]
"""English, Arabic."""

_BY_CODE: dict[str, Names] = {
    "PCLI": ("country", "دولة"),
    "PCLD": ("dependent territory", "إقليم تابع"),
    "PCLS": ("territory", "إقليم"),
    "PCLH": ("former country", "دولة سابقة"),
    "TERR": ("territory", "إقليم"),
    "ADM2": ("district", "قضاء"),
    "ADM3": ("subdistrict", "ناحية"),
    "ADM4": ("subdistrict", "ناحية"),
    "PPLC": ("capital", "عاصمة"),
    "PPLX": ("quarter", "حي"),
    "PPLA": ("city", "مدينة"),
    "CONT": ("continent", "قارة"),
    "RGN": ("region", "منطقة"),
    "RGNE": ("region", "منطقة"),
    "RGNH": ("historical region", "منطقة تاريخية"),
    "CMPRF": ("refugee camp", "مخيم لاجئين"),
    "CMP": ("camp", "مخيم"),
    "OCN": ("ocean", "محيط"),
    "SEA": ("sea", "بحر"),
    "GULF": ("gulf", "خليج"),
    "BAY": ("bay", "خليج"),
    "STRT": ("strait", "مضيق"),
    "STM": ("river", "نهر"),
    "WAD": ("wadi", "وادٍ"),
    "LK": ("lake", "بحيرة"),
    "RSV": ("reservoir", "بحيرة سد"),
    "CNL": ("canal", "قناة"),
    "MT": ("mountain", "جبل"),
    "PK": ("peak", "قمة"),
    "HLL": ("hill", "تل"),
    "MTS": ("mountains", "جبال"),
    "ISL": ("island", "جزيرة"),
    "ISLS": ("islands", "جزر"),
    "PEN": ("peninsula", "شبه جزيرة"),
    "DSRT": ("desert", "صحراء"),
    "PLN": ("plain", "سهل"),
    "VAL": ("valley", "وادٍ"),
    "AIRP": ("airport", "مطار"),
    "AIRB": ("air base", "قاعدة جوية"),
    "MILB": ("military base", "قاعدة عسكرية"),
    "DAM": ("dam", "سد"),
    "BDG": ("bridge", "جسر"),
    "MSQE": ("mosque", "مسجد"),
    "UNIV": ("university", "جامعة"),
    "BDR": ("border crossing", "معبر حدودي"),
    "PRT": ("port", "ميناء"),
    "CAPE": ("cape", "رأس"),
    "PASS": ("pass", "ممر جبلي"),
    "CAVE": ("cave", "كهف"),
    "VLC": ("volcano", "بركان"),
    "FRST": ("forest", "غابة"),
    "FLLS": ("waterfall", "شلال"),
    "SPNG": ("spring", "نبع"),
    "OAS": ("oasis", "واحة"),
    "BLDG": ("building", "مبنى"),
    "OILF": ("oil field", "حقل نفط"),
    "GASF": ("gas field", "حقل غاز"),
    "PIPL": ("pipeline", "خط أنابيب"),
    "NUC": ("nuclear site", "موقع نووي"),
    "ZN": ("zone", "منطقة"),
    "FT": ("fort", "قلعة"),
    "RUIN": ("ruins", "أطلال"),
    "ANS": ("archaeological site", "موقع أثري"),
    "PRN": ("prison", "سجن"),
    "HSP": ("hospital", "مستشفى"),
    "MKT": ("market", "سوق"),
    "CH": ("church", "كنيسة"),
    "TMPL": ("temple", "معبد"),
    "HLYS": ("holy site", "موقع مقدس"),
    "MNMT": ("monument", "نصب"),
    "RR": ("railway", "سكة حديد"),
    "ADM1H": ("former province", "إقليم سابق"),
    "PPLH": ("former town", "بلدة سابقة"),
    "PPLQ": ("abandoned place", "مكان مهجور"),
    "SQR": ("square", "ساحة"),
    "ST": ("street", "شارع"),
}
_BY_CLASS: dict[str, Names] = {
    "A": ("administrative area", "منطقة إدارية"),
    "H": ("body of water", "مسطح مائي"),
    "L": ("region", "منطقة"),
    "P": ("town", "بلدة"),
    "R": ("road", "طريق"),
    "S": ("site", "موقع"),
    "T": ("landform", "معلم طبيعي"),
    "V": ("forest", "غابة"),
}
_CITY: Names = ("city", "مدينة")
_CITY_POPULATION = 100_000
_FIRST_ORDER: Names = ("province", "إقليم")
_FIRST_ORDER_BY_COUNTRY: dict[str, Names] = {
    **dict.fromkeys("BH EG IQ JO LB OM PS SY TN YE".split(), ("governorate", "محافظة")),
    **dict.fromkeys("AE".split(), ("emirate", "إمارة")),
    **dict.fromkeys("SA MA".split(), ("region", "منطقة")),
    **dict.fromkeys("AT AU BR DE DZ IN MR MX MY NG SD SS TN US VE".split(), ("state", "ولاية")),
    **dict.fromkeys("AF IR TR".split(), ("province", "محافظة")),
    **dict.fromkeys("LY".split(), ("district", "شعبية")),
}


def kind_names(entry: Entry) -> Names:
    """The kind of place in English and in Arabic.

    >>> kind_names(Entry(place_id="x", name="Nineveh", name_ar="نينوى", lat=36, lon=42, feature_class="A",
    ...                  feature_code="ADM1", country="IQ"))
    ('governorate', 'محافظة')
    """
    code = entry.feature_code
    if code == "ADM1":
        return _FIRST_ORDER_BY_COUNTRY.get(entry.country, _FIRST_ORDER)
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code.startswith("PPLA") or (entry.feature_class == "P" and entry.population >= _CITY_POPULATION):
        return _CITY
    return _BY_CLASS.get(entry.feature_class, ("place", "مكان"))
