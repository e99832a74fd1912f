// Olga, whose only account lives in Active Directory, in the stories on a real controller.
import { people as staff } from '../../stories/people.ts';
import type { Scene, StoryOptions } from '../../stories/story.ts';
import type { Domain, TestPerson } from '../domain.ts';
import { firstPassword, people, type Service, serviceDn, servicePassword } from '../seed.ts';

/** Her contact. */
export const olgas = 'olga@home.example.net';

export interface DirectoryStory {
  /** Further lines of the policy. */
  readonly policy?: string;
  /** Further lines about the directory. */
  readonly of?: string;
  readonly as?: Service;
}

export const directoryOptions = (
  { samba }: Domain,
  { policy = '', of = '', as = 'exact' }: DirectoryStory,
): StoryOptions => ({
  directoryPassword: servicePassword,
  policy: `connections: [CorpUsers, CorpAD]
${policy}directories:
  - connection: CorpAD
    urls: ["ldaps://${samba.host}"]
    baseDn: "${people}"
    bindDn: "${serviceDn(as)}"
    caFile: "${samba.caFile}"
${of}`,
});

/** Her password at Auth0 is nobody's business: her connector asks the directory. `secrets`: what is typed in the story besides. */
export function connectsOlga({ auth0, world }: Scene, { account }: TestPerson, secrets: readonly string[] = []): void {
  for (const secret of [servicePassword, ...secrets]) world.planted.add(secret);
  auth0.addUser({
    ...{ userId: account, connection: 'CorpAD', email: staff.olga.email, username: 'olga', password: firstPassword },
    contacts: [{ provider: 'email', address: olgas }],
  });
}
