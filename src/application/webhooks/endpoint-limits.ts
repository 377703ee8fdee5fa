/** How many endpoints a tenant may have; those that are made for its orders do not count. */
export class EndpointLimits {
  constructor(readonly perTenant: number) {}
}
