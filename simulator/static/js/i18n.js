// The words of the page. English for browsers that do not ask for Russian.

const RUSSIAN = {
  chats: "Чаты", search: "Поиск", addPerson: "Новый человек", inspector: "Инспектор", name: "Имя",
  lastName: "Фамилия", username: "Имя пользователя", language: "Язык", phone: "Телефон", create: "Создать",
  cancel: "Отмена", back: "Назад", more: "Ещё", bot: "бот", typing: "печатает…", blockedStatus: "бот заблокирован",
  deactivated: "аккаунт удалён", chooseChat: "Выберите, от чьего имени писать боту",
  chooseHint: "Каждый человек слева видит свой чат с ботом", start: "Запустить", message: "Сообщение",
  caption: "Подпись", menu: "Меню", attach: "Прикрепить", photo: "Фото", file: "Файл", voice: "Голосовое",
  place: "Геопозиция", contact: "Мой контакт", send: "Отправить", reply: "Ответить", edit: "Изменить",
  edited: "изменено", block: "Заблокировать бота", unblock: "Разблокировать", deactivate: "Удалить аккаунт",
  deepLink: "Перейти по ссылке со start", deepLinkHint: "Параметр start или ссылка целиком", open: "Открыть",
  keyboard: "Клавиатура", emptyChat: "Здесь пока пусто", emptyHint: "Нажмите «Запустить», чтобы начать разговор",
  you: "Вы", today: "Сегодня", yesterday: "Вчера", sticker: "Стикер", video: "Видео", audio: "Аудио",
  poll: "Опрос", unsupported: "Сообщение другого вида", animation: "GIF", dropHere: "Отпустите, чтобы прикрепить",
  calls: "Вызовы", faults: "Сбои", violations: "Нарушения", hidePolling: "Скрыть пустые getUpdates",
  clear: "Очистить", noCalls: "Бот ещё ничего не вызывал", noFaults: "Сбоев не назначено",
  noViolations: "Нарушений нет: бот говорит с Bot API правильно", parameters: "Параметры", answer: "Ответ",
  files: "Файлы", method: "Метод", times: "Сколько раз", anyMethod: "любой", limits: "Лимиты отправки Telegram",
  faultServer: "Ошибка 500", faultFlood: "429, ждать 5 с", faultDelay: "Задержка 3 с", faultBefore: "Обрыв до",
  faultAfter: "Обрыв после", faultGarbage: "Мусор вместо JSON", faultHint: "Случится со следующими вызовами бота",
  close: "Закрыть", connectionLost: "Нет связи с симулятором", copied: "Скопировано",
  commands: "Команды бота", reset: "Начать всё заново", resetAsk: "Стереть все чаты, обновления и журнал?",
  dropped: "обрыв", newMessages: "Вниз",
};

const ENGLISH = {
  chats: "Chats", search: "Search", addPerson: "New person", inspector: "Inspector", name: "First name",
  lastName: "Last name", username: "Username", language: "Language", phone: "Phone", create: "Create",
  cancel: "Cancel", back: "Back", more: "More", bot: "bot", typing: "typing…", blockedStatus: "bot is blocked",
  deactivated: "account deleted", chooseChat: "Choose who writes to the bot",
  chooseHint: "Every person on the left sees their own chat with the bot", start: "Start", message: "Message",
  caption: "Caption", menu: "Menu", attach: "Attach", photo: "Photo", file: "File", voice: "Voice message",
  place: "Location", contact: "My contact", send: "Send", reply: "Reply", edit: "Edit", edited: "edited",
  block: "Block the bot", unblock: "Unblock", deactivate: "Delete the account",
  deepLink: "Follow a start link", deepLinkHint: "The start parameter or the whole link", open: "Open",
  keyboard: "Keyboard", emptyChat: "Nothing here yet", emptyHint: "Press Start to begin", you: "You",
  today: "Today", yesterday: "Yesterday", sticker: "Sticker", video: "Video", audio: "Audio", poll: "Poll",
  unsupported: "A message of another kind", animation: "GIF", dropHere: "Drop to attach", calls: "Calls",
  faults: "Faults", violations: "Violations", hidePolling: "Hide empty getUpdates", clear: "Clear",
  noCalls: "The bot has called nothing yet", noFaults: "No faults ordered",
  noViolations: "No violations: the bot speaks the Bot API well", parameters: "Parameters", answer: "Answer",
  files: "Files", method: "Method", times: "Times", anyMethod: "any", limits: "Telegram's sending limits",
  faultServer: "Error 500", faultFlood: "429, wait 5 s", faultDelay: "Delay of 3 s", faultBefore: "Drop before",
  faultAfter: "Drop after", faultGarbage: "Garbage, not JSON", faultHint: "Happens to the bot's next calls",
  close: "Close", connectionLost: "No connection to the simulator", copied: "Copied",
  commands: "The bot's commands", reset: "Start everything anew", resetAsk: "Erase all chats, updates and records?",
  dropped: "dropped", newMessages: "Down",
};

export const language = navigator.language.startsWith("ru") ? "ru" : "en";
const words = language === "ru" ? RUSSIAN : ENGLISH;

/** The text for a key. */
export const t = (key) => words[key] ?? key;

const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "long" });

/** Hours and minutes of a Unix time in seconds. */
export const clock = (seconds) => time.format(new Date(seconds * 1000));

/** The day of a Unix time, in words. */
export function dayName(seconds) {
  const date = new Date(seconds * 1000);
  const ago = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86400000);
  if (ago === 0) return t("today");
  return ago === 1 ? t("yesterday") : day.format(date);
}

/** A file size for people. */
export function fileSize(bytes) {
  const units = language === "ru" ? ["Б", "КБ", "МБ"] : ["B", "KB", "MB"];
  const step = bytes < 1024 ? 0 : bytes < 1048576 ? 1 : 2;
  return `${(bytes / 1024 ** step).toFixed(step && bytes / 1024 ** step < 10 ? 1 : 0)} ${units[step]}`;
}
