"""What columns are called: eleven languages, abbreviations, words around, and false friends."""

from __future__ import annotations

import pytest

from ac_notebook.frames.names import meaning, plain
from ac_notebook.frames.vocabulary import ABBREVIATIONS, LANGUAGES

ATTRIBUTES = ("email", "first_name", "last_name", "phone")

SPELLINGS: dict[str, tuple[str, str, str, str]] = {
    "English": (
        "Email; E-mail; EMAIL_ADDRESS; emailAddress; e mail; mail; EmailAddr; Email ID",
        "First Name; first_name; FirstName; FIRSTNAME; Given name; givenName; Forename; fname; FN; first-name; first",
        "Last Name; last_name; LastName; Surname; Family name; familyName; lname; LN; LASTNAME; last",
        "Phone; phone_number; PhoneNo; Telephone; Mobile; Cell phone; mobile-phone; Tel.; Mob; Ph.; Contact number",
    ),
    "Swedish": (
        "E-post; epost; E-postadress; EPOST_ADRESS; mejl; Mejladress; Mailadress",
        "Förnamn; FÖRNAMN; fornamn; Tilltalsnamn; förn.; fnamn",
        "Efternamn; EFTERNAMN; efter_namn; Eftern.; enamn; Släktnamn",
        "Telefon; Telefonnummer; Telefonnr; Mobil; Mobilnummer; mobiltelefon; tfn; Tfn.; Tel.nr; Mob.",
    ),
    "German": (
        "E-Mail; E-Mail-Adresse; EMailAdresse; Mailadresse; E-Post-Adresse; Emailadresse",
        "Vorname; VORNAME; Vornamen; Rufname; vn; Vorn.",
        "Nachname; NACHNAME; Familienname; Zuname; nn; Nachn.",
        "Telefon; Telefonnummer; Telefon-Nr.; Handy; Handynummer; Mobilfunknummer; Rufnummer; Tel.; Tel.-Nr.; Mobil",
    ),
    "French": (
        "Courriel; Adresse e-mail; adresse_mail; Adresse électronique; mél; adr. mail; Courrier électronique",
        "Prénom; PRENOM; prenom; Prénoms; prén.",
        "Nom de famille; nom_famille; NOM DE FAMILLE; Patronyme; Nom",
        "Téléphone; TELEPHONE; Numéro de téléphone; Portable; Tél.; N° de tél.; Tél. portable; Mobile",
    ),
    "Spanish": (
        "Correo; Correo electrónico; CORREO ELECTRONICO; Dirección de correo electrónico; dirección_email; Correo-e",
        "Nombre; NOMBRE; Nombre de pila; Primer nombre; nombres",
        "Apellido; Apellidos; APELLIDOS; Primer apellido; primer_apellido; apell.",
        "Teléfono; TELEFONO; Teléfono móvil; Móvil; Celular; Nº de teléfono; tfno; Tlf.; telf; cel.",
    ),
    "Portuguese": (
        "Endereço de e-mail; Correio eletrónico; correio eletrônico; endereço_email; Endereço eletrônico",
        "Primeiro nome; primeiro_nome; Nome próprio; Prenome; Nome",
        "Sobrenome; SOBRENOME; Apelido; Último nome; ultimo_nome; Nome de família",
        "Telefone; Telemóvel; TELEMOVEL; Celular; Número de telefone; Nº de telefone; tlm; telef.; telm.; cel.",
    ),
    "Dutch": (
        "E-mailadres; emailadres; E-mail adres; Mailadres; EMAIL_ADRES; Elektronisch adres",
        "Voornaam; VOORNAAM; voor_naam; Roepnaam; voorn.; Voornamen",
        "Achternaam; ACHTERNAAM; achter_naam; Familienaam; achtern.",
        "Telefoon; Telefoonnummer; telefoonnr; Mobiel; Mobiel nummer; GSM; gsm-nummer; tel. nr.; Tel.",
    ),
    "Norwegian": (
        "E-post; epost; E-postadresse; EPOSTADRESSE; Mailadresse; e_post",
        "Fornavn; FORNAVN; for_navn; fornavnet; fnavn",
        "Etternavn; ETTERNAVN; etter_navn; Familienavn; ettern.",
        "Telefon; Telefonnummer; Telefonnr.; Mobil; Mobilnummer; Mobiltelefon; tlf; Tlf.nr.; Mob.",
    ),
    "Danish": (
        "E-mail; E-mailadresse; emailadresse; Mail; Mailadresse; E-postadresse",
        "Fornavn; FORNAVN; Fornavne; for_navn; fornavn(e)",
        "Efternavn; EFTERNAVN; Efternavne; efter_navn; eftern.",
        "Telefon; Telefonnummer; Mobil; Mobilnummer; mobilnr.; tlf; Tlf.; Tlf. nr.; tlfnr",
    ),
    "Finnish": (
        "Sähköposti; SÄHKÖPOSTI; sahkoposti; Sähköpostiosoite; s-posti; sähköposti_osoite; Meili",
        "Etunimi; ETUNIMI; etu_nimi; Etunimet; Kutsumanimi; etun.",
        "Sukunimi; SUKUNIMI; suku_nimi; Sukunimet; sukun.",
        "Puhelin; Puhelinnumero; PUHELINNRO; Matkapuhelin; matkapuhelinnumero; Kännykkä; GSM; puh.; Puh.nro",
    ),
    "Polish": (
        "Adres e-mail; adres_email; ADRES EMAIL; Poczta elektroniczna; Adres poczty elektronicznej; poczta",
        "Imię; IMIĘ; imie; Pierwsze imię; Imiona; im.",
        "Nazwisko; NAZWISKO; nazwiska; nazw.; nazwisko_",
        "Telefon; Numer telefonu; nr tel.; Telefon komórkowy; Komórka; tel. kom.; numer_komórki; kom.; Nr telefonu",
    ),
}  # fmt: skip
CASES = [
    (language, target, name.strip())
    for language, columns in SPELLINGS.items()
    for target, names in zip(ATTRIBUTES, columns, strict=True)
    for name in names.split(";")
]


