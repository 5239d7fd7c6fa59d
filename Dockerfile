# The digest names one image for good; .github/dependabot.yml proposes the next one.
FROM python:3.11.16-slim-trixie@sha256:be1575ed968de893bd54f4c56315ff7c4736ce522c1bca08fd521731aafc0d76 AS base

FROM base AS packages
COPY requirements/run.txt /tmp/run.txt
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --only-binary :all: --require-hashes --requirement /tmp/run.txt

FROM base
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_PATH=/data/bot.sqlite3
RUN groupadd --system --gid 10001 bot \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin bot \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY bot/ bot/
COPY cogs/ cogs/
RUN python -m compileall -q bot cogs
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
# Discord may take a while to let a bot in, and the sign of life comes only then.
HEALTHCHECK --interval=30s --timeout=10s --start-period=90s --retries=3 CMD ["python", "-m", "bot", "health"]
CMD ["python", "-m", "bot"]
