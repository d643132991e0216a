import { generateKeyPairSync, sign } from 'node:crypto';

/** An issuer of ID tokens whose only key is here. */
export function generateIssuer(url: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256', use: 'sig' };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  let minted = 0;
  return {
    url,
    jwks: JSON.stringify({ keys: [jwk] }),
    mint(claims: Record<string, string>, now: number): string {
      const iat = Math.floor(now / 1_000);
      minted++;
      const said = { ...claims, iss: url, aud: 'fettle', sub: 'job', jti: `token ${minted}`, iat, exp: iat + 300 };
      const text = `${part({ alg: 'ES256', kid: 'k', typ: 'JWT' })}.${part(said)}`;
      const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${text}.${signature.toString('base64url')}`;
    },
  };
}
