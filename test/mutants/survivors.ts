// Mutants that survive, each with the reason. A mutant that is not here has to be killed.
export const survivors: Readonly<Record<string, string | undefined>> = {};