@pytest.mark.parametrize(("language", "target", "name"), CASES)
def test_words_of_eleven_languages(language: str, target: str, name: str) -> None:
    """Words and usual abbreviations of each language, in any spelling; the language is among those that are told."""
    found = meaning(name)
    assert found is not None
    assert found.target == target
    assert found.form in ("word", "abbreviation")
    # In many languages people write the English word, too; then it is that.
    assert language in found.languages or found.languages[0] == "English"


def test_each_language_has_four_spellings_of_each_attribute() -> None:
    """Of the ones above, and in each language that there is."""
    assert SPELLINGS.keys() == LANGUAGES.keys()
    assert all(len(names.split(";")) >= 4 for columns in SPELLINGS.values() for names in columns)


@pytest.mark.parametrize("table", [LANGUAGES, ABBREVIATIONS], ids=["words", "abbreviations"])
def test_no_word_has_two_meanings(table: dict[str, dict[str, str]]) -> None:
    """Every word of the vocabulary is found, and as what it stands for."""
    assert table.keys() == LANGUAGES.keys()
    for language, targets in table.items():
        for target, listed in targets.items():
            for word in listed.split(","):
                found = meaning(word)
                assert found is not None, word
                assert (found.target, language in found.languages) == (target, True), word


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("e_mail_1", "email"), ("email2", "email"), ("kontakt_email", "email"), ("CustomerEmail", "email"),
        ("customer_e_mail", "email"), ("Email (work)", "email"), ("primary email address", "email"),
        ("billing_email", "email"), ("E-mail 1 - Value", "email"), ("Kundenemail", "email"),
        ("kundens e-post", "email"),
        ("correo del cliente", "email"), ("e-mail do cliente", "email"), ("adresse e-mail du client", "email"),
        ("E-mailadres klant", "email"), ("asiakkaan sähköposti", "email"), ("e-mail klienta", "email"),
        ("Vorname (Kunde)", "first_name"), ("first_name_primary", "first_name"), ("ClientFirstName", "first_name"),
        ("kund_förnamn", "first_name"), ("prénom client", "first_name"), ("nombre_cliente", "first_name"),
        ("contact last name", "last_name"), ("Kunde Nachname", "last_name"), ("nazwisko klienta", "last_name"),
        ("kundtelefon", "phone"), ("Phone 1", "phone"), ("home_phone", "phone"), ("WorkPhone", "phone"),
        ("billing_phone", "phone"), ("Telefon privat", "phone"), ("téléphone du client", "phone"),
        ("kund_tfn", "phone"),
        ("numéro de téléphone du client", "phone"), ("Telefoon (privé)", "phone"), ("customer_tags", "tags"),
        ("Customer Name", "full_name"),
    ],
)  # fmt: skip
def test_words_around_make_it_less_sure(name: str, target: str) -> None:
    """Recognised as part of a name only."""
    found = meaning(name)
    assert found is not None
    assert (found.target, found.form) == (target, "part")


