/** What an address says about how a request to it travels. Of valid absolute addresses. */

/** A host that only this machine itself can be. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || /^(\[::1\]|::1)$/.test(host) || /^127(\.\d{1,3}){3}$/.test(host);

export const isPlainHttp = (address: string): boolean => new URL(address).protocol === 'http:';

/** Whether a request to the address can be read on its way: it is not encrypted, and leaves this machine. */
export const travelsInTheClear = (address: string): boolean =>
  isPlainHttp(address) && !isLoopbackHost(new URL(address).hostname);

/**
 * The address in a text; null if there is none. Not `URL.canParse`: Node 20 has it say no to letters outside ASCII once it
 * has been called often enough to be optimised.
 */
export const urlFrom = (text: string): URL | null => {
  try {
    return new URL(text);
  } catch {
    return null;
  }
};
