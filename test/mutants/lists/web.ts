// Mutants of the pages, the webhook and the headers.
import type { Mutant } from '../mutant.ts';

const page = 'test/web/go.test.ts';
const link = 'test/security/link.test.ts';
const hook = 'test/web/hooks.test.ts';
const go = 'src/web/go.ts';
const headers = 'src/web/headers.ts';
const foreign = 'src/inbound/foreign-request.ts';
const hosted = 'test/web/hosted-page.test.ts';
const hostedPage = 'manifest/auth0/reset-page.ts';

export const web: readonly Mutant[] = [
  {
    name: 'looking-uses-the-link-up',
    file: go,
    find: 'orUnreachable(request, () => links.look(token ?? unknownToken), notLookedUp);',
    replace:
      'orUnreachable(request, async () => (await links.look(token ?? unknownToken), links.open(token ?? unknownToken, () => true)), notLookedUp);',
    tests: [`${page} › changes nothing, whoever looks and however often`],
    why: 'viewing the page changes nothing',
  },
  {
    name: 'press-of-another-website',
    file: go,
    find: `    if (isForeign(request, publicUrl)) return page(reply, 403, pages.foreign());
    const token = tokenIn(request);
    const isWaiting`,
    replace: `    const token = tokenIn(request);
    const isWaiting`,
    tests: [`${page} › is refused when another site sends the form`],
    why: 'a press that comes from another site is refused',
  },
  {
    name: 'password-from-another-website',
    file: go,
    find: `    if (isForeign(request, publicUrl)) return page(reply, 403, pages.foreign());
    const token = tokenIn(request);
    const read`,
    replace: `    const token = tokenIn(request);
    const read`,
    tests: [
      'test/web/password-page.test.ts › takes nothing from another site, nothing but a form, and nothing that is too long',
    ],
    why: 'a password that comes from another site is refused',
  },
  {
    name: 'fetch-metadata-ignored',
    file: foreign,
    find: "if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;",
    replace: '',
    tests: [`${page} › is refused when another site sends the form`],
    why: 'a press that comes from another site is refused, by the header Sec-Fetch-Site',
  },
  {
    name: 'origin-ignored',
    file: foreign,
    find: "return origin !== undefined && origin !== 'null' && origin !== publicUrl;",
    replace: 'return false;',
    tests: [`${page} › is refused when another site sends the form`],
    why: 'a press that comes from another site is refused, by the header Origin',
  },
  {
    name: 'origin-of-the-host-header',
    file: 'src/inbound/foreign-request.ts',
    find: 'origin !== publicUrl;',
    replace: '!origin.endsWith(`//${request.headers.host}`);',
    tests: [
      `${page} › is refused when another site sends the form`,
      'test/web/server.test.ts › the Host header decides nothing',
    ],
    why: 'links belong to PUBLIC_URL only',
  },
  {
    name: 'change-opened-by-every-return',
    file: 'src/web/change.ts',
    find: 'if (!isFirst) return reply.redirect(link, 303);',
    replace: '',
    tests: ['test/web/change.test.ts › opens nothing by itself a second time'],
    why: 'whoever comes back from the sign-in once more presses the button',
  },
  {
    name: 'change-names-its-person',
    file: 'src/engine/link-service.ts',
    find: "if (found.is === 'change') return { is: 'live', isChange: true };",
    replace: "if (found.is === 'change') return { is: 'live', isChange: true, givenName: found.flow.actor };",
    tests: ['test/stories/change.test.ts › is no use to whoever gets only the link'],
    why: 'before the proof the page names nobody',
  },
  {
    name: 'change-without-the-old-password',
    file: 'src/engine/password-desk.ts',
    find: 'oldLeft === undefined\n      ? passwords.set(account, password)',
    replace: 'oldLeft !== undefined\n      ? passwords.set(account, password)',
    tests: ['test/stories/change.test.ts › is told where the old one is wrong'],
    why: 'where the old password is asked for, the one call carries both',
  },
  {
    name: 'link-sets-a-cookie',
    file: 'src/web/link-answers.ts',
    find: 'return reply.redirect(url, 303);',
    replace: "return reply.header('set-cookie', 'session=1').redirect(url, 303);",
    tests: [`${link} › that scanners looked at fifty times first still opens once`],
    why: 'the link sets no cookie',
  },
  {
    name: 'malformed-link-is-quicker',
    file: go,
    find: 'await links.look(unknownToken);',
    replace: '',
    tests: [`${page} › takes the way through the desk either way`],
    why: 'every dead link is answered by the same code path',
  },
  {
    name: 'malformed-link-has-another-status',
    file: go,
    find: 'return page(reply, 404, pages.dead());\n    }',
    replace: 'return page(reply, token === undefined ? 400 : 404, pages.dead());\n    }',
    tests: [`${page} › gets the same polite page, byte for byte`],
    why: 'expired, used and guessed links look the same',
  },
  {
    name: 'page-in-a-frame',
    file: headers,
    find: 'frameAncestors: ["\'none\'"],',
    replace: '',
    tests: [`${link} › may be neither framed, kept, passed on nor scripted`],
    why: 'no framing',
  },
  {
    name: 'page-in-a-frame-of-an-old-browser',
    file: headers,
    find: "frameguard: { action: 'deny' },",
    replace: 'frameguard: false,',
    tests: [`${link} › may be neither framed, kept, passed on nor scripted`],
    why: 'no framing',
  },
  {
    name: 'page-is-kept',
    file: headers,
    find: "'cache-control': 'no-store',",
    replace: '',
    tests: [`${link} › may be neither framed, kept, passed on nor scripted`],
    why: 'no caching',
  },
  {
    name: 'page-is-a-referrer',
    file: headers,
    find: "referrerPolicy: { policy: 'no-referrer' },",
    replace: "referrerPolicy: { policy: 'unsafe-url' },",
    tests: [`${link} › may be neither framed, kept, passed on nor scripted`],
    why: 'no referrer',
  },
  {
    name: 'page-with-any-script',
    file: headers,
    find: 'scriptSrc: [pageSources.script],',
    replace: 'scriptSrc: ["\'unsafe-inline\'"],',
    tests: [`${link} › may be neither framed, kept, passed on nor scripted`],
    why: 'one fixed script',
  },
  {
    name: 'page-loads-anything',
    file: headers,
    find: 'defaultSrc: ["\'none\'"],',
    replace: 'defaultSrc: ["\'self\'"],',
    tests: [`${link} › may be neither framed, kept, passed on nor scripted`],
    why: 'nothing else is loaded',
  },
  {
    name: 'address-in-the-access-log',
    file: 'src/web/error-pages.ts',
    find: "request.routeOptions.url ?? 'none'",
    replace: "request.routeOptions.url === undefined ? 'none' : request.url",
    tests: ['test/web/server.test.ts › the log shows the route, its answer and a name of our own', page],
    why: 'the log shows `/go/:token`',
  },
  {
    name: 'hook-without-secret',
    file: 'src/web/hooks.ts',
    find: 'if (!isKnown(request)) return refuse(request, reply);',
    replace: '',
    tests: [`${hook} › nobody without the secret, and nothing happens`],
    why: 'the hook requires its secret',
  },
  {
    name: 'hook-where-no-secret-is-set',
    file: 'src/web/hooks.ts',
    find: 'if (secret === undefined) return;',
    replace: '',
    tests: [`${hook} › nobody where no secret is set`],
    why: 'without a secret there is no hook',
  },
  {
    name: 'hook-guessed-from-one-address',
    file: 'src/web/hooks.ts',
    find: 'const wrongFromOne = 10;',
    replace: 'const wrongFromOne = 50;',
    tests: [`${hook} › are answered ten times a minute and address`],
    why: 'ten wrong secrets a minute from one address',
  },
  {
    name: 'hook-guessed-from-many-addresses',
    file: 'src/web/hooks.ts',
    find: 'const wrongFromAll = 100;',
    replace: 'const wrongFromAll = 1_000;',
    tests: [`${hook} › from many addresses are a hundred a minute in total`],
    why: 'a hundred wrong secrets a minute in total',
  },
  {
    name: 'hook-body-read-before-the-secret',
    file: 'src/web/hooks.ts',
    find: 'onRequest: async (request, reply) => {',
    replace: 'preHandler: async (request, reply) => {\n          await bodies.read(request, reply);',
    tests: ['test/web/server.test.ts › is not read: a request to /hooks/auth0'],
    why: 'the secret of the hook is checked before the body is read',
  },
  {
    name: 'page-is-flooded',
    file: 'src/web/page-routes.ts',
    find: 'max: visitsPerMinute,',
    replace: 'max: 1_000_000,',
    tests: [`${page} › is stopped for the address it comes from`],
    why: 'the page is limited for each source address',
  },
  {
    name: 'own-mistake-is-shown',
    file: 'src/web/error-pages.ts',
    find: 'return sendErrorPage(request, reply, status, pages);',
    replace: 'return reply.code(status).send({ error: error.message, reference: request.id });',
    tests: ['test/web/server.test.ts › our own mistake shows as a reference only'],
    why: 'error messages are generic',
  },
  {
    name: 'address-in-an-error',
    file: 'src/web/error-pages.ts',
    find: '.send({ error: nameOf(status), reference: request.id });',
    replace: '.send({ error: nameOf(status), reference: request.id, path: request.url });',
    tests: ['test/web/server.test.ts › our own mistake shows as a reference only'],
    why: 'error messages repeat nothing of the request',
  },
  {
    name: 'name-becomes-markup-on-the-page',
    file: 'src/text/html.ts',
    find: 'return `<bdi>${escapedHtml(span.name)}</bdi>`;',
    replace: 'return `<bdi>${span.name}</bdi>`;',
    tests: [page],
    why: 'no text on a page is markup',
  },
  {
    name: 'field-of-auth0-as-it-comes',
    file: hostedPage,
    find: "email: '{{ email | escape }}',",
    replace: "email: '{{ email }}',",
    tests: [`${hosted} › has the fields that Auth0 documents, each escaped, and no others`],
    why: 'an address cannot break out of the tenant’s page',
  },
  {
    name: 'field-in-the-name-of-a-company',
    file: hostedPage,
    find: 'inert(escapedHtml(text));',
    replace: 'escapedHtml(text);',
    tests: [`${hosted} › has the fields that Auth0 documents, each escaped, and no others`],
    why: 'a text of ours holds no field of Auth0 and no keyword of the deploy tool',
  },
  {
    name: 'page-that-was-not-seen-is-replaced',
    file: 'manifest/auth0/hosted-page.ts',
    find: `    draft.steps.push(left(what, why, step));
    return;`,
    replace: `    draft.steps.push(left(what, why, step));
    draft.files.set(\`pages/\${name}.html\`, resetPageHtml(resetPage, copy.pages));`,
    tests: ['test/manifest/auth0-reset-page.test.ts › is left to be done by hand where'],
    why: 'a page of the tenant that could not be read is not written over',
  },
];
