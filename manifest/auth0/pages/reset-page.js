// A classic script: its braces keep its names from the page. It loads nothing, and sends the form to the tenant only. All that it shows
// is plain text. Of an answer it trusts the status, and of the body only what is named here.
{
  const part = (id) => document.getElementById(id);
  const [form, password, confirm, problem] = ['reset', 'newPassword', 'confirmNewPassword', 'problem'].map(part);
  const button = form.querySelector('button[type=submit]');
  const answerWithinMs = 30_000;
  const quietMs = 700;
  const longestAnswer = 20_000;
  const longestQuote = 200;

  const words = part('words').content;
  const say = (name, places = {}) =>
    Object.entries(places).reduce(
      (text, [place, value]) => text.replaceAll(`[${place}]`, () => value),
      words.querySelector(`[data-word="${name}"]`).textContent,
    );

  const company = document.querySelector('header p').textContent.trim();
  const entitle = (...parts) => {
    document.title = [...parts, company].join(' · ');
  };

  // ---- The rules: the levels as Auth0 documents them. None is stricter here than there.

  const kinds = {
    lowerCase: /[a-z]/,
    upperCase: /[A-Z]/,
    numbers: /[0-9]/,
    specialCharacters: /[^A-Za-z0-9]/,
  };
  const every = Object.keys(kinds);
  const some = { is: 'some', least: 3, of: every };
  const levels = {
    none: [1],
    low: [6],
    fair: [8, { is: 'all', of: ['lowerCase', 'upperCase', 'numbers'] }],
    good: [8, some],
    excellent: [10, some, { is: 'row', most: 2 }],
  };

  const wholeNumber = (value, most) => (Number.isInteger(value) && value >= 1 && value <= most ? value : undefined);

  /** From the one field or the other: it is not known in which form the options come. */
  const shortest = () => {
    const { least, options } = form.dataset;
    if (least !== '') return wholeNumber(Number(least), 128);
    try {
      return wholeNumber(JSON.parse(options).min_length, 128);
    } catch {
      return undefined;
    }
  };

  const rulesOfConnection = () => {
    const level = form.dataset.policy.trim().toLowerCase();
    const [usual, ...others] = Object.hasOwn(levels, level) ? levels[level] : [1];
    return withLength(shortest() ?? usual, others);
  };
  const withLength = (least, others) => (least > 1 ? [{ is: 'length', least }, ...others] : others);

  const isMet = {
    length: ({ least }, typed) => typed.length >= least,
    all: ({ of }, typed) => of.every((kind) => kinds[kind].test(typed)),
    some: ({ least, of }, typed) => of.filter((kind) => kinds[kind].test(typed)).length >= least,
    row: ({ most }, typed) => !new RegExp(`([\\s\\S])\\1{${most}}`).test(typed),
    same: (_rule, typed, repeated) => typed === repeated,
    // In words of Auth0: only Auth0 can tell.
    told: () => undefined,
  };

  const named = (of) => of.map((kind) => say(kind)).join(', ');
  const inWords = {
    length: ({ least }) => say('length', { least: `${least}` }),
    all: ({ of }) => say('all', { kinds: named(of) }),
    some: ({ least, of }) => say('some', { least: `${least}`, count: `${of.length}`, kinds: named(of) }),
    row: ({ most }) => say('row', { most: `${most}` }),
    same: () => say('same'),
    told: ({ text }) => text,
  };

  const same = { is: 'same' };
  let rules = [...rulesOfConnection(), same];

  const stateOf = (rule) => {
    const isTyped = password.value !== '' && (rule !== same || confirm.value !== '');
    return isTyped ? isMet[rule.is](rule, password.value, confirm.value) : undefined;
  };

  const showRules = () => {
    const items = rules.map((rule) => {
      const met = stateOf(rule);
      const item = document.createElement('li');
      const state = document.createElement('span');
      state.className = 'state';
      if (met !== undefined) {
        item.className = met ? 'met' : 'missing';
        state.textContent = `${say(item.className)} `;
      }
      item.append(state, inWords[rule.is](rule));
      return item;
    });
    const more = document.createElement('li');
    more.append(say('more'));
    part('checked').replaceChildren(...items, more);
  };

  const missing = () => rules.filter((rule) => stateOf(rule) === false).map((rule) => inWords[rule.is](rule));

  let quiet;
  const typed = () => {
    showRules();
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      const left = missing();
      const isHeard = password.value !== '';
      const heard = left.length === 0 ? say('heardMet') : say('heardMissing', { rules: left.join(' ') });
      part('heard').textContent = isHeard ? heard : '';
    }, quietMs);
  };

  // ---- What Auth0 says of a password that is too weak.

  const kindsIn = (items) =>
    Array.isArray(items) ? items.map(({ code }) => code).filter((code) => Object.hasOwn(kinds, code)) : [];

  const ruleFrom = ({ code, format, items, message }) => {
    const number = wholeNumber(format?.[0], 999);
    const of = kindsIn(items);
    if (code === 'nonEmpty') return [];
    if (code === 'lengthAtLeast' && number) return [{ is: 'length', least: number }];
    if (code === 'shouldContain' && of.length > 0) return [{ is: 'all', of }];
    if (code === 'containsAtLeast' && number && of.length >= number) return [{ is: 'some', least: number, of }];
    if (code === 'identicalChars' && number) return [{ is: 'row', most: number }];
    const values = Array.isArray(format) ? [...format] : [];
    const text = typeof message === 'string' ? message.replaceAll(/%[ds]/g, () => `${values.shift() ?? ''}`) : '';
    return text === '' ? [] : [{ is: 'told', text: text.slice(0, longestQuote) }];
  };

  const learnRules = ({ description }) => {
    const listed = Array.isArray(description?.rules) ? description.rules : [];
    const learnt = listed.filter((each) => typeof each === 'object' && each !== null).flatMap(ruleFrom);
    if (learnt.length > 0) rules = [...learnt, same];
    showRules();
  };

  // ---- What is wrong: above the form, where it gets the focus, and beside the field.

  const mark = (field, text) => {
    const note = part(`${field.id}-error`);
    note.textContent = text ?? '';
    note.hidden = text === undefined;
    const { described } = field.dataset;
    field.setAttribute('aria-describedby', text === undefined ? described : `${described} ${note.id}`);
    if (text === undefined) field.removeAttribute('aria-invalid');
    else field.setAttribute('aria-invalid', 'true');
  };

  const calm = () => {
    clearTimeout(quiet);
    part('heard').textContent = '';
    problem.hidden = true;
    for (const field of [password, confirm]) mark(field);
  };

  const tell = (heading, text, field) => {
    calm();
    if (field !== undefined) mark(field, text);
    const told = document.createElement(field === undefined ? 'span' : 'a');
    if (field !== undefined) told.href = `#${field.id}`;
    told.textContent = text;
    part('problem-heading').textContent = heading;
    part('problem-text').replaceChildren(told);
    part('reload').hidden = true;
    problem.hidden = false;
    entitle(heading, say('title'));
    problem.focus();
  };
  const refuse = (text, field) => tell(say('notChanged'), text, field);

  const show = (id) => {
    const view = part(id);
    for (const each of document.querySelectorAll('main > [data-view]')) each.hidden = each !== view;
    const heading = view.querySelector('h1');
    entitle(heading.textContent);
    return heading;
  };

  // ---- The answers. Nothing about them is documented by Auth0: what is not known here is said to be unknown.

  const refusals = [
    'PasswordStrengthError',
    'PasswordHistoryError',
    'PasswordDictionaryError',
    'PasswordNoUserInfoError',
  ];
  /** An earlier try had no answer that is understood, so its password may be saved, whatever is answered now. */
  let isUnanswered = false;
  const orSaved = (text) => (isUnanswered ? `${text} ${say('perhapsSaved')}` : text);
  const headingNow = () => say(isUnanswered ? 'notKnown' : 'notChanged');

  const refused = (body) => {
    if (!refusals.includes(body.name)) {
      const { description, message } = body;
      const quote = [description, message].find((text) => typeof text === 'string' && text.trim() !== '');
      const quoted = quote === undefined ? '' : ` ${say('quoted', { text: quote.trim().slice(0, longestQuote) })}`;
      return refuse(`${say('somehow')}${quoted}`, password);
    }
    if (body.name === 'PasswordStrengthError') learnRules(body);
    if (body.name === 'PasswordHistoryError') return tell(headingNow(), orSaved(say(body.name)), password);
    return refuse(say(body.name), password);
  };

  const unanswered = (text) => {
    tell(say('notKnown'), orSaved(say(text)));
    isUnanswered = true;
    part('unasked').hidden = true;
  };

  const saved = (body) => {
    const heading = show('done');
    part('unasked').hidden = true;
    const next = body.result_url ?? body.body?.result_url;
    const url = typeof next === 'string' && URL.canParse(next) ? new URL(next) : undefined;
    if (url?.protocol === 'https:') {
      part('go-on').href = url.href;
      part('go-on').hidden = false;
    }
    form.reset();
    heading.focus();
  };

  const stale = () => {
    tell(headingNow(), orSaved(say('stale')));
    part('reload').hidden = false;
  };

  const dead = () => {
    const heading = show('dead');
    if (isUnanswered) {
      const perhaps = document.createElement('p');
      perhaps.textContent = say('perhapsSaved');
      heading.after(perhaps);
    }
    heading.focus();
  };

  const isOld = ({ name, code }) => code === 'invalid_csrf_token' || name === 'CsrfInvalidTokenError';

  const understand = ({ status, body }) => {
    if (status >= 200 && status < 300) return saved(body);
    if (status === 400 || status === 422) return refused(body);
    if (status === 403 && isOld(body)) return stale();
    if ([401, 403, 404, 410].includes(status)) return dead();
    if (status === 429) return refuse(say('tooMany'));
    return unanswered(status >= 500 ? 'failed' : 'noAnswer');
  };

  const bodyOf = async (response) => {
    try {
      const body = JSON.parse((await response.text()).slice(0, longestAnswer));
      return typeof body === 'object' && body !== null ? body : {};
    } catch {
      return {};
    }
  };

  const send = async () => {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), answerWithinMs);
    try {
      const response = await fetch(form.getAttribute('action'), {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: new URLSearchParams(new FormData(form)),
        // Where a redirect leads is not known, so neither is what it means.
        redirect: 'manual',
        signal: ending.signal,
      });
      return { status: response.status, body: await bodyOf(response) };
    } catch {
      return { status: 0, body: {} };
    } finally {
      clearTimeout(timer);
    }
  };

  // ---- Sending, once at a time.

  let isSent = false;
  const label = button.textContent;
  const lock = (isLocked) => {
    isSent = isLocked;
    button.textContent = isLocked ? say('saving') : label;
    if (isLocked) button.setAttribute('aria-disabled', 'true');
    else button.removeAttribute('aria-disabled');
  };

  const reveal = part('reveal');
  const revealLabel = reveal.textContent;
  const reveals = (isShown) => {
    for (const field of [password, confirm]) field.type = isShown ? 'text' : 'password';
    reveal.textContent = isShown ? say('hide') : revealLabel;
  };

  const faultOf = () => {
    if (password.value === '') return [say('empty'), password];
    const unmet = rules.filter((rule) => rule !== same && stateOf(rule) === false);
    if (unmet.length > 0) return [say('unmet'), password];
    return password.value === confirm.value ? undefined : [say('unequal'), confirm];
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isSent) return;
    const fault = faultOf();
    if (fault !== undefined) {
      refuse(...fault);
      return;
    }
    lock(true);
    // Browsers remember what was typed into other fields.
    reveals(false);
    const answer = await send();
    lock(false);
    understand(answer);
  });
  for (const field of [password, confirm]) field.addEventListener('input', typed);
  reveal.addEventListener('click', () => reveals(password.type === 'password'));
  part('reload').addEventListener('click', () => location.reload());
  addEventListener('pageshow', () => lock(false));

  const account = part('account');
  account.hidden = account.querySelector('code').textContent.trim() === '';
  showRules();
  show('ask');
}
