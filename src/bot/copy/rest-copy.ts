// The texts in the description of the REST flow, for those who write a client of it.

export interface RestCopy {
  readonly title: string;
  readonly about: string;
  /** One for each request. */
  readonly requests: Readonly<Record<RestRequestName, string>>;
  /** Of an answer: the step that is due, and why there is none. */
  readonly step: string;
  readonly refused: string;
  readonly retryAfter: string;
  readonly session: string;
  /** Of members whose names do not say it. */
  readonly members: Readonly<
    Record<
      | 'nextStep'
      | 'result'
      | 'mustChange'
      | 'recoveryCode'
      | 'contacts'
      | 'contact'
      | 'approvals'
      | 'link'
      | 'until'
      | 'detail'
      | 'attemptsLeft',
      string
    >
  >;
}

export type RestRequestName =
  | 'selectReset'
  | 'selectUnlock'
  | 'identify'
  | 'checkEmail'
  | 'checkSms'
  | 'resendEmail'
  | 'resendSms'
  | 'selectContact'
  | 'checkRecoveryCode'
  | 'setPassword'
  | 'status';
