// Certificates of domain controllers in tests, made by openssl: right ones, and those with one fault.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CertificateWish {
  /** The name in the certificate, or the address. */
  readonly host?: string;
  /** Days until it ends; a negative number for one that has ended. */
  readonly days?: number;
}

/** Writes `key.pem` and `cert.pem` into `folder`, signed by the authority `ca.pem` there, which is made where there is none. */
export async function makeCertificate(folder: string, { host = 'dc1.corp.example', days = 90 }: CertificateWish = {}) {
  await mkdir(folder, { recursive: true });
  const openssl = (...args: readonly string[]) => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  if (!existsSync(join(folder, 'ca.pem'))) {
    const authority = ['-subj', '/CN=Authority of the tests', '-addext', 'keyUsage=critical,keyCertSign'];
    await openssl('req', '-x509', ...key, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-days', '400', ...authority);
  }
  await openssl('req', ...key, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', `/CN=${host}`);
  await writeFile(
    join(folder, 'extensions'),
    `subjectAltName=${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}\nextendedKeyUsage=serverAuth\n`,
  );
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-extfile', 'extensions'];
  await openssl('x509', '-req', '-in', 'request.pem', '-out', 'cert.pem', ...signed, '-days', String(days));
  await run('chmod', ['600', 'key.pem'], { cwd: folder });
}
