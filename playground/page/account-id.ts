// The id of a person's account at Auth0 in this world; empty where they have none.
import { cast, directoryConnection } from '../cast.ts';
import type { World } from '../world.ts';

export function accountIdOf({ directory }: Pick<World, 'directory'>, member: string): string {
  const account = cast.find(({ id }) => id === member)?.account;
  return livesThere(account) && directory !== undefined ? directory.account : (account?.userId ?? '');
}

/** Whether their account is in the directory of this world. */
export const isInDirectory = ({ directory }: Pick<World, 'directory'>, member: string): boolean =>
  directory !== undefined && livesThere(cast.find(({ id }) => id === member)?.account);

const livesThere = (account: { readonly connection?: string } | undefined): boolean =>
  account?.connection === directoryConnection;
