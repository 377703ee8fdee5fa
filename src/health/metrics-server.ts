import { createServer, type Server } from 'node:http';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Exposition } from '../telemetry/exposition.js';

export class MetricsSettings {
  constructor(
    /** Null: metrics are served on the port of the API. */
    readonly port: number | null,
    readonly host: string,
  ) {}
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A scrape is a short request without a body. */
const TIMEOUT_MS = 10_000;

/** Serves `/metrics` on a port of its own, which the public cannot reach. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | null = null;

  constructor(
    private readonly settings: MetricsSettings,
    private readonly exposition: Exposition,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { port, host } = this.settings;
    if (port === null) return;
    const server = createServer({ requestTimeout: TIMEOUT_MS }, ({ method, url }, response) => {
      if (method !== 'GET' || url?.split('?', 1)[0] !== '/metrics') return void response.writeHead(404).end();
      this.exposition.render().then(
        (text) => response.writeHead(200, { 'content-type': METRICS_TYPE }).end(text),
        () => response.writeHead(500).end(),
      );
    });
    server.maxConnections = 20;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    this.server = server;
  }

  /** The port it was given, if it was to be any. */
  get port(): number | null {
    const address = this.server?.address();
    return typeof address === 'object' && address !== null ? address.port : null;
  }

  async onApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
