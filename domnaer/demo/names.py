"""Cambodian names as (Khmer, Latin) pairs, the most common first, and other romanisations of them."""

from random import Random
from typing import Final

Spelling = tuple[str, str]


def _pairs(text: str) -> tuple[Spelling, ...]:
    words = text.split()
    return tuple(zip(words[::2], words[1::2], strict=True))


FAMILY: Final = _pairs("""
    សុខ SOK ជា CHEA គឹម KIM ហេង HENG លី LY ចាន់ CHAN កែវ KEO ស៊ឹម SIM មាស MEAS ពេជ្រ PICH
    ម៉ៅ MAO នួន NUON សេង SENG ទេព TEP ឡុង LONG ឈឹម CHHIM ឃុន KHUN ខៀវ KHIEV យឹម YIM ឯក EK
    ប៊ុន BUN ផាន PHAN សៅ SAO តាន់ TAN ទូច TOUCH ធី THY វ៉ាន់ VAN សំ SAM ឌួង DUONG នុត NUTH
    រស់ ROS អ៊ិន IN ឈុន CHHUN គង់ KONG កុយ KUY ឡាយ LAY មៀច MIECH ងួន NGUON នី NY អ៊ុក OUK
    ផល PHAL ប្រាក់ PRAK ព្រំ PROM សួន SUON តេង TENG ធន THORN ទិត្យ TITH អ៊ុំ UM អ៊ុង UNG វង់ VONG
    យិន YIN យន់ YORN ជួន CHUON ជុំ CHUM ឈាង CHHEANG ឌី DY ហុង HONG ឡេង LENG ម៉ែន MEN មុំ MOM
    ញឹម NHEM អ៊ាង EANG អ៊ឹម IM កាំង KANG សន SORN ស្វាយ SVAY ថោង THONG ឆាយ CHHAY ហួត HUOT នេត NETH
    ប៉ែន PEN អ៊ុច OUCH ឈឿន CHHOEUN សាន SAN
""")

MALE_GIVEN: Final = _pairs("""
    តារា DARA វុទ្ធី VUTHY សុភ័ក្រ SOPHEAK សំណាង SAMNANG ពិសិដ្ឋ PISETH វិសាល VISAL រិទ្ធី RITHY បូរី BOREY
    ឈឿន CHHOEUN សារ៉ាត់ SARATH ភិរម្យ PHIROM ភក្ដី PHEAKDEY សុធា SOTHEA សុជាតិ SOCHEAT វីរៈ VIREAK
    វឌ្ឍនៈ VATTANAK ណារិទ្ធ NARITH ណារ៉ុង NARONG ប៊ុនធឿន BUNTHOEUN ប៊ុនថន BUNTHORN ចំរើន CHAMROEUN
    ច័ន្ទតារា CHANDARA ឧត្តម OUDOM ពន្លឺ PONLEU មករា MAKARA មិនា MINEA មេសា MESA ឧសភា OUSAPHEA
    សីហា SEIHA កក្កដា KAKADA តុលា TOLA វិច្ឆិកា VICHEKA ធារ៉ា THEARA ធារិទ្ធ THEARITH សម្បត្តិ SAMBATH
    សុផាត SOPHAT សុវត្ថិ SOVATH វិបុល VIBOL កុសល KOSAL មុនី MONY រ៉ា RA រ៉ាវុធ RAVUTH សាវុធ SAVUTH
    សារឿន SAROEUN សារិន SARIN ថា THA ហាក់ HAK ហៀង HIENG ជីវ៉ា CHIVA បញ្ញា PANHA បុត្រា BOTRA វុត្ថា VUTHA
    សេរី SEREY វិទូ VITOU រដ្ឋា RATHA ពៅ POV ប៊ុនធី BUNTHY សុវណ្ណ SOVANN វិចិត្រ VICHET សុខហេង SOKHENG
    គឹមហុង KIMHONG ចាន់ធី CHANTHY ម៉េងហួរ MENGHOUR
""")

FEMALE_GIVEN: Final = _pairs("""
    ស្រីមុំ SREYMOM ស្រីពៅ SREYPOV ស្រីនាង SREYNEANG ស្រីល័ក្ខ SREYLEAK ស្រីនិច SREYNICH ស្រីរ័ត្ន SREYROTH
    ស្រីអូន SREYOUN ស្រីណុច SREYNOCH ស្រីនី SREYNY ស្រីតូច SREYTOUCH បុប្ផា BOPHA ចន្ធូ CHANTHOU
    ចាន់នី CHANNY ច័ន្ទរស្មី CHANREAKSMEY ចរិយា CHARIYA ដាលីស DALIS ដាវី DAVY ដាណា DANA គន្ធា KUNTHEA
    កល្យាណ KALYAN លក្ខិណា LEAKHENA លីដា LYDA ម៉ាលី MALY ម៉ារ៉ាឌី MARADY នារី NEARY និមល NIMOL
    ផល្លី PHALLY ពិសី PISEY រចនា RACHANA រំដួល ROMDOUL រ៉ានី RANY សុភាព SOPHEAP សុភី SOPHY សុផានី SOPHANY
    សុខុម SOKHOM សុគន្ធា SOKUNTHEA សុខនី SOKNY សុខលី SOKLY សុវណ្ណី SOVANNY សុវណ្ណារី SOVANNARY
    សុម៉ាលី SOMALY ស៊ីណាត SINATH ស៊ីថា SITHA សុធារី SOTHEARY ទេវី TEVY ធារី THEARY ធីតា THIDA វណ្ណី VANNY
    វលក្ខណ៍ VOLEAK យ៉ានី YANY ចិន្ដា CHENDA ចាន់ថន CHANTHORN គឹមលី KIMLY គឹមហួយ KIMHUOY គឹមឡេង KIMLENG
    ណារី NARY ណាវី NAVY ផានី PHANY សម្ផស្ស SAMPHORS សាវី SAVY សាវ៉ន SAVORN សុភ័ណ្ឌ SOPHORN សុខេង SOKHENG
""")

EITHER_GIVEN: Final = _pairs("""
    សុខា SOKHA សុភា SOPHEA រតនា RATANA វណ្ណា VANNA រស្មី RAKSMEY សុផល SOPHAL ផល្លា PHALLA វាសនា VEASNA
    សុធី SOTHY ចាន់ថា CHANTHA សាវឿន SAVOEUN សុខគា SOKKEA មុន្នី MUNNY សារី SARY
""")

# Romanisation is not standardised: these sounds are written either way, the most frequent ones first.
_SOUNDS: Final = (
    ("CHH", "CH"),
    ("OEUN", "OEURN"),
    ("OEU", "OE"),
    ("KEO", "KEV"),
    ("UON", "UN"),
    ("EAK", "IAK"),
    ("EA", "IA"),
    ("OU", "U"),
    ("KH", "K"),
    ("PH", "P"),
    ("TH", "T"),
    ("VY", "VI"),
    ("NN", "N"),
    ("Y", "I"),
    ("V", "W"),
    ("NA", "NNA"),
    ("ICH", "ECH"),
    ("BUN", "BOUN"),
    ("IM", "EM"),
    ("ENG", "EANG"),
    ("ONG", "OUNG"),
)


def respell(latin: str, rng: Random) -> str:
    """Return another romanisation of the same name; one sound or a silent ending differs."""
    usable = [(here, there) for here, there in _SOUNDS if here in latin][:3]
    if not usable:
        return latin[:-1] if latin[-1] in "RS" and len(latin) > 3 else f"{latin}H"
    here, there = usable[int(rng.random() * len(usable))]
    return latin.replace(here, there, 1)
