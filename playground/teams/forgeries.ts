// Requests that the Bot Connector would never send, by name, for tests that show that they are refused.
import type { JWTPayload } from 'jose';
import type { Json } from '../json.ts';
import type { Activity } from './activities.ts';
import { FOREIGN_TENANT, type TokenKind } from './channel-token.ts';
import type { Deliveries, Delivery } from './deliveries.ts';

/** How a request differs from what Teams would send. */
export type Departure = {
  readonly token?: TokenKind;
  /** Merged over the claims of the token. */
  readonly claims?: JWTPayload;
  /** The service URL in the token, in place of the activity's. */
  readonly claimedServiceUrl?: string;
  /** Sent unchanged, in place of the activity. */
  readonly rawBody?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

type Forgery = (activity: Activity) => { readonly activity: Activity; readonly departure: Departure };

const FOREIGN_SERVICE = 'https://service.attacker.test/teams/';
const OVERSIZE_CHARS = 2 * 1024 * 1024;

function withToken(token: TokenKind): Forgery {
  return (activity) => ({ activity, departure: { token } });
}

function withBody(change: (activity: Activity) => Json, departure: Departure = {}): Forgery {
  return (activity) => ({ activity, departure: { rawBody: JSON.stringify(change(activity)), ...departure } });
}

function inTenant(activity: Activity, id: string): Json {
  const { conversation, channelData } = activity;
  return {
    ...activity,
    conversation: { ...(typeof conversation === 'object' ? conversation : {}), tenantId: id },
    channelData: { ...(typeof channelData === 'object' ? channelData : {}), tenant: { id } },
  };
}

export const FORGERIES = {
  missing: withToken('missing'),
  garbage: withToken('garbage'),
  wrongKey: withToken('wrongKey'),
  unknownKid: withToken('unknownKid'),
  algNone: withToken('algNone'),
  hs256: withToken('hs256'),
  expired: withToken('expired'),
  notYetValid: withToken('notYetValid'),
  wrongAudience: withToken('wrongAudience'),
  wrongIssuer: withToken('wrongIssuer'),
  emulatorStyle: withToken('emulatorStyle'),
  emulatorStyleV2: withToken('emulatorStyleV2'),
  otherServiceUrl: withToken('otherServiceUrl'),
  noServiceUrlClaim: withToken('noServiceUrl'),
  notEndorsed: withToken('notEndorsed'),
  /** Validly signed, but for a service that does not belong to Teams. */
  foreignService: withBody((activity) => ({ ...activity, serviceUrl: FOREIGN_SERVICE }), {
    claimedServiceUrl: FOREIGN_SERVICE,
  }),
  noServiceUrl: withBody(({ serviceUrl: _serviceUrl, ...rest }) => rest),
  emptyServiceUrl: withBody((activity) => ({ ...activity, serviceUrl: '' })),
  otherTenant: withBody((activity) => inTenant(activity, FOREIGN_TENANT)),
  aseChannel: withBody((activity) => ({ ...activity, channelId: 'AseChannel' })),
  emulatorChannel: withBody((activity) => ({ ...activity, channelId: 'emulator' })),
  noType: withBody(({ type: _type, ...rest }) => rest),
  oversize: withBody((activity) => ({ ...activity, text: 'x'.repeat(OVERSIZE_CHARS) })),
  malformedJson: (activity) => ({ activity, departure: { rawBody: '{"type":"message","text":' } }),
  notAnObject: (activity) => ({ activity, departure: { rawBody: '["message"]' } }),
  plainText: (activity) => ({ activity, departure: { contentType: 'text/plain' } }),
} as const satisfies Readonly<Record<string, Forgery>>;

export type ForgeryName = keyof typeof FORGERIES;

export const FORGERY_NAMES = Object.keys(FORGERIES).filter((name): name is ForgeryName =>
  Object.hasOwn(FORGERIES, name),
);

/** Without a departure it is delivered as Teams would, redeliveries included; otherwise once only. */
export function sendAs(
  deliveries: Deliveries,
  activity: Activity,
  departure?: Departure | ForgeryName,
): Promise<Delivery> {
  if (typeof departure !== 'string') return deliveries.send(activity, departure);
  const forged = FORGERIES[departure](activity);
  return deliveries.send(forged.activity, forged.departure);
}
