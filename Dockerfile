# Node LTS. The oldest Node that works is in package.json under "engines".
ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:${NODE_VERSION}-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The Prisma command line and TypeScript are optional to the client, and only needed to build.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM node:${NODE_VERSION}-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
COPY --from=dependencies /app/node_modules node_modules
# Not dist/dev: what stands in for the world outside production is not shipped. scripts/smoke/production.js tries this.
COPY --from=build /app/dist/src dist/src
COPY package.json ./
COPY prisma/migrations prisma/migrations
USER node
EXPOSE 3000
# Ready: connected, migrated, and the worker alive. The first start also applies the migrations.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No init: it handles SIGTERM itself, and starts no other process.
CMD ["node", "dist/src/main.js"]
