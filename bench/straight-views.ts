// The views of the baseline script: only what a person needs for a reset.
const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: string) => ({ type: 'section', text: plain(text) });

function view(text: string, submit?: string, more: readonly object[] = []) {
  return {
    ...{ type: 'modal', callback_id: 'straight', title: plain('Reset password') },
    blocks: [section(text), ...more],
    ...(submit === undefined ? {} : { submit: plain(submit) }),
  };
}

const input = { type: 'input', label: plain('Code'), element: { type: 'plain_text_input', action_id: 'code' } };
const button = (url: string) => ({
  type: 'actions',
  elements: [{ type: 'button', action_id: 'go', text: plain('Choose a new password'), url }],
});

export const views = {
  contacts: view('A code goes to b•••@home.example.net.', 'Send code'),
  code: view('Enter the code.', 'Verify', [{ ...input, block_id: 'code' }]),
  link: (url: string) => view('You are verified.', undefined, [button(url)]),
};

export const messages = {
  link: (url: string) => [section('You are verified.'), button(url)],
  done: [section('Password changed.')],
};
