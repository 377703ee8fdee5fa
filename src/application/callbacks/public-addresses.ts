/** Addresses of this gateway that providers and browsers are given. */
export class PublicAddresses {
  constructor(private readonly publicUrl: string) {}

  callback(provider: string, token: string): string {
    return `${this.publicUrl}/v1/provider-callbacks/${provider}/${token}`;
  }

  /**
   * Where a hosted checkout sends the browser: with an id behind it after paying, bare without. Only a claim either
   * way.
   */
  checkoutReturn(token: string): string {
    return `${this.publicUrl}/v1/returns/${token}`;
  }
}
