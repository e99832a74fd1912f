// What people write, and what they mean by it.
import { describe, expect, it } from 'vitest';
import { acts, startedBy } from '../../src/bot/cards/card.ts';
import type { Intent } from '../../src/bot/conversation.ts';
import { copy } from '../../src/bot/copy/language.ts';
import { intentOf, kindsNamed, looksLikeCode, requestIn } from '../../src/bot/intent.ts';

const { intentWords } = copy;

/** Sentences of real people, with their spelling. */
const meant: { readonly [Meaning in Intent]: readonly string[] } = {
  unlock: [
    'unlock',
    'Please unlock my account!',
    "I can't sign in, unlock my account",
    'can somebody unlock me, whoever is there?',
    'hi, unlock please',
    'UNLOCK',
    "I'm locked out, please unlock",
    'unlock my account, I have a new phone number',
  ],
  reset: [
    'reset-password',
    'reset password',
    "reset my password please, I don't remember it",
    'I do not remember it, reset my password',
    'I forgot: reset password please',
    'password reset',
    'hello, password reset pls',
    'reset password, my phone is broken',
  ],
  change: [
    'change-password',
    'change password',
    'change my password',
    'I want to change the password please',
    'how do I change my password?',
    'password change',
  ],
  status: ['status?', 'what is the status?', 'Status of my request please'],
  cancel: [
    'cancel my request',
    "cancel, it wasn't me",
    'please cancel that',
    'cancel unlock',
    'cancel the enrolment',
    'bitte abbrechen',
    'annuler',
    'cancelar',
  ],
  enroll: [
    'enroll',
    'enrol',
    'Enroll me please',
    'how do I enroll?',
    'I want to enrol my phone',
    'enrolment',
    'start enrollment',
    'add a phone',
    'add my private phone number',
    'please add an email',
    'I would like to add another contact',
    'add jane@home.example.net as my email',
    'change my phone number',
    'I changed my number',
    'my number has changed',
    'my phone number is new',
    'update my mobile number',
    'remove my old phone',
    'delete a contact',
    'remove my private e-mail',
    'register my email',
    'new number',
    'new phone',
    'I got a new phone yesterday',
    'my new email is ready',
    'new e-mail',
    'my contacts',
    'show me my recovery contacts',
    'my recovery contacts please',
    'what are my contacts?',
    'when can I use my new phone?',
    'recovery email',
    'backup phone',
    'I want a second phone',
    'hi, can I add a phone here?',
    'neues Handy',
    'ich habe eine neue Nummer',
    'Telefon hinzufügen',
    'meine Kontakte',
    'E-Mail-Adresse registrieren',
    'Handynummer ändern',
    'ajouter un téléphone',
    "j'ai un nouveau numéro",
    'mes contacts',
    'changer de numéro',
    'añadir un teléfono',
    'nuevo número',
    'mis contactos',
    'registrar mi correo',
  ],
  'lost-contact': [
    'I lost my phone',
    'my phone was stolen',
    'my phone is broken',
    'my phone does not work any more',
    'somebody stole my mobile',
    "I don't have my phone with me",
    'I no longer have that number',
    'what do I do when I lost my phone?',
    'I lost my old phone and have a new number',
    'I need a new phone',
    'mein Handy ist kaputt',
    'Telefon verloren',
    "j'ai perdu mon téléphone",
    'mon portable est cassé',
    'perdí mi teléfono',
    'me robaron el móvil',
  ],
  'locked-out': [
    'my phone is broken and I am locked out',
    'I have a new phone and now I am locked out',
    'locked out, and I lost my phone',
    'mein neues Handy, und mein Konto ist gesperrt',
    "j'ai un nouveau numéro et mon compte est bloqué",
    "I'm locked out",
    'im locked out',
    'Locked out!!',
    'locked',
    'my account is locked',
    'account locked',
    'I got locked out of my account again',
    'my acount is loked',
    'i am lockd out',
    'lcoked out of everything',
    'my laptop says my account is blocked',
    'why is my account locked?',
    'lockout',
    "hi, I'm locked out of Windows",
    'thanks, but I am locked out again',
    'Ich bin ausgesperrt',
    'mein Konto ist gesperrt',
    'konto gespert',
    'mon compte est bloqué',
    'je suis bloquée',
    'compte verrouillé',
    'mi cuenta está bloqueada',
    '🔒 locked :(',
    ':lock: :sob:',
  ],
  'forgot-password': [
    'I forgot my password and have a new phone',
    'I lost my phone and forgot my password',
    'change my email password',
    'I forgot it, please change my password, I forgot my password',
    'my password expired, how do I change my password?',
    'forgot my password',
    'I forgot my password',
    'i forgott my passwort',
    'fogot pasword',
    'I have forgotten it',
    "I don't remember my password",
    "can't remember my passwd",
    'I need a new password',
    'it says wrong password',
    'my password has expired',
    'password not working',
    'password',
    'Passwort vergessen',
    'ich habe mein Kennwort vergessen',
    "j'ai oublié mon mot de passe",
    'olvidé mi contraseña',
    'what do I do when I forgot my password?',
  ],
  help: [
    '',
    '?',
    'help',
    'Help me please',
    'I need help',
    'can you help me?',
    'hi, can you help me',
    'Hilfe!',
    'aide',
    'ayuda',
    'what can you do?',
    'What is this?',
    'who are you?',
    'how does this work?',
  ],
  greeting: [
    'hi',
    'Hi!',
    'hello',
    'Hello there',
    'hey bot',
    'good morning',
    'Guten Morgen',
    'hola',
    'bonjour',
    'moin',
    'hi 👋',
    'hi :wave:',
  ],
  thanks: [
    'thanks',
    'thank you!',
    'Thank you so much',
    'thx',
    'ok thanks',
    'Thanks, it works now!',
    'great, thank you 🙏',
    'thank you for your help',
    'thanks for unlocking my account',
    'danke',
    'Vielen Dank!',
    'merci beaucoup',
    'muchas gracias',
  ],
  'small-talk': ['ok', 'OK.', 'okay', 'cool', 'lol', 'how are you?', '👍', ':+1:', '😀😀', 'see you later', 'all good'],
  trouble: [
    'my printer is broken',
    'the printer is on fire',
    'printer not working',
    'Mein Drucker druckt nicht',
    'I need a new monitor',
    'the coffee machine is broken',
    'my keyboard has no letter e',
    'where do I see my payslip',
    'how many vacation days do I have left',
    "l'imprimante ne marche pas",
    'la impresora no funciona',
  ],
  something: [
    // The opposite of a request.
    "please don't cancel my request",
    'do not reset my password',
    "don't change my password",
    'I did not change my password',
    'I did not ask to unlock anything',
    "I didn't request a password reset",
    'that was not me, I have no need for a password reset',
    'it wasn’t me who wants an unlock',
    'who tried to reset my password?',
    'Why do I have to unlock it again?',
    "what's a password reset?",
    'when can I unlock it?',
    'unlock or reset password',
    'unlock or enroll',
    // Somebody else may have done it: that must reach a person.
    'who added a phone to my account?',
    'Why was my number changed?',
    "it wasn't me who added a phone",
    'I did not enroll',
    "I didn't add that phone",
    "don't enroll me",
    // Other phones and mails.
    'set up email on my laptop',
    'my outlook shows no emails',
    'add me to the phone list',
    'change my email signature',
    // Both at once: which of them, the person must say.
    "I forgot my password and now I'm locked out",
    // Perhaps the account, perhaps not.
    "I can't log in",
    'cannot sign in',
    "it won't let me in",
    "can't get into my laptop",
    'my computer does not accept me',
    'VPN is not working',
    'outlook keeps asking for something',
    'teams does not open',
    'the printer wants my login',
    'my screen says invalid credentials',
    'thanks but it still does not work',
    'ok, and now?',
    'nothing works',
    'hi, it does not let me in',
    'hello I have a problem',
    'no',
    'help, my laptop is broken',
    '🔒',
    '🆘',
    ':key: :sob:',
    'asdf',
  ],
};

