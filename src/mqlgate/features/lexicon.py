"""Words that tell a job title's seniority and function, and the kind of an e-mail address.

Data and the SQL expressions made of them; English, German, French, Spanish, Portuguese, Italian and Dutch. Texts are
compared in lower case without accents; `*` stands for any letters, so `*leiter*` knows Vertriebsleiterin. A title
that no word knows stays unknown. Never sees a table.
"""

from mqlgate.features.dialect import Dialect


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))


# The first that matches wins: an assistant to the CEO is no CEO, and a vice president no president.
SENIORITY: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "student",
        _listed(
            "intern, internship, student*, trainee, apprentice, graduate student, phd candidate, werkstudent*, "
            "praktikant*, auszubildende*, azubi, stagiaire, alternant*, etudiant*, becari*, estudiante*, "
            "estagiari*, estudante*, tirocinante, stagista, studente*, stagiair*"
        ),
    ),
    (
        "manager",
        _listed("assistant (?:vice president|vp|director|manager|general manager), stellvertretende* *leiter*"),
    ),
    (
        "specialist",
        _listed(
            "assistant, assistants?, secretary, assistenz*, assistent*, sekretar*, secretaire, assistante?, "
            "secretari*, asistente, assistente, product owner, process owner, scrum master"
        ),
    ),
    (
        "C-level",
        _listed(
            "ceo, cto, cfo, coo, cmo, cio, ciso, cro, cpo, chro, cso, cdo, cco, chief, founder*, co founder*, "
            "cofounder*, owner, business owner, proprietor, managing director, managing partner, general partner, "
            "executive director, geschaftsfuhr*, geschaeftsfuehr*, inhaber*, vorstand*, grunder*, gruender*, pdg, "
            "president directeur general, directeur general, directrice generale, gerant*, fondat*, co fondat*, "
            "cofondat*, director general, directora general, fundador*, cofundador*, propietari*, socio director, "
            "diretor geral, diretor presidente, proprietari*, amministratore delegato, amministratrice delegata, "
            "titolare, direttore generale, algemeen directeur, eigenaar*, oprichter*, bestuurder"
        ),
    ),
    (
        "VP",
        _listed(
            "vp, svp, evp, avp, vice president*, vicepresident*, vice presidente, vice presidente?, "
            "vizeprasident*, bereichsvorstand, vicepresidente, vicepresidenta"
        ),
    ),
    (
        "C-level",
        _listed("president, presidente, presidenta, prasident*, partner, chairman, chairwoman"),
    ),
    (
        "director",
        _listed(
            "director, directors?, head, direktor*, bereichsleit*, hauptabteilungsleit*, leitung, leiter, "
            "leiterin, directeur, directrice, responsable de departement, directora, diretor*, jefe, jefa, "
            "direttore, direttrice, capo, hoofd, dean, principal"
        ),
    ),
    (
        "manager",
        _listed(
            "manager*, *manager, *managerin, mgr, lead, leader, supervisor*, superintendent, coordinator*, "
            "*leiter, *leiterin, teamlead*, responsable, chef, cheffe, encargad*, coordinador*, gerente, "
            "supervisora, coordenador*, responsabile, coordinat*, leidinggevende, beheerder, administrateur"
        ),
    ),
    (
        "specialist",
        _listed(
            "analyst*, specialist*, engineer*, developer*, consultant*, associate, representative, executive, "
            "officer, advisor, adviser, architect, designer, accountant, buyer, planner, scientist, researcher, "
            "administrator, technician, programmer, strategist, expert*, professor*, teacher, nurse, agent, "
            "clerk, sachbearbeit*, referent*, berater*, *entwickler*, *ingenieur*, einkaufer*, buchhalter*, "
            "spezialist*, fachkraft, charge de*, chargee de*, conseiller*, developpeu*, comptable, acheteu*, "
            "analista, ingenier*, desarrollador*, consultor*, contador*, especialista, tecnic*, engenheir*, "
            "desenvolvedor*, vendedor*, ingegner*, sviluppator*, consulente, contabile, addett*, ontwikkelaar, "
            "adviseur, medewerker, inkoper"
        ),
    ),
)

