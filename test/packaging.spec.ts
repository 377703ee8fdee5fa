import { readFileSync } from 'node:fs';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const compose = readFileSync('docker-compose.yml', 'utf8');

const DIGEST = /@sha256:[0-9a-f]{64}$/;

describe('what is shipped', () => {
  const [, ...services] = compose
    .slice(compose.indexOf('\nservices:'), compose.indexOf('\nvolumes:'))
    .split(/\n {2}(?=\w)/);

  it('stands on images by digest', () => {
    const stages = [...dockerfile.matchAll(/^FROM .+ AS (\S+)$/gm)].map(([, name]) => name);
    const used = [
      ...dockerfile.matchAll(/^(?:ARG \w+=|FROM |COPY --from=)(\S+)/gm),
      ...compose.matchAll(/image: (\S+)/g),
    ]
      .map(([, name]) => name ?? '')
      .filter((name) => !name.startsWith('$') && !stages.includes(name));
    expect(used.length).toBeGreaterThanOrEqual(3);
    expect(used.filter((name) => !DIGEST.test(name))).toEqual([]);
  });

  it('lets no package run a script of its own', () => {
    const installs = [...dockerfile.matchAll(/^.*npm ci.*$/gm)].map(([line]) => line);
    expect(installs).toHaveLength(2);
    for (const install of installs) expect(install).toContain('--ignore-scripts');
  });

  it.each(services.map((service) => [service.slice(0, service.indexOf(':')), service]))(
    'gives %s no more than it needs',
    (_, service) => {
      for (const part of [
        'read_only: true',
        'cap_drop: [ALL]',
        'no-new-privileges:true',
        'mem_limit: ',
        'pids_limit: ',
      ])
        expect(service).toContain(part);
    },
  );
});
