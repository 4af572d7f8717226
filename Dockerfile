# The image of every process of TWS: web, bot, worker, sender, beat. docker-compose.yml says which command each runs.

FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt /tmp/requirements.txt
RUN /venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r /tmp/requirements.txt

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 tws \
    && useradd --system --uid 10001 --gid tws --home-dir /app --no-create-home --shell /usr/sbin/nologin tws \
    && install -d -o tws -g tws /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py LICENSE ./
COPY accounts accounts
COPY audit audit
COPY botapp botapp
COPY clients clients
COPY core core
COPY files files
COPY locale locale
COPY ops ops
COPY outbox outbox
COPY static static
COPY templates templates
COPY orders orders
COPY tickets tickets
COPY tws tws
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 TWS_STATE_DIR=/data MEDIA_DIR=/data/media
USER tws
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live/', timeout=4)"]
CMD ["gunicorn", "tws.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--graceful-timeout", "25"]
