// Answers in Auth0's two formats: problem bodies for the Management API, OAuth errors for the Authentication API.

export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  429: 'Too Many Requests',
};

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export const accepted: Answer = { status: 202 };
export const noContent: Answer = { status: 204 };

/** An error answer of the Management API. */
export function problem(
  status: number,
  message: string,
  errorCode?: string,
  headers?: Readonly<Record<string, string>>,
): Answer {
  return {
    status,
    body: {
      statusCode: status,
      error: phrases[status] ?? 'Error',
      message,
      ...(errorCode === undefined ? {} : { errorCode }),
    },
    ...(headers === undefined ? {} : { headers }),
  };
}

/** An error answer of the Authentication API. */
export function oauthError(
  status: number,
  error: string,
  description: string,
  headers?: Readonly<Record<string, string>>,
): Answer {
  return {
    status,
    body: { error, error_description: description },
    ...(headers === undefined ? {} : { headers }),
  };
}

export const userNotFound: Answer = problem(404, 'User not found.', 'inexistent_user');
export const featureOff: Answer = problem(403, 'This feature is not enabled for this tenant.');

export function insufficientScope(scopes: readonly string[]): Answer {
  return problem(403, `Insufficient scope, expected any of: ${scopes.join(',')}`, 'insufficient_scope');
}
