// What `directories` in the policy file may say: the Active Directory behind an Auth0 connection, and how it is reached.
import { z } from 'zod';
import { isControllerUrl } from '../../text/controller-url.ts';
import { message } from './rules-schema.ts';

/** Windows itself takes no longer name (MS-ADTS 3.1.1.3.1.1). */
const dnCharsAtMost = 2_048;
const attributeAndValue = /^[A-Za-z][A-Za-z0-9-]{0,63}=[^=]/;
const isDn = (text: string): boolean => attributeAndValue.test(text);

const dn = (what: string) => {
  const wrong = message(`must be ${what}`);
  return z.string(wrong).max(dnCharsAtMost, wrong).refine(isDn, wrong);
};

const url = message(
  'must be like ldaps://dc1.corp.example or ldaps://dc1.corp.example:636. Only LDAPS is used, and not the ports 389, 3268 and 3269',
);
const login = message(
  'must be the name of the service account: its DN, like CN=Latchkey,OU=Services,DC=corp,DC=example, or latchkey@corp.example',
);
const variable = message(
  'must be the name of an environment variable in capital letters, like DIRECTORY_PASSWORD. The password itself does not stand in the policy',
);
const group = message(
  'must be the DN of a group, like CN=Board,OU=Groups,DC=corp,DC=example, or its SID, like S-1-5-21-1-2-3-1234',
);
const probe = message(
  'must be the id of the account at Auth0, like ad|CorpAD|3b3bfcd0-036b-4413-aee9-204412b943ce, in the connection of this directory',
);
const minutes = message('must be a whole number from 0 to 1440');
const connection = message('must be the name of a connection');
const file = message('must be the path of a file');

const controllersAtMost = 10;
const isLogin = (text: string): boolean => isDn(text) || /^[^\s@\\]{1,256}(?:@|\\)[^\s@\\]{1,256}$/.test(text);

