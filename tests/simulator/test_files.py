"""Photos, documents, albums and downloads, in both directions."""

import httpx
import pytest

from simulator.client import Person, SimulatorClient
from simulator.server import TEST_TOKEN
from tests.simulator.conftest import Api, error
from tests.simulator.pictures import jpeg


def test_photo_of_a_person_comes_in_sizes(base_url: str, sim: SimulatorClient, api: Api, anna: Person) -> None:
    sim.send_photo(anna, jpeg(1600, 900), caption="/new сломан")
    message = api("getUpdates")[1]["result"][0]["message"]
    sizes = [(size["width"], size["height"]) for size in message["photo"]]
    assert sizes == [(90, 51), (320, 180), (800, 450), (1280, 720)]
    assert message["caption"] == "/new сломан"
    assert message["caption_entities"] == [{"type": "bot_command", "offset": 0, "length": 4}]
    file = api("getFile", file_id=message["photo"][-1]["file_id"])[1]["result"]
    data = httpx.get(f"{base_url}/file/bot{TEST_TOKEN}/{file['file_path']}").content
    assert len(data) == file["file_size"]
    assert data.startswith(b"\xff\xd8")


def test_something_that_is_no_picture_arrives_as_a_photo(sim: SimulatorClient, api: Api, anna: Person) -> None:
    sim.send_photo(anna, b"<html></html>")
    photo = api("getUpdates")[1]["result"][0]["message"]["photo"]
    assert [size["file_size"] for size in photo] == [13]


def test_document_keeps_name_and_bytes(base_url: str, sim: SimulatorClient, api: Api, anna: Person) -> None:
    sim.send_document(anna, b"%PDF", file_name="../счёт.pdf", declared_size=1024)
    document = api("getUpdates")[1]["result"][0]["message"]["document"]
    assert (document["file_name"], document["file_size"]) == ("../счёт.pdf", 1024)
    path = api("getFile", file_id=document["file_id"])[1]["result"]["file_path"]
    assert path.startswith("documents/file_")
    assert httpx.get(f"{base_url}/file/bot{TEST_TOKEN}/{path}").content == b"%PDF"
    assert httpx.get(f"{base_url}/file/bot1:wrong/{path}").status_code == 401
    assert httpx.get(f"{base_url}/file/bot{TEST_TOKEN}/documents/none").status_code == 404


def test_files_over_20_mb_can_not_be_fetched(sim: SimulatorClient, api: Api, anna: Person) -> None:
    limit = 20 * 1024 * 1024
    sim.send_document(anna, bytes(limit + 1), file_name="big.bin")
    sim.send_document(anna, b"small", declared_size=limit + 1)
    sim.send_document(anna, b"small", declared_size=limit)
    ids = [update["message"]["document"]["file_id"] for update in api("getUpdates")[1]["result"]]
    assert api("getFile", file_id=ids[0]) == error(400, "Bad Request: file is too big")
    assert api("getFile", file_id=ids[1]) == error(400, "Bad Request: file is too big")
    assert api("getFile", file_id=ids[2])[1]["result"]["file_size"] == limit
    assert api("getFile", file_id="none") == error(400, "Bad Request: invalid file_id")


def test_album_of_a_person_is_one_group(sim: SimulatorClient, api: Api, anna: Person) -> None:
    sim.send_album(anna, [jpeg(), jpeg(), jpeg()], caption="three")
    messages = [update["message"] for update in api("getUpdates")[1]["result"]]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["three", None, None]


@pytest.mark.parametrize("kind", ["voice", "audio", "video", "video_note", "animation", "sticker"])
def test_other_media(sim: SimulatorClient, api: Api, anna: Person, kind: str) -> None:
    sim.send_media(anna, kind, b"data", file_name="x.bin")
    media = api("getUpdates")[1]["result"][0]["message"][kind]
    assert media["file_size"] == 4
    assert api("getFile", file_id=media["file_id"])[0] == 200


def test_bot_sends_a_photo_and_reuses_it(sim: SimulatorClient, api: Api, anna: Person) -> None:
    sent = api(
        "sendPhoto",
        files={"photo": ("p.jpg", jpeg())},
        chat_id=anna.id,
        caption="<b>c</b>",
        parse_mode="HTML",
    )
    photo = sent[1]["result"]["photo"]
    assert sent[1]["result"]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    again = api("sendPhoto", chat_id=anna.id, photo=photo[-1]["file_id"])
    assert again[1]["result"]["photo"][0]["file_unique_id"] == photo[-1]["file_unique_id"]
    assert [call.files for call in sim.calls(method="sendPhoto")] == [
        [{"field": "photo", "name": "p.jpg", "size": len(jpeg())}],
        [],
    ]


@pytest.mark.parametrize(
    ("photo", "description"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (b"", "file must be non-empty"),
        (jpeg(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
def test_photos_that_telegram_refuses(api: Api, anna: Person, photo: bytes, description: str) -> None:
    answer = api("sendPhoto", files={"photo": ("p.jpg", photo)}, chat_id=anna.id)
    assert answer == error(400, f"Bad Request: {description}")


def test_unknown_file_id_and_long_caption(api: Api, anna: Person) -> None:
    assert api("sendDocument", chat_id=anna.id, document="none") == error(
        400, "Bad Request: wrong file identifier/HTTP URL specified"
    )
    files = {"document": ("x.txt", b"x")}
    assert api("sendDocument", files=files, chat_id=anna.id, caption="x" * 1025) == error(
        400, "Bad Request: message caption is too long"
    )
    sent = api("sendDocument", files=files, chat_id=anna.id, caption="x" * 1024)[1]["result"]
    edited = api("editMessageCaption", chat_id=anna.id, message_id=sent["message_id"], caption="y")
    assert edited[1]["result"]["caption"] == "y"


def test_album_sizes(api: Api, anna: Person) -> None:
    assert api("sendMediaGroup", chat_id=anna.id, media=[]) == error(400, "Bad Request: there are no messages to send")
    items = [{"type": "photo", "media": "x"}] * 11
    assert api("sendMediaGroup", chat_id=anna.id, media=items) == error(
        400, "Bad Request: too many messages to send as an album"
    )
    mixed = [{"type": "photo", "media": "x"}, {"type": "document", "media": "x"}]
    assert api("sendMediaGroup", chat_id=anna.id, media=mixed) == error(
        400, "Bad Request: document can't be mixed with other media types"
    )
