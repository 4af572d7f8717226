import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


FILL_WAITING_SINCE = """
UPDATE tickets_ticket AS t SET waiting_since = coalesce(
    (SELECT min(c.created_at) FROM tickets_comment c
     WHERE c.ticket_id = t.id AND c.visibility = 'public' AND c.author_id = t.client_id AND c.id > answer.id),
    CASE WHEN answer.id = 0 THEN t.created_at END)
FROM (
    SELECT q.id AS ticket_id, coalesce(max(c.id), 0) AS id FROM tickets_ticket q
    LEFT JOIN tickets_comment c ON c.ticket_id = q.id AND c.visibility = 'public' AND c.author_id <> q.client_id
    GROUP BY q.id
) AS answer
WHERE answer.ticket_id = t.id AND t.status IN ('new', 'in_progress')
"""

# The separators are those of tickets/search.py, where the questions are taken apart in the same way. Positions are
# left out: they would double the size, and phrases are not asked for. A ticket of more words than a tsvector holds
# (1 MB) keeps the first of them: nothing that is written may be refused because it can not be searched.
SEARCH = r"""
CREATE FUNCTION tickets_words(given text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH plain AS (SELECT translate(lower(normalize(coalesce(given, ''), NFC)), 'ё', 'е') AS line),
    words AS (
        SELECT left(word, 100) AS word
        FROM plain, regexp_split_to_table(line, '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u303f\ufe00-\ufe4f\ufeff\uff00-\uff0f\U0001f000-\U0001faff]+') AS word
        WHERE word <> ''
    ),
    serials AS (
        SELECT regexp_replace(chunk, '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u303f\ufe00-\ufe4f\ufeff\uff00-\uff0f\U0001f000-\U0001faff]+', '', 'g') AS word
        FROM plain, regexp_split_to_table(line, '\s+') AS chunk
        WHERE length(chunk) <= 40 AND chunk ~ '[0-9]'
    )
    SELECT strip(to_tsvector('pg_catalog.russian', coalesce((SELECT string_agg(word, ' ') FROM words), '')))
        || array_to_tsvector(coalesce((
            SELECT array_agg(DISTINCT word)
            FROM (SELECT word FROM words UNION SELECT word FROM serials) AS every WHERE word <> ''
        ), '{}'))
$$;

CREATE FUNCTION tickets_search_of(wanted bigint) RETURNS tsvector LANGUAGE plpgsql STABLE AS $$
DECLARE found_words tsvector; line text;
BEGIN
    SELECT tickets_words(concat_ws(' ', t.number, t.subject, t.description)) || tickets_words(u.full_name)
        INTO found_words FROM tickets_ticket t JOIN accounts_user u ON u.id = t.client_id WHERE t.id = wanted;
    BEGIN
        FOR line IN SELECT text FROM tickets_comment WHERE ticket_id = wanted ORDER BY id LOOP
            found_words := found_words || tickets_words(line);
        END LOOP;
    EXCEPTION WHEN program_limit_exceeded THEN NULL;
    END;
    RETURN found_words;
END $$;

CREATE FUNCTION tickets_search_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tickets_search (ticket_id, words) VALUES (NEW.id, tickets_search_of(NEW.id))
        ON CONFLICT (ticket_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_search_new AFTER INSERT ON tickets_ticket
    FOR EACH ROW EXECUTE FUNCTION tickets_search_ticket();
CREATE TRIGGER tickets_search_changed AFTER UPDATE OF number, subject, description, client_id ON tickets_ticket
    FOR EACH ROW WHEN ((OLD.number, OLD.subject, OLD.description, OLD.client_id)
        IS DISTINCT FROM (NEW.number, NEW.subject, NEW.description, NEW.client_id))
    EXECUTE FUNCTION tickets_search_ticket();

CREATE FUNCTION tickets_search_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE tickets_search SET words = words || tickets_words(NEW.text) WHERE ticket_id = NEW.ticket_id;
    ELSE
        UPDATE tickets_search SET words = tickets_search_of(OLD.ticket_id) WHERE ticket_id = OLD.ticket_id;
    END IF;
    RETURN NULL;
EXCEPTION WHEN program_limit_exceeded THEN
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_search_comment AFTER INSERT OR DELETE OR UPDATE OF text ON tickets_comment
    FOR EACH ROW EXECUTE FUNCTION tickets_search_comment();

CREATE FUNCTION tickets_search_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tickets_search SET words = tickets_search_of(ticket_id)
        WHERE ticket_id IN (SELECT id FROM tickets_ticket WHERE client_id = NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_search_client AFTER UPDATE OF full_name ON accounts_user
    FOR EACH ROW WHEN (OLD.full_name IS DISTINCT FROM NEW.full_name) EXECUTE FUNCTION tickets_search_client();
"""

