// The link that goes to the person. Its token is derived from the flow's random link name with a secret key,
// so that nothing that opens it is ever stored, and it can still be drawn again after a restart.

import { type FlowId, flowId, type Instant, type LinkId } from '../flows/ids.ts';
import type { Flow } from '../flows/state.ts';

/** Signs with the first key, accepts any: see `SECRET_KEYS`. MACs are 43 base64url characters. */
export interface LinkKeys {
  sign(purpose: 'link', text: string): string;
  verify(purpose: 'link', text: string, mac: string): boolean;
}

export interface Links {
  /** `<PUBLIC_URL>/go/<token>`; undefined where the flow has no live link. */
  urlOf(flow: Flow): string | undefined;
  /** The flow that a token claims to open. Nothing is proven by it. */
  claimedFlow(token: string): FlowId | undefined;
  /** The link's name when the token opens this flow now, or is just opening it; undefined for anything else, a missing flow included. */
  opens(token: string, flow: Flow | undefined, now: Instant): LinkId | undefined;
}

const shape = /^([\w-]{22})\.([\w-]{43})$/;

export function createLinks(keys: LinkKeys, publicUrl: string): Links {
  const text = (flow: string, link: string): string => `${flow} ${link}`;
  return {
    urlOf(flow) {
      if (flow.state.at !== 'link-ready') return undefined;
      return `${publicUrl}/go/${flow.id}.${keys.sign('link', text(flow.id, flow.state.link))}`;
    },
    claimedFlow(token) {
      const id = shape.exec(token)?.[1];
      return id === undefined ? undefined : flowId(id);
    },
    opens(token, flow, now) {
      const [, id = '', mac = ''] = shape.exec(token) ?? [];
      const state = flow?.state;
      const hasLink = state !== undefined && (state.at === 'link-ready' || state.at === 'opening');
      const link = hasLink && now < state.until ? state.link : undefined;
      // Verified in every case, so that a dead link takes as long to refuse as a guessed one.
      const isRight = keys.verify('link', text(id, link ?? 'none'), mac);
      return isRight ? link : undefined;
    },
  };
}
