"""Parts of made-up names. First names from many places; family names put together so that nobody bears them."""

from __future__ import annotations

__all__ = ["FAMILY_ENDS", "FAMILY_STARTS", "FIRST_NAMES"]

FIRST_NAMES = {
    "F": (
        *("Amina", "Ava", "Beatrice", "Blessing", "Bronwen", "Chidera", "Chloe", "Daisy", "Divya", "Efua"),
        *("Eilidh", "Elif", "Ella", "Esther", "Fatima", "Florence", "Freya", "Grace", "Hana", "Imani"),
        *("Iris", "Isla", "Jasmine", "Kezia", "Khadija", "Leila", "Lily", "Magda", "Maisie", "Mei"),
        *("Mina", "Nadia", "Nia", "Noor", "Olivia", "Oluchi", "Poppy", "Priya", "Rosa", "Ruby"),
        *("Saoirse", "Selam", "Shanice", "Sienna", "Simran", "Talia", "Thandi", "Willow", "Yasmin", "Zofia"),
    ),
    "M": (
        *("Aarav", "Abel", "Adam", "Alfie", "Arlo", "Babajide", "Callum", "Cai", "Daniel", "Darius"),
        *("Dylan", "Ebrahim", "Elijah", "Emre", "Ethan", "Felix", "Finn", "George", "Gurdeep", "Hamza"),
        *("Harry", "Hugo", "Idris", "Isaac", "Jakub", "Jayden", "Jin", "Joshua", "Kofi", "Kwame"),
        *("Leo", "Liam", "Luca", "Malachi", "Mateusz", "Mohammed", "Noah", "Omar", "Oscar", "Ravi"),
        *("Reuben", "Rhys", "Samuel", "Tariq", "Theo", "Tobias", "Tomasz", "Yusuf", "Zac", "Zayn"),
    ),
}
FAMILY_STARTS = (
    *("Adeb", "Alder", "Amber", "Applet", "Arkan", "Bairn", "Barley", "Beck", "Bram", "Brindle"),
    *("Calder", "Chand", "Clover", "Cobble", "Copper", "Dappl", "Damson", "Ebony", "Elder", "Fenn"),
    *("Finch", "Gorse", "Gosl", "Hazel", "Heron", "Ibis", "Jasper", "Kestrel", "Lark", "Linden"),
    *("Mallow", "Marl", "Nettle", "Okon", "Otter", "Pebble", "Pewter", "Quill", "Ramson", "Rowan"),
    *("Saffr", "Sedge", "Sorrel", "Tansy", "Teasel", "Umber", "Vetch", "Wend", "Yarrow", "Zephyr"),
)
FAMILY_ENDS = (
    *("acre", "adottir", "ahan", "akova", "andra", "araja", "beck", "bourne", "by", "combe"),
    *("dale", "eji", "ellu", "escu", "fell", "ford", "garth", "hollow", "iansky", "ichi"),
    *("idze", "ingham", "keld", "landra", "lea", "lowe", "marsh", "mere", "moor", "nwick"),
    *("ogly", "olami", "osa", "pool", "quist", "ridge", "rova", "shaw", "stead", "stone"),
    *("sund", "thorpe", "toft", "uddin", "unga", "wala", "water", "wick", "worth", "yemi"),
)