FORGET_SEARCH = """
DROP TRIGGER tickets_search_client ON accounts_user;
DROP TRIGGER tickets_search_comment ON tickets_comment;
DROP TRIGGER tickets_search_changed ON tickets_ticket;
DROP TRIGGER tickets_search_new ON tickets_ticket;
DROP FUNCTION tickets_search_client(), tickets_search_comment(), tickets_search_ticket();
DROP FUNCTION tickets_search_of(bigint);
DROP FUNCTION tickets_words(text);
"""

FILL_SEARCH = "INSERT INTO tickets_search (ticket_id, words) SELECT id, tickets_search_of(id) FROM tickets_ticket"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('tickets', '0002_comment_moved_to'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchRow',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='search_row', serialize=False, to='tickets.ticket')),
                ('words', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'db_table': 'tickets_search',
            },
        ),
        migrations.AddField(
            model_name='ticket',
            name='waiting_since',
            field=models.DateTimeField(null=True, verbose_name='waiting since'),
        ),
        migrations.RunSQL(FILL_WAITING_SINCE, migrations.RunSQL.noop),
        migrations.AddField(
            model_name='ticket',
            name='turn',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(then=django.db.models.expressions.CombinedExpression(models.Value(14), '-', models.Case(models.When(priority='low', then=1), models.When(priority='normal', then=2), models.When(priority='high', then=3), models.When(priority='urgent', then=4), default=0)), waiting_since__isnull=False), models.When(status__in=['new', 'in_progress'], then=django.db.models.expressions.CombinedExpression(models.Value(14), '-', models.Case(models.When(priority='low', then=1), models.When(priority='normal', then=2), models.When(priority='high', then=3), models.When(priority='urgent', then=4), default=0))), models.When(status__in=['waiting_client', 'on_hold'], then=django.db.models.expressions.CombinedExpression(models.Value(24), '-', models.Case(models.When(priority='low', then=1), models.When(priority='normal', then=2), models.When(priority='high', then=3), models.When(priority='urgent', then=4), default=0))), models.When(status='resolved', then=30), default=40), output_field=models.SmallIntegerField()),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['tenant', 'turn', 'waiting_since', '-created_at', '-id'], name='ticket_turn_tenant'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['turn', 'waiting_since', '-created_at', '-id'], name='ticket_turn'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['in_progress', 'new', 'on_hold', 'waiting_client'])), fields=['tenant', 'assignee', 'status'], name='ticket_unsolved'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['tenant', 'waiting_since', 'assignee'], name='ticket_waiting'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('first_answer_at__isnull', False)), fields=['tenant', 'first_answer_at'], name='ticket_answered'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('resolved_at__isnull', False)), fields=['tenant', 'resolved_at'], name='ticket_solved'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='ticket_search_words'),
        ),
        migrations.RunSQL(SEARCH, FORGET_SEARCH),
        migrations.RunSQL(FILL_SEARCH, migrations.RunSQL.noop),
    ]
