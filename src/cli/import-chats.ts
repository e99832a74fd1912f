// How an import of contacts gets told in chat: it leaves that to a server, by the server's database. Without one it links all the same.
import type { Config } from '../config/config.ts';
import { databaseUrl } from '../config/database-url.ts';
import { openOperatorStore } from '../store/operator/open.ts';
import type { ImportOptions, ImportSummary } from './import-contacts.ts';
import { clock, plain } from './operator.ts';

export type ChatTelling = { close(): Promise<void> } & (
  | { readonly is: true; readonly leave: NonNullable<ImportOptions['leaveToChats']> }
  | { readonly is: false; readonly because: string }
);

/** The database of the server, which tells it. An import works without it, as from an administrator's own machine. */
export async function openChats({ database }: Pick<Config, 'database'>): Promise<ChatTelling> {
  try {
    const store = await openOperatorStore(databaseUrl(database));
    return {
      is: true,
      leave: async (account, made) => {
        const occasion = { what: 'contact-imported', made } as const;
        return store.occasions.keep(account, occasion, clock.now()).catch(() => 'failed' as const);
      },
      close: () => store.close(),
    };
  } catch (error) {
    const because = plain(error instanceof Error ? error.message : 'the database cannot be opened', 300);
    return { is: false, because: because.replace(/\.$/, ''), close: async () => undefined };
  }
}

export function toldInChat({ inChat = 0, notInChat = 0 }: ImportSummary, chats: ChatTelling): string {
  const told = inChat === 0 ? '' : `A server tells it in chat: the owners of ${counted(inChat, 'contact')}.\n`;
  if (chats.is && notInChat === 0) return told;
  const whom = notInChat === 0 ? '' : ` of ${counted(notInChat, 'contact')} of accounts that have one`;
  const [because] = chats.is ? ['the database took nothing'] : chats.because.split('. ');
  return `${told}Chats were not told${whom}: ${because}. To change that, run the same import again within a day, where DATABASE_URL names the database of the server. What is linked already is left alone.\n`;
}

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
