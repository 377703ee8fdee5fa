import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/**
 * One request and its whole response: `{status, headers, text, json}`, or `{error}` with the name of what went wrong when
 * there was no whole response. Never rejects.
 */
export function send(method, url, { headers = {}, body, timeoutMs = 10_000 } = {}) {
  return new Promise((resolve) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const type = text === undefined ? {} : { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(Math.round(timeoutMs));
    const fail = (error) => resolve({ error: signal.aborted ? 'timeout' : (error.code ?? error.name) });
    const call = request(url, { method, agent, signal, headers: { ...type, ...headers } }, (incoming) => {
      const chunks = [];
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('error', fail);
      incoming.on('end', () => resolve(responseFrom(incoming, Buffer.concat(chunks).toString())));
    });
    call.on('error', fail);
    call.end(text);
  });
}

function responseFrom({ statusCode, headers }, text) {
  try {
    return { status: statusCode, headers, text, json: text === '' ? null : JSON.parse(text) };
  } catch {
    return { status: statusCode, headers, text, json: null };
  }
}

export const closeConnections = () => agent.destroy();
