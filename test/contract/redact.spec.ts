import { pino } from 'pino';
import { PROVIDERS } from '../../src/providers/registry.js';
import { REDACT_PATHS, redactText } from '../../src/telemetry/redact.js';

const CANARY = 'canary-7f3a';

describe('REDACT_PATHS', () => {
  it.each([
    { authorization: CANARY },
    { req: { headers: { authorization: CANARY, 'idempotency-key': CANARY } } },
    { headers: { Authorisation: CANARY, authorisation: CANARY, 'Idempotency-Key': CANARY } },
    { err: { config: { headers: { Authorisation: CANARY } } } },
    { order: { beneficiary: { email: CANARY } } },
    { apiKey: CANARY, call: { token: CANARY, success_url: CANARY } },
  ])('keeps a secret out of the log: %j', (logged) => {
    const lines: string[] = [];
    const logger = pino({ redact: [...REDACT_PATHS] }, { write: (line: string) => lines.push(line) });
    logger.info({ kept: 'kept', ...logged }, 'message');
    expect(lines.join()).toContain('kept');
    expect(lines.join()).not.toContain(CANARY);
  });
});

describe.each(PROVIDERS.map(({ id, enabledBy, keyHeader }) => [id, enabledBy, keyHeader] as const))(
  'the key of %s',
  (_, enabledBy, keyHeader) => {
    it('stays out of the log, as a variable and as a header', () => {
      const lines: string[] = [];
      const logger = pino({ redact: [...REDACT_PATHS] }, { write: (line: string) => lines.push(line) });
      logger.info({ env: { [enabledBy]: CANARY }, headers: { [keyHeader]: CANARY } }, 'message');
      expect(lines.join()).not.toContain(CANARY);
    });

    it('is cut out of texts that name the variable or the header', () => {
      expect(redactText(`${enabledBy}=${CANARY}`)).not.toContain(CANARY);
      expect(redactText(`"${keyHeader}": "Token ${CANARY}"`)).not.toContain(CANARY);
    });
  },
);

describe('redactText', () => {
  it.each([
    `Authorization: Bearer ${CANARY}`,
    `"Authorisation":"API-Key ${CANARY}"`,
    `{ 'idempotency-key': '${CANARY}' }`,
    `sent API-Key ${CANARY}, got 401`,
    `key cm_api_${CANARY} refused`,
    `key ofg_live_${CANARY} refused`,
    `POST /v1/provider-callbacks/cnaught/${CANARY}`,
    `GET https://gateway.example/v1/returns/${CANARY}/pay_1?x=1`,
    `mail to ${CANARY}@example.com.`,
  ])('hides the secret in %s', (text) => {
    expect(redactText(text)).not.toContain(CANARY);
    expect(redactText(text)).toContain('[redacted]');
  });

  it('leaves other text alone', () => {
    const text = 'got 500 at /orders/Gre28Fc35bt3 after 120 ms';
    expect(redactText(text)).toBe(text);
  });

  it('ends quickly on a long text made to be slow', () => {
    const startedAt = performance.now();
    redactText(`${'a@'.repeat(20_000)}${'a'.repeat(50_000)}@`);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
