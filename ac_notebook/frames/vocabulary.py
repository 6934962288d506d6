"""What columns are called, in eleven languages: words, usual abbreviations, and words around them.

Spelling does not count: case, accents, blanks and punctuation are passed over when names are compared.
"""

from __future__ import annotations

LANGUAGES: dict[str, dict[str, str]] = {
    "English": {
        "email": """
            e-mail, mail, email address, e-mail address, mail address, emailaddress, e-mails, email id, email addr
        """,
        "first_name": "first name, firstname, given name, givenname, forename, christian name, name first, first names",
        "last_name": "last name, lastname, surname, family name, familyname, second name, name last, last names",
        "phone": """
            phone, phone number, phone no, telephone, telephone number, mobile, mobile number, mobile no, mobile
            phone, mobile phone number, phone mobile, cell, cell phone, cell phone number, cell number, cellphone,
            cellular, contact number, contact no, phones, telephone no
        """,
        "opt_in": """
            opt-in, opted in, opt in, optin, consent, marketing consent, newsletter, newsletter ok, newsletter opt-in,
            email consent, email opt-in, marketing opt-in, marketing ok, subscribed, subscribe, accepts marketing,
            accepts email marketing, agreed
        """,
        "tags": "tags, tag, labels, keywords",
        "full_name": "name, full name, fullname, complete name, first and last name, names, person name",
    },
    "Swedish": {
        "email": "e-post, e-postadress, mejl, mejladress, mailadress, e-mailadress, e-posten",
        "first_name": "förnamn, tilltalsnamn, förnamnet",
        "last_name": "efternamn, efternamnet, släktnamn",
        "phone": """
            telefon, telefonnummer, telefonnr, mobil, mobilnummer, mobilnr, mobiltelefon, mobiltelefonnummer, telnr,
            telefon mobil
        """,
        "opt_in": "samtycke, nyhetsbrev, godkännande",
        "tags": "taggar, etiketter, nyckelord",
        "full_name": "namn, fullständigt namn, för- och efternamn, hela namnet, förnamn efternamn",
    },
    "German": {
        "email": """
            e-mail-adresse, emailadresse, mailadresse, e-post-adresse, e-postadresse, elektronische adresse,
            mail-anschrift
        """,
        "first_name": "vorname, vornamen, rufname",
        "last_name": "nachname, familienname, zuname, nachnamen",
        "phone": """
            telefon, telefonnummer, telefon-nr, rufnummer, handy, handynummer, handynr, mobil, mobilnummer,
            mobiltelefon, mobilfunknummer, mobilrufnummer, telnr, fernsprecher, festnetz, festnetznummer
        """,
        "opt_in": "einwilligung, zustimmung, werbeeinwilligung",
        "tags": "schlagworte, schlagwörter, stichwörter, tag-liste",
        "full_name": "vollständiger name, vor- und nachname, vorname nachname, vor- und zuname",
    },
    "French": {
        "email": """
            courriel, adresse e-mail, adresse email, adresse mail, adresse électronique, adresse courriel, mél,
            courrier électronique, adresse de courriel
        """,
        "first_name": "prénom, prénoms, petit nom",
        "last_name": "nom de famille, patronyme, nom famille, nom patronymique",
        "phone": """
            téléphone, numéro de téléphone, numéro téléphone, portable, téléphone portable, téléphone mobile, mobile,
            numéro de portable, numéro de mobile, n° de téléphone, no de téléphone, gsm
        """,
        "opt_in": "consentement, infolettre",
        "tags": "étiquettes, mots-clés, libellés",
        "full_name": "nom complet, nom et prénom, prénom et nom, nom prénom, prénom nom",
    },
    "Spanish": {
        "email": """
            correo, correo electrónico, correo e, dirección de correo, dirección de correo electrónico, dirección
            email, dirección de email, e-correo, dirección electrónica
        """,
        "first_name": "nombre de pila, primer nombre, nombres",
        "last_name": "apellido, apellidos, primer apellido",
        "phone": """
            teléfono, número de teléfono, móvil, celular, teléfono móvil, teléfono celular, número de móvil, número de
            celular, nº de teléfono, teléfonos
        """,
        "opt_in": "consentimiento, suscrito, boletín",
        "tags": "etiquetas, palabras clave",
        "full_name": "nombre completo, nombre y apellido, nombre y apellidos, nombre apellidos",
    },
    "Portuguese": {
        "email": """
            endereço de e-mail, endereço e-mail, correio eletrónico, correio eletrônico, endereço eletrónico, endereço
            eletrônico, endereço de correio eletrónico, e-mails
        """,
        "first_name": "primeiro nome, nome próprio, prenome, nomes próprios",
        "last_name": "sobrenome, último nome, nome de família, sobrenomes",
        "phone": """
            telefone, telemóvel, celular, número de telefone, número de telemóvel, número de celular, telefone
            celular, telefone móvel, nº de telefone, telefones
        """,
        "opt_in": "consentimento, inscrito, boletim",
        "tags": "etiquetas, marcadores",
        "full_name": "nome completo, nome e sobrenome, nome e apelido",
    },
    "Dutch": {
        "email": "e-mailadres, mailadres, e-mail adres, elektronisch adres, e-post",
        "first_name": "voornaam, roepnaam, voornamen",
        "last_name": "achternaam, familienaam, achternamen",
        "phone": """
            telefoon, telefoonnummer, telefoonnr, mobiel, mobiele nummer, mobiel nummer, mobiele telefoon, gsm,
            gsm-nummer, telefoon mobiel, 06-nummer
        """,
        "opt_in": "toestemming, nieuwsbrief",
        "tags": "trefwoorden, labels",
        "full_name": "naam, volledige naam, voor- en achternaam, voornaam achternaam",
    },
    "Norwegian": {
        "email": "e-post, e-postadresse, epostadresse, mailadresse, mail",
        "first_name": "fornavn, for navn, fornavnet",
        "last_name": "etternavn, familienavn, etternavnet",
        "phone": """
            telefon, telefonnummer, telefonnr, mobil, mobilnummer, mobilnr, mobiltelefon, mobiltelefonnummer, tlfnr
        """,
        "opt_in": "samtykke, nyhetsbrev",
        "tags": "merkelapper, stikkord",
        "full_name": "navn, fullt navn, for- og etternavn, fornavn etternavn",
    },
    "Danish": {
        "email": "e-mailadresse, mailadresse, mail, e-post, e-postadresse",
        "first_name": "fornavn, fornavne, for navn",
        "last_name": "efternavn, efternavne, familienavn",
        "phone": "telefon, telefonnummer, telefonnr, mobil, mobilnummer, mobilnr, mobiltelefon, tlfnr, tlfnummer",
        "opt_in": "samtykke, nyhedsbrev",
        "tags": "mærker, emneord",
        "full_name": "navn, fulde navn, for- og efternavn, fornavn efternavn",
    },
    "Finnish": {
        "email": "sähköposti, sähköpostiosoite, sähköpostit, s-posti, e-posti, meili, meiliosoite",
        "first_name": "etunimi, etunimet, kutsumanimi",
        "last_name": "sukunimi, sukunimet",
        "phone": """
            puhelin, puhelinnumero, puhelinnro, matkapuhelin, matkapuhelinnumero, kännykkä, kännykkänumero, gsm,
            gsm-numero, puh nro
        """,
        "opt_in": "suostumus, uutiskirje, markkinointilupa",
        "tags": "tunnisteet, avainsanat",
        "full_name": "nimi, koko nimi, etu- ja sukunimi, etunimi sukunimi",
    },
    "Polish": {
        "email": """
            adres e-mail, adres email, poczta, poczta elektroniczna, adres poczty elektronicznej, adres mailowy, adres
            e-mailowy, mejl
        """,
        "first_name": "imię, pierwsze imię, imiona",
        "last_name": "nazwisko, nazwiska",
        "phone": """
            telefon, numer telefonu, nr telefonu, telefon komórkowy, komórka, numer komórki, nr komórki, numer
            telefonu komórkowego, telefon kontaktowy
        """,
        "opt_in": "zgoda, zgoda marketingowa",
        "tags": "tagi, etykiety, znaczniki",
        "full_name": "imię i nazwisko, nazwisko i imię, imię nazwisko, pełne imię i nazwisko",
    },
}
"""Words by language and target. ``full_name`` is what has to be split before it can be sent."""

