// What all processes of the bench agree on: an invented workspace and tenant.
export const workspace = {
  teamId: 'T0ACME001',
  appId: 'A0LATCHKEY',
  botUserId: 'U0LATCHKEY',
  signingSecret: 'f3a1c09e7b2d4586a1b2c3d4e5f60718',
  botToken: 'xoxb-1111111111-2222222222-AbCdEfGhIjKlMnOpQrStUvWx',
};
export const helpdesk = 'C0HELPDESK';
export const webhookSecret = 'a-webhook-secret-of-forty-characters-0123';
export const tenant = {
  domain: 'acme.eu.auth0.test',
  clientId: 'latchkey-client',
  clientSecret: 'latchkey-client-secret-0123456789abcdef',
};

export const userId = (nth: number): string => `U0BENCH${String(nth).padStart(5, '0')}`;
export const workEmail = (nth: number): string => `bench${nth}@acme.example.com`;
export const mailbox = (nth: number): string => `bench${nth}@home.example.net`;
export const account = (nth: number): string => `auth0|6500000000000000000${String(nth).padStart(5, '0')}`;
