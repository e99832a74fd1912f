// A person's browser without a screen: follows redirects one by one, and submits the only form of a page.
import { eventually } from './chat.ts';

export interface Page {
  readonly status: number;
  readonly text: string;
  readonly url: string;
  readonly headers: Headers;
}

export async function opens(url: string, method: 'GET' | 'HEAD' = 'GET'): Promise<Page> {
  const response = await fetch(url, { method, redirect: 'manual' });
  return { status: response.status, text: await response.text(), url, headers: response.headers };
}

/** Presses the button of the product's page; returns the address it led to. */
export async function pressesContinue(
  url: string,
  /** Aborts the request, as a reload does. */
  signal: AbortSignal | null = null,
): Promise<Page & { readonly location: string | undefined }> {
  const response = await fetch(url, { method: 'POST', redirect: 'manual', signal });
  const location = response.headers.get('location') ?? undefined;
  return { status: response.status, text: await response.text(), url, headers: response.headers, location };
}

/** Waits until Auth0's page is gone. It is only looked at: to save a password there would use the ticket up. */
export const ticketDies = (ticketUrl: string): Promise<true> =>
  eventually(
    async () => ((await opens(ticketUrl)).status === 404 ? true : undefined),
    () => 'the ticket still works',
  );

/** Saves a new password on Auth0's page; returns the status, 303 where it was accepted. */
export async function savesPassword(ticketUrl: string, password: string): Promise<number> {
  const body = new URLSearchParams({ 'password-reset': password, 're-enter-password': password });
  const response = await fetch(ticketUrl.replace(/#$/, ''), { method: 'POST', body, redirect: 'manual' });
  await response.arrayBuffer();
  return response.status;
}

/** Types a new password on the product's own page, which the press has opened, and sends it. */
export async function typesPassword(
  link: string,
  password: string,
  confirm = password,
  signal: AbortSignal | null = null,
): Promise<Page> {
  const url = `${link}/password`;
  const body = new URLSearchParams({ username: 'jane@acme.example.com', password, confirm });
  const response = await fetch(url, { method: 'POST', body, redirect: 'manual', signal });
  return { status: response.status, text: await response.text(), url, headers: response.headers };
}

/** Sends what the tenant's own page for a new password sends, with its fields and its cookie; returns the status. */
export async function savesOnTenantsPage(ticketUrl: string, password: string): Promise<number> {
  const shown = await fetch(ticketUrl);
  const html = await shown.text();
  const cookie = shown.headers.get('set-cookie')?.split(';')[0] ?? '';
  const fields = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)];
  const body = new URLSearchParams(fields.map(([, name = '', value = '']) => [name, value]));
  body.set('newPassword', password);
  body.set('confirmNewPassword', password);
  const response = await fetch(new URL('/lo/reset', ticketUrl), { method: 'POST', headers: { cookie }, body });
  await response.arrayBuffer();
  return response.status;
}
