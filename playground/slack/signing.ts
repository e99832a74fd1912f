// Slack's request signature, as the sender creates it. The product verifies it.
import { createHmac } from 'node:crypto';

/** `v0=` and the hex HMAC-SHA-256 of `v0:{timestamp}:{raw body}`. Source: docs.slack.dev, verifying requests from Slack. */
export function signatureOf(secret: string, timestampSeconds: string, rawBody: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestampSeconds}:${rawBody}`).digest('hex')}`;
}
