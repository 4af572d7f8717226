"""The JSON API under `/sim/api`: people, faults, and looking at what the bot did. JSON in and out.

    GET  /people
    POST /people                          first_name, last_name, username, language_code, phone, role, id
    GET  /people/{id}/messages?after=
    POST /people/{id}/messages            text | contact | location | content, reply_to_message_id;
                                          or a form: kind, file…, caption, declared_size, reply_to_message_id
    POST /people/{id}/press               message_id, data, forged
    POST /people/{id}/edit                message_id, text
    POST /people/{id}/block | unblock | deactivate
    GET  /callback-queries/{id}           the bot's answer to a press
    GET  /menu?person_id=                 commands and menu button as this person sees them
    GET  /files/{file_id}                 the bytes of a file
    POST /updates?lines=&assign=          the body is an update, byte for byte
    GET | POST | DELETE /faults           kind, method, chat_id, times, code, description, parameters, seconds
    GET  /calls?after=&method=&chat_id=   GET /violations     GET /state      GET /events (server-sent events)
    POST /limits                          enabled
    POST /reset

A refusal is `{"error": "a sentence"}` with a 4xx code.
"""
