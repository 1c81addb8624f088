"""Words that say nothing of what is wanted, in the languages that are read: English, German, Spanish, French."""

from typing import Final

STOP_WORDS: Final = frozenset(
    """
    a an the and or but of for to in on at by with without from into onto about as is are be was were been am do
    does did have has had will would can could should shall may might must i we you he she it they me us him her
    them my our your his its their mine this that these those there here who what which when where how why if then
    than so too very just also not no yes some any somebody someone anybody anyone something anything please pls
    thanks thank hello hi hey dear need needs needed want wants wanted looking look search searching seeking find
    get got hire hiring help helping like good great best cheap affordable reliable experienced professional
    expert experts specialist service services asap urgent urgently now today tomorrow tonight soon week weeks
    weekly month months monthly day days daily hour hours hrs hr min mins minutes year years old new each per
    every once twice times time ca approx around approximately between before after during until more less most
    least only over under up down out off again still anymore cant wont dont doesnt im ive ill id lets near nearby
    location area much many few lot lots one two three four five six seven eight nine ten job jobs work works
    working task project projects make makes making made done give given take taking budget euro euros eur usd gbp
    chf dollar dollars pounds price cost rate max maximum total own small big large little nice der die das den
    dem des ein eine einen einem einer eines und oder aber von fur zu zum zur auf aus bei mit ohne nach vor uber
    unter um als ist sind sein bin war waren wird werden wurde kann konnen konnte soll sollte muss mussen mochte
    mochten wollen ich wir du er sie es ihr mich uns mir ihm ihnen mein meine meinen meinem meiner unser unsere
    unseren dein ihre ihren dies diese dieser dieses wer wie wo wann warum wenn dann auch nicht nein ja nur sehr
    noch mal bitte danke hallo suche suchen sucht gesucht brauche brauchen braucht hilfe helfen jemand jemanden
    jemandem etwas gute guten guter gunstig gunstige erfahrene erfahrener dringend heute morgen woche wochen monat
    monate tag tage stunde stunden std uhr jahr jahre jede jeden jeder pro etwa circa alle lassen machen mache
    macht gemacht kommt kommen raum nahe umgebung gern gerne ab bis sofort mehr weniger ganz klein kleine kleines
    kleiner grosse grosses neu neue neuen neues dass damit hat habe haben gibt geben wurden dafur tun beim vom ins
    ans qm m2 sqm el la los las un una unos unas y o pero de del para por en al con sin sobre entre desde hasta
    son ser soy era fue esta estan estoy ha han hay puede pueden debe yo tu usted nosotros ellos te se nos mi mis
    su sus nuestro nuestra este estos estas ese esa que quien cual cuando donde como porque si muy mas menos
    tambien solo ya favor gracias hola busco buscamos busca buscar necesito necesitamos necesita quiero queremos
    quisiera ayuda ayudar alguien algo bueno buena barato barata urgente hoy manana semana semanas mes meses dia
    dias hora horas ano anos cada todo toda todos todas hacer hace hecho nuevo nueva pequeno pequena grande cerca
    zona lo le les une et ou mais pour par dans sur sous avec sans chez vers depuis est sont etre suis etait ai
    avons avez ont peut peuvent doit il elle nous vous ils je moi mon ma notre votre vos sa ses ce cet cette ces
    qui quoi quel quelle quand comment pourquoi ne pas plus moins tres aussi seulement merci bonjour salut svp
    cherche cherchons recherche besoin veux voudrais voulons aide aider quelqu quelque chose bon bonne cher
    aujourd hui demain semaine semaines mois jour jours heure heures chaque tout toute tous toutes faire fait
    nouveau nouvelle petit petite grand pres au aux l d j n s t m c qu fin pendant
    """.split()  # noqa: SIM905  easier to read and to add to
)
"""Without diacritics: little words, and those of asking, hiring, time, money and size."""
