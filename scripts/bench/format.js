export const whole = (value) => (value === null ? 'n/a' : Math.round(value).toLocaleString('en'));

/** Two digits where they mean something, none where they would pretend to. */
export const precise = (value) => (value === null ? 'n/a' : value >= 9.95 ? whole(value) : value.toPrecision(2));

export const milliseconds = (value) => (value === null ? 'n/a' : `${precise(value)} ms`);

export const rate = ({ perSecond }) => precise(perSecond);

export const cpu = ({ nodeCpuMs, postgresCpuMs }) => `${precise(nodeCpuMs)} · ${precise(postgresCpuMs)}`;

export const spreadOf = ([least, most], shown = precise) => `${shown(least)}–${shown(most)}`;

/** Gateway over reference. A failed response is quick and does no work: with one on either side there is no ratio. */
export function ratioOf({ gateway, reference }, part) {
  if (gateway.failed + reference.failed > 0) return 'no ratio: failed responses';
  if (gateway[part] === null || reference[part] === null) return 'n/a';
  return `${(gateway[part] / reference[part]).toFixed(2)} ×`;
}
