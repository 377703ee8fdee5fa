import { Relay } from '../support/relay.js';

/** What the provider blurts out: everything in places for people, or the key itself as its word for the failure. */
export type Echo = 'in_messages' | 'as_code' | null;

/** In front of a provider: passes requests on, or responds to them with what they brought, key and all. */
export class EchoingProvider {
  echo: Echo = null;
  /** Status of a response that echoes. */
  status = 500;
  /** Everything that was ever sent to it: head and body. */
  readonly received: string[] = [];
  private relay: Relay | null = null;

  private constructor(private readonly key: string) {}

  static async before(origin: string, key: string): Promise<EchoingProvider> {
    const provider = new EchoingProvider(key);
    provider.relay = await Relay.before(origin, async ({ headers, body }, response, passOn) => {
      const sent = JSON.stringify(headers) + body;
      provider.received.push(sent);
      if (provider.echo !== null)
        return void response
          .writeHead(provider.status, { 'content-type': 'application/problem+json', 'x-you-sent': sent })
          .end(provider.words(sent));
      const answer = await passOn();
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    return provider;
  }

  get url(): string {
    return this.relay?.url ?? '';
  }

  close(): void {
    this.relay?.close();
  }

  /** In the error shapes of all three providers at once. */
  private words(sent: string): string {
    const code = this.echo === 'as_code' ? this.key : 'BadRequest';
    const message = `the key ${this.key} sent ${sent}`;
    const type = `https://provider.example/problems/${code}`;
    return JSON.stringify({ type, title: message, detail: message, error: { code, message }, message });
  }
}
