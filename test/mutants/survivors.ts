// Mutants that survive, each with the reason. A mutant that is not here has to be killed.
export const survivors: Readonly<Record<string, string | undefined>> = {
  'slack-one-queue-for-all-calls':
    'A client that is told to come back later does not wait any more: see the mutant slack-one-client-that-waits.',
  'change-reported-to-any-page':
    'The flow compares the time once more when it hears of the change: see the mutant change-of-an-earlier-page.',
  'teams-kelvin-sign':
    'The work address must first look like an address, and that pattern takes no letter beyond ASCII before the @.',
};