const directory = z
  .strictObject(
    {
      connection: z.string(connection).min(1, connection).meta({
        means: 'The Auth0 connection whose accounts live there.',
        form: 'name of a connection',
        default: 'none, it must be given',
        example: 'CorpAD',
      }),
      urls: z
        .array(z.string(url).max(512, url).refine(isControllerUrl, url), message('must be a list of controllers'))
        .min(1, message('is empty. Name at least one domain controller'))
        .max(controllersAtMost, message(`names more than ${controllersAtMost} controllers. Name the nearest ones`))
        .refine((urls) => new Set(urls).size === urls.length, message('names something twice'))
        .meta({
          means: 'The domain controllers, tried in this order. Best the one with the PDC emulator’s role first.',
          form: 'list of `ldaps://` with the name in the certificate, and a port if it is not 636',
          default: 'none, it must be given',
          example: '[ldaps://dc1.corp.example, ldaps://dc2.corp.example]',
        }),
      baseDn: dn('a DN, like OU=People,DC=corp,DC=example').meta({
        means: 'Only accounts below it are touched. Best the OU on which the rights are delegated.',
        form: 'DN',
        default: 'none, it must be given',
        example: 'OU=People,DC=corp,DC=example',
      }),
      bindDn: z.string(login).max(dnCharsAtMost, login).refine(isLogin, login).meta({
        means: 'The service account. Its rights: docs/active-directory.md.',
        form: 'DN, or `name@domain`',
        default: 'none, it must be given',
        example: 'CN=Latchkey,OU=Services,DC=corp,DC=example',
      }),
      passwordEnv: z
        .string(variable)
        .regex(/^[A-Z][A-Z0-9_]{0,99}$/, variable)
        .exactOptional()
        .meta({
          means:
            'The environment variable with the password of the service account. In a .env file its name begins with `DIRECTORY_PASSWORD`.',
          form: 'name of a variable',
          default: 'DIRECTORY_PASSWORD',
          example: 'DIRECTORY_PASSWORD',
        }),
      caFile: z.string(file).min(1, file).max(4_096, file).exactOptional().meta({
        means: 'The certificate of the authority that issued those of the controllers.',
        form: 'path of a file in PEM form',
        default: 'the authorities of the system',
        example: './corp-ca.pem',
      }),
      protectedGroups: z
        .array(
          z
            .string(group)
            .max(dnCharsAtMost, group)
            .refine((text) => isDn(text) || /^S-1-[\d-]{1,180}$/.test(text), group),
          message('must be a list of groups'),
        )
        .min(1, message('is empty. Leave it out for the default'))
        .max(100, message('names more than 100 groups'))
        .exactOptional()
        .meta({
          means:
            'Further groups whose members are never touched, nested ones too. Administrators of the directory never are.',
          form: 'list of DNs or SIDs of groups',
          default: 'none',
          example: '["CN=Board,OU=Groups,DC=corp,DC=example"]',
        }),
      reset: z.boolean(message('must be true or false')).exactOptional().meta({
        means: 'Whether new passwords are set in the directory. If not, the helpdesk is asked to do it.',
        form: '`true` or `false`',
        default: 'true',
        example: 'true',
      }),
      change: z.boolean(message('must be true or false')).exactOptional().meta({
        means:
          'Whether people who know their password change it in the directory, on a page of Latchkey that asks for the old one too.',
        form: '`true` or `false`',
        default: 'true',
        example: 'true',
      }),
      unlock: z.boolean(message('must be true or false')).exactOptional().meta({
        means: 'Whether the lock of the directory is lifted. If not, the helpdesk is asked to do it.',
        form: '`true` or `false`',
        default: 'true',
        example: 'true',
      }),
      replicationMinutes: z.int(minutes).min(0, minutes).max(1_440, minutes).exactOptional().meta({
        means:
          'How long it may take until the controllers of other offices have heard of an unlock. The person is told. 0: nothing is said.',
        default: '15',
      }),
      probe: z
        .string(probe)
        .max(512, probe)
        .regex(/^ad\|.{1,256}\|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, probe)
        .exactOptional()
        .meta({
          means: 'An account below `baseDn` that nobody uses: on it `latchkey doctor` reads which rights there are.',
          form: 'id of an account at Auth0',
          default: 'none, and the rights are not looked at',
          example: 'ad|CorpAD|3b3bfcd0-036b-4413-aee9-204412b943ce',
        }),
    },
    message('must have `connection`, `urls`, `baseDn` and `bindDn`'),
  )
  .superRefine(({ connection, probe: account }, context) => {
    if (account !== undefined && !account.startsWith(`ad|${connection}|`))
      context.addIssue({ code: 'custom', path: ['probe'], message: probe.error });
  });

/** How an Active Directory is reached. Without its password, which no policy holds. */
export interface DirectoryPolicy {
  readonly connection: string;
  readonly urls: readonly string[];
  readonly baseDn: string;
  readonly bindDn: string;
  readonly passwordEnv: string;
  readonly caFile?: string;
  readonly protectedGroups: readonly string[];
  readonly reset: boolean;
  readonly change: boolean;
  readonly unlock: boolean;
  readonly replicationMinutes: number;
  readonly probe?: string;
}

export const directories = z
  .array(directory, message('must be a list of directories'))
  .min(1, message('is empty. Leave it out for the default'))
  .superRefine((all, context) => {
    for (const [index, { connection }] of all.entries()) {
      if (all.findIndex((other) => other.connection === connection) === index) continue;
      context.addIssue({
        code: 'custom',
        path: [index, 'connection'],
        message: 'has a directory already. Name all controllers of one directory in its `urls`',
      });
    }
  });

const defaultReplicationMinutes = 15;

export const directoriesOf = (parsed: z.infer<typeof directories> = []): readonly DirectoryPolicy[] =>
  parsed.map((one) => ({
    ...one,
    passwordEnv: one.passwordEnv ?? 'DIRECTORY_PASSWORD',
    protectedGroups: one.protectedGroups ?? [],
    reset: one.reset ?? true,
    change: one.change ?? true,
    unlock: one.unlock ?? true,
    replicationMinutes: one.replicationMinutes ?? defaultReplicationMinutes,
  }));
