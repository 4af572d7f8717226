"""People of the JSON API: who there is, what they do and what they see."""

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator import media, people
from simulator.errors import SimError
from simulator.media import Upload
from simulator.model import JsonObject, Person
from simulator.runtime import chat_view, message_view
from simulator.simapi.common import Json, body_of, integer, required, runtime_of

PERSON_FIELDS = frozenset({"id", "first_name", "last_name", "username", "language_code", "phone", "role"})
CONTENT_KINDS = ("contact", "location", "content")


async def list_people(request: Request) -> Response:
    """All people, each with the state of their chat."""
    world = runtime_of(request).world
    return Json([chat_view(world, chat) for chat in world.chats.values()])


async def add_person(request: Request) -> Response:
    """Create a person from `first_name` and any of the other fields of Person."""
    runtime = runtime_of(request)
    body = await body_of(request)
    unknown = body.keys() - PERSON_FIELDS
    if unknown:
        raise SimError(422, f"Unknown fields: {', '.join(sorted(unknown))}")
    if not str(required(body, "first_name", str)).strip():
        raise SimError(422, "first_name must not be empty")
    body.setdefault("id", runtime.world.new_person_id())
    if body["id"] in runtime.world.people:
        raise SimError(409, f"There is a person {body['id']} already")
    person = Person(**body)
    runtime.world.add_person(person)
    chat = runtime.world.chats[person.id]
    runtime.changed(chat)
    return Json(chat_view(runtime.world, chat), 201)


async def history(request: Request) -> Response:
    """Messages of a chat with ids above `after`, deleted ones too, oldest first."""
    chat = runtime_of(request).chat(request.path_params["person_id"])
    after = integer(request, "after") or 0
    return Json([message_view(message) for key, message in chat.messages.items() if key > after])


async def send(request: Request) -> Response:
    """Let a person send one message or an album; see the module `simulator.client` for the fields."""
    runtime = runtime_of(request)
    person_id: int = request.path_params["person_id"]
    runtime.person(person_id)
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            contents = await _media_contents(request, form)
            reply_to = _form_integer(form, "reply_to_message_id")
    else:
        body = await body_of(request)
        contents = [_content(request, body)]
        reply_to = body.get("reply_to_message_id")
    messages = people.say(runtime, person_id, contents, reply_to)
    return Json([message_view(message) for message in messages], 201)


def _content(request: Request, body: JsonObject) -> JsonObject:
    """The content of a message without files."""
    given = [kind for kind in ("text", *CONTENT_KINDS) if kind in body]
    if len(given) != 1:
        raise SimError(422, "Give exactly one of text, contact, location, content, or files")
    if given == ["text"]:
        return people.text_content(str(required(body, "text", str)))
    value = body[given[0]]
    if not isinstance(value, dict):
        raise SimError(422, f"{given[0]} must be an object")
    if given == ["contact"]:
        return {"contact": _contact(request, value)}
    return value if given == ["content"] else {"location": value}


def _contact(request: Request, given: JsonObject) -> JsonObject:
    """A contact; an empty object is the person's own card."""
    person = runtime_of(request).person(request.path_params["person_id"])
    if given:
        return given
    if not person.phone:
        raise SimError(422, "This person has no phone number")
    own = {"phone_number": person.phone.lstrip("+"), "first_name": person.first_name, "user_id": person.id}
    return own | ({"last_name": person.last_name} if person.last_name else {})


async def _media_contents(request: Request, form: FormData) -> list[JsonObject]:
    """The contents of the files of a form: `kind`, one or more `file`, `caption`, `declared_size`."""
    kind = str(form.get("kind", "document"))
    if kind not in media.FOLDERS:
        raise SimError(422, f"kind must be one of {', '.join(media.FOLDERS)}")
    uploads = [item for item in form.getlist("file") if isinstance(item, UploadFile)]
    if not 1 <= len(uploads) <= 10:
        raise SimError(422, "Send 1 to 10 files")
    caption = people.caption_content(str(form.get("caption", "")))
    contents = [await _keep(request, kind, item, _form_integer(form, "declared_size")) for item in uploads]
    contents[0] |= caption
    return contents


async def _keep(request: Request, kind: str, item: UploadFile, declared_size: int | None) -> JsonObject:
    mime_type = item.content_type or "application/octet-stream"
    upload = Upload(item.filename or "", mime_type, await item.read())
    if kind == "photo":
        return await media.keep_photo(runtime_of(request), upload)
    return media.keep_media(runtime_of(request), kind, upload, declared_size)


def _form_integer(form: FormData, name: str) -> int | None:
    """An integer field of a form, None when it is not given. Raises SimError (422)."""
    try:
        return int(str(form[name])) if name in form else None
    except ValueError as error:
        raise SimError(422, f"{name} must be an integer") from error


async def press(request: Request) -> Response:
    """Press an inline button: `message_id`, `data`, and `forged` to send data that no button has."""
    body = await body_of(request)
    message_id, data = required(body, "message_id", int), required(body, "data", str)
    assert isinstance(message_id, int)
    query = people.press(
        runtime_of(request),
        request.path_params["person_id"],
        message_id,
        str(data),
        forged=bool(body.get("forged")),
    )
    return Json({"callback_query_id": query.id}, 201)


async def callback_answer(request: Request) -> Response:
    """The bot's answer to a press, null while there is none."""
    query = runtime_of(request).world.queries.get(request.path_params["query_id"])
    if query is None:
        raise SimError(404, "There is no such callback query")
    return Json({"answer": query.answer})


async def edit(request: Request) -> Response:
    """Edit a person's own message: `message_id`, `text` (the new text or caption)."""
    body = await body_of(request)
    message_id, text = required(body, "message_id", int), required(body, "text", str)
    assert isinstance(message_id, int)
    message = people.edit(runtime_of(request), request.path_params["person_id"], message_id, str(text))
    return Json(message_view(message))


async def change_chat(request: Request) -> Response:
    """Block, unblock, or deactivate the account."""
    runtime = runtime_of(request)
    person_id: int = request.path_params["person_id"]
    match request.path_params["change"]:
        case "block":
            people.set_blocked(runtime, person_id, blocked=True)
        case "unblock":
            people.set_blocked(runtime, person_id, blocked=False)
        case "deactivate":
            people.deactivate(runtime, person_id)
        case other:
            raise SimError(404, f"There is no action {other}")
    return Json(chat_view(runtime.world, runtime.chat(person_id)))


PERSON = "/people/{person_id:int}"
routes = [
    Route("/people", list_people),
    Route("/people", add_person, methods=["POST"]),
    Route(f"{PERSON}/messages", history),
    Route(f"{PERSON}/messages", send, methods=["POST"]),
    Route(f"{PERSON}/press", press, methods=["POST"]),
    Route(f"{PERSON}/edit", edit, methods=["POST"]),
    Route(PERSON + "/{change}", change_chat, methods=["POST"]),
    Route("/callback-queries/{query_id}", callback_answer),
]
