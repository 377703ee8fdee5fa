/** A simulated provider of a running gateway: its commands, and its own API with the gateway's key. */
export class RunningSimulator {
  private readonly origin: string;

  constructor(
    private readonly baseUrl: string,
    private readonly auth: Readonly<Record<string, string>>,
  ) {
    this.origin = new URL(baseUrl).origin;
  }

  /** `POST /_sandbox/advance {…}` */
  command<Answer = unknown>(path: string, body: object = {}): Promise<Answer> {
    return this.ask<Answer>(`${this.origin}/_sandbox${path}`, { method: 'POST', body: JSON.stringify(body) });
  }

  /** Every matching request meets it until it is mended, or so many times. */
  async breakWith(match: object, fault: object, times: 'always' | number = 'always'): Promise<void> {
    await this.command('/faults', { match, fault, times });
  }

  /** It behaves again. */
  async mend(): Promise<void> {
    await this.ask(`${this.origin}/_sandbox/faults`, { method: 'DELETE' });
  }

  /** How a person at a terminal mends it. */
  get mending(): string {
    return `curl -X DELETE ${this.origin}/_sandbox/faults`;
  }

  /** What it has done, oldest first. */
  ledger(): Promise<readonly LedgerEntry[]> {
    return this.ask(`${this.origin}/_sandbox/ledger`, {});
  }

  /** Reads there past the gateway, as somebody with its key. */
  read<Row>(path: string): Promise<Row> {
    return this.ask<Row>(`${this.baseUrl}${path}`, { headers: this.auth });
  }

  /** Buys there past the gateway, with the bytes of an order: as a request does that arrives a second time. */
  async buy<Row>(path: string, body: string): Promise<Row> {
    const headers = { ...this.auth, 'content-type': 'application/json' };
    return this.ask<Row>(`${this.baseUrl}${path}`, { method: 'POST', headers, body });
  }

  private async ask<Answer>(url: string, request: RequestInit): Promise<Answer> {
    const response = await fetch(url, request);
    const text = await response.text();
    if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 200)}`);
    return (text === '' ? null : JSON.parse(text)) as Answer;
  }
}

export interface LedgerEntry {
  readonly kind: string;
  readonly id: string;
  readonly reference: string | null;
}
