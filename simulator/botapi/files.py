"""Photos, documents and albums that a bot sends, and files that it fetches."""

import asyncio

from simulator import media
from simulator.botapi.call import Call, method
from simulator.botapi.content import caption_content
from simulator.botapi.messages import post
from simulator.errors import BotApiError, SchemaViolationError, bad_request
from simulator.model import JsonObject, StoredFile

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_ALBUM = 10
ATTACHED = "attach://"


@method("sendPhoto")
async def send_photo(call: Call) -> JsonObject:
    """Send a picture, uploaded or by file_id."""
    content = await _media_content(call, "photo", call.params["photo"])
    return post(call, [{**content, **caption_content(call.params)}])[0]


@method("sendDocument")
async def send_document(call: Call) -> JsonObject:
    """Send a file, uploaded or by file_id."""
    content = await _media_content(call, "document", call.params["document"])
    return post(call, [{**content, **caption_content(call.params)}])[0]


@method("sendMediaGroup")
async def send_media_group(call: Call) -> list[JsonObject]:
    """Send an album of photos and videos, or of documents."""
    items = call.params["media"]
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > MAX_ALBUM:
        raise bad_request("too many messages to send as an album")
    kinds = {item["type"] for item in items}
    if kinds & {"document", "audio"} and len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    album = {"media_group_id": str(call.world.last_message_id + 10**16)} if len(items) > 1 else {}
    contents = [
        {**await _media_content(call, item["type"], item["media"]), **caption_content(item), **album} for item in items
    ]
    return post(call, contents)


async def _media_content(call: Call, kind: str, source: str) -> JsonObject:
    """What a Message shows of a file named by `attach://field` or file_id. Raises BotApiError."""
    if source.startswith(("http://", "https://")):
        raise SchemaViolationError("files given by address are not served, upload them")
    if not source.startswith(ATTACHED):
        return _known_content(call, kind, source)
    upload = call.files.get(source.removeprefix(ATTACHED))
    if upload is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > MAX_UPLOAD_BYTES:
        raise BotApiError(413, "Request Entity Too Large")
    if kind != "photo":
        return media.keep_media(call.runtime, kind, upload)
    try:
        scaled = await asyncio.to_thread(media.scaled_photos, upload.data)
    except ValueError:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    width, height = scaled[-1][1]
    if max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return {"photo": media.keep_scaled(call.runtime, scaled)}


def _known_content(call: Call, kind: str, file_id: str) -> JsonObject:
    """The same file shown again."""
    file = _find_file(call, file_id)
    if kind == "photo":
        return {"photo": [media.photo_size(file)]}
    return {kind: {**media.file_object(file), "file_name": file.name, "mime_type": file.mime_type}}


def _find_file(call: Call, file_id: str) -> StoredFile:
    file = call.world.files.get(file_id)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return file


@method("getFile")
async def get_file(call: Call) -> JsonObject:
    """Where a file can be downloaded, up to 20 MB as Telegram counts it."""
    file = call.world.files.get(call.params["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {**media.file_object(file), "file_path": file.path}
