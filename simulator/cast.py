"""The people who are there from the beginning: fictional clients and staff of a repair company."""

from simulator.model import Person


def default_cast() -> list[Person]:
    """New records of the default people; some ids are above 2^32, one has no username, one speaks English."""
    return [
        Person(7_100_000_001, "Анна", "Смирнова", "anna_smirnova", "ru", "+79161234501", "клиент"),
        Person(7_100_000_002, "Дмитрий", "Кузнецов", "d_kuznetsov", "ru", "+79161234502", "клиент"),
        Person(512_345_603, "Ольга", None, None, "ru", "+79161234503", "клиент"),
        Person(7_100_000_004, "Emily", "Carter", "emily_carter", "en", "+447700900123", "клиент"),
        Person(7_100_000_005, "Сергей", "Волков", "s_volkov", "ru", "+79161234505", "техник"),
        Person(7_100_000_006, "Мария", "Лебедева", "m_lebedeva", "ru", "+79161234506", "куратор"),
        Person(7_100_000_007, "Артём", "Новиков", "a_novikov", "ru", "+79161234507", "инженер"),
        Person(7_100_000_008, "Николай", "Фёдоров", "n_fedorov", "ru", "+79161234508", "стационар"),
    ]
