# The command line alone, not as root. The context is the unpacked package of `npm pack`:
#   docker build --file Dockerfile package
#   docker run --rm --env DIGITALOCEAN_TOKEN ghcr.io/pulumi-droplet-teardown/droplet-teardown plan web-1
FROM node:22.12.0-alpine3.20
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-*
COPY package.json LICENSE /app/
COPY dist/THIRD-PARTY-LICENSES /app/dist/
COPY dist/cli /app/dist/cli
COPY dist/shared /app/dist/shared
# Reports and plans of the working directory; it is to be mounted.
WORKDIR /work
USER node
# Without a shell, so that the signals of `docker stop` and of Ctrl-C reach the command.
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
