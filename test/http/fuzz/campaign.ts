import type { Answer, Documentation } from '../documentation.js';
import type { ServedGateway } from '../served-gateway.js';
import type { Plan } from './requests.js';
import { asCurl, bytesOf, exchange, type Reply, type Sent } from './wire.js';

/** What a request may take that waits neither for a provider nor for a name to be resolved. */
const SLOW_MS = 2_000;

/** What an operation says that it may be refused for, where it asks others. */
const BY_OTHERS = ['provider_unavailable', 'target_not_allowed'];

/** Enough for every worker and few enough to leave the process time for the server, which runs in it. */
const AT_ONCE = 8;
const KEPT = 64;

/** Well-formed, and never given out: until a response has a real one. */
const nobodysIn = (pool: string): string => `${pool}_${'0'.repeat(26)}`;

export interface Finding {
  readonly why: readonly string[];
  readonly curl: string;
  readonly got: string;
}

/** Sends plans, and holds every response against the document. */
export class Campaign {
  readonly findings: Finding[] = [];
  readonly statuses = new Map<string, number>();
  readonly kinds = new Map<string, number>();
  slowest = { ms: 0, of: '' };
  /** Of the requests that were made to keep every rule. */
  readonly valid = { accepted: 0, all: 0 };
  private readonly pools = new Map<string, string[]>();
  private readonly port: number;

  constructor(
    gateway: ServedGateway,
    private readonly docs: Documentation,
    private readonly key: string,
  ) {
    this.port = (gateway.app.getHttpServer().address() as { port: number }).port;
    this.pools.set('provider', ['cnaught', 'carbonmark', 'one_tribe', 'any']);
    this.pools.set('code', ['invalid_request', 'order_not_found', 'nothing']);
  }

  /** In batches: which ids a request has depends on the batches before, not on who was faster. */
  async run(plans: readonly Plan[]): Promise<void> {
    for (let from = 0; from < plans.length; from += AT_ONCE) {
      const batch = plans.slice(from, from + AT_ONCE).map((plan) => ({ plan, sent: this.filled(plan) }));
      const replies = await Promise.all(batch.map(({ sent }) => exchange(this.port, bytesOf(sent))));
      for (const [nth, { plan, sent }] of batch.entries())
        this.judge(plan, sent, await this.unhurried(plan, sent, replies[nth] as Reply));
    }
  }

  /** A machine that is busy slows anything down now and then. What is slow by itself is slow every time. */
  private async unhurried(plan: Plan, sent: Sent, reply: Reply): Promise<Reply> {
    let { ms } = reply;
    for (let again = 0; again < 3 && ms > SLOW_MS && !this.asksOthers(plan); again++)
      ms = Math.min(ms, (await exchange(this.port, bytesOf(sent))).ms);
    return { ...reply, ms };
  }

  private asksOthers({ method, path }: Plan): boolean {
    const { responses = {} } = this.docs.operationAt(path, method) ?? {};
    const codes = Object.values(responses).flatMap(({ content = {} }) =>
      Object.keys(content['application/problem+json']?.examples ?? {}),
    );
    return BY_OTHERS.some((code) => codes.includes(code));
  }

  private filled(plan: Plan): Sent {
    const knownIn = (pool: string, nth: string): string => {
      if (pool === 'credential') return this.key;
      if (pool === 'fresh') return `fuzz-${plan.path.length}-${nth}`;
      const ids = this.pools.get(pool) ?? [];
      return ids[Number(nth) % ids.length] ?? nobodysIn(pool);
    };
    const fill = (text: string, written = (known: string) => known): string =>
      text.replaceAll(/@known\((\w+),(\d+)\)@/g, (_, pool: string, nth: string) => written(knownIn(pool, nth)));
    const { body } = plan;
    return {
      method: plan.method,
      target: fill(plan.target),
      headers: plan.headers.map(([name, value]) => [name, fill(value)] as const),
      body: typeof body === 'string' ? Buffer.from(fill(body, asPartOfJson)) : body,
    };
  }

  private judge(plan: Plan, sent: Sent, { answer, ms }: Reply): void {
    const { kind } = plan.expectation;
    count(this.kinds, kind);
    count(this.statuses, answer === null ? 'connection ended' : statusOf(answer));
    const operation = `${plan.method} ${plan.path}`;
    const waits = this.asksOthers(plan);
    if (!waits && ms > this.slowest.ms) this.slowest = { ms, of: operation };
    const why = [
      ...(answer === null ? endedIn(sent) : this.wrongIn(plan, sent, answer)),
      ...(!waits && ms > SLOW_MS ? [`took ${Math.round(ms)} ms`] : []),
    ];
    if (answer !== null) this.remember(sent, answer);
    if (why.length > 0)
      this.findings.push({
        why,
        curl: asCurl(sent, this.key),
        got: answer === null ? 'no response' : `${answer.status} ${answer.text.slice(0, 600)}`,
      });
  }

  private wrongIn({ path, method, expectation }: Plan, sent: Sent, answer: Answer): string[] {
    const { status } = answer;
    if (status >= 500 && status !== 503) return [`a server error: ${status}`];
    // What is no HTTP request is refused before there is one to write a problem document for.
    if (isBrokenHttp(sent) && status >= 400 && answer.text === '') return [];
    if (expectation.kind === 'undocumented') return this.wrongIn405(path, answer);
    if (expectation.kind === 'astray') {
      const isFound = this.docs.undocumentedIn(method, path, answer).length === 0;
      return isFound || (status >= 400 && this.docs.isProblem(answer)) ? [] : [`answered ${status}`];
    }
    return [
      ...this.docs.undocumentedIn(method, path, answer),
      ...this.brokenPromise({ path, method }, expectation, sent, answer),
    ];
  }

