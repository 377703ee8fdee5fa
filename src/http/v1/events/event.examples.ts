import type { Example } from '../../openapi/api-responses.decorator.js';
import { CREATED_ORDER, PLACED_ORDER } from '../orders/order.examples.js';
import type { EventListResponse } from './event.response.js';

const told = (suffix: string) => ({ id: `evt_01m8bq5v${suffix}`, created_at: '2026-11-26T10:42:17.737Z' });

export const EVENT_PAGE: Example<EventListResponse> = {
  data: [
    { ...told('g8fvg8x6f2e1td990z'), type: 'order.created', sequence: 1, data: { order: CREATED_ORDER } },
    { ...told('kcfvg8x6fd352avqcm'), type: 'order.placed', sequence: 3, data: { order: PLACED_ORDER } },
    {
      ...told('pefvg8x6p3hr0vvbfv'),
      type: 'webhook_endpoint.disabled',
      sequence: 1,
      data: {
        webhook_endpoint: {
          id: 'whe_01m8bq5zb6fvg8x6nb89razfnx',
          url: 'https://shop.example/offset-events',
          disabled_reason: 'failing',
        },
      },
    },
  ],
  next_after: 'WyI4MDkiLCJ3aGVfMDFtOGJxNXpiNmZ2Zzh4Nm5iODlyYXpmbngiLCIxIl0',
  has_more: false,
};
