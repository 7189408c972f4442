# The portal in one image; docker-compose.yml says which of its processes a container runs.
# Front-end files: the locked npm packages, of which a few files are copied on.
FROM node:24-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev

FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /srv/portal/.venv
WORKDIR /srv/portal
COPY requirements.txt ./
RUN .venv/bin/python -m pip install -r requirements.txt
COPY . .
COPY --from=front-end /build/node_modules /build/node_modules
RUN .venv/bin/python -m launch.image /build/node_modules

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home portal
ENV PATH=/srv/portal/.venv/bin:$PATH PYTHONUTF8=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 VAR_DIR=/srv/portal/var MEDIA_ROOT=/srv/media
WORKDIR /srv/portal
COPY --from=build /srv/portal /srv/portal
RUN install -d -o portal -g portal /srv/media /srv/state
USER portal
EXPOSE 8000
CMD ["gunicorn", "-c", "trainingbase/gunicorn.py", "-b", "0.0.0.0:8000", "trainingbase.wsgi"]
