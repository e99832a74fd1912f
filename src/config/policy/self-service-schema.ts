// The ways in for people who cannot reach chat: the pages under /recover and the REST flow, and what both ask for.
import { z } from 'zod';
import { message } from './rules-schema.ts';

const yesOrNo = message('must be `true` or `false`');

const wayIn = (means: string) =>
  z
    .strictObject(
      { enabled: z.boolean(yesOrNo).exactOptional().meta({ means, default: 'false' }) },
      message('must have `enabled`'),
    )
    .exactOptional();

export const web = wayIn('Whether the pages under `/recover` are there.').meta({
  means: 'The pages for people who cannot reach chat.',
});
export const rest = wayIn('Whether the routes under `/rest/` are there.').meta({
  means: 'The REST flow, for other programs.',
});

const proof = message('must be `email`, or `sms` for a text message');
const codes = message('must be a whole number from 1 to 10000');
const texts = message('must be a whole number from 0 to 1000');
const approvals = message('must be a whole number from 0 to 2');

export const selfService = z
  .strictObject(
    {
      proof: z.enum(['email', 'sms'], proof).exactOptional().meta({
        means:
          'Where the code is sent to. Nobody chooses before the proof, because the choice would say whose account it is.',
        default: 'email',
      }),
      codesPerHour: z.int(codes).min(1, codes).max(10_000, codes).exactOptional().meta({
        means:
          'How many codes all people together who typed a name are sent in an hour. Auth0 sends fifty in an hour to everybody whom one server asks for, so the rest is left to people in chat.',
        form: 'whole number from 1 to 10000',
        default: '20',
        example: '20',
      }),
      textsPerDay: z.int(texts).min(0, texts).max(1000, texts).exactOptional().meta({
        means:
          'How many text messages people who typed a name are sent in a day, to each country. Strangers may type names only to have dear messages sent. People in chat are not counted.',
        form: 'whole number from 0 to 1000',
        default: '50',
        example: '50',
      }),
      extraApprovals: z.int(approvals).min(0, approvals).max(2, approvals).exactOptional().meta({
        means:
          'How many approvals a request needs in addition to those of its rule, because no chat vouches for the person.',
        form: 'whole number from 0 to 2',
        default: '0',
        example: '1',
      }),
    },
    message('must be a list of `key: value`'),
  )
  .exactOptional()
  .meta({ means: 'What a request needs whose person typed a name, on the pages or in the REST flow.' });
