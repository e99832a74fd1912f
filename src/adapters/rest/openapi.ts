// The description of the REST flow (OpenAPI 3.1), made from the schemas that the requests are read with.
import type { z } from 'zod';
import { createDocument, type ZodOpenApiPathItemObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { RestCopy, RestRequestName } from '../../bot/copy/rest-copy.ts';
import { bodies, errorDocument, sessionDocument } from './api.ts';

const base = '/rest/public/self-service';

const requestNames: readonly RestRequestName[] = [
  ...(['selectReset', 'selectUnlock', 'identify', 'checkEmail', 'checkSms', 'resendEmail', 'resendSms'] as const),
  ...(['selectContact', 'checkRecoveryCode', 'setPassword', 'status'] as const),
];

interface Described {
  readonly path: string;
  readonly body?: z.ZodType;
}

const requests: Readonly<Record<RestRequestName, Described>> = {
  selectReset: { path: '/flows/password-reset/select' },
  selectUnlock: { path: '/flows/account-unlock/select' },
  identify: { path: '/username/identify', body: bodies.identify },
  checkEmail: { path: '/verification/email/otp/check', body: bodies.code },
  checkSms: { path: '/verification/sms/otp/check', body: bodies.code },
  resendEmail: { path: '/verification/email/otp/resend' },
  resendSms: { path: '/verification/sms/otp/resend' },
  selectContact: { path: '/verification/contact/select', body: bodies.contact },
  checkRecoveryCode: { path: '/verification/recovery-code/check', body: bodies.recoveryCode },
  setPassword: { path: '/password/set', body: bodies.password },
  status: { path: '/status' },
};

const json = 'application/json';

export function createDescription(words: RestCopy, version: string): object {
  const retryAfter = {
    'Retry-After': { description: words.retryAfter, schema: { type: 'integer' as const, minimum: 1 } },
  };
  const cookie = { 'Set-Cookie': { description: words.session, schema: { type: 'string' as const } } };
  const refused = {
    ...{ description: words.refused, headers: retryAfter },
    content: { [json]: { schema: errorDocument } },
  };
  const responses = {
    '200': {
      ...{ description: words.step, headers: { ...retryAfter, ...cookie } },
      content: { [json]: { schema: sessionDocument } },
    },
    '4XX': refused,
    '5XX': refused,
  };
  const isBegin = (name: RestRequestName): boolean => name === 'selectReset' || name === 'selectUnlock';
  const itemOf = (name: RestRequestName, body: z.ZodType | undefined): ZodOpenApiPathItemObject => ({
    [name === 'status' ? 'get' : 'post']: {
      ...{ operationId: name, summary: words.requests[name], responses },
      security: isBegin(name) ? [] : [{ session: [] }],
      ...(body === undefined ? {} : { requestBody: { required: true, content: { [json]: { schema: body } } } }),
    },
  });
  const paths: ZodOpenApiPathsObject = Object.fromEntries(
    requestNames.map((name) => [`${base}${requests[name].path}`, itemOf(name, requests[name].body)]),
  );
  const document = createDocument({
    ...{ openapi: '3.1.0', info: { title: words.title, version, description: words.about }, paths },
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'latchkey_session' } },
    },
    servers: [{ url: '/' }],
  });
  return withMembers(document, words.members);
}

/** Says what each member means, wherever it stands. */
function withMembers(node: object, members: Readonly<Record<string, string>>): object {
  const entries = Object.entries(node).map(([name, value]): [string, unknown] => {
    if (typeof value !== 'object' || value === null) return [name, value];
    if (Array.isArray(value)) return [name, value];
    return [name, name === 'properties' ? describedMembers(value, members) : withMembers(value, members)];
  });
  return Object.fromEntries(entries);
}

function describedMembers(properties: object, members: Readonly<Record<string, string>>): object {
  const described = Object.entries(withMembers(properties, members)).map(([name, schema]): [string, unknown] => {
    const description = members[name];
    return [name, description === undefined ? schema : { ...schema, description }];
  });
  return Object.fromEntries(described);
}