@pytest.mark.parametrize("name", ["email_address__c", "FirstName__c", "Phone__C"])
def test_salesforce_s_ending_is_no_word(name: str) -> None:
    """It says nothing, and takes nothing away."""
    found = meaning(name)
    assert found is not None
    assert found.form == "word"


@pytest.mark.parametrize(
    "name",
    [
        "company name", "CompanyName", "product name", "username", "user_name", "User Name", "city name", "file name",
        "mobile app", "mobile_app_version", "phone brand", "phone_model", "email opt out", "email status",
        "email_verified",
        "emails sent", "email count", "email domain", "mailing city", "mailing_address", "last purchase", "last_login",
        "last contact", "Last Customer", "first order", "first_purchase", "first contact", "firstborn", "name day",
        "contact", "customer", "kund", "kunde", "client", "contact person", "Kontaktperson", "id", "customer id",
        "1", "",
        "telephone company", "cell value type", "hotel", "e", "mailbox", "gmail", "phoneme", "mobilehome",
        "last name length", "prénom usage count", "Vorname laenge", "portable battery", "handy tips",
        "nominal", "nomad",
        "nombre de usuario", "nombre_empresa", "nome da empresa", "nom de la société", "Firmenname", "företagsnamn",
        "nazwa", "nazwa firmy", "tag date", "consent date", "newsletter_date", "date", "port", "en", "no", "an", "de",
        "surname prefix", "partner email", "referrer_email", "emergency contact phone", "spouse first name",
    ],
)  # fmt: skip
def test_false_friends_say_nothing(name: str) -> None:
    """Words beside a known one that are not known, and what only looks like one."""
    assert meaning(name) is None


@pytest.mark.parametrize(
    "name",
    ["name", "Name", "full name", "FullName", "Namn", "Navn", "Naam", "Nimi", "Nom complet", "Nombre completo",
     "Nombre y apellidos", "Nome completo", "Vor- und Nachname", "För- och efternamn", "Imię i nazwisko",
     "Volledige naam",
     "Etu- ja sukunimi", "For- og etternavn", "First and last name"],
)  # fmt: skip
def test_full_names_are_neither_first_nor_last_name(name: str) -> None:
    """They have to be split before."""
    found = meaning(name)
    assert found is not None
    assert found.target == "full_name"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Given Name", "the name says first name"),
        ("Förnamn", "the name means first name (Swedish: förnamn)"),
        ("fornavn", "the name means first name (Norwegian and Danish: fornavn)"),
        ("mobilnummer", "the name means phone (Swedish and others: mobilnummer)"),
        ("tfn", "the name can mean phone (Swedish: tfn)"),
        ("Vorname (Kunde)", "the name holds a word for first name (German: vorname)"),
    ],
)
def test_what_a_name_says_is_told_with_the_language(name: str, said: str) -> None:
    """In words; of many languages the first."""
    found = meaning(name)
    assert found is not None
    assert found.in_words == said


def test_letters_that_do_not_decompose() -> None:
    """Some accents are no accents to Unicode."""
    assert [plain(name) for name in ("Mærker", "øł", "Œuvre", "ß", "İ")] == ["maerker", "ol", "oeuvre", "ss", "i"]
