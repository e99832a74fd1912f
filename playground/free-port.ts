// Finds a free port. The product must know its address before it listens, because its links are built from it.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const host = '127.0.0.1';
const triesAtMost = 20;

/**
 * Below the range from which operating systems assign ports: no other process is given this one before the product
 * starts.
 */
export async function freePort(): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryPort(randomInt(10_240, 32_000));
    } catch (error) {
      if (tries === triesAtMost) throw error;
    }
  }
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => server.close(() => resolve(port)));
  });
}
