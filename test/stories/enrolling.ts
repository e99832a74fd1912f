// What people do in stories of enrolment, from the chat to the linked contact.
import { type Chat, eventually } from './chat.ts';
import { createEnrolmentBrowser, type EnrolmentBrowser } from './enrolment-browser.ts';
import { people, type Who } from './people.ts';
import type { Scene } from './story.ts';

export const password = 'Old-Passw0rd-of-theirs';
export const janesPassword = 'Old-Passw0rd-of-Jane';
export const ninasAccount = people.nina.accounts[0].userId;
export const ninasMail = 'nina.at.home@mail.example.org';
export const janesSecond = 'jane.second@mail.example.org';

/** The link in the chat. */
export async function asksForLink(person: Chat, words = 'enroll'): Promise<string> {
  await person.writes(words);
  await person.reads('sign in with your work account');
  return (person.linkOf('Add email') ?? 'no link').replace(/\/email$/, '');
}

export async function signsIn(scene: Scene, who: Who, person = scene.chat(who)): Promise<EnrolmentBrowser> {
  const browser = createEnrolmentBrowser(scene.world);
  const own = who === 'jane' ? janesPassword : password;
  await browser.signsIn(await asksForLink(person), people[who].email, own);
  return browser;
}

export const ninasPhone = '+4915112345678';

/** Types the number and the code that came to it. `typed`: as the person writes it. */
export async function addsPhone(
  scene: Scene,
  browser: EnrolmentBrowser,
  number: string,
  typed: string = number,
): Promise<void> {
  scene.world.planted.add(number);
  await browser.sends('/phone', { address: typed });
  await browser.sees('Enter the code');
  await browser.sends('/code', { code: scene.code(number) });
}

/** Types the address and the code that came to it. */
export async function addsEmail(scene: Scene, browser: EnrolmentBrowser, address: string): Promise<void> {
  scene.world.planted.add(address);
  await browser.sends('/email', { address });
  await browser.sees('code');
  await eventually(
    () => scene.auth0.lastCodeTo(address),
    () => browser.page(),
  );
  await browser.sends('/code', { code: scene.code(address) });
}

export const linked = (scene: Scene, account: string): readonly string[] =>
  scene.auth0.user(account).contacts.map(({ provider, userId }) => `${provider}|${userId}`);