# The first that matches wins; general management comes last, since "CEO" alone says nothing else.
FUNCTION: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "marketing",
        _listed(
            "marketing*, *marketing*, cmo, demand gen*, growth, brand, content, seo, communications?, "
            "communicatie, kommunikation*, mercadotecnia, mercadeo, social media, pr, campaign*"
        ),
    ),
    (
        "revenue operations",
        _listed("revops, revenue operations, revenue ops, sales operations, sales ops, marketing operations, crm"),
    ),
    (
        "sales",
        _listed(
            "sales, *vertrieb*, vente*, ventas, vendas, vendite, verkoop*, verkauf*, account executive, account "
            "manager, business development, bdr, sdr, cro, commercial*, comercial*, commerciale, revenue, key "
            "account*"
        ),
    ),
    (
        "customer success",
        _listed(
            "customer success, customer support, customer service, customer experience, support, kundendienst, "
            "kundenservice, kundenbetreu*, atencion al cliente, service client, klantenservice, helpdesk, cco"
        ),
    ),
    (
        "finance",
        _listed(
            "financ*, finanz*, cfo, controll*, controller, accounting, accountant, treasur*, audit*, comptab*, "
            "buchhalt*, contab*, boekhoud*, finanzas, rechnungswesen, payroll, tax"
        ),
    ),
    (
        "human resources",
        _listed(
            "hr, human resources, people, talent*, recruit*, personal*, chro, rh, ressources humaines, recursos "
            "humanos, risorse umane, personeels*, learning and development"
        ),
    ),
    (
        "legal",
        _listed(
            "legal, counsel, lawyer, attorney, compliance, recht*, jurist*, juridique, juridico, legale, avocat*, "
            "abogad*, privacy"
        ),
    ),
    (
        "procurement",
        _listed(
            "procurement, purchas*, buyer, sourcing, einkauf*, achat*, acheteu*, compras, acquisti, inkoop, "
            "inkoper, supply chain"
        ),
    ),
    (
        "data",
        _listed(
            "data, analytics, business intelligence, bi, machine learning, ai, datenanal*, donnees, datos, dados, "
            "dati, cdo, statistic*"
        ),
    ),
    (
        "product",
        _listed("product, produkt*, produit*, producto*, produto*, prodotto, cpo, ux, design*, *produktmanage*"),
    ),
    (
        "IT and engineering",
        _listed(
            "it, cio, cto, ciso, informati*, information technology, engineer*, software, developer*, *entwickl*, "
            "*ingenieur*, developpeu*, desarrollador*, desenvolvedor*, sviluppator*, ingenier*, engenheir*, "
            "ingegner*, technolog*, technik*, systems?, security, devops, infrastructure, cloud, architect, "
            "sysadmin, network, tecnologia, ontwikkel*, r&d, ti"
        ),
    ),
    (
        "operations",
        _listed(
            "operation*, ops, coo, logisti*, manufactur*, production, produktion*, plant, quality, qualitat*, "
            "facility, facilities, betrieb*, *betriebsleit*, exploitation, operaciones, operacoes, operazioni, "
            "warehouse, project, projekt*"
        ),
    ),
    (
        "education and research",
        _listed("professor*, teacher, lecturer, research*, phd, forsch*, wissenschaft*, universit*, dean"),
    ),
    (
        "general management",
        _listed(
            "ceo, founder*, cofounder*, owner, president, managing director, general manager, geschaftsfuhr*, "
            "geschaeftsfuehr*, inhaber*, vorstand*, pdg, directeur general, directrice generale, gerant*, "
            "fondat*, director general, directora general, gerente general, fundador*, propietari*, diretor "
            "geral, proprietari*, amministratore delegato, titolare, direttore generale, eigenaar*, oprichter*, "
            "managing partner, chief of staff, executive director"
        ),
    ),
)

