import type { AmbiguousKeyError } from '../../../application/orders/find-order.js';
import { invalidFields, type HttpProblem } from '../../problems/http-problem.js';
import { TenantIdField } from '../../validation/id.field.js';

export class OrderByKeyRequest {
  @TenantIdField({ about: 'Whose order it is. Needed where several tenants have used the key', optional: true })
  tenant_id?: string;
}

export const askForTenant = ({ tenantIds }: AmbiguousKeyError): HttpProblem =>
  invalidFields({
    tenant_id: [`is required, because several tenants have used this key, such as ${tenantIds.join(', ')}`],
  });
