/** Addresses of this gateway that providers and browsers are given. */
export class PublicAddresses {
  constructor(private readonly publicUrl: string) {}

  callback(provider: string, token: string): string {
    return `${this.publicUrl}/v1/provider-callbacks/${provider}/${token}`;
  }

  /** Where a hosted checkout sends the browser. With an id behind it: paid, or so the browser says; bare: not paid. */
  checkoutReturn(token: string): string {
    return `${this.publicUrl}/v1/returns/${token}`;
  }
}
