"""What an installation begins with; superusers change it in the console."""

from django.db import migrations

KINDS = [
    (
        "passport", "Фото паспорта", "Passport photo",
        "Разворот с фотографией целиком, без бликов. Все четыре угла и все строки должны быть видны.",
        "The page with the photo, whole and without glare. All four corners and all lines must be seen.",
        3, False,
    ),
    (
        "contract", "Фото договора", "Photo of the contract",
        "Все страницы по порядку, подпись должна быть видна. Если файл уже в PDF, пришлите его.",
        "All pages in their order, the signature must be seen. If it is a PDF already, send that.",
        10, False,
    ),
    (
        "requisites", "Реквизиты компании", "Company details",
        "Пришлите карточку компании файлом или фото. Можно просто написать реквизиты текстом.",
        "Send the company card as a file or a photo, or simply write the details.",
        3, True,
    ),
]  # fmt: skip
QUESTIONS = [
    ("full_name", "full_name", "Как вас зовут? Напишите фамилию, имя и отчество.", "What is your full name?",
     "Например: Иванов Иван Иванович", "For example: Ivanov Ivan", ""),
    ("city", "text", "В каком городе вы находитесь?", "Which city are you in?", "", "", ""),
    ("birth_date", "date", "Когда вы родились?", "When were you born?", "Например: 31.12.1990",
     "For example: 31.12.1990", "birth"),
]  # fmt: skip
REASONS = [
    ("blurred", "Нечётко", "Blurred", "Снимок нечёткий. Держите телефон ровно и дайте ему сфокусироваться.",
     "The picture is blurred. Hold the phone still and let it focus."),
    ("glare", "Блик", "Glare", "На снимке блик. Выключите вспышку и снимите сбоку от лампы.",
     "There is glare in the picture. Switch the flash off and move away from the lamp."),
    ("cut_off", "Обрезано", "Cut off", "Документ обрезан. В кадре должны быть все четыре угла.",
     "The document is cut off. All four corners must be in the picture."),
    ("wrong_document", "Не тот документ", "Another document", "Это другой документ. Пришлите тот, о котором мы просим.",
     "This is another document. Please send the one we ask for."),
    ("out_of_date", "Просрочен", "Out of date", "Срок действия документа истёк. Нужен действующий.",
     "The document is out of date. We need a valid one."),
    ("page_missing", "Не хватает страницы", "A page is missing", "Не хватает страницы. Пришлите документ целиком.",
     "A page is missing. Please send the whole document."),
    ("original_needed", "Нужен оригинал", "Original needed", "Нужен снимок оригинала, а не копии.",
     "We need a picture of the original, not of a copy."),
    ("data_differ", "Данные не совпадают", "The data differ", "Данные не совпадают с теми, что вы указали. Проверьте их.",
     "The data differ from those you gave. Please check them."),
    ("does_not_open", "Файл не открывается", "The file does not open", "Файл не открывается. Пришлите фото или PDF.",
     "The file does not open. Please send a photo or a PDF."),
]  # fmt: skip
CONSENT_RU = (
    "Я согласен на обработку моих персональных данных: фамилии, имени, отчества, даты рождения, города, телефона, адреса "
    "и документов, которые я пришлю. Цель: выполнить мою заявку и договор на ремонт. Данные хранятся в зашифрованном "
    "виде, их видят только сотрудники, которым это нужно для работы, и каждый просмотр записывается. После окончания "
    "срока хранения данные удаляются. Я могу отозвать согласие командой /consent, получить копию своих данных командой "
    "/mydata и попросить удалить их командой /forget."
)
CONSENT_EN = (
    "I consent to the processing of my personal data: name, date of birth, city, phone, address and the documents that "
    "I send. Purpose: to carry out my ticket and the contract of repair. The data are stored encrypted, only staff who "
    "need them see them, and every look is written down. When the time of keeping is over the data are deleted. I can "
    "withdraw the consent by /consent, get a copy of my data by /mydata, and ask to delete them by /forget."
)


def ship(apps, _schema):
    kind_model, template_model = apps.get_model("clients", "DocumentKind"), apps.get_model("clients", "RequestTemplate")
    questionnaire_model = apps.get_model("clients", "Questionnaire")
    question_model = apps.get_model("clients", "Question")
    place = 10
    for code, name_ru, name_en, ru, en, pages, text in KINDS:
        kind = kind_model.objects.create(
            code=code, name_ru=name_ru, name_en=name_en, instruction_ru=ru, instruction_en=en, pages=pages,
            types=["picture", "pdf"], text_allowed=text,
        )  # fmt: skip
        template_model.objects.create(code=code, name_ru=name_ru, name_en=name_en, kind=kind, position=place)
        place += 10
    basic = questionnaire_model.objects.create(
        code="basic", name_ru="Анкета клиента", name_en="Client’s questionnaire",
        instruction_ru="Три коротких вопроса. Ответы можно исправить перед отправкой.",
        instruction_en="Three short questions. The answers can be corrected before they are sent.",
    )  # fmt: skip
    for number, (key, kind, ru, en, hint_ru, hint_en, check) in enumerate(QUESTIONS, 1):
        question_model.objects.create(
            questionnaire=basic, position=number * 10, key=key, type=kind, text_ru=ru, text_en=en, hint_ru=hint_ru,
            hint_en=hint_en, date_check=check,
        )  # fmt: skip
    template_model.objects.create(
        code="basic", name_ru=basic.name_ru, name_en=basic.name_en, questionnaire=basic, position=place
    )
    for number, (code, name_ru, name_en, ru, en) in enumerate(REASONS, 1):
        apps.get_model("clients", "RedoReason").objects.create(
            code=code, position=number * 10, name_ru=name_ru, name_en=name_en, text_ru=ru, text_en=en
        )
    apps.get_model("clients", "ConsentText").objects.create(text_ru=CONSENT_RU, text_en=CONSENT_EN)


def unship(apps, _schema):
    for name in ("RequestTemplate", "Question", "Questionnaire", "DocumentKind", "RedoReason", "ConsentText"):
        apps.get_model("clients", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]
    operations = [migrations.RunPython(ship, unship)]
