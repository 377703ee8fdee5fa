import { Injectable } from '@nestjs/common';
import { ErasuresRepository, type PersonalDataFound } from '../../persistence/privacy/erasures.repository.js';

/** Orders that one statement reads. There is no index for it: it is asked for rarely, and texts are searched too. */
const PAGE = 20_000;

/** Finds the orders, of one tenant or of all, in which an email address stands as a whole. */
@Injectable()
export class FindPersonalData {
  constructor(private readonly erasures: ErasuresRepository) {}

  async run(email: string, tenantId: string | null): Promise<readonly PersonalDataFound[]> {
    const sought = { email, pattern: patternOf(email), tenantId };
    const all: PersonalDataFound[] = [];
    for (let after: string | null = ''; after !== null;) {
      const { found, next } = await this.erasures.findEmail(sought, after, PAGE);
      all.push(...found);
      after = next;
    }
    return all;
  }
}

/** Of PostgreSQL. Not within a longer address: an erasure of ann@… must not reach joann@… */
const patternOf = (email: string): string =>
  `(?<![\\w.%+-])${email.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-]|\\.\\w)`;
