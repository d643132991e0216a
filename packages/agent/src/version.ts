/** Told to the server with every check-in; the same as in package.json, which a test checks. */
export const agentVersion = '0.1.0';
