import { expect, it } from 'vitest';
import type { Finding } from '../../src/doctor/check.ts';
import { reportJson, reportText, wantsColour } from '../../src/doctor/report.ts';

const findings: readonly Finding[] = [
  { check: 'auth0.credentials', state: 'ok', what: 'Auth0 gives a token.' },
  {
    check: 'auth0.connections',
    state: 'failed',
    what: 'It does not exist.',
    remedy: 'Write its name.',
    stopsReady: true,
  },
  { check: 'slack.token', state: 'warning', what: 'It has more scopes.', remedy: 'Take them away.' },
  { check: 'slack.commands', state: 'skipped', what: 'not seen. Slack shows them to nobody.' },
];

it('is one line for each finding, in groups, with what to do below it, and a sum', () => {
  expect(reportText(findings, false)).toBe(
    `auth0
  ✓ auth0.credentials: Auth0 gives a token.
  ✗ auth0.connections: It does not exist.
      Write its name.

slack
  ! slack.token: It has more scopes.
      Take them away.
  – slack.commands: not seen. Slack shows them to nobody.

1 ok, 1 to look at, 1 wrong, 1 not seen. What could not be seen is not known to be right.
`,
  );
});

it('has colours only where they are asked for', () => {
  expect(reportText(findings, false)).not.toContain('\u001b');
  expect(reportText(findings, true)).toContain('\u001b[31m✗\u001b[0m auth0.connections');
});

it('as JSON says whether something is wrong, and each finding with nothing but its four fields', () => {
  const json = JSON.parse(reportJson(findings));
  expect(json.ok).toBe(false);
  expect(json.findings[1]).toEqual({
    ...{ check: 'auth0.connections', state: 'failed' },
    ...{ what: 'It does not exist.', remedy: 'Write its name.' },
  });
  expect(JSON.parse(reportJson(findings.filter(({ state }) => state !== 'failed'))).ok).toBe(true);
});

it.each([
  [{}, true, true],
  [{ NO_COLOR: '' }, true, true],
  [{ NO_COLOR: '1' }, true, false],
  [{ TERM: 'dumb' }, true, false],
  [{}, false, false],
])('has colours on a terminal that wants them: %j, terminal %s', (env, isTerminal, wanted) => {
  expect(wantsColour(env, isTerminal)).toBe(wanted);
});
