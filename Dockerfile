# Node LTS, by digest: the tag says what it is, the digest that it stays that. The oldest Node that works is in
# package.json under "engines".
ARG NODE_IMAGE=node:24.19.0-bookworm-slim@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Nothing that is needed here comes from a package's own script, and none may run one.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The Prisma command line and TypeScript are optional to the client, and only needed to build.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
  && npm sbom --omit=dev --omit=optional --sbom-format=cyclonedx > sbom.cdx.json

FROM ${NODE_IMAGE}
WORKDIR /app
# Left to itself, Node takes a share of the machine's memory before it cleans up. The first limit keeps it to what it needs;
# the second gives what a request leaves behind room to be dropped early, which is cheap. What both come to:
# docs/performance.md.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 NODE_OPTIONS="--max-old-space-size=256 --max-semi-space-size=32"
COPY --from=dependencies /app/node_modules node_modules
# What is in it: `docker run --rm IMAGE cat sbom.cdx.json`.
COPY --from=dependencies /app/sbom.cdx.json sbom.cdx.json
# Not dist/dev: what stands in for the world outside production is not shipped. scripts/smoke/production.js tries this.
COPY --from=build /app/dist/src dist/src
COPY --from=build /app/dist/dashboard dist/dashboard
COPY package.json ./
COPY prisma/migrations prisma/migrations
USER node
EXPOSE 3000
# Ready: connected, migrated, and the worker alive. The first start also applies the migrations.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No init: it handles SIGTERM itself, and starts no other process.
CMD ["node", "dist/src/main.js"]
