"""Names and towns of invented people, in several alphabets, for `sample`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """Names as they are written, each with an ASCII spelling for addresses ("Åsa/asa"), and towns."""

    given: str
    family: str
    towns: str

    def pairs(self, names: str) -> list[tuple[str, str]]:
        """Return names with their spellings."""
        return [(name, spelling) for name, _, spelling in (entry.partition("/") for entry in names.split(", "))]


REGIONS = (
    Region(  # Swedish
        "Åsa/asa, Björn/bjorn, Märta/marta, Göran/goran, Elin/elin, Lars-Åke/lars-ake, Sara/sara, Ögmundur/ogmundur",
        "Öberg/oberg, Sjöström/sjostrom, Lindqvist/lindqvist, Åkesson/akesson, Nyström/nystrom, af Ek/afek",
        "Göteborg, Malmö, Umeå, Östersund, Växjö, Stockholm",
    ),
    Region(  # Polish
        "Łukasz/lukasz, Małgorzata/malgorzata, Zofia/zofia, Grażyna/grazyna, Paweł/pawel, Święcisława/swiecislawa",
        "Wiśniewski/wisniewski, Wójcik/wojcik, Dąbrowska/dabrowska, Żak/zak, Kaczmarek/kaczmarek, Łoś/los",
        "Kraków, Łódź, Gdańsk, Poznań, Wrocław",
    ),
    Region(  # Greek
        "Ελένη/eleni, Γιώργος/giorgos, Κατερίνα/katerina, Νίκος/nikos, Σοφία/sofia, Ιωάννης/ioannis",
        "Παπαδόπουλος/papadopoulos, Οικονόμου/oikonomou, Βλάχος/vlachos, Γεωργίου/georgiou, Μάρκου/markou",
        "Αθήνα, Θεσσαλονίκη, Πάτρα, Ηράκλειο",
    ),
    Region(  # Cyrillic
        "Олена/olena, Дмитро/dmytro, Наталія/nataliia, Сергій/serhii, Їванна/ivanna, Иван/ivan, Мария/maria",
        "Шевченко/shevchenko, Коваленко/kovalenko, Бондар/bondar, Димитров/dimitrov, Петрова/petrova",
        "Київ, Львів, Одеса, София, Пловдив",
    ),
    Region(  # Arabic
        "فاطمة/fatima, محمد/mohammed, ليلى/layla, يوسف/yusuf, نور/nour, عمر/omar",
        "الحداد/alhaddad, النجار/alnajjar, حسن/hassan, المصري/almasri, خوري/khoury",
        "القاهرة, بيروت, عمّان, الدار البيضاء",
    ),
    Region(  # Japanese
        "陽菜/hina, 蓮/ren, さくら/sakura, 大翔/hiroto, 美咲/misaki, ケン/ken",
        "佐藤/sato, 鈴木/suzuki, 高橋/takahashi, 田中/tanaka, 渡辺/watanabe",
        "東京, 大阪, 札幌, 福岡",
    ),
    Region(  # Vietnamese
        "Nguyệt/nguyet, Đức/duc, Thảo/thao, Hữu Phước/huuphuoc, Ánh/anh, Bảo/bao",
        "Nguyễn/nguyen, Trần/tran, Lê/le, Phạm/pham, Đặng/dang",
        "Hà Nội, Đà Nẵng, Huế, Cần Thơ",
    ),
    Region(  # Turkish
        "İpek/ipek, Çağla/cagla, Şahin/sahin, Gülşen/gulsen, Işıl/isil, Oğuz/oguz",  # noqa: RUF001 - Turkish
        "Yılmaz/yilmaz, Öztürk/ozturk, Çelik/celik, Şimşek/simsek, Doğan/dogan",  # noqa: RUF001 - Turkish
        "İstanbul, İzmir, Eskişehir, Muğla",
    ),
    Region(  # Spanish and Portuguese
        "José/jose, Begoña/begona, João/joao, Inês/ines, Ángel/angel, Conceição/conceicao",
        "Muñoz/munoz, Gonçalves/goncalves, Ibáñez/ibanez, García-Peña/garcia-pena, Araújo/araujo",
        "Málaga, A Coruña, São Paulo, León",
    ),
    Region(  # English and Irish
        "Mary/mary, John/john, Siobhán/siobhan, Zoë/zoe, William/william, Chloe/chloe, Mary Ann/maryann",
        "Smith/smith, O'Brien/obrien, Jones/jones, Ní Bhriain/nibhriain, Taylor/taylor, Null/null",
        "London, Cork, Leeds, Dún Laoghaire, St. John's",
    ),
)
