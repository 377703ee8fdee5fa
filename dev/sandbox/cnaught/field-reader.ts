import { isJsonObject } from '../http-messages.js';
import { isLoopbackHost } from '../loopback.js';
import type { FieldErrors } from './cnaught-problems.js';

/** The most that has a number of grams: beyond it, neither masses nor their prices are exact. */
const MOST = Math.floor(Number.MAX_SAFE_INTEGER / 1000);

/** Reads request fields and collects every complaint, so that one response names them all. */
export class FieldReader {
  private readonly found: Record<string, string[]> = {};
  private readonly body: Readonly<Record<string, unknown>>;

  /** `null` stands for a body that is not a JSON object. */
  constructor(body: Readonly<Record<string, unknown>> | null) {
    this.body = body ?? {};
    if (body === null) this.refuse('', 'A JSON object is required.');
  }

  /** `null` when nothing is wrong. */
  get errors(): FieldErrors | null {
    return Object.keys(this.found).length > 0 ? this.found : null;
  }

  refuse(field: string, message: string): void {
    (this.found[field] ??= []).push(message);
  }

  has(field: string): boolean {
    return this.body[field] !== undefined && this.body[field] !== null;
  }

  positiveNumber(field: string): number {
    const value = this.body[field];
    if (!this.has(field)) this.refuse(field, `The ${field} field is required.`);
    else if (typeof value !== 'number') this.refuse(field, `The ${field} field must be a number.`);
    else if (value <= 0) this.refuse(field, `The ${field} field must be greater than 0.`);
    else if (value > MOST) this.refuse(field, `The ${field} field must be at most ${MOST}.`);
    else return value;
    return 0;
  }

  optionalText(field: string, maxLength: number): string | null {
    const value = this.body[field];
    if (!this.has(field)) return null;
    if (typeof value !== 'string') this.refuse(field, `The ${field} field must be a string.`);
    else if (value.length > maxLength) this.refuse(field, `The ${field} field has more than ${maxLength} characters.`);
    else return value;
    return null;
  }

  requiredText(field: string, maxLength: number): string {
    if (!this.has(field)) this.refuse(field, `The ${field} field is required.`);
    return this.optionalText(field, maxLength) ?? '';
  }

  /** An address the browser is sent to. Always https; http only for loopback hosts, where the sandbox allows it. */
  returnUrl(field: string, allowLoopback: boolean): string {
    const text = this.requiredText(field, 2048);
    if (text === '') return text;
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url?.protocol === 'https:') return text;
    if (allowLoopback && url?.protocol === 'http:' && isLoopbackHost(url.hostname)) return text;
    this.refuse(field, `The ${field} field must be an absolute https URL.`);
    return text;
  }

  /** An address of something to be shown. */
  optionalWebUrl(field: string): string | null {
    const text = this.optionalText(field, 2048);
    if (text === null || isWebUrl(text)) return text;
    this.refuse(field, `The ${field} field must be an absolute URL.`);
    return null;
  }

  /** `notification_config.url`, or null when no callback is wanted. */
  callbackUrl(): string | null {
    if (!this.has('notification_config')) return null;
    const config = this.body['notification_config'];
    const url = isJsonObject(config) ? config['url'] : undefined;
    if (typeof url === 'string' && url.length <= 2048 && isWebUrl(url)) return url;
    this.refuse('notification_config.url', 'The url must be an absolute URL of at most 2048 characters.');
    return null;
  }
}

const isWebUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
