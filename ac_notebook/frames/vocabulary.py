"""What columns are called, in a dozen languages."""

from __future__ import annotations

import unicodedata

_WORDS = {
    "email": """
        email, e-mail, mail, email address, e-mail address, mail address, emailaddress, contact email, customer email
        e-post, epost, e-postadress, epostadress, mejl, mejladress, mailadress
        e-mail-adresse, emailadresse, mailadresse, e-post-adresse, e-postadresse
        courriel, adresse e-mail, adresse email, adresse mail, adresse électronique, adresse courriel, mél
        correo, correo electrónico, dirección de correo, dirección de correo electrónico, dirección email
        endereço de e-mail, endereço de email, correio eletrónico, correio eletrônico
        e-mailadres, mailadres, sähköposti, sähköpostiosoite, adres e-mail, adres email, poczta, e-mailaddress
    """,
    "first_name": """
        first name, firstname, given name, givenname, forename, fname, christian name, first
        förnamn, tilltalsnamn, vorname, rufname, prénom, nombre, nombre de pila, primer nombre
        nome, primeiro nome, nome próprio, voornaam, roepnaam, fornavn, etunimi, imię, pierwsze imię
    """,
    "last_name": """
        last name, lastname, surname, family name, familyname, lname, last
        efternamn, nachname, familienname, zuname, nom, nom de famille, apellido, apellidos, primer apellido
        sobrenome, apelido, último nome, achternaam, familienaam, etternavn, efternavn, sukunimi, nazwisko
    """,
    "phone": """
        phone, phone number, telephone, telephone number, mobile, mobile number, mobile phone, cell, cell phone, tel
        telefon, telefonnummer, mobil, mobilnummer, mobiltelefon, telnr, tfn, telefonnr, rufnummer, handy, handynummer
        téléphone, numéro de téléphone, portable, téléphone portable, mobile
        teléfono, número de teléfono, móvil, celular, teléfono móvil, telefone, telemóvel, número de telefone
        telefoon, telefoonnummer, mobiel, mobiele nummer, gsm, tlf, puhelin, puhelinnumero, matkapuhelin
        telefon komórkowy, komórka, numer telefonu
    """,
    "opt_in": """
        opt-in, opted in, opt in, optin, consent, marketing consent, newsletter, newsletter ok, newsletter opt-in
        email consent, marketing opt-in, marketing ok, subscribed, subscribe, accepts marketing, agreed
        samtycke, nyhetsbrev, godkännande, einwilligung, zustimmung, werbeeinwilligung, consentement, infolettre
        consentimiento, suscrito, boletín, consentimento, inscrito, boletim, toestemming, nieuwsbrief
        samtykke, nyhedsbrev, suostumus, uutiskirje, markkinointilupa, zgoda, zgoda marketingowa
    """,
    "tags": """
        tags, tag, labels, keywords, taggar, etiketter, nyckelord, schlagworte, schlagwörter, stichwörter, tag-liste
        étiquettes, mots-clés, libellés, etiquetas, palabras clave, marcadores, trefwoorden, merkelapper, stikkord
        mærker, emneord, tunnisteet, avainsanat, tagi, etykiety, znaczniki
    """,
}


def plain(name: str) -> str:
    """Return a name without case, accents, blanks and punctuation.

    Examples
    --------
    >>> plain("E-Post"), plain("Prénom"), plain("%FAVOURITE_COLOUR%")
    ('epost', 'prenom', 'favouritecolour')
    """
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


TARGETS = {
    plain(word): target
    for target, words in _WORDS.items()
    for line in words.strip().splitlines()
    for word in line.split(",")
}
"""Attribute, ``opt_in`` or ``tags`` by the plain spelling of a column's name."""
