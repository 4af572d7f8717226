"""Delivers updates to the bot's webhook as Telegram does: one chat in order, many chats at once, again until a 2xx."""

import asyncio
import time

import httpx

from simulator.model import JsonObject, QueuedUpdate
from simulator.runtime import Runtime
from simulator.updates import chat_of

FAULT_METHOD = "webhook"
"""Faults for this method spoil deliveries: `drop_before` and `error` lose one, `drop_after` makes it come twice."""
RETRY_FIRST, RETRY_MOST = 0.2, 5.0
"""Seconds between two tries; Telegram takes longer, and nobody wants to wait for that here."""
ANSWER_TIMEOUT = 10.0


class Deliverer:
    """Looks for what is pending while a webhook is set, and posts it."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._busy: set[int] = set()
        self._posts: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until it is cancelled."""
        async with httpx.AsyncClient(timeout=ANSWER_TIMEOUT, trust_env=False) as http:
            try:
                while True:
                    self._start(http)
                    await asyncio.sleep(0.01 if self._runtime.world.webhook else 0.1)
            finally:
                for post in self._posts:
                    post.cancel()

    def _start(self, http: httpx.AsyncClient) -> None:
        webhook = self._runtime.world.webhook
        if webhook is None:
            return
        waiting: set[int] = set()
        for update in list(self._runtime.world.updates.pending):
            if len(self._busy) >= webhook["max_connections"]:
                return
            chat = chat_of(update)
            if chat in self._busy or chat in waiting:
                waiting.add(chat)
                continue
            self._busy.add(chat)
            post = asyncio.create_task(self._deliver(http, webhook, update, chat))
            self._posts.add(post)
            post.add_done_callback(self._posts.discard)

    async def _deliver(self, http: httpx.AsyncClient, webhook: JsonObject, update: QueuedUpdate, chat: int) -> None:
        """Post until it is taken, or the webhook is another one."""
        wait = RETRY_FIRST
        try:
            while self._runtime.world.webhook is webhook:
                error = await self._post(http, webhook, update)
                if error is None:
                    self._runtime.world.updates.take_out(update.id)
                    return
                webhook["last_error_date"], webhook["last_error_message"] = int(time.time()), error
                await asyncio.sleep(wait)
                wait = min(wait * 2, RETRY_MOST)
        finally:
            self._busy.discard(chat)

    async def _post(self, http: httpx.AsyncClient, webhook: JsonObject, update: QueuedUpdate) -> str | None:
        """What went wrong, in Telegram's words, or None."""
        fault = self._runtime.faults.take(FAULT_METHOD, None)
        if fault is not None and fault.kind != "drop_after":
            return "Connection reset by peer"
        headers = {"Content-Type": "application/json"}
        if secret := webhook.get("secret_token"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        try:
            answer = await http.post(webhook["url"], content=update.body, headers=headers)
        except httpx.HTTPError:
            return "Connection refused"
        if fault is not None:
            return "Read timeout expired"
        return None if answer.is_success else f"Wrong response from the webhook: {answer.status_code}"
