// The link that the person gets. Its token is derived from the flow's random link id with a secret key. So the token is never
// stored, and the link can still be drawn again after a restart.
import { type FlowId, flowId, type Instant, type LinkId } from '../flows/ids.ts';
import { type Flow, type FlowState, proofOf } from '../flows/state.ts';

/** `contact`: a keyed hash of an address that is being enrolled, which stands for it where the address must not be stored. */
type LinkPurpose = 'link' | 'contact';

/** Signs with the first key and accepts any, see `SECRET_KEYS`. MACs are 43 base64url characters. */
export interface LinkKeys {
  sign(purpose: LinkPurpose, text: string): string;
  verify(purpose: LinkPurpose, text: string, mac: string): boolean;
}

export interface Links {
  /**
   * For the chat: `<PUBLIC_URL>/go/<token>`, of an enrolment `<PUBLIC_URL>/enrol/<token>`. Undefined where the flow has no live link, or one
   * that only the browser gets in which somebody has signed in.
   */
  urlOf(flow: Flow): string | undefined;
  /** The last part of such an address. */
  tokenOf(flow: Flow): string | undefined;
  /** The flow that a token names. The token is not verified here. */
  claimedFlow(token: string): FlowId | undefined;
  /** The link's id if the token is valid for this flow now, also while it is being opened; undefined otherwise, also without a flow. */
  opens(token: string, flow: Flow | undefined, now: Instant): LinkId | undefined;
}

function linkOf(state: FlowState | undefined): { readonly link: LinkId; readonly until: Instant } | undefined {
  if (state?.at === 'changing') return state.again;
  switch (state?.at) {
    case 'change-ready':
    case 'link-ready':
    case 'opening':
    case 'choosing-password':
    case 'setting-password':
    case 'signing-in':
      return state;
    default:
      return undefined;
  }
}

/** After a sign-in the chat session is not what has proven who it is. So whoever has only that gets no link to what the sign-in is worth. */
const isOfOneBrowser = ({ kind, state }: Flow): boolean => kind === 'change' && proofOf(state)?.channel === 'sign-in';

const shape = /^([\w-]{22})\.([\w-]{43})$/;

export function createLinks(keys: LinkKeys, publicUrl: string): Links {
  const text = (flow: string, link: string): string => `${flow} ${link}`;
  const tokenOf = (flow: Flow): string | undefined => {
    const link = flow.state.at === 'opening' ? undefined : linkOf(flow.state)?.link;
    return link === undefined ? undefined : `${flow.id}.${keys.sign('link', text(flow.id, link))}`;
  };
  return {
    tokenOf,
    urlOf(flow) {
      const token = isOfOneBrowser(flow) ? undefined : tokenOf(flow);
      const page = flow.kind === 'enroll' ? 'enrol' : 'go';
      return token === undefined ? undefined : `${publicUrl}/${page}/${token}`;
    },
    claimedFlow(token) {
      const id = shape.exec(token)?.[1];
      return id === undefined ? undefined : flowId(id);
    },
    opens(token, flow, now) {
      const [, id = '', mac = ''] = shape.exec(token) ?? [];
      const live = linkOf(flow?.state);
      const link = live !== undefined && now < live.until ? live.link : undefined;
      // Verified in every case, so that a dead link takes as long to refuse as a guessed one (no timing leak).
      const isRight = keys.verify('link', text(id, link ?? 'none'), mac);
      return isRight ? link : undefined;
    },
  };
}
