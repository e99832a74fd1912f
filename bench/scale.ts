// `npm run bench -- quick`: a tenth of everything, to see that it runs. Its numbers are good for nothing.
const share = process.argv.includes('quick') ? 0.1 : 1;

export const scaled = (count: number): number => Math.max(2, Math.round(count * share));
