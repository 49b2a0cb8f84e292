import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../config/settings.ts';

/** A certificate and key that cannot be used, in one sentence that names the setting. */
export class TlsError extends Error {
  override readonly name = 'TlsError';
}

/** PEM text. */
export interface TlsPair {
  /** The certificate, then those that lead from it to a root. */
  cert: string;
  key: string;
  /** Of the first certificate. */
  expires: Date;
}

/**
 * Reads the certificate and its key, and makes sure that they belong together; null where none are set.
 * @throws {TlsError}
 */
export function readTls({ tlsCert, tlsKey }: Pick<Config, 'tlsCert' | 'tlsKey'>): TlsPair | null {
  if (tlsCert === undefined || tlsKey === undefined) return null;
  const cert = read('tls-cert', tlsCert);
  const key = read('tls-key', tlsKey);
  const certificate = parseCertificate(tlsCert, cert);
  if (!belongsTo(certificate, key)) {
    throw new TlsError(`--tls-key ${tlsKey} holds no key in PEM that belongs to --tls-cert ${tlsCert}.`);
  }
  return { cert, key, expires: new Date(certificate.validTo) };
}

/** OpenSSL takes some pairs that do not belong together, and fails at the first handshake. */
function belongsTo(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function read(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new TlsError(`--${setting} names ${path}, which cannot be read (${code}).`, { cause });
  }
}

function parseCertificate(path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new TlsError(`--tls-cert ${path} holds no certificate in PEM.`, { cause });
  }
}
