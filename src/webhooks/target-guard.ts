import { Resolver } from 'node:dns/promises';
import { isLoopbackHost } from '../domain/addresses.js';
import { literalAddress, targetFrom, TargetNotAllowedError, type TargetRule } from '../domain/webhooks/target.js';
import { isForbiddenAddress } from './forbidden-address.js';

/** All addresses of a host name, of both families. Rejects, or is empty, if it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** A target that may be dialled now, at these addresses and no others. */
export interface VettedTarget {
  readonly url: URL;
  readonly addresses: readonly string[];
}

const RESOLVE_MS = 2_000;

/** The name itself, never with the search domains of this machine; and no files of its own such as /etc/hosts. */
const resolveAll: Resolve = async (host) => {
  const resolver = new Resolver({ timeout: RESOLVE_MS, tries: 1 });
  const families = [resolver.resolve4(host), resolver.resolve6(host)].map((asked) => asked.catch(noneIfNoData));
  return (await Promise.all(families)).flat();
};

/** A name may have addresses of one family alone. Any other failure leaves open what the other family would be. */
const noneIfNoData = (thrown: unknown): string[] => {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENODATA') return [];
  throw thrown;
};

/**
 * Decides where a request on behalf of a tenant may go. To be asked before every request: a name may lead elsewhere each
 * time it is resolved, so whoever dials takes the addresses from here and resolves no more.
 */
export class TargetGuard {
  constructor(
    private readonly rule: TargetRule,
    private readonly resolve: Resolve = resolveAll,
  ) {}

  /** As far as the address itself tells, without asking where its name leads. Throws TargetNotAllowedError. */
  read(address: string): URL {
    const url = targetFrom(address, this.rule);
    const literal = literalAddress(url.hostname);
    if (literal !== null && !this.isHere(url) && isForbiddenAddress(literal))
      throw new TargetNotAllowedError('address');
    return url;
  }

  /** Rejects with TargetNotAllowedError: also for a name that cannot be resolved, as it may be one of our network. */
  async vet(address: string): Promise<VettedTarget> {
    const url = this.read(address);
    if (this.isHere(url)) return { url, addresses: [loopbackAddress(url.hostname)] };
    const addresses = await this.addressesOf(url.hostname);
    if (addresses.length === 0) throw new TargetNotAllowedError('unresolvable');
    if (addresses.some(isForbiddenAddress)) throw new TargetNotAllowedError('address');
    return { url, addresses };
  }

  private isHere({ hostname }: URL): boolean {
    return this.rule.allowsLoopback && isLoopbackHost(hostname);
  }

  private async addressesOf(host: string): Promise<readonly string[]> {
    const literal = literalAddress(host);
    if (literal !== null) return [literal];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the name was not resolved in time')), RESOLVE_MS);
    });
    return Promise.race([this.resolve(host), late])
      .catch(() => {
        throw new TargetNotAllowedError('unresolvable');
      })
      .finally(() => clearTimeout(timer));
  }
}

const loopbackAddress = (host: string): string => (host === 'localhost' ? '127.0.0.1' : (literalAddress(host) ?? host));
