import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface TestCertificate {
  cert: string;
  key: string;
}

/** A certificate for 127.0.0.1 that has signed itself. */
export async function selfSigned(commonName: string): Promise<TestCertificate> {
  const pems = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { cert: pems.cert, key: pems.private };
}

/** A directory with `cert.pem` and `key.pem`, as an operator would have them renewed in place. */
export function certificateFiles(first: TestCertificate) {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-tls-'));
  const cert = join(directory, 'cert.pem');
  const key = join(directory, 'key.pem');
  const write = (pair: Partial<TestCertificate>) => {
    if (pair.cert !== undefined) writeFileSync(cert, pair.cert);
    if (pair.key !== undefined) writeFileSync(key, pair.key, { mode: 0o600 });
  };
  write(first);
  return { cert, key, write, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
