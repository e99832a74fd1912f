// `npm run bench -- quick` does a tenth of everything, to check that the bench runs. Its numbers mean nothing.
const share = process.argv.includes('quick') ? 0.1 : 1;

export const scaled = (count: number): number => Math.max(2, Math.round(count * share));
