# Strikewire as an image: Node 24 slim, the packages of run time alone, the page built, nobody's root.
#
#   docker build -t strikewire .
#
# The base is named by version. For a build that can be repeated to the byte, name it by digest too
# (`docker buildx imagetools inspect node:24.21.0-trixie-slim` prints it):
#
#   docker build --build-arg NODE_IMAGE=node:24.21.0-trixie-slim@sha256:… -t strikewire .
ARG NODE_IMAGE=node:24.21.0-trixie-slim

# Everything there is, to build the page; nothing of this stage but the page is kept.
FROM ${NODE_IMAGE} AS page
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src ./src
COPY web ./web
RUN npm run build:web

# What runs. No package has a script that has to run at its installation.
FROM ${NODE_IMAGE} AS packages
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    STRIKEWIRE_DATA_DIRECTORY=/data \
    STRIKEWIRE_JOBS_BACKUP_DIRECTORY=/backups \
    STRIKEWIRE_LOG_DESTINATION=stderr
RUN install -d -o node -g node -m 700 /data /backups
WORKDIR /app
COPY --from=packages /build/node_modules ./node_modules
COPY package.json package-lock.json LICENSE strikewire.example.yaml ./
COPY bin ./bin
COPY src ./src
COPY --from=page /build/web/dist ./web/dist
# A number, so that whoever runs it can see that it is not root's.
USER 1000:1000
VOLUME ["/data", "/backups"]
EXPOSE 7420
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7420/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM takes working entries back before the desk ends: give it 30 seconds.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "src/main.ts"]
CMD ["start"]
