"""The lexicons: titles, addresses and sizes as people write them, in several languages."""

import duckdb
import pytest

from mqlgate.features import amounts, lexicon
from mqlgate.features.engine_duckdb import DuckDB

SQL = DuckDB()


def read(expression: str, text: str | None) -> object:
    (value,) = duckdb.execute(f"SELECT {expression} FROM (SELECT CAST(? AS VARCHAR) AS v)", [text]).fetchone()
    return value


@pytest.mark.parametrize(
    ("title", "rank", "works_on"),
    [
        ("CEO", "C-level", "general management"),
        ("Chief Technology Officer", "C-level", "IT and engineering"),
        ("Co-Founder & CEO", "C-level", "general management"),
        ("VP of Operations", "VP", "operations"),
        ("Vice President, Marketing", "VP", "marketing"),
        ("Assistant Vice President", "manager", "general management"),
        ("President", "C-level", "general management"),
        ("Executive Assistant to the CEO", "specialist", "general management"),
        ("Head of Sales", "director", "sales"),
        ("Director of Human Resources", "director", "human resources"),
        ("IT Director", "director", "IT and engineering"),
        ("Senior Marketing Manager", "manager", "marketing"),
        ("Product Owner", "specialist", "product"),
        ("Revenue Operations Lead", "manager", "revenue operations"),
        ("Customer Success Manager", "manager", "customer success"),
        ("Software Engineer", "specialist", "IT and engineering"),
        ("Data Scientist", "specialist", "data"),
        ("Internal Auditor", None, "finance"),
        ("International Sales Director", "director", "sales"),
        ("Marketing Intern", "student", "marketing"),
        ("Purchasing Specialist", "specialist", "procurement"),
        ("General Counsel", None, "legal"),
        ("Geschäftsführer", "C-level", "general management"),
        ("Geschäftsführerin", "C-level", "general management"),
        ("Vertriebsleiter", "manager", "sales"),
        ("Leiterin Einkauf", "director", "procurement"),
        ("Werkstudent Marketing", "student", "marketing"),
        ("Softwareentwickler", "specialist", "IT and engineering"),
        ("Directeur commercial", "director", "sales"),
        ("PDG", "C-level", "general management"),
        ("Responsable des achats", "manager", "procurement"),
        ("Directora de Recursos Humanos", "director", "human resources"),
        ("Director General", "C-level", "general management"),
        ("Jefe de compras", "director", "procurement"),
        ("Becario", "student", None),
        ("Diretor Financeiro", "director", "finance"),
        ("Gerente de Vendas", "manager", "sales"),
        ("Amministratore Delegato", "C-level", "general management"),
        ("Responsabile acquisti", "manager", "procurement"),
        ("Algemeen directeur", "C-level", None),
        ("Hoofd Inkoop", "director", "procurement"),
        ("xyzzy", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_title_becomes_a_rank_and_a_function_and_an_unknown_one_stays_unknown(title, rank, works_on):
    assert (read(lexicon.seniority("v", SQL), title), read(lexicon.function("v", SQL), title)) == (rank, works_on)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("jane.doe@acme.com", "business"),
        ("Jane.Doe@ACME.co.uk", "business"),
        ("jane@gmail.com", "free"),
        (" jane@GMX.de ", "free"),
        ("jane@stanford.edu", "student"),
        ("j.doe@students.unibe.ch", "student"),
        ("j.doe@ox.ac.uk", "student"),
        ("jane@uni-koeln.de", "student"),
        ("x@mailinator.com", "disposable"),
        ("info@acme.com", "role"),
        ("einkauf@firma.de", "role"),
        ("info@gmail.com", "free"),
        ("information@acme.com", "business"),
        ("no address", "invalid"),
        ("a@b", "invalid"),
        ("a@@b.com", "invalid"),
        (None, None),
    ],
)
def test_an_address_becomes_its_kind(address, kind):
    assert read(lexicon.email_kind("v", SQL), address) == kind


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("51-200", 51),
        ("51 – 200 employees", 51),
        ("1-10", 1),
        ("10,001+", 10_001),
        ("1k+", 1_000),
        ("1K-5K", 1_000),
        ("1-5k", 1_000),
        ("10.001 bis 50.000 Mitarbeiter", 10_001),
        ("1 000 - 5 000", 1_000),
        ("1,000,000", 1_000_000),
        ("1.000.000.000", 1_000_000_000),
        ("<10", 5),
        ("< 50 employees", 25),
        ("under 20", 10),
        ("bis zu 100 Mitarbeiter", 50),
        ("moins de 10 salariés", 5),
        ("de 51 à 200", 51),
        ("51 à 200", 51),
        ("more than 500", 500),
        ("> 500", 500),
        ("über 1.000", 1_000),
        ("$1.5M", 1_500_000),
        ("$10M - $50M", 10_000_000),
        ("$10-50M", 10_000_000),
        ("€2,5 Mio", 2_500_000),
        ("500k-1m", 500_000),
        ("$500M-$1B", 500_000_000),
        ("2 Mrd. EUR", 2_000_000_000),
        ("1bn+", 1_000_000_000),
        ("250", 250),
        ("201-500 people", 201),
        ("Enterprise", None),
        ("Tier 1", None),
        ("B2B", None),
        ("10 years", None),
        ("", None),
        (None, None),
    ],
)
def test_a_size_becomes_the_lower_end_of_what_it_says(text, number):
    assert read(amounts.amount("v", SQL), text) == number