  /** A path has the methods that the document gives it, and HEAD where it has GET. */
  private wrongIn405(path: string, answer: Answer): string[] {
    if (answer.status !== 405 || !this.docs.isProblem(answer)) return [`answered ${answer.status}, not 405`];
    const allowed = String((answer.headers as Record<string, string>)['allow']).split(', ');
    const documented = Object.keys(this.docs.document.paths[path] ?? {}).map((method) => method.toUpperCase());
    const missing = documented.filter((method) => !allowed.includes(method));
    const others = allowed.filter((method) => method !== 'HEAD' && !documented.includes(method));
    return [...missing, ...others].map((method) => `Allow and the document differ in ${method}`);
  }

  private brokenPromise(
    { path, method }: Pick<Plan, 'path' | 'method'>,
    expectation: Plan['expectation'],
    { body, headers }: Sent,
    answer: Answer,
  ): string[] {
    const isFile = headers.some(([name, value]) => name === 'content-type' && value === 'text/csv');
    const isProblem = answer.status >= 400;
    if (isProblem && !this.docs.isProblem(answer)) return ['a refusal without a problem document'];
    const { code, errors = {} } = isProblem ? (JSON.parse(answer.text) as Refusal) : {};
    const isRefused = code === 'invalid_request';
    if (expectation.kind === 'valid') {
      if (body !== null && !isFile && !this.docs.allowsBody(path, JSON.parse(body.toString()), method))
        return ['the fuzzer made an invalid body'];
      this.valid.all += 1;
      if (answer.status < 400) this.valid.accepted += 1;
      return isRefused ? ['it keeps every documented rule, and is refused'] : [];
    }
    if (expectation.kind === 'refused') return isRefused ? [] : [`answered ${answer.status}, not 400`];
    if (expectation.kind !== 'changed' && expectation.kind !== 'broken') return [];
    if (expectation.kind === 'changed' && this.docs.allowsBody(path, JSON.parse(body?.toString() ?? ''), method))
      return [];
    if (answer.status < 400) return [`${expectation.field} breaks a documented rule, and it is accepted`];
    // A key, a limit or an empty body may refuse it first.
    if (!isRefused) return [];
    const names = Object.keys(errors);
    // Of several alternatives the refusal asks for one, whichever of them was taken away.
    const isAway = expectation.kind === 'changed' && isAbsent(JSON.parse(body?.toString() ?? ''), expectation.field);
    return names.some((name) => isAbout(name, expectation.field) || (isAway && errors[name]?.includes('is required')))
      ? []
      : [`the refusal names ${names.join(', ')}, not ${expectation.field}`];
  }

  private remember({ headers }: Sent, { status, text, headers: answered }: Answer): void {
    for (const [, id, prefix] of text.matchAll(/"(([a-z]+)_[0-7][0-9a-hjkmnp-tv-z]{25})"/g)) this.keep(prefix, id);
    this.keep('cursor', /"next_(?:cursor|after)":"([^"]+)"/.exec(text)?.[1]);
    this.keep('etag', (answered as Record<string, string>)['etag']);
    if (status === 201) this.keep('key', headers.find(([name]) => name === 'idempotency-key')?.[1]);
  }

  /** What takes no idempotency key may have been sent an empty one. */
  private keep(pool: string | undefined, id: string | undefined): void {
    if (pool === undefined || id === undefined || id === '') return;
    const ids = this.pools.get(pool) ?? [];
    if (!ids.includes(id)) this.pools.set(pool, [id, ...ids].slice(0, KEPT));
  }
}

interface Refusal {
  readonly code?: string;
  readonly errors?: Readonly<Record<string, readonly string[]>>;
}

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

/** Of 503 with its reason, because each means something else. */
const statusOf = ({ status, text }: Answer): string =>
  status === 503 ? `503 ${(JSON.parse(text) as Refusal).code ?? ''}` : String(status);

/** A connection may end without a response only under a request that is not taken in to its end. */
const endedIn = (sent: Sent): string[] =>
  (sent.body?.length ?? 0) > 60_000 || isBrokenHttp(sent) ? [] : ['the connection ended without a response'];

/** What the parser of HTTP itself may refuse. */
const isBrokenHttp = ({ method, target, headers }: Sent): boolean =>
  !/^[A-Z]+$/.test(method) ||
  method === 'PROPFIND' ||
  /[^\x21-\x7e]/.test(target) ||
  target.length > 10_000 ||
  headers.some(
    ([name, value]) =>
      name.includes(' ') ||
      /\p{Cc}/u.test(value) ||
      value.length > 10_000 ||
      ['transfer-encoding', 'content-length', 'expect', 'host', 'upgrade'].includes(name),
  );

const plain = (name: string): string => name.replaceAll(/[^\w.]/g, '');

/** A key may have quotes around it. */
const asPartOfJson = (known: string): string => JSON.stringify(known).slice(1, -1);

const isAbsent = (body: unknown, field: string): boolean =>
  ((body as Readonly<Record<string, unknown>> | null)?.[field] ?? null) === null;

/** The path of a refusal and that of the change: one is within the other. */
const isAbout = (named: string, changed: string): boolean => {
  const [a, b] = [`${plain(named)}.`, `${plain(changed)}.`];
  return a.startsWith(b) || b.startsWith(a);
};
