// The modals that people have open: one stack for each person, at most three deep, with their filled-in values and
// errors. It only moves views; their content is checked elsewhere.
import { drawnForm, type Form } from './form.ts';
import type { View } from './world.ts';

export const MAX_STACK = 3;

export type OpenModal = {
  view: View;
  form: Form;
  /** The errors beside the inputs, by block id. */
  errors: { readonly [blockId: string]: string };
  /** Slack's own error line at the bottom of the modal when the app could not be reached. */
  trouble: string | undefined;
};

export type Modals = {
  stackOf(userId: string): readonly OpenModal[];
  top(userId: string): OpenModal | undefined;
  find(test: (view: View) => boolean): { readonly userId: string; readonly modal: OpenModal } | undefined;
  open(userId: string, view: View): void;
  push(userId: string, view: View): 'pushed' | 'full';
  replace(userId: string, viewId: string, view: View): void;
  close(userId: string, viewId: string): void;
  clear(userId: string): void;
  show(userId: string, modal: OpenModal, change: Partial<Pick<OpenModal, 'errors' | 'trouble'>>): void;
};

export function createModals(changed: (userId: string) => void): Modals {
  const stacks = new Map<string, OpenModal[]>();
  const fresh = (view: View): OpenModal => ({ view, form: drawnForm(view.blocks), errors: {}, trouble: undefined });
  const put = (userId: string, stack: OpenModal[]): void => {
    stacks.set(userId, stack);
    changed(userId);
  };
  const stackOf = (userId: string): readonly OpenModal[] => stacks.get(userId) ?? [];
  return {
    stackOf,
    top: (userId) => stackOf(userId).at(-1),
    find(test) {
      for (const [userId, stack] of stacks) {
        const modal = stack.find(({ view }) => test(view));
        if (modal !== undefined) return { userId, modal };
      }
      return undefined;
    },
    open: (userId, view) => put(userId, [fresh(view)]),
    push(userId, view) {
      if (stackOf(userId).length >= MAX_STACK) return 'full';
      put(userId, [...stackOf(userId), fresh(view)]);
      return 'pushed';
    },
    replace(userId, viewId, view) {
      for (const modal of stackOf(userId)) {
        if (modal.view.id !== viewId) continue;
        Object.assign(modal, { view, form: drawnForm(view.blocks, modal.form), errors: {}, trouble: undefined });
      }
      changed(userId);
    },
    close: (userId, viewId) =>
      put(
        userId,
        stackOf(userId).filter(({ view }) => view.id !== viewId),
      ),
    clear: (userId) => put(userId, []),
    show(userId, modal, change) {
      Object.assign(modal, change);
      changed(userId);
    },
  };
}