describe('words', () => {
  it.each(Object.entries(meant).flatMap(([meaning, texts]) => texts.map((text) => [text, meaning] as const)))(
    '“%s” mean %s',
    (words, intent) => {
      expect(intentOf(words, intentWords)).toBe(intent);
    },
  );

  it('that contain what nobody would say in small talk are never taken for it', () => {
    const doubts = ['problem', 'still', 'not', 'login', 'account', 'nothing', 'never', 'help', 'why', 'xyz'];
    for (const doubt of doubts) {
      for (const around of ['thanks', 'ok', 'hi', '👍', 'how are you']) {
        for (const words of [`${around} ${doubt}`, `${doubt} ${around}`]) {
          expect(['thanks', 'small-talk', 'greeting'], words).not.toContain(intentOf(words, intentWords));
        }
      }
    }
  });

  it('name the kinds that they name, also beside another command', () => {
    expect(kindsNamed('cancel', intentWords)).toEqual([]);
    expect(kindsNamed('cancel my Unlock', intentWords)).toEqual(['unlock']);
    expect(kindsNamed('cancel the password reset', intentWords)).toEqual(['reset']);
    expect(kindsNamed('cancel adding my phone', intentWords)).toEqual(['enroll']);
    expect(kindsNamed('cancel unlock and password reset', intentWords)).toEqual(['reset', 'unlock']);
  });

  it('start a request of their kind, as the buttons do, and nothing else does', () => {
    const starting = Object.keys(meant).filter((meaning) => requestIn(meaning as Intent) !== undefined);
    expect(starting.toSorted()).toEqual(['change', 'enroll', 'reset', 'unlock']);
    const buttons = acts.flatMap((act) => startedBy(act) ?? []);
    // *Remove* beside a contact starts a request of its own, too.
    expect(buttons.toSorted()).toEqual(['change', 'enroll', 'enroll', 'reset', 'unlock']);
  });

  it('are cut, and what stands at their beginning counts', () => {
    expect(intentOf(`unlock ${'\ufdfa'.repeat(4_000)}`, intentWords)).toBe('unlock');
    expect(looksLikeCode(`my code is 123456 ${' '.repeat(1_000_000)}`, intentWords)).toBe(true);
  });

  it.each(['123456', '123 456', 'my code is 123456', 'it says 123-456.', '12345678', 'the code: 4711'])(
    '“%s” look like a code',
    (words) => {
      expect(looksLikeCode(words, intentWords)).toBe(true);
    },
  );

  it.each(['028T5-CY4T-QKFF', '028t5-cy4t-qkff', 'here it is: 028T5-CY4T-QKFF.'])(
    '“%s” look like a recovery code',
    (words) => {
      expect(looksLikeCode(words, intentWords)).toBe(true);
    },
  );

  it.each(['state-of-mind', 'never-used-this', 'A028T5-CY4T-QKFF', '028T5-CY4T-QKFF-1'])(
    '“%s” do not look like a recovery code',
    (words) => {
      expect(looksLikeCode(words, intentWords)).toBe(false);
    },
  );

  it.each(['unlock', 'I called 4 times', 'since 2026', '+49 157 00000012', 'code?'])(
    '“%s” do not look like a code',
    (words) => {
      expect(looksLikeCode(words, intentWords)).toBe(false);
    },
  );
});
