import type { Command } from 'commander';
import { print } from './terminal.js';
import { withToolbox } from './with-toolbox.js';

export const addWebhookCommands = (cli: Command): void => {
  cli
    .command('webhooks')
    .description('Webhooks of tenants')
    .command('reseal')
    .description('Seal every secret with the first key of WEBHOOK_SECRET_KEYS, so that the others can be taken away')
    .action(() =>
      withToolbox(async ({ resealSecrets }) => {
        const { keyId, endpoints, tenants, unopenable } = await resealSecrets.run();
        print({
          sealed_with: keyId,
          resealed: { endpoints, tenants },
          unopenable: unopenable.map(({ id, keyId: sealedWith }) => ({ id, sealed_with: sealedWith })),
        });
        if (unopenable.length > 0) process.exitCode = 1;
      }),
    );
};
