// What all processes of the bench share: an invented workspace, tenant and directory.
import { personalIdOf, personIdOf } from '../playground/teams/identifiers.ts';

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
export const teamsApp = {
  appId: '9d2b6c1e-4f57-4a08-8e3b-6b1f00000001',
  tenantId: '9d2b6c1e-4f57-4a08-8e3b-6b1f00000002',
  appPassword: 'a-teams-secret-that-is-nowhere-else-0123',
};

const digits = (nth: number): string => String(nth).padStart(5, '0');
export const userId = (nth: number): string => `U0BENCH${digits(nth)}`;
export const workEmail = (nth: number): string => `bench${nth}@acme.example.com`;
export const mailbox = (nth: number): string => `bench${nth}@home.example.net`;
export const account = (nth: number): string => `auth0|6500000000000000000${digits(nth)}`;
export const objectId = (nth: number): string => `00000000-0000-4000-8000-0000000${digits(nth)}`;
export const teamsId = (nth: number): string => personIdOf(teamsApp.appId, objectId(nth));
export const teamsChat = (nth: number): string => personalIdOf(teamsApp.appId, objectId(nth));

export const userNumber = (id: string): number => Number(id.slice('U0BENCH'.length));
export const accountNumber = (id: string): number => Number(id.slice(-5));
