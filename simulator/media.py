"""Files: keeping bytes, naming them as Telegram does, and the sizes of a photo."""

import asyncio
import io
import mimetypes
import secrets
from dataclasses import dataclass
from pathlib import PurePath

from PIL import Image, ImageOps

from simulator.model import JsonObject, StoredFile
from simulator.runtime import Runtime

PHOTO_SIDES = (90, 320, 800, 1280)
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
JPEG_QUALITY = 87
FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "voice": "voice",
    "audio": "music",
    "video": "videos",
    "video_note": "video_notes",
    "animation": "animations",
    "sticker": "stickers",
}


@dataclass
class Upload:
    """A file that came with a request."""

    name: str
    mime_type: str
    data: bytes


def keep_file(runtime: Runtime, folder: str, upload: Upload, size: tuple[int, int] = (0, 0)) -> StoredFile:
    """Write the bytes and give them a file_id."""
    unique_id = f"AQAD{secrets.token_urlsafe(9)}"
    extension = PurePath(upload.name).suffix or mimetypes.guess_extension(upload.mime_type) or ""
    file = StoredFile(
        file_id=f"AgACAgIAAxkB{secrets.token_urlsafe(36)}",
        unique_id=unique_id,
        path=f"{folder}/file_{len(runtime.world.files)}{extension if extension.isascii() else ''}",
        size=len(upload.data),
        name=upload.name,
        mime_type=upload.mime_type,
        width=size[0],
        height=size[1],
    )
    runtime.storage.write_file(unique_id, upload.data)
    runtime.world.files[file.file_id] = file
    return file


def file_object(file: StoredFile) -> JsonObject:
    """The fields that all of the Bot API's file types share."""
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size}


def photo_size(file: StoredFile) -> JsonObject:
    """The Bot API's PhotoSize."""
    return {**file_object(file), "width": file.width, "height": file.height}


def scaled_photos(data: bytes) -> list[tuple[bytes, tuple[int, int]]]:
    """JPEGs of the picture in Telegram's sizes, smallest first. Raises ValueError when it is no picture."""
    try:
        with Image.open(io.BytesIO(data), formats=PHOTO_FORMATS) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("not a picture") from error
    longest = max(picture.size)
    sides = [side for side in PHOTO_SIDES if side < longest] + [min(longest, PHOTO_SIDES[-1])]
    result = []
    for side in dict.fromkeys(sides):
        copy = picture.copy()
        copy.thumbnail((side, side))
        buffer = io.BytesIO()
        copy.save(buffer, "JPEG", quality=JPEG_QUALITY)
        result.append((buffer.getvalue(), copy.size))
    return result


def keep_scaled(runtime: Runtime, scaled: list[tuple[bytes, tuple[int, int]]]) -> list[JsonObject]:
    """Keep a picture in all its sizes, as a list of PhotoSize."""
    return [
        photo_size(keep_file(runtime, "photos", Upload("photo.jpg", "image/jpeg", jpeg), size)) for jpeg, size in scaled
    ]


async def keep_photo(runtime: Runtime, upload: Upload) -> JsonObject:
    """Keep a person's photo in all sizes; the content of a Message that shows it.

    A photo that can not be decoded is kept as it is, in one size: the bot has to cope with it.
    """
    try:
        scaled = await asyncio.to_thread(scaled_photos, upload.data)
    except ValueError:
        return {"photo": [photo_size(keep_file(runtime, "photos", upload, (100, 100)))]}
    return {"photo": keep_scaled(runtime, scaled)}


def keep_media(runtime: Runtime, kind: str, upload: Upload, declared_size: int | None = None) -> JsonObject:
    """Keep any other file; the content of a Message that shows it, such as `{"document": {…}}`.

    With `declared_size` (bytes) Telegram says another size than the download has.
    """
    file = keep_file(runtime, FOLDERS[kind], upload)
    if declared_size is not None:
        file.size = declared_size
    shapes: dict[str, JsonObject] = {
        "document": {"file_name": upload.name, "mime_type": upload.mime_type},
        "voice": {"duration": 3, "mime_type": "audio/ogg"},
        "audio": {"duration": 3, "file_name": upload.name, "mime_type": upload.mime_type},
        "video": {"width": 640, "height": 360, "duration": 3, "mime_type": "video/mp4"},
        "video_note": {"length": 240, "duration": 3},
        "animation": {"width": 320, "height": 240, "duration": 3, "mime_type": "video/mp4"},
        "sticker": {
            "width": 512,
            "height": 512,
            "type": "regular",
            "is_animated": False,
            "is_video": False,
            "emoji": "👍",
        },
    }
    body = {**file_object(file), **shapes[kind]}
    if kind == "animation":  # Telegram sends an animation as a document too, for old bots
        return {"animation": body, "document": {**body, "file_name": upload.name}}
    return {kind: body}
