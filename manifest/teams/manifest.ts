// The Teams app: manifest version 1.30, and the package that an admin uploads. It is made from the adapter's list of features and
// asks for no permission.

import { teamsCommands } from '../../src/adapters/teams/features.ts';
import { copy } from '../../src/bot/copy/language.ts';
import { brandColor } from '../../src/web/pages/logo.ts';
import { colorIcon, outlineIcon } from '../icons.ts';
import { zip } from './zip.ts';

export interface TeamsManifestOptions {
  /** `TEAMS_APP_ID`: the bot's registration. The app gets the same id, so a new package replaces the old app. */
  readonly appId: string;
  /** The https origin that people's browsers reach. */
  readonly publicUrl: string;
  /** At most 30 characters. */
  readonly name?: string;
  /** Three numbers; version.ts makes one that is higher than all before. */
  readonly version?: string;
}

export function teamsManifest({ appId, publicUrl, name = 'Latchkey', version = '0.1.0' }: TeamsManifestOptions) {
  const site = new URL('/', publicUrl).href;
  return {
    $schema: 'https://developer.microsoft.com/json-schemas/teams/v1.30/MicrosoftTeams.schema.json',
    manifestVersion: '1.30',
    version,
    id: appId,
    developer: { name: name.slice(0, 32), websiteUrl: site, privacyUrl: site, termsOfUseUrl: site },
    name: { short: name.slice(0, 30), full: `${name}: ${copy.app.subject}`.slice(0, 100) },
    description: { short: copy.app.short, full: copy.app.full },
    icons: { color: iconNames.color, outline: iconNames.outline },
    accentColor: brandColor,
    bots: [
      {
        botId: appId,
        // `personal`: people's own requests. `team`: the helpdesk's channel.
        scopes: ['personal', 'team'],
        isNotificationOnly: false,
        supportsFiles: false,
        commandLists: [
          {
            // Commands are listed in the personal chat only: the bot answers in private, so nobody should write them in a channel.
            scopes: ['personal'],
            commands: teamsCommands.map(({ title, description }) => ({ title, description })),
          },
        ],
      },
    ],
  };
}

const iconNames = { color: 'color.png', outline: 'outline.png' } as const;

/** The zip file for Teams' admin centre: the manifest and both icons at its root. */
export function teamsPackage(options: TeamsManifestOptions): Uint8Array {
  const manifest = `${JSON.stringify(teamsManifest(options), undefined, 2)}\n`;
  return zip([
    { name: 'manifest.json', data: Buffer.from(manifest) },
    { name: iconNames.color, data: colorIcon(192) },
    { name: iconNames.outline, data: outlineIcon(32) },
  ]);
}
