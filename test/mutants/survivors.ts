// Mutants that survive, each with the reason. A mutant that is not here has to be killed.
export const survivors: Readonly<Record<string, string | undefined>> = {
  'slack-one-queue-for-all-calls':
    'A client that is told to come back later does not wait any more: see the mutant slack-one-client-that-waits.',
};