ABBREVIATIONS: dict[str, dict[str, str]] = {
    "English": {
        "email": "eml, e-ml",
        "first_name": "fn, fname, f name, first, firstn, first nm, f nm, given",
        "last_name": "ln, lname, l name, last, lastn, last nm, l nm, sname, sn",
        "phone": "ph, phn, phone nbr, tel, tel no, tel number, mob, mob no, mob number, cel, cell no, ph no, phone num",
    },
    "Swedish": {
        "email": "epost adr",
        "first_name": "förn, fnamn",
        "last_name": "eftern, enamn, e namn",
        "phone": "tfn, tfnr, mob",
    },
    "German": {
        "first_name": "vn, vname, vorn",
        "last_name": "nn, nname, nachn",
        "phone": "tel, tel nr, mob, mobil nr, hdy",
    },
    "French": {
        "email": "adr mail, adr e-mail, adr courriel",
        "first_name": "prén, pnom",
        "last_name": "nom, nom fam",
        "phone": "tél, n° tél, no tél, tél portable, tél mobile, tél port, n° de tél, no de tél",
    },
    "Spanish": {
        "email": "c electrónico, correo elec, correo e",
        "first_name": "nombre, nom pila, nomb",
        "last_name": "apell, aps",
        "phone": "tel, tfno, tlf, telf, tlfno, móv, cel",
    },
    "Portuguese": {
        "email": "end e-mail, c eletrónico",
        "first_name": "nome, prim nome, p nome",
        "last_name": "apelido, apelidos, ult nome, sobren",
        "phone": "tel, telef, tlm, telm, tlmv, cel, fone",
    },
    "Dutch": {
        "email": "e-adres",
        "first_name": "vn, voorn, vnaam",
        "last_name": "achtern, anaam",
        "phone": "tel, tel nr, mob",
    },
    "Norwegian": {
        "email": "epost adr",
        "first_name": "fn, forn, fnavn",
        "last_name": "ettern, enavn",
        "phone": "tlf, tlf nr, mob, mob nr",
    },
    "Danish": {
        "email": "mail adr",
        "first_name": "fn, forn, fnavn",
        "last_name": "eftern, enavn",
        "phone": "tlf, tlf nr, mob, mob nr",
    },
    "Finnish": {
        "email": "sposti, s-postios, sähköp",
        "first_name": "etun, e nimi",
        "last_name": "sukun, s nimi",
        "phone": "puh, p nro, gsm, matkap",
    },
    "Polish": {
        "email": "adr e-mail, adr email",
        "first_name": "im",
        "last_name": "nazw",
        "phone": "tel, tel kom, kom, nr tel, nr kom, nr tel kom",
    },
}
"""What is short for them, or has other meanings too: what it says is only likely."""

AROUND = """
customer customers client clients contact contacts primary main home work business office private personal billing
invoice shipping delivery buyer user member subscriber person lead guest default preferred current value values the
of for and my kund kunds kundens kunden kontakt kontakts privat hem arbete jobb primär faktura medlem medlems huvud
kunde kundin haupt geschäft geschäftlich dienstlich rechnung rechnungs mitglied mitglieds des der ansprechpartner
cliente clientes privé principal principale personnel personnelle professionnel pro facturation abonné du de la le
contacto facturación del el titular contato pessoal do da cobrança faturação klant klanten contactpersoon hoofd
zakelijk factuur van lid kundes hoved arbejde arbeid kontaktperson kontaktpersons fakturering asiakas asiakkaan
yhteyshenkilö yhteyshenkilön koti työ laskutus klient klienta klientki kontaktowy kontaktowa prywatny prywatna
służbowy służbowa główny główna
"""
"""Words around a name, which make it less sure: whose it is, or which of several."""

FALSE_FRIENDS = "user name, login name, nick name, file name, screen name, display name, contact person, account name"
"""Names made of words from above that are something else."""
