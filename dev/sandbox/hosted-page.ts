import { htmlResponse, seeOther, type SimulatedResponse } from './http-messages.js';
import type { HostedCheckout, HostedCheckouts } from './hosted-checkout.js';

/** `/pay/{id}` and its buttons; null when there is no such page. */
export const hostedPageResponse = (
  checkouts: HostedCheckouts,
  method: string,
  path: string,
): SimulatedResponse | null => {
  const [, , id = '', button = ''] = path.split('/');
  const checkout = checkouts.find(id);
  if (!checkout) return null;
  if (method === 'GET' && button === '') return htmlResponse(200, hostedPage(checkout));
  if (method !== 'POST') return null;
  if (checkout.state !== 'open') return seeOther(`/pay/${id}`);
  switch (button) {
    case 'pay':
      return seeOther(checkouts.pay(id));
    case 'pay-and-stay':
      checkouts.pay(id);
      return seeOther(`/pay/${id}`);
    case 'cancel':
      return seeOther(checkouts.cancel(id));
    default:
      return null;
  }
};

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
  main { width: min(28rem, calc(100vw - 3rem)); padding: 1.5rem 0; }
  .sandbox { margin: 0; padding: .5rem .75rem; border: 2px dashed #b45309; border-radius: .5rem; }
  h1 { font-size: 1.5rem; margin: 1.25rem 0 .25rem; }
  .price { font-size: 2rem; font-weight: 600; margin: 0 0 1rem; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0 0 1.5rem; }
  dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; }
  form { margin: 0 0 .75rem; }
  button { width: 100%; padding: .75rem; font: inherit; border: 1px solid currentColor; border-radius: .5rem; background: transparent; color: inherit; cursor: pointer; }
  button.pay { background: #166534; border-color: #166534; color: #fff; font-weight: 600; }
  button:focus-visible { outline: 3px solid #2563eb; outline-offset: 2px; }
`;

export const hostedPage = (checkout: HostedCheckout): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox checkout: ${escaped(checkout.providerName)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="sandbox"><strong>Sandbox.</strong> Nothing is charged and nothing is retired.</p>
<h1>${escaped(checkout.providerName)} carbon credits</h1>
<p class="price">${escaped(checkout.price)}</p>
<dl>
${checkout.lines.map(([label, value]) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`).join('\n')}
</dl>
${foot(checkout)}
</main>
</body>
</html>
`;

const foot = ({ id, state }: HostedCheckout): string => {
  switch (state) {
    case 'open':
      return [
        button(id, 'pay', 'Pay'),
        button(id, 'cancel', 'Cancel'),
        button(id, 'pay-and-stay', 'Pay, then close the browser without returning'),
      ].join('\n');
    case 'paid':
      return '<p role="status">This purchase has been paid.</p>';
    case 'expired':
      return '<p role="status">This checkout has expired and can no longer be paid.</p>';
  }
};

const button = (id: string, action: string, label: string): string =>
  `<form method="post" action="/pay/${encodeURIComponent(id)}/${action}"><button class="${action}">${label}</button></form>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