FREE_MAIL = _listed(
    "gmail.com, googlemail.com, yahoo.com, yahoo.co.uk, yahoo.fr, yahoo.de, yahoo.es, yahoo.it, yahoo.com.br, "
    "yahoo.co.in, ymail.com, rocketmail.com, hotmail.com, hotmail.co.uk, hotmail.fr, hotmail.de, hotmail.es, "
    "hotmail.it, outlook.com, outlook.de, outlook.fr, outlook.es, live.com, live.co.uk, live.fr, live.nl, "
    "msn.com, icloud.com, me.com, mac.com, aol.com, gmx.de, gmx.net, gmx.at, gmx.ch, gmx.com, web.de, "
    "t-online.de, freenet.de, arcor.de, posteo.de, mail.de, orange.fr, wanadoo.fr, free.fr, laposte.net, sfr.fr, "
    "libero.it, virgilio.it, tiscali.it, alice.it, terra.com.br, uol.com.br, bol.com.br, telefonica.net, "
    "ziggo.nl, kpnmail.nl, hetnet.nl, bluewin.ch, proton.me, protonmail.com, pm.me, tutanota.com, tutanota.de, "
    "zoho.com, mail.com, mail.ru, yandex.ru, yandex.com, qq.com, 163.com, 126.com, sina.com, naver.com, daum.net, "
    "rediffmail.com, comcast.net, verizon.net, att.net, sbcglobal.net, bellsouth.net, cox.net, btinternet.com, "
    "sky.com, ntlworld.com, rogers.com, shaw.ca, bigpond.com, optusnet.com.au, fastmail.com, hey.com, inbox.com, "
    "seznam.cz, wp.pl, o2.pl, interia.pl, onet.pl, abv.bg, ukr.net"
)
DISPOSABLE_MAIL = _listed(
    "mailinator.com, guerrillamail.com, guerrillamail.info, sharklasers.com, 10minutemail.com, 10minutemail.net, "
    "temp-mail.org, tempmail.com, tempmail.net, tempmailo.com, throwawaymail.com, yopmail.com, yopmail.fr, "
    "trashmail.com, trashmail.de, wegwerfemail.de, getnada.com, nada.email, dispostable.com, maildrop.cc, "
    "mailnesia.com, mintemail.com, mohmal.com, fakeinbox.com, emailondeck.com, spamgourmet.com, mytemp.email, "
    "burnermail.io, moakt.com, mailcatch.com, discard.email, spam4.me, grr.la, inboxkitten.com, tempr.email, "
    "33mail.com, anonaddy.me, mail-temp.com, emailfake.com, example.com, test.com"
)
ROLE_ADDRESSES = _listed(
    "info, sales, admin, administrator, support, contact, office, hello, hi, mail, email, team, marketing, hr, "
    "jobs, career, careers, billing, accounting, accounts, finance, invoice, noreply, no-reply, donotreply, "
    "webmaster, postmaster, hostmaster, abuse, help, service, press, media, enquiries, enquiry, inquiries, it, "
    "purchasing, procurement, orders, reception, kontakt, vertrieb, einkauf, buero, bewerbung, rechnung, "
    "contacto, ventas, compras, contato, vendas, contatti, vendite, acquisti, contacter, commercial, achats, "
    "accueil, verkoop, inkoop, administratie, test"
)
_STUDENT_DOMAIN = (
    r"(^|[.])(edu|ac[.][a-z]{2}|edu[.][a-z]{2}|students?[.].+|stud[.].+|alumni[.].+|uni-[^.]+[.].+|univ-[^.]+[.].+)$"
)


def word_pattern(words: tuple[str, ...]) -> str:
    """A regular expression for any of the words, standing alone in a text made by `_words_alone`."""
    return f" (?:{'|'.join(word.replace('*', '[a-z]*') for word in words)}) "


def first_match(words: str, lexicon: tuple[tuple[str, tuple[str, ...]], ...], dialect: Dialect) -> str:
    """SQL of the label of the first entry that knows the text, NULL where none does."""
    cases = " ".join(f"WHEN {dialect.matches(words, word_pattern(known))} THEN '{label}'" for label, known in lexicon)
    return f"CASE {cases} END"


def seniority(title: str, dialect: Dialect) -> str:
    """SQL of a title's seniority: C-level, VP, director, manager, specialist, student, or NULL."""
    return first_match(_words_alone(title, dialect), SENIORITY, dialect)


def function(title: str, dialect: Dialect) -> str:
    """SQL of a title's function, or NULL."""
    return first_match(_words_alone(title, dialect), FUNCTION, dialect)


def _words_alone(title: str, dialect: Dialect) -> str:
    """Plain words with one space around each, so that `Co-Founder`, `Co Founder` and `(Co)Founder` read alike."""
    return f"concat(' ', {dialect.substitute(dialect.plain(title), '[^a-z0-9&]+', ' ')}, ' ')"


def email_kind(email: str, dialect: Dialect) -> str:
    """SQL of an address's kind: business, free, student, disposable, role, invalid; NULL where there is none."""
    plain = dialect.plain(email)
    domain = dialect.extract(plain, "@([^@]+)$", 1)
    local = dialect.extract(plain, "^([^@]+)@", 1)
    return (
        f"CASE WHEN {email} IS NULL THEN NULL "
        f"WHEN NOT {dialect.matches(plain, '^[^@ ]+@[^@ ]+[.][^@ .]{2,}$')} THEN 'invalid' "
        f"WHEN {dialect.among(domain, DISPOSABLE_MAIL)} THEN 'disposable' "
        f"WHEN {dialect.matches(domain, _STUDENT_DOMAIN)} THEN 'student' "
        f"WHEN {dialect.among(domain, FREE_MAIL)} THEN 'free' "
        f"WHEN {dialect.among(local, ROLE_ADDRESSES)} THEN 'role' ELSE 'business' END"
    )
