export const DASHBOARD_PATH = '/ops';

/** Sends the browser to the identity provider. */
export const SIGN_IN_PATH = `${DASHBOARD_PATH}/sign-in/oidc`;

/** Where the identity provider sends it back to. */
export const SIGN_IN_CALLBACK = `${SIGN_IN_PATH}/callback`;
