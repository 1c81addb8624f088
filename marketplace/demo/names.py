"""Names of people who do not exist: given and family names of sixteen cultures, put together by chance."""

from functools import cache
from random import Random
from typing import Final

from marketplace.places import without_diacritics

GIVEN: Final = {
    "english": "Olivia Amelia Grace Hannah Chloe Megan Abigail Naomi Ruth Jasmine Harriet Paige "
    "Jack Oliver Callum Ethan Marcus Dylan Owen Toby Simon Elliot Graham Wesley",
    "german": "Lena Anna Katharina Sabine Johanna Miriam Greta Franziska Ulrike Theresa "
    "Lukas Jonas Felix Matthias Stefan Tobias Moritz Florian Jürgen Benedikt",
    "french": "Camille Élodie Manon Chloé Aurélie Margaux Sophie Inès Nathalie Solène "
    "Julien Antoine Mathieu Hugo Thibault Étienne Romain Olivier Baptiste Luc",
    "dutch": "Sanne Fleur Lotte Anouk Marieke Femke Ilse Roos Daan Sem Bram Thijs Jeroen Wouter Pieter Koen",
    "spanish": "Lucía Carmen Marta Valentina Camila Daniela Ximena Paula Rocío Alejandra "
    "Javier Diego Mateo Santiago Andrés Álvaro Joaquín Emilio Rodrigo Tomás",
    "portuguese": "Mariana Beatriz Inês Larissa Juliana Carolina Letícia Fernanda Joana "
    "Tiago João Rafael Gustavo Bruno Thiago Pedro Duarte Henrique",
    "italian": "Giulia Chiara Francesca Martina Elisa Silvia Ilaria Alessia "
    "Matteo Lorenzo Davide Andrea Stefano Simone Riccardo Paolo",
    "polish": "Agnieszka Katarzyna Magdalena Zofia Joanna Ewa Kinga Piotr Tomasz Michał Jakub Marcin Paweł Wojciech",
    "czech": "Tereza Lucie Kateřina Veronika Eliška Markéta Jakub Tomáš Ondřej Vojtěch Petr Martin",
    "romanian": "Ioana Andreea Elena Raluca Mihaela Bianca Andrei Mihai Radu Vlad Ștefan Cristian",
    "ukrainian": "Oksana Iryna Kateryna Daryna Solomiya Yulia Taras Dmytro Bohdan Andriy Oleh Maksym",
    "greek": "Eleni Katerina Ioanna Despina Sofia Nikos Giorgos Dimitris Yannis Kostas",
    "turkish": "Elif Zeynep Ayşe Defne Selin Ece Emre Burak Mert Kerem Onur Cem",
    "nordic": "Ingrid Astrid Freja Elin Saga Linnea Maja Signe Lars Erik Anders Mikkel Henrik Nils Jonas Oskar",
    "indian": "Priya Ananya Kavya Neha Divya Meera Pooja Shreya Ishita Lakshmi "
    "Arjun Rohan Vikram Rahul Aditya Karthik Sanjay Nikhil Manish Suresh",
    "pakistani": "Ayesha Fatima Sana Hira Mahnoor Zara Bilal Hamza Usman Faisal Imran Danish",
    "filipino": "Maricel Jasmine Angelica Rowena Liezl Kristine Paolo Jericho Miguel Rommel Arvin Carlo",
    "indonesian": "Dewi Putri Ayu Siti Ratna Intan Budi Agus Rizky Dimas Bayu Fajar",
    "vietnamese": "Linh Trang Huong Mai Thao Ngoc Minh Tuan Duc Hieu Quang Khanh",
    "japanese": "Yuki Haruka Sakura Aiko Mika Nanami Emi Haruto Kenji Daichi Takumi Ren Shota Naoki",
    "nigerian": "Chioma Adaeze Folake Ngozi Amara Temitope Emeka Chidi Tunde Segun Ifeanyi Babajide",
    "kenyan": "Wanjiru Akinyi Njeri Achieng Makena Zawadi Kamau Otieno Mwangi Kiprop Baraka Juma",
    "arabic": "Nour Salma Yasmin Mariam Heba Dina Omar Karim Youssef Tarek Mahmoud Sherif",
}
FAMILY: Final = {
    "english": "Carter Bennett Whitfield Hughes Marsh Dawson Fletcher Pritchard Lowe Kendall Ashworth Barrett Sinclair "
    "Thornton Hale Griffin Mercer Doyle Walsh Hawkins Pearce Sutton Nolan Chambers",
    "german": "Fischer Weber Hoffmann Schäfer Koch Bauer Richter Wolff Neumann Schwarz Zimmermann Krüger Hartmann "
    "Lindner Brandt Huber Moser Steiner Egger Vogel",
    "french": "Moreau Lefèvre Girard Mercier Fontaine Chevalier Rousseau Blanchard Perrin Caron Lemaire Delmas "
    "Boucher Marchand Renaud Vasseur",
    "dutch": "Jansen Bakker Visser Smit Meijer Mulder Bos Vos Hendriks Dekker Kuipers Veenstra",
    "spanish": "García Navarro Ortega Molina Rojas Vargas Castillo Herrera Mendoza Ibáñez Serrano Fuentes "
    "Cabrera Salinas Peña Quintero Aguilar Ríos",
    "portuguese": "Almeida Carvalho Ferreira Moreira Teixeira Barbosa Cardoso Nogueira Pinto Ramos Azevedo Fonseca",
    "italian": "Ricci Conti Moretti Galli Ferrara Rinaldi Caruso Marchetti Gatti Bianchi Longo Serra",
    "polish": "Nowak Wójcik Kowalczyk Mazur Zając Pawlak Wróbel Dudek Sikora Baran Walczak Szulc",
    "czech": "Novák Svoboda Dvořák Černý Procházka Kučera Veselý Horák Pokorný Marek",
    "romanian": "Popescu Ionescu Dumitru Stan Munteanu Rusu Lazăr Ciobanu Toma Ene",
    "ukrainian": "Kovalenko Shevchuk Bondarenko Tkachenko Kravets Melnyk Lysenko Marchenko Savchenko Hrytsenko",
    "greek": "Papadakis Nikolaidis Georgiou Vlachos Makris Karras Economou Pappas",
    "turkish": "Yılmaz Kaya Demir Çelik Şahin Aydın Arslan Doğan Koç Kurt",
    "nordic": "Lindqvist Berg Hansen Nielsen Holm Dahl Lund Nyström Sørensen Virtanen Korhonen Haugen Ekman Solberg",
    "indian": "Sharma Iyer Menon Reddy Patel Kulkarni Nair Gupta Banerjee Rao Joshi Deshpande Pillai Chatterjee",
    "pakistani": "Khan Malik Qureshi Siddiqui Ahmed Butt Chaudhry Raza Hashmi Mirza",
    "filipino": "Santos Reyes Cruz Bautista Villanueva Mendoza Dela-Cruz Salazar Navarro Domingo",
    "indonesian": "Wijaya Santoso Pratama Hidayat Kusuma Saputra Nugroho Lestari Hartono Siregar",
    "vietnamese": "Nguyen Tran Le Pham Hoang Vu Dang Bui Do Ngo",
    "japanese": "Tanaka Suzuki Yamamoto Nakamura Kobayashi Kato Yoshida Mori Ishikawa Fujita Hayashi Ueda",
    "nigerian": "Okafor Adeyemi Balogun Eze Okonkwo Ogunleye Nwosu Adebayo Obi Afolabi",
    "kenyan": "Kariuki Odhiambo Mutua Wafula Kimani Ochieng Cheruiyot Maina Ndungu Korir",
    "arabic": "Hassan Farouk Mansour Khalil Nasser Saleh Zaki Fathy Rashad Gaber",
}


@cache
def _lists(culture: str) -> tuple[list[str], list[str]]:
    return GIVEN[culture].split(), [name.replace("-", " ") for name in FAMILY[culture].split()]


def name_for(culture: str, rng: Random) -> str:
    """Given and family name; some people have two of the one or of the other."""
    given, family = _lists(culture)
    first, last = rng.choice(given), rng.choice(family)
    if culture in {"spanish", "portuguese"} and rng.random() < 0.35:
        last = f"{last} {rng.choice(family)}"
    elif culture == "czech" and first[-1] in "ae":
        last = _feminine(last)
    elif rng.random() < 0.12:
        first = f"{first} {rng.choice('ABCDEFGHJKLMNPRSTVW')}."
    return f"{first} {last}"


def _feminine(name: str) -> str:
    """A Czech woman's form of the family name."""
    if name.endswith("ý"):
        return f"{name[:-1]}á"
    return f"{name.removesuffix('a').replace('rek', 'rk')}ová"


def address_for(name: str, number: int) -> str:
    """An email address that belongs to nobody (RFC 2606) and is used once."""
    words = without_diacritics(name).lower().replace(".", "").split()
    return f"{'.'.join(words)}.{number}@members.example"
